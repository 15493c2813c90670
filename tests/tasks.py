"""`make tasks`: how many clicks and keystrokes work takes in the sample shop, and how soon products are to be seen.

A buyer's task begins on the shop's front page, signed in, and ends when the request is sent; a seller's begins on the
desk. The hands that do it count themselves. The tables stand in the README.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from models import Order, Product, Verification
from pages.forms import DEVICE_COOKIE
from services import demo, visitors
from services.cart_lines import fitting_quantity
from services.database import unit_of_work
from tests import desk_tasks
from tests.e2e import people, seeding
from tests.e2e.shop_process import ROOT, ShopProcess
from tests.hands import Hands

PASTED = 20  # products of the paste
VISITS = 9  # fresh ones, of which the middle counts
A_WEEK = timedelta(days=7)
EMPTY = "/empty"  # a page with nothing on it, beside those of the program
PROGRAM_WITH_EMPTY_PAGE = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import main
wire = main.wire
def with_empty_page():
    wire()
    from nicegui import ui
    ui.page({EMPTY!r})(lambda: ui.element("div").classes("card"))
main.wire = with_empty_page
sys.exit(main.main())
"""
SEEN = """() => {
    const look = () => {
        const card = document.querySelector(".card");
        if (card && card.getBoundingClientRect().bottom > card.getBoundingClientRect().top - 1) window.seenAt = performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""  # noqa: E501 - a script


@dataclass
class Wanted:
    """What is ordered: one SKU, many in a paste, and the request of last week."""

    sku: str = ""
    paste: str = ""
    again: str = ""
    buyer_id: int = 0


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="pedido-tasks-") as folder:
        shop = ShopProcess(Path(folder), program=(sys.executable, "-c", PROGRAM_WITH_EMPTY_PAGE))
        wanted = Wanted()

        async def make() -> None:
            await demo.make()
            await _choose(wanted)

        seeding.in_data_folder(shop, make)
        shop.start()
        try:
            with sync_playwright() as playwright:
                browser = people.launch(playwright)
                _print_tasks(browser, shop, wanted)
                desk_tasks.print_them(browser, shop)
                _print_visits(browser, shop)
                browser.close()
        finally:
            shop.stop()


@unit_of_work
async def _choose(wanted: Wanted) -> None:
    """The newest request that is a week old, its buyer, and products to order; a device for each task is signed in."""
    sent = Order.filter(verification=Verification.VERIFIED, buyer_id__not_isnull=True)
    order = await sent.filter(created_at__lt=datetime.now(UTC) - A_WEEK).order_by("-created_at").first()
    products = await Product.filter(active=True, is_parent=False).order_by("sku").limit(PASTED)
    assert order and order.buyer_id and len(products) == PASTED
    wanted.buyer_id, wanted.again, wanted.sku = order.buyer_id, order.number, products[0].sku
    lines = [f"{one.sku}\t{fitting_quantity(1, one.pack_size, one.minimum_quantity)}" for one in products]
    wanted.paste = "\n".join(lines)
    for title in TASKS:
        await visitors.sign_in(_device(title), order.buyer_id)


def _device(title: str) -> str:
    """The cookie of the browser that does a task."""
    return f"{list(TASKS).index(title)}" * 43


def _one_known_sku(hands: Hands, wanted: Wanted) -> None:
    page = hands.page
    hands.click(page.get_by_role("combobox", name="Search products"))
    hands.type(wanted.sku)
    found = page.get_by_role("grid", name="Suggested products").get_by_role("row").filter(has_text=wanted.sku)
    hands.click(found.first.get_by_role("button", name="Add"))
    page.get_by_role("link", name="Cart, 1 product").wait_for()
    hands.click(page.get_by_role("link", name="Cart, 1 product"))
    _check_out(hands)


def _twenty_from_a_paste(hands: Hands, wanted: Wanted) -> None:
    page = hands.page
    hands.click(page.get_by_role("link", name="Quick order"))
    page.wait_for_url("**/quick-order")
    page.wait_for_function("document.activeElement.tagName === 'TEXTAREA'")
    hands.paste(wanted.paste)
    _add_all(hands)


def _last_weeks_order_again(hands: Hands, wanted: Wanted) -> None:
    page = hands.page
    hands.click(page.get_by_role("link", name="My requests"))
    page.wait_for_url("**/account")
    request = page.get_by_role("row").filter(has_text=wanted.again)
    hands.click(request.get_by_role("link", name="Order again"))
    page.wait_for_url("**/again")
    _add_all(hands)


def _add_all(hands: Hands) -> None:
    hands.click(hands.page.get_by_role("button", name="Add all"))
    hands.click(hands.page.get_by_role("link", name="To the cart"))
    _check_out(hands)


def _check_out(hands: Hands) -> None:
    """From the cart to the page of the request; what the form wants besides, it says."""
    page = hands.page
    page.wait_for_url("**/cart")
    hands.click(page.get_by_role("link", name="Send request"))
    page.wait_for_url("**/checkout")
    people.settle(page)
    hands.click(page.get_by_role("checkbox", name="privacy policy"))
    hands.click(page.get_by_role("button", name="Send request"))
    page.wait_for_url("**/request/*")


TASKS: dict[str, Callable[[Hands, Wanted], None]] = {
    "1 known SKU": _one_known_sku,
    f"{PASTED} SKUs from a paste": _twenty_from_a_paste,
    "last week's order again": _last_weeks_order_again,
}


def _print_tasks(browser: Browser, shop: ShopProcess, wanted: Wanted) -> None:
    print("| task | clicks | keystrokes | pastes |\n|---|---|---|---|")
    for title, task in TASKS.items():
        context = browser.new_context(base_url=shop.address, locale="en-GB")
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.add_cookies([{"name": DEVICE_COOKIE, "value": _device(title), "url": shop.address}])
        hands = Hands(context.new_page())
        people.visit(hands.page, "/")
        task(hands, wanted)
        print(f"| {title} | {hands.clicks} | {hands.keys} | {hands.pastes} |", flush=True)
        context.close()


def _print_visits(browser: Browser, shop: ShopProcess) -> None:
    """Visits with nothing remembered, by turns to the shop and to an empty page: only their ratio means something."""
    _seen_after(browser, shop, "/")  # the program has seen somebody
    pairs = [(_seen_after(browser, shop, "/"), _seen_after(browser, shop, EMPTY)) for _visit in range(VISITS)]
    products, empty = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(
        f"\nProducts are to be seen {products:.0f} ms after a first visit begins, an empty page {empty:.0f} ms: ",
        end="",
    )
    print(f"{products / empty:.2f} times as long (median of {VISITS}).")


def _seen_after(browser: Browser, shop: ShopProcess, path: str) -> float:
    """Milliseconds from the beginning of a visit until a product, or the empty page's one element, is there."""
    context = browser.new_context(base_url=shop.address, locale="en-GB")
    page = context.new_page()
    page.add_init_script(f"({SEEN})()")
    page.goto(path)
    page.wait_for_function("window.seenAt > 0")
    seen = float(page.evaluate("window.seenAt"))
    context.close()
    return seen


if __name__ == "__main__":
    main()
