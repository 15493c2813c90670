"""What the seller sees and does at the desk without a browser."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from pages.desk.guard import cookie_name
from tests.e2e import seeding
from tests.e2e.shop_process import ShopProcess
from tests.soak.frame import wait_for
from tests.soak.wire import Device, OpenPage

RETRY_SECONDS = 60.0
GIVEN_UP = "SELECT count(*) FROM outbox_message WHERE status = 'failed'"


def session(shop: ShopProcess) -> dict[str, str]:
    """The cookies of the owner's browser."""
    return {cookie_name(): shop.owner_token}


async def sign_in(shop: ShopProcess) -> None:
    """Sign the owner in with the password; the session is the shop's `owner_token` from then on."""
    async with httpx.AsyncClient(base_url=shop.address, headers={"origin": shop.address}) as browser:
        answer = await browser.post("/desk/sign-in", data={"email": seeding.OWNER, "password": seeding.PASSWORD})
    shop.owner_token = answer.cookies[cookie_name()]


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
        await page.send("paged_table", "act", _on_all("retry"))
        await wait_for(lambda: shop.read(GIVEN_UP) == [(0,)], time.monotonic() + RETRY_SECONDS)


async def release_held(shop: ShopProcess) -> None:
    """Press Release on everything in the ledger that is held, and wait until nothing is."""
    async with desk(shop, "/desk/deliveries?status=held") as page:
        await page.send("paged_table", "act", _on_all("release"))
        await page.until(lambda: not page.props("paged_table")["rows"])


async def back_up(shop: ShopProcess) -> bytes:
    """Press Back up now, and fetch what was made."""
    async with desk(shop, "/desk/parameters") as page:
        before = _downloads(page)
        await page.send("button", "click", words="Back up now")
        (made,) = await page.until(lambda: _downloads(page) - before)
    device = Device(shop.address, session(shop))
    try:
        return (await device.get(made)).content
    finally:
        await device.leave()


def _on_all(action: str) -> dict[str, object]:
    """What the ledger sends when an action is chosen for all that match its filter."""
    return {"key": action, "ids": [], "all": True}


def _downloads(page: OpenPage) -> set[str]:
    addresses = (str(link["props"].get("href", "")) for link in page.find("a"))
    return {address for address in addresses if address.startswith("/desk/backups/")}
