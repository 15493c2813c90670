"""A file that is read while it is written: the browser has its first bytes long before the last ones are known."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

BYTES_AT_ONCE = 256 * 1024
MOVING_SECONDS = 0.01
HELD_BACK = 1  # bytes, until it is known that all is well: a browser keeps no file that stops before its end


class BrokenOffError(Exception):
    """A file that whoever reads it will not have to its end."""


class GrowingFile:
    """A file, and how much of it is there; its `path` is set anew when it is moved."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = 0
        self._is_over = self._is_whole = False
        self._grew = asyncio.Event()

    def grow(self, size: int) -> None:
        """There are so many bytes now."""
        self._size = size
        self._tell()

    def end(self, *, is_whole: bool) -> None:
        """There will be no more; if it is not whole, whoever reads it gets no end."""
        self._is_over, self._is_whole = True, is_whole
        self._tell()

    async def parts(self) -> AsyncIterator[bytes]:
        """The bytes as they come. Raises BrokenOffError instead of the last ones if they are not to be kept."""
        while not self._size and not self._is_over:
            await self._grew.wait()
        file = await self._opened()
        try:
            given = 0
            while not (self._is_over and given >= self._size):
                ready = min(self._ready() - given, BYTES_AT_ONCE)
                if ready > 0:
                    part = await asyncio.to_thread(file.read, ready)
                    given += len(part)
                    yield part
                else:
                    await self._grew.wait()
        finally:
            file.close()

    async def _opened(self) -> IO[bytes]:
        while True:
            self._ready()
            try:
                return await asyncio.to_thread(self.path.open, "rb", buffering=0)
            except FileNotFoundError:
                await asyncio.sleep(MOVING_SECONDS)  # it is on its way to its place just now

    def _ready(self) -> int:
        if self._is_over and not self._is_whole:
            raise BrokenOffError
        return self._size if self._is_over else self._size - HELD_BACK

    def _tell(self) -> None:
        self._grew.set()
        self._grew = asyncio.Event()
