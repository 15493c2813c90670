"""Buyer and seller on a phone: everything is reachable, and no page is wider than the screen."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import buying, seeding, selling
from tests.e2e.conftest import Arrivals
from tests.e2e.people import PHONE, Person, settle
from tests.e2e.shop_process import ShopProcess
from tests.servers import SmtpTestServer

SMALLEST_TOUCH = 44  # pixels
BUYERS_PAGES = (
    "/",
    "/?q=saw",
    "/product/GL",
    "/product/WS-440",
    "/quick-order",
    "/cart",
    "/checkout",
    "/sign-in",
    "/legal/privacy",
    "/legal/terms",
    "/product/nope",
)
SELLERS_PAGES = (
    "/desk",
    "/desk/products",
    "/desk/products/1",
    "/desk/import",
    "/desk/buyers",
    "/desk/deliveries",
    "/desk/parameters",
    "/desk/audit",
    "/desk/terms-of-sale",
    "/desk/terms-of-sale/targets/new?protocol=sftp",
)


def too_wide(page: Page) -> list[str]:
    """What sticks out of the screen at the right, save for what scrolls by itself."""
    sticking: list[str] = page.evaluate(
        """() => {
            if (document.documentElement.scrollWidth <= innerWidth) return [];
            const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
            return ["page", ...wide.map((e) => e.tagName + "." + e.className)].slice(0, 10);
        }"""  # noqa: E501 - a line of JavaScript
    )
    return sticking


def too_small(page: Page) -> list[str]:
    """Buttons and fields that a thumb would miss."""
    small: list[str] = page.evaluate(
        """(smallest) => [...document.querySelectorAll("main .btn, main .input:not([type=color]), header .btn")]
            .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < smallest - 0.5)
            .map((e) => e.outerHTML.slice(0, 120))""",
        SMALLEST_TOUCH,
    )
    return small


@pytest.fixture
def phone(arrives: Arrivals) -> Person:
    """A buyer with a phone and something in the cart."""
    person = arrives(PHONE)
    buying.put_in_cart(person.page)
    return person


@pytest.fixture
def sellers_phone(arrives: Arrivals, pedido: ShopProcess) -> Person:
    """The owner with a phone."""
    person = arrives(PHONE)
    seeding.let_in(person.context, pedido)
    return person


def test_no_page_of_the_shop_is_wider_than_a_phone(phone: Person) -> None:
    phone.expects("status of 404")
    for path in BUYERS_PAGES:
        page = phone.visit(path)
        assert too_wide(page) == [], path
        assert too_small(page) == [], path


def test_no_page_of_the_desk_is_wider_than_a_phone(sellers_phone: Person, arrives: Arrivals) -> None:
    number = buying.send_request(arrives(), buying.new_address(), Company="A company with a rather long name S.L.")
    for path in (*SELLERS_PAGES, f"/desk/orders/{number}", "/desk/deliveries/1", "/desk/buyers/1"):
        page = sellers_phone.visit(path)
        assert too_wide(page) == [], path
        assert too_small(page) == [], path


def test_a_request_is_sent_and_confirmed_from_two_phones(
    arrives: Arrivals, sellers_phone: Person, post: SmtpTestServer
) -> None:
    desk = sellers_phone.visit("/desk")
    buyer, email = arrives(PHONE), buying.new_address()
    page = buyer.visit("/")
    page.get_by_role("combobox", name="Search products").fill("saw")
    page.get_by_role("combobox", name="Search products").press("Enter")
    page.get_by_role("button", name="Add: Japanese saw 240 mm").tap()
    expect(buying.cart_button(page)).to_have_accessible_name(re.compile("1"))
    buying.cart_button(page).tap()
    page.get_by_role("link", name="Send request").tap()
    page.wait_for_url("**/checkout")
    settle(page)
    buying.fill_form(page, email, Company="Carpintería Norte")
    buying.send(page)
    number = buying.number_of(page)
    row = selling.row_of(desk, number)
    expect(row).to_be_visible()
    expect(row).to_contain_text("Carpintería Norte")
    expect(row).to_contain_text("24.80")
    buying.verify(buyer, post, email)
    row.get_by_role("link").first.tap()
    desk.wait_for_url(f"**/desk/orders/{number}")
    settle(desk)
    desk.get_by_role("button", name="Confirm order processing").tap()
    expect(desk.get_by_text("Order processing confirmed.").first).to_be_visible()


def test_filters_open_from_a_button_and_tabs_stay_reachable(sellers_phone: Person, arrives: Arrivals) -> None:
    number = buying.send_request(arrives(), buying.new_address(), Company="Only this one")
    page = sellers_phone.visit("/desk")
    page.get_by_role("button", name=re.compile("^Filter")).tap()
    panel = page.get_by_role("dialog", name="Filters")
    panel.get_by_role("searchbox").fill(number)
    panel.get_by_role("button", name="Show", exact=False).last.tap()
    expect(panel).to_be_hidden()
    expect(selling.row_of(page, number)).to_be_visible()
    expect(page.get_by_role("table", name="Purchase orders").locator("tbody tr")).to_have_count(1)
    page.get_by_role("navigation", name="Desk").get_by_role("link", name="Parameters").tap()
    page.wait_for_url("**/desk/parameters")


def test_a_list_without_pages_to_turn_has_no_bar_of_idle_buttons(sellers_phone: Person) -> None:
    page = sellers_phone.visit("/desk?search=nobody-called-so")
    expect(page.get_by_text("No order matches")).to_be_visible()
    expect(page.locator(".tool")).to_be_hidden()
    page = sellers_phone.visit("/desk/buyers?search=nobody-called-so")
    expect(page.locator(".empty")).to_be_visible()
    expect(page.locator(".tool")).to_be_hidden()


def test_a_buyers_name_has_the_room_beside_the_total_above_a_wider_status(
    sellers_phone: Person, arrives: Arrivals
) -> None:
    number = buying.send_request(arrives(), buying.new_address(), Company="A company with a rather long name S.L.")
    row = selling.row_of(sellers_phone.visit("/desk"), number)
    total, status = (row.locator(place).bounding_box() for place in (".p-right", ".p-right_sub"))
    name = row.locator(".p-title").bounding_box()
    assert name and total and status
    assert status["x"] < name["x"] + name["width"] <= total["x"] + 1


def test_why_a_row_of_a_file_is_refused_is_read_to_its_end(sellers_phone: Person, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("SKU;Name;Price\nX-1;Cheap;1,00\nX-2;Dear;about three euros and some cents a piece\n")
    page = sellers_phone.visit("/desk/import")
    selling.drop_file(page.locator(".drop").first, file)
    why = page.get_by_role("cell", name="is not a price")
    expect(why).to_be_visible()
    cut = "cell => [cell, ...cell.querySelectorAll('*')].some((e) => e.scrollWidth > e.clientWidth && e.clientWidth)"
    assert not why.evaluate(cut), why.inner_text()
    expect(page.locator(".tool")).to_be_hidden()
