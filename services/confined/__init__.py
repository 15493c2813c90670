"""What strangers made is read in a process of its own, with little memory and little time.

There a file that unpacks to more than can be meant, or that a library stumbles over, does no harm: the process is
ended and the program goes on. It knows nothing of the shop: no database, no settings, no files.
"""

import asyncio
import contextvars
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from models.errors import ShopError
from models.text import spoken

CHILD = Path(__file__).with_name("child.py")
BUSY_TIMES = 3  # as long by the clock, because a busy machine gives a process a part of its time
AT_ONCE = 2  # others wait for their turn, so that many large files are not too much together
HEAD_BYTES = 5  # of a part of the answer: its kind, and how long it is
LANGUAGE = "LANGUAGE"  # in which it refuses

Answer = TypeVar("Answer")
Content = bytes | IO[bytes]


@dataclass(frozen=True)
class Limits:
    """What a reading may take, `seconds` of a processor; where the system knows no limits, the clock stands alone."""

    memory_bytes: int
    seconds: int
    answer_bytes: int


async def read(
    room: str,
    content: Content,
    *arguments: str,
    limits: Limits,
    refusal: str,
    take: Callable[[Iterator[bytes]], Answer],
) -> Answer:
    """Let `answer(file, *arguments)` of the module `room` read `content`; return what `take` makes of its parts.

    `content` is bytes or a file on the disk, which may be closed afterwards; `take` is called in a thread. Raises
    ShopError with the module's own sentence, or with `refusal` if it needs more than it may or breaks down. Whoever is
    cancelled leaves no process behind.
    """
    reading = _Reading([room, *arguments], content, limits, refusal)
    work = contextvars.copy_context()
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, lambda: work.run(reading.read, take))
    finally:
        reading.end()


_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="reading")


class _Reading:
    """One process, from its start to its end."""

    def __init__(self, call: list[str], content: Content, limits: Limits, refusal: str) -> None:
        self._call, self._content, self._limits, self._refusal = call, content, limits, refusal
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_over = False

    def read(self, take: Callable[[Iterator[bytes]], Answer]) -> Answer:
        process = self._started()
        clock = threading.Timer(self._limits.seconds * BUSY_TIMES, process.kill)
        clock.start()
        try:
            self._hand_over(process)
            return take(self._parts(process))
        finally:
            clock.cancel()
            process.kill()
            process.wait()
            assert process.stdout  # noqa: S101 - it was asked for
            process.stdout.close()

    def end(self) -> None:
        """End the process if it is still there; from here on none is started and the content is not touched."""
        with self._starting:
            self._is_over = True
            if self._process:
                self._process.kill()

    def _started(self) -> subprocess.Popen[bytes]:
        with self._starting:
            if self._is_over:
                raise ShopError(self._refusal)  # nobody waits for it any more
            self._process = subprocess.Popen(  # noqa: S603 - this Python, and a file of ours
                [sys.executable, "-P", "-B", str(CHILD), *self._limits_told(), *self._call],
                stdin=subprocess.PIPE if isinstance(self._content, bytes) else _at_its_beginning(self._content),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd=CHILD.anchor,
            )
            return self._process

    def _limits_told(self) -> tuple[str, str]:
        return str(self._limits.memory_bytes), str(self._limits.seconds)

    def _hand_over(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin and isinstance(self._content, bytes):
            with suppress(BrokenPipeError), process.stdin as file:  # it may have ended already
                file.write(self._content)

    def _parts(self, process: subprocess.Popen[bytes]) -> Iterator[bytes]:
        """The parts of the answer. Raises ShopError instead of any that do not come."""
        assert process.stdout  # noqa: S101 - it was asked for
        left = self._limits.answer_bytes
        while True:
            head = process.stdout.read(HEAD_BYTES)
            kind, length = head[:1], int.from_bytes(head[1:], "big")
            left -= length
            part = process.stdout.read(length) if left >= 0 else b""
            if len(head) < HEAD_BYTES or len(part) < length:
                raise ShopError(self._refusal)
            match kind:
                case b"P":
                    yield part
                case b"R":
                    raise ShopError(part.decode())
                case b"B":
                    raise RuntimeError(f"reading failed in its own process:\n{part.decode()}")
                case _:
                    return


def _at_its_beginning(file: IO[bytes]) -> int:
    number = file.fileno()  # what was kept in memory so far is on the disk from here on
    file.flush()
    os.lseek(number, 0, os.SEEK_SET)
    return number


def _environment() -> dict[str, str]:
    """The little a child is told: nothing that is a secret."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    folders = [folder for folder in sys.path if folder]
    told = {LANGUAGE: spoken(), "PYTHONPATH": os.pathsep.join(folders)}
    return {**kept, **told, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
