"""What the seller sees and does at the desk without a browser."""

import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import httpx

from models import Dialect, Shape, Status
from pages import forms
from pages.desk.guard import cookie_name
from tests.e2e import seeding
from tests.e2e.shop_process import ShopProcess
from tests.form_token import of_page
from tests.soak.frame import wait_for
from tests.soak.wire import Device, OpenPage

RETRY_SECONDS = BACKUP_SECONDS = 60.0
GIVEN_UP = "SELECT count(*) FROM outbox_message WHERE status = 'failed'"


async def sign_in(shop: ShopProcess) -> None:
    """Sign the owner in with the password; the session is the shop's `owner_token` from then on."""
    async with httpx.AsyncClient(base_url=shop.address, headers={"origin": shop.address}) as browser:
        token = of_page((await browser.get("/desk/sign-in")).text)
        answers = {"email": seeding.OWNER, "password": seeding.PASSWORD, forms.FIELD: token}
        answer = await browser.post("/desk/sign-in", data=answers)
    shop.owner_token = answer.cookies[cookie_name()]


@asynccontextmanager
async def desk(shop: ShopProcess, path: str = "/desk", *, token: str = "") -> AsyncIterator[OpenPage]:
    """Open a page of the desk, as the owner or the seller with the session `token`, and keep it open."""
    device = sellers_device(shop, token)
    try:
        async with device.open(path) as page:
            yield page
    finally:
        await device.leave()


def sellers_device(shop: ShopProcess, token: str = "") -> Device:
    """The browser of the owner, or of the seller with the session `token`."""
    return Device(shop.address, {cookie_name(): token or shop.owner_token})


async def choose_status(page: OpenPage, order_ids: Collection[int]) -> str:
    """Choose Change status for orders; return the dialog that asks which."""
    return await _choose(page, "status", order_ids)


async def change_status(page: OpenPage, question: str, status: Status) -> None:
    """Answer that question, and wait until it is told what was done."""
    toasts = len(page.toasts)
    await page.send("form", "send", {"status": status})
    await page.until(lambda: len(page.toasts) > toasts or _dialog(page) not in {"", question})
    if _dialog(page):  # it names the orders that had that status
        await page.send("modal", "dismiss")
        await page.until(lambda: not _dialog(page))


async def export_all(device: Device, page: OpenPage) -> bytes:
    """Download all orders that the page's filter finds as a file for machines, a row for each."""
    page.saved_from = ""
    await _choose(page, "csv")
    await page.send("form", "send", {"shape": Shape.ORDERS, "dialect": Dialect.MACHINE})
    return (await device.get(await page.until(lambda: page.saved_from))).content


async def confirm(page: OpenPage) -> None:
    """Confirm the order whose page it is, and wait for what is told."""
    toasts = len(page.toasts)
    await page.send("button", "click", words="Confirm order processing")
    await page.until(lambda: len(page.toasts) > toasts)


def tells_failures(page: OpenPage, count: int) -> bool:
    """Whether a page of the desk tells that so many deliveries, more than one, were given up."""
    return any(f"{count} deliveries have failed" in str(element) for element in page.elements.values())


async def retry_failed(shop: ShopProcess) -> None:
    """Press Try again on everything in the ledger that was given up, and wait until nothing is."""
    async with desk(shop, "/desk/deliveries?status=failed") as page:
        await page.send("paged_table", "act", _on((), "retry"))
        await wait_for(lambda: shop.read(GIVEN_UP) == [(0,)], time.monotonic() + RETRY_SECONDS)


async def release_held(shop: ShopProcess) -> None:
    """Press Release on everything in the ledger that is held, and wait until nothing is."""
    async with desk(shop, "/desk/deliveries?status=held") as page:
        await page.send("paged_table", "act", _on((), "release"))
        await page.until(lambda: not page.props("paged_table")["rows"])


async def back_up(shop: ShopProcess) -> bytes:
    """Press Back up now, and fetch what was made."""
    async with desk(shop, "/desk/parameters") as page:
        before = _downloads(page)
        await page.send("button", "click", words="Back up now")
        (made,) = await page.until(lambda: _downloads(page) - before, BACKUP_SECONDS)
    device = sellers_device(shop)
    try:
        return (await device.get(made)).content
    finally:
        await device.leave()


async def _choose(page: OpenPage, action: str, order_ids: Collection[int] = ()) -> str:
    """Choose an action for some orders or, without any, for all that match; return the dialog that asks about it."""
    await page.send("paged_table", "act", _on(order_ids, action))
    return await page.until(lambda: _dialog(page))


def _dialog(page: OpenPage) -> str:
    """The id of the dialog that stands over the page; empty if none does."""
    dialogs = page.find("modal")
    return str(dialogs[-1]["id"]) if dialogs else ""


def _on(ids: Collection[int], action: str) -> dict[str, object]:
    """What a table sends when an action is chosen for some rows or, without any, for all that match its filter."""
    return {"key": action, "ids": list(ids), "all": not ids}


def _downloads(page: OpenPage) -> set[str]:
    addresses = (str(link["props"].get("href", "")) for link in page.find("a"))
    return {address for address in addresses if address.startswith("/desk/backups/")}
