"""Open desks of a running shop, in a process of their own, which does no more than see the orders in what arrives.

The browsers of fifty desks have fifty processors; here they have a part of one beside the shop's own. What is told of
elements is therefore not taken apart: the numbers of orders are looked for in its text.

    python -m tests.bench.desks ADDRESS COOKIE TOKEN NUMBER

says "ready" when all are open; when the number of the last order comes on standard input and all desks show it, it
prints for each desk when (monotonic) it saw which order, as JSON.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any

from nicegui import json as framework_json

from tests.soak.frame import wait_for
from tests.soak.wire import Device, OpenPage

LONGEST_SECONDS = 600.0
LAST_SECONDS = 60.0
UPDATE = '["update"'
NUMBER = re.compile(r'"number":\{"text":"([^"]+)"')


async def main(address: str, cookie: str, token: str, number: int) -> None:
    """Open the desks of the seller whose session is in the cookie, watch, and tell."""
    seen: list[dict[str, float]] = [{} for _each in range(number)]
    ready = [asyncio.Event() for _each in range(number)]
    desks = [asyncio.create_task(_watch(address, {cookie: token}, *both)) for both in zip(seen, ready, strict=True)]
    await asyncio.wait([asyncio.create_task(_all(ready)), *desks], return_when=asyncio.FIRST_COMPLETED)
    for desk in desks:
        if desk.done():
            desk.result()  # raises what kept it from being opened
    print("ready", flush=True)
    last = (await asyncio.to_thread(sys.stdin.readline)).strip()
    await wait_for(lambda: all(last in desk for desk in seen), time.monotonic() + LAST_SECONDS)
    for desk in desks:
        desk.cancel()
    await asyncio.gather(*desks, return_exceptions=True)
    print(json.dumps(seen), flush=True)


async def _all(events: Iterable[asyncio.Event]) -> None:
    for event in events:
        await event.wait()


async def _watch(address: str, cookies: Mapping[str, str], seen: dict[str, float], ready: asyncio.Event) -> None:
    device = Device(address, cookies)
    try:
        async with device.open("/desk", Desk) as desk:
            assert isinstance(desk, Desk)
            ready.set()
            while True:
                await desk.until(lambda: any(number not in seen for number in desk.numbers), LONGEST_SECONDS)
                now = time.monotonic()
                for number in desk.numbers:
                    seen.setdefault(number, now)
    finally:
        await device.leave()


class Glance:
    """JSON, of which what is told of elements is only glanced at."""

    dumps = framework_json.dumps

    @staticmethod
    def loads(text: str) -> Any:
        """Read it; from an update of elements the numbers of the orders in it."""
        return ["update", {"numbers": NUMBER.findall(text)}] if text.startswith(UPDATE) else framework_json.loads(text)


class Desk(OpenPage):
    """A desk of which only the numbers of its orders are kept."""

    reads = Glance
    numbers: tuple[str, ...] = ()

    def _updated(self, message: dict[str, Any]) -> None:
        if numbers := message["numbers"]:
            self.numbers = tuple(numbers)
            self._news.set()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
