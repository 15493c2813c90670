"""What a seller's work takes at the desk of the sample shop: clicks, keystrokes, and the time until it is done."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Browser, expect

from services import demo
from tests.e2e import people, selling
from tests.e2e.shop_process import ShopProcess
from tests.hands import Hands

MANY = 40


def print_them(browser: Browser, shop: ShopProcess) -> None:
    """Do each task from the desk's first page, signed in, and print the table."""
    context = browser.new_context(base_url=shop.address, locale="en-GB", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto("/desk/sign-in")
    selling.sign_in(page, demo.SELLER, demo.PASSWORD)
    page.wait_for_url("**/desk")
    print("\n| task at the desk | clicks | keystrokes | seconds |\n|---|---|---|---|")
    for title, task in TASKS.items():
        hands = Hands(page)
        people.visit(page, "/desk")
        began = time.perf_counter()
        task(hands)
        seconds = time.perf_counter() - began
        print(f"| {title} | {hands.clicks} | {hands.keys} | {seconds:.1f} |", flush=True)
    context.close()


def _confirm_the_oldest(hands: Hands) -> None:
    page = hands.page
    figure = page.get_by_role("group", name="Figures").get_by_role("button", name=re.compile("^Waiting"))
    hands.click(figure)
    expect(figure).to_have_attribute("aria-pressed", "true")
    order = page.get_by_role("columnheader", name="Order")
    hands.click(order.get_by_role("button"))
    expect(order).to_have_attribute("aria-sort", "ascending")
    hands.click(page.locator("tbody tr").first.get_by_role("link").first)
    page.wait_for_url("**/desk/orders/*")
    people.settle(page)
    hands.click(page.get_by_role("button", name="Confirm order processing"))
    page.get_by_text("Order processing confirmed.").wait_for()


def _forty_processed(hands: Hands) -> None:
    page = hands.page
    rows = page.locator("tbody tr")
    hands.click(rows.nth(0).get_by_role("checkbox"))
    hands.click_to(rows.nth(MANY - 1).get_by_role("checkbox"))
    page.get_by_text(f"{MANY} selected").wait_for()
    hands.click(page.get_by_role("button", name=re.compile("^Actions")))
    hands.click(page.get_by_role("menuitem", name="Change status"))
    hands.click(page.get_by_role("dialog").get_by_role("radio", name="Processed", exact=True))
    hands.click(page.get_by_role("dialog").get_by_role("button", name="Change status"))
    page.get_by_role("dialog").wait_for(state="detached")
    page.get_by_text(re.compile("Processed.*order|Now “Processed”")).first.wait_for()


def _last_month_as_xlsx(hands: Hands) -> None:
    page = hands.page
    hands.click(page.get_by_role("search", name="Filters").get_by_role("button", name="Last month"))
    page.wait_for_url("**from=*")
    people.settle(page)
    hands.click(page.get_by_role("checkbox", name="Select all rows of this page").last)
    hands.click(page.get_by_role("button", name=re.compile("^Select all")))
    hands.press("e")
    hands.click(page.get_by_role("dialog").get_by_role("radio", name=re.compile("^XLSX")))
    with page.expect_download() as started:
        hands.click(page.get_by_role("dialog").get_by_role("button", name="Download"))
    assert started.value.suggested_filename.endswith(".xlsx")


TASKS: dict[str, Callable[[Hands], None]] = {
    "confirm the oldest waiting request": _confirm_the_oldest,
    f"set {MANY} requests to processed": _forty_processed,
    "last month as XLSX": _last_month_as_xlsx,
}
