"""Privacy with a real browser: a buyer takes their data, the seller erases them, and the audit log tells of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from models import Buyer, EventKind, MessageStatus, OrderEvent, Verification
from pages.http import DEVICE_COOKIE
from services import tokens, visitors
from services.database import unit_of_work
from tests import order_rows
from tests.e2e import seeding
from tests.e2e.people import Person
from tests.e2e.shop_process import ShopProcess, running_shop

MARTA = "marta@sol.example"
TOKEN = tokens.new()


@unit_of_work
async def marta() -> None:
    """A buyer with an order that the law keeps, and a note on it."""
    buyer = await Buyer.create(
        email=MARTA, name="Marta Gil", company="Ferretería Sol S.L.", verified_at=order_rows.NOON
    )
    order = await order_rows.order(
        number="M-1", buyer=buyer, comments="Back door, please", verification=Verification.VERIFIED
    )
    await order_rows.line(order)
    await order_rows.message(order, MessageStatus.CAPTURED, content=b"Subject: x\r\n\r\nx", finished_at=order_rows.NOON)
    await OrderEvent.create(
        order=order, kind=EventKind.NOTE, actor=seeding.OWNER, text="Pays late", created_at=order_rows.NOON
    )
    await visitors.sign_in(TOKEN, buyer.id)


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop that Marta has ordered from."""
    with running_shop(
        tmp_path_factory.mktemp("shop"), prepare=lambda shop: seeding.open_shop(shop, and_then=marta)
    ) as shop:
        yield shop


def saved(page: Page, words: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=words).click()
    return Path(download.value.path()).read_bytes()


def test_a_buyer_takes_their_data_and_the_seller_erases_them(
    buyer: Person, seller: Person, pedido: ShopProcess
) -> None:
    buyer.context.add_cookies([{"name": DEVICE_COOKIE, "value": TOKEN, "url": pedido.address}])
    told = json.loads(saved(buyer.visit("/account/profile"), "Download my data"))
    assert told["orders"][0]["comments"] == "Back door, please"
    assert "Pays late" not in json.dumps(told)

    desk = seller.visit("/desk/buyers/1")
    assert json.loads(saved(desk, "Download data"))["orders"][0]["notes"][0]["text"] == "Pays late"
    second = seller.tab("/desk/orders/M-1")
    desk.get_by_role("button", name="Erase").click()
    question = desk.get_by_role("dialog")
    expect(question).to_contain_text("1 order must be kept by law: locked now")
    expect(question).to_contain_text("After the end of 2036 at the latest")
    question.get_by_role("button", name="Erase").click()

    expect(desk.get_by_role("heading", level=1, name="Erased")).to_be_visible()
    expect(desk.get_by_role("button", name="Erase")).to_be_hidden()
    expect(second.get_by_text("Locked: the buyer was erased")).to_be_visible()
    expect(second.get_by_text("Pays late")).to_have_count(0)
    for button in ("Confirm order processing", "Send to FTP/SFTP", "Resend mails", "Add note"):
        expect(second.get_by_role("button", name=button)).to_be_hidden()
    expect(second.get_by_role("heading", name="Messages to the buyer")).to_be_hidden()
    expect(second.get_by_role("button", name="Change status")).to_be_visible()
    buyer.visit("/account")
    expect(buyer.page).to_have_url(f"{pedido.address}/sign-in")
    expect(seller.visit("/desk/buyers").get_by_role("table", name="Buyers")).not_to_contain_text("Marta")


def test_the_audit_log_tells_of_it(seller: Person) -> None:
    page = seller.visit("/desk/parameters")
    page.get_by_role("link", name="Audit log").click()
    page.wait_for_url("**/desk/audit")
    table = page.get_by_role("table", name="Audit log")
    expect(table).to_contain_text("buyer 1; orders: 0 deleted, 0 anonymised, 1 locked")
    expect(table).to_contain_text(seeding.OWNER)
    expect(table).not_to_contain_text(MARTA)
    page = seller.visit("/desk/audit?kind=buyer_data&seller=buyer")
    expect(page.get_by_role("table", name="Audit log").get_by_role("row")).to_have_count(2)
    lines = saved(page, "Download CSV").decode().splitlines()
    assert [line.partition(",")[2] for line in lines] == ["kind,actor,about", "buyer_data,buyer,buyer 1"]
