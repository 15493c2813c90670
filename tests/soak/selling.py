"""What the seller sees and does at the desk without a browser."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pages.desk.guard import cookie_name
from tests.e2e.shop_process import ShopProcess
from tests.soak.frame import wait_for
from tests.soak.wire import Device, OpenPage

RETRY_SECONDS = 60.0
GIVEN_UP = "SELECT count(*) FROM outbox_message WHERE status = 'failed'"


def session(shop: ShopProcess) -> dict[str, str]:
    """The cookies of the owner's browser."""
    return {cookie_name(): shop.owner_token}


@asynccontextmanager
async def desk(shop: ShopProcess, path: str = "/desk") -> AsyncIterator[OpenPage]:
    """Open a page of the desk as the owner, and keep it open."""
    device = Device(shop.address, session(shop))
    try:
        async with device.open(path) as page:
            yield page
    finally:
        await device.leave()


def tells_failures(page: OpenPage, count: int) -> bool:
    """Whether a page of the desk tells that so many deliveries, more than one, were given up."""
    return any(f"{count} deliveries have failed" in str(element) for element in page.elements.values())


async def retry_failed(shop: ShopProcess) -> None:
    """Press Try again on everything in the ledger that was given up, and wait until nothing is."""
    async with desk(shop, "/desk/deliveries?status=failed") as page:
        await page.send("paged_table", "act", {"key": "retry", "ids": [], "all": True})
        await wait_for(lambda: shop.read(GIVEN_UP) == [(0,)], time.monotonic() + RETRY_SECONDS)
