"""A shop brought back from a backup, with a real browser: what is held, and letting it go."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from models import MessageStatus
from services import backups, settings
from tests import order_rows
from tests.e2e import seeding
from tests.e2e.people import Person, settle
from tests.e2e.shop_process import ShopProcess, running_shop


async def three_that_wait() -> None:
    for number in range(1, 4):
        order = await order_rows.order(number=f"2026-{number:05}")
        await order_rows.message(order, MessageStatus.PENDING, title=f"Order {number}", content=b"Subject: x\r\n\r\nx")


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop that was restored while three mails had not gone out."""
    folder = tmp_path_factory.mktemp("restored")

    def prepare(shop: ShopProcess) -> None:
        seeding.open_shop(shop, and_then=three_that_wait)
        made = backups.write(folder / "backup.zip")
        shop.data.rename(folder / "lost")
        settings.load(data=shop.data)
        shop.command("restore", str(made.path))

    with running_shop(folder, prepare=prepare) as shop:
        yield shop


def sign_in(seller: Person) -> Page:
    """The owner's old session has ended: sign in at the desk."""
    page = seller.visit("/desk")
    page.get_by_label("E-mail").fill(seeding.OWNER)
    page.get_by_label("Password").fill(seeding.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/desk$"))
    settle(page)
    return page


def test_held_deliveries_are_told_and_released_one_by_one_and_all_at_once(seller: Person) -> None:
    page = sign_in(seller)
    expect(page.get_by_text("3 deliveries are held")).to_be_visible()
    page.get_by_role("link", name="Look at them").click()
    page.wait_for_url("**/desk/deliveries?status=held")
    settle(page)
    rows = page.get_by_role("table", name="Deliveries").get_by_role("row")
    expect(rows).to_have_count(4)
    rows.filter(has_text="Order 2").get_by_role("checkbox").check()
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Release").click()
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Release all").click()
    page.get_by_role("dialog").get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_text("No delivery matches")).to_be_visible()
    expect(page.get_by_role("button", name="Release all")).to_be_hidden()
    page = seller.visit("/desk/deliveries")
    expect(page.get_by_role("table", name="Deliveries").get_by_text("Kept here")).to_have_count(3)
    expect(seller.visit("/desk").get_by_text("are held")).to_have_count(0)
