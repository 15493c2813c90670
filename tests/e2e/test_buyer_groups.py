"""A seller approves a buyer into a group, who orders at its prices by themselves; nobody else is told any price."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from models import PricesFor, Shop
from tests.e2e import buying, mails, seeding
from tests.e2e.conftest import Arrivals
from tests.e2e.people import PHONE, Person, settle
from tests.e2e.selling import SOON_MS
from tests.e2e.shop_process import ShopProcess, running_shop
from tests.servers import SmtpTestServer

LIST_PRICES = ("6.40", "24.80")
GROUP_PRICES = ("5.76", "20.00", "57.60", "97.60")
SHOWN = re.compile("|".join(map(re.escape, (*LIST_PRICES, *GROUP_PRICES, "€"))))


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory, post: SmtpTestServer) -> Iterator[ShopProcess]:
    """A shop whose prices are for buyers it has approved."""

    async def choosy() -> None:
        await Shop.all().update(prices_for=PricesFor.APPROVED)

    folder = tmp_path_factory.mktemp("shop")
    with running_shop(
        folder,
        smtp_url=f"smtp://127.0.0.1:{post.port}",
        prepare=lambda shop: seeding.open_shop(shop, and_then=choosy),
    ) as shop:
        yield shop


def make_group(seller: Person) -> None:
    """The group “Resellers”: 10 % off, and the saw at a price of its own."""
    page = seller.visit("/desk/groups")
    page.get_by_role("button", name="New group").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Resellers")
    dialog.get_by_label("Percent off the list prices").fill("110")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Write a percentage from 0 to 100.")).to_be_visible()
    dialog.get_by_label("Percent off the list prices").fill("10")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Resellers")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="New price").click()
    dialog.get_by_label("SKU").fill("saw-240")
    dialog.get_by_label("Price", exact=True).fill("20")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row").filter(has_text="SAW-240")).to_contain_text("24.8020.00")


def approve(seller: Person, email: str) -> None:
    """Approve the buyer who waits into the group."""
    page = seller.visit("/desk/buyers?standing=waiting")
    page.get_by_role("link", name=re.compile("Marta Gil")).click()
    page.wait_for_url("**/desk/buyers/*")
    settle(page)
    page.get_by_role("button", name="Approve").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Group").select_option(label="Resellers")
    dialog.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("The buyer is approved.")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="Approved")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="Resellers")).to_be_visible()


def told(person: Person) -> str:
    """What a browser gets of products and their prices: pages and suggestions."""
    paths = ("/", "/?q=saw&sort=price", "/product/SAW-240", "/product/GL", "/suggestions?q=saw", "/cart", "/checkout")
    return "\n".join(person.context.request.get(path).text() for path in paths)


def told_of_a_list(person: Person) -> str:
    """What Quick order makes of two codes."""
    page = person.visit("/quick-order")
    page.get_by_label("Paste a list").fill("FR-200;10\nSAW-240;2")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("textbox", name="Quantity: Japanese saw 240 mm")).to_have_value("2")
    return page.get_by_role("main").inner_text()


def test_a_buyer_is_approved_into_a_group_and_orders_at_its_prices(
    arrives: Arrivals, seller: Person, post: SmtpTestServer
) -> None:
    buyer, email = arrives(PHONE), buying.new_address()
    assert not SHOWN.search(told_of_a_list(buyer) + told(buyer))
    number = buying.send_request(buyer, email, quantity=10)
    assert not SHOWN.search(buyer.page.get_by_role("main").inner_text())
    buying.verify(buyer, post, email)
    make_group(seller)
    page = buyer.visit("/product/FR-200")
    expect(page.get_by_text("Prices after approval").first).to_be_visible()
    assert not SHOWN.search(told(buyer))
    approve(seller, email)
    expect(page.get_by_text("€5.76").first).to_be_visible(timeout=2 * SOON_MS)  # by itself
    mails.newest(post, email, "Norte Tools has approved you")
    everything = told(buyer) + told_of_a_list(buyer)
    assert not [price for price in LIST_PRICES if price in everything]
    assert [price for price in GROUP_PRICES if price in everything] == list(GROUP_PRICES)
    page.get_by_role("button", name="Add all").click()
    expect(buying.cart_button(page)).to_have_accessible_name("Cart, 2 products, €97.60")
    buyer.visit("/checkout")
    buying.privacy_box(page).check()
    buying.send(page)
    expect(page.get_by_role("main")).to_contain_text("€97.60")
    ordered = buying.number_of(page)
    desk = seller.visit(f"/desk/orders/{ordered}")
    expect(desk.get_by_role("main")).to_contain_text("€97.60")
    page = buyer.visit(f"/account/request/{number}/again")
    expect(page.get_by_text("1 product, €57.60")).to_be_visible()
    assert not SHOWN.search(told(arrives()))
