"""The catalogue's page with 48 products: how many are built in a second, and what an open one takes of memory.

Its reference is an empty page of the framework, asked for in turns. What a page takes is told in processor time of the
server's process, so that whatever else the machine does counts less, and as it was waited for.
"""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from http.client import HTTPConnection

from tests.bench.beside import Side, shop_and_empty_page
from tests.bench.frame import Reading, quantile
from tests.soak.wire import Device

ORDERS, PRODUCTS = 1000, 2000
PATH, EMPTY_PATH = "/?per=48", "/"
SHOWN = 48
ROUNDS, TURNS, PAGES = 4, 3, 20
LEAST_OF_EMPTY = 0.4
VISITORS, FIRST = 300, 5
MOST_KB = 150.0
PREPARED = re.compile(r'<script type="application/json" id="product-grid">(.*?)</script>')


def run() -> Iterator[Reading]:
    """Open many pages, then ask for some in turns; each time of programs that have just started.

    A page that nobody connects to is kept for a while, and looked after ten times a second: they must not be many.
    """
    with shop_and_empty_page(ORDERS, PRODUCTS) as (shop, empty):
        yield asyncio.run(_memory(shop, empty))
    yield from _rates()


def _rates() -> Iterator[Reading]:
    worked: dict[str, list[float]] = {PATH: [], EMPTY_PATH: []}
    waited: dict[str, list[float]] = {PATH: [], EMPTY_PATH: []}
    for _round in range(ROUNDS):
        with shop_and_empty_page(ORDERS, PRODUCTS) as sides:
            turns = list(zip(sides, (PATH, EMPTY_PATH), strict=True))
            for side, path in turns:
                _ask(side, path, FIRST)  # what is made once is made before
            for side, path in turns * TURNS:
                before, began = side.processor, time.perf_counter()
                _ask(side, path, PAGES)
                worked[path].append(PAGES / (side.processor - before))
                waited[path].append(PAGES / (time.perf_counter() - began))
    for what, rates in (("processor time", worked), ("waited for", waited)):
        own, empty = (quantile(rates[path], 0.5) for path in (PATH, EMPTY_PATH))
        yield Reading(
            f"catalogue page, 48 products, {what}",
            "1/s",
            rates[PATH],
            must=f"≥ {LEAST_OF_EMPTY} × the empty page",
            holds=own >= LEAST_OF_EMPTY * empty,
            beside=f"empty page {empty:.0f}/s: {own / empty:.2f} ×",
        )


def _ask(side: Side, path: str, pages: int) -> None:
    """Ask for a page again and again; each must be what it should be."""
    connection = HTTPConnection("127.0.0.1", side.port)
    for number in range(pages):
        connection.request("GET", path, headers={"accept-encoding": "gzip" if number else "identity"})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200
        if not number and path == PATH:
            _check(content.decode())
    connection.close()


def _check(page: str) -> None:
    prepared = PREPARED.search(page)
    assert prepared, "the list is in the page"
    products = json.loads(prepared[1])["products"]
    assert len({product["sku"] for product in products}) == SHOWN
    assert all(product["picture"] and product["price"] for product in products)


async def _memory(shop: Side, empty: Side) -> Reading:
    taken = {}
    for side, path in ((shop, PATH), (empty, EMPTY_PATH)):
        await _open(side, path, FIRST)  # what the first ones bring along for all
        before = side.memory
        taken[side] = await _open(side, path, VISITORS) - before
    each = {side: bytes_ / VISITORS / 1000 for side, bytes_ in taken.items()}
    return Reading(
        f"catalogue page: memory of each of {VISITORS} connected visitors",
        "kB",
        [each[shop]],
        must=f"≤ {MOST_KB:.0f} kB",
        holds=each[shop] <= MOST_KB,
        beside=f"empty page {each[empty]:.0f} kB",
    )


async def _open(side: Side, path: str, visitors: int) -> int:
    """Open a page by as many visitors; return the memory of the process while all are connected."""
    address = f"http://127.0.0.1:{side.port}"
    async with AsyncExitStack() as open_pages:
        for _visitor in range(visitors):
            device = Device(address)
            page = await open_pages.enter_async_context(device.open(path))
            assert page.client_id, "it is connected"
            await device.leave()  # what is left is the page's own connection
        await asyncio.sleep(3)
        return side.memory
