"""Cancel storm: units of work are cancelled, tabs with a writing timer are closed, pages are given up while they write.

Meanwhile somebody asks for the rows, and for a turn to write, again and again: neither may wait long. In the end what
another connection reads is what the program reads, each unit of work is there whole or not at all, and it still is when
the program was killed.
"""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.e2e import seeding
from tests.e2e.shop_process import ShopProcess
from tests.soak import tampered
from tests.soak.frame import Outcome
from tests.soak.wire import Device, LostError

LONGEST_QUERY_SECONDS = 3.0
PATIENCE_SECONDS = 8.0  # until it is said to hang
SETTLE_SECONDS = 1.5  # until the last tab is forgotten
ASK_AGAIN_SECONDS = 0.05
AT_ONCE = 8
LONGEST_LOOK_SECONDS = 0.3  # at a tab
ROWS_OF_A_UNIT = 4


@dataclass(frozen=True)
class Size:
    """How many units of work are cancelled, tabs closed and pages given up."""

    cancelled: int
    tabs: int
    late_pages: int


LONG = Size(cancelled=300, tabs=100, late_pages=20)
SHORT = Size(cancelled=60, tabs=16, late_pages=4)


def run(size: Size, seed: int, *, tampering: Callable[[], None] = tampered.in_a_storm) -> Outcome:
    """Let the storm blow."""
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder:
        shop = ShopProcess(Path(folder), program=tampered.program(tampering))
        seeding.open_shop(shop)
        shop.start()
        try:
            return asyncio.run(CancelStorm(size, seed, shop).run())
        finally:
            shop.stop()


class CancelStorm:
    """One storm."""

    def __init__(self, size: Size, seed: int, shop: ShopProcess) -> None:
        self._size, self._seed, self._shop = size, seed, shop
        self._random = random.Random(seed)
        self._slowest_query, self._rows = 0.0, 0

    async def run(self) -> Outcome:
        """Blow until all is done or the program no longer answers; then look."""
        storm = [
            *[self._cancel_one] * self._size.cancelled,
            *[self._close_a_tab] * self._size.tabs,
            *[self._open_a_late_page] * self._size.late_pages,
        ]
        self._random.shuffle(storm)
        async with httpx.AsyncClient(base_url=self._shop.address, timeout=PATIENCE_SECONDS) as self._visitor:
            asks, blows = asyncio.create_task(self._keep_asking()), asyncio.create_task(self._blow(storm))
            await asyncio.wait([asks, blows], return_when=asyncio.FIRST_COMPLETED)
            asks.cancel()
            broken = await self._what_is_wrong() if await self._is_over(blows) else await self._hang_up()
            [ended] = await asyncio.gather(asks, return_exceptions=True)
            broken += [str(ended)] if isinstance(ended, httpx.HTTPStatusError) else []
        if self._slowest_query > LONGEST_QUERY_SECONDS:
            broken.append(f"a query waited {self._slowest_query:.1f} s")
        figures = vars(self._size) | {"slowest query s": self._slowest_query, "rows": self._rows}
        return Outcome(self._seed, figures, broken)

    async def _is_over(self, blows: Awaitable[None]) -> bool:
        """Wait for its end; False if the program no longer answers."""
        hangs = False
        try:
            await blows
            await self._ask("/storm/turn")
        except* (httpx.TimeoutException, LostError):
            hangs = True
        return not hangs

    async def _keep_asking(self) -> None:
        while True:
            begun_at = time.monotonic()
            await self._ask("/storm/rows")
            await self._ask("/storm/turn")
            self._slowest_query = max(self._slowest_query, time.monotonic() - begun_at)
            await asyncio.sleep(ASK_AGAIN_SECONDS)

    async def _blow(self, storm: Sequence[Callable[[], Awaitable[None]]]) -> None:
        free = asyncio.Semaphore(AT_ONCE)

        async def one(strike: Callable[[], Awaitable[None]]) -> None:
            async with free:
                await strike()

        async with asyncio.TaskGroup() as all_of_it:
            for strike in storm:
                all_of_it.create_task(one(strike))

    async def _cancel_one(self) -> None:
        await self._ask("/storm/cancelled", seed=self._random.random())

    async def _ask(self, path: str, **values: float) -> httpx.Response:
        return (await self._visitor.get(path, params=values)).raise_for_status()

    async def _open_a_late_page(self) -> None:
        await self._visitor.get("/storm/late")  # is given up: an error is what it answers

    async def _close_a_tab(self) -> None:
        device = Device(self._shop.address)
        async with device.open("/storm/tab"):
            await asyncio.sleep(self._random.uniform(0, LONGEST_LOOK_SECONDS))
        await device.leave()

    async def _hang_up(self) -> list[str]:
        """It cannot be stopped in any other way."""
        await asyncio.to_thread(self._shop.kill)
        return ["it hangs"]

    async def _what_is_wrong(self) -> list[str]:
        """Once everything is cut off: what the program reads, against the file, and against it after a kill."""
        await asyncio.sleep(SETTLE_SECONDS)
        told = (await self._ask("/storm/rows")).json()
        self._rows = len(told)
        wrong = [] if told else ["nothing was written"]
        if self._read() != told:
            wrong.append("another connection reads other rows than the program")
        await asyncio.to_thread(self._shop.kill)
        if self._read() != told:
            wrong.append("what the program read is gone after a kill")
        halves = [name for name, count in Counter(told).items() if count != ROWS_OF_A_UNIT]
        return [*wrong, f"{len(halves)} units of work are there in part"] if halves else wrong

    def _read(self) -> list[str]:
        return [name for (name,) in self._shop.read("SELECT name FROM category ORDER BY path")]
