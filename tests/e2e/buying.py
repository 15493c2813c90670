"""What a buyer does in the shop, step by step."""

import re
from itertools import count

from playwright.sync_api import Locator, Page, expect

from tests.e2e import mails
from tests.e2e.people import Person, settle
from tests.servers import SmtpTestServer

VERIFY_SUBJECT = "Please verify"
_running = count(1)


def new_address() -> str:
    """An address nobody has used before."""
    return f"marta{next(_running)}@sol.example"


def put_in_cart(page: Page, sku: str = "FR-200", quantity: int | None = None) -> None:
    """Add a product from its own page and wait until the cart has it."""
    page.goto(f"/product/{sku}")
    settle(page)
    if quantity is not None:
        amount = page.get_by_role("textbox", name="Quantity")
        amount.fill(str(quantity))
        amount.press("Enter")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("link", name="In cart")).to_be_visible()


def cart_button(page: Page) -> Locator:
    """The way to the cart, which says what is in it."""
    return page.get_by_role("link", name=re.compile("^Cart,"))


def fill_form(page: Page, email: str, **typed: str) -> None:
    """Fill in the order form, all but the button."""
    answers = {"Name": "Marta Gil", "E-mail": email, **{label.replace("_", " "): text for label, text in typed.items()}}
    for label, text in answers.items():
        field(page, label).fill(text)
    privacy_box(page).check()


def field(page: Page, label: str) -> Locator:
    """A field of the form by its label, which may be marked as optional."""
    return page.get_by_label(re.compile(rf"^\s*{label}\s*(\(optional\)\s*)?$"))


def privacy_box(page: Page) -> Locator:
    """The box that accepts the privacy policy."""
    return page.get_by_role("checkbox", name="privacy policy")


def send(page: Page) -> None:
    """Press Send request and wait for the page of what was sent."""
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url("**/request/*")
    settle(page)


def send_request(person: Person, email: str, *, sku: str = "FR-200", quantity: int | None = None, **typed: str) -> str:
    """Order one product as somebody new; return the order's number."""
    put_in_cart(person.page, sku, quantity)
    person.visit("/checkout")
    fill_form(person.page, email, **typed)
    send(person.page)
    return number_of(person.page)


def number_of(page: Page) -> str:
    """The number of the request on the page."""
    found = re.search(r"\b\d{4}-\d{5}\b", page.get_by_role("main").inner_text())
    assert found, page.get_by_role("main").inner_text()
    return found[0]


def verify(person: Person, post: SmtpTestServer, email: str, *, at_least: int = 1) -> None:
    """Open the newest verification mail's link and press its button."""
    person.page.goto(mails.link(mails.newest(post, email, VERIFY_SUBJECT, at_least=at_least), "verify"))
    person.page.get_by_role("button", name="Verify user").click()
    expect(person.page.get_by_role("heading", name="Verified")).to_be_visible()
