"""Buyers at a running shop, each with a socket: in a process of their own, so that only the shop is measured.

    python -m tests.bench.buyers ADDRESS FLOWS AT_ONCE PRODUCT PRODUCT PRODUCT

prints how many seconds all took, and each of them from the catalogue to "sent", as JSON.
"""

import asyncio
import json
import secrets
import sys
import time
from collections.abc import Sequence

from tests.soak.buying import ANSWERS
from tests.soak.light import LightBrowser, network


async def main(address: str, flows: int, at_once: int, products: Sequence[int]) -> None:
    """Let so many buyers order, so many at once."""
    left = iter(range(flows))
    seconds: list[float] = []

    async def one_after_the_other() -> None:
        for _number in left:
            began = time.perf_counter()
            await _order(address, products)
            seconds.append(time.perf_counter() - began)

    began_all = time.perf_counter()  # not before: to load the program took a third of the time
    await asyncio.gather(*(one_after_the_other() for _each in range(at_once)))
    print(json.dumps({"all": time.perf_counter() - began_all, "each": seconds}))


async def _order(address: str, products: Sequence[int]) -> None:
    """Open the catalogue, put products into the cart, open the checkout and send the request."""
    async with network() as net:  # of this browser alone
        browser = LightBrowser(net, address)
        await browser.open("/")
        for product in products:
            await browser.ask("product_grid", "add", {"id": product, "quantity": 1}, until=f'"{product}":')
        await browser.open("/checkout")
        await browser.ask("form", "send", ANSWERS | {"email": f"{secrets.token_hex(8)}@bench.example"})
        assert (await browser.sent_on()).startswith("/request/")
        await browser.leave()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), [int(id_) for id_ in sys.argv[4:]]))
