"""An order edited at the desk: shown before it is saved, told to its buyer, and never over somebody else's change."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from tests.e2e import buying, mails, seeding, selling
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person, settle
from tests.e2e.shop_process import ShopProcess
from tests.servers import SmtpTestServer


def received(buyer: Person, seller: Person) -> tuple[str, str]:
    """A request of somebody new that the seller has accepted: its number and the buyer's address."""
    email = buying.new_address()
    number = buying.send_request(buyer, email, sku="SAW-240", quantity=2, Phone="+34 1")
    page = seller.visit(f"/desk/orders/{number}")
    page.get_by_role("button", name="Accept without verification").click()
    page.get_by_role("dialog").get_by_role("button", name="I know this buyer").click()
    expect(page.get_by_text("Accepted without verification").first).to_be_visible()
    return number, email


def type_in(page: Page, label: str, text: str) -> None:
    field = page.get_by_role("textbox", name=label)
    field.fill(text)
    field.press("Tab")


def review(page: Page) -> Locator:
    """Press the button and return the dialog that shows what differs."""
    page.get_by_role("button", name="Review and save").click()
    return page.get_by_role("dialog")


def test_an_order_is_edited_shown_saved_and_told(buyer: Person, seller: Person, post: SmtpTestServer) -> None:
    number, email = received(buyer, seller)
    page = seller.visit(f"/desk/orders/{number}?from=sort%3Dtotal")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.wait_for_url("**/edit?from=sort%3Dtotal")
    settle(page)
    type_in(page, "Quantity: Japanese saw", "0")
    expect(page.get_by_text("Write a whole number from 1 to 1,000,000.")).to_be_visible()
    page.get_by_role("button", name="Review and save").click()
    expect(page.get_by_role("alert")).to_have_text("Please look at what is marked above.")
    type_in(page, "Quantity: Japanese saw", "3")
    found = page.get_by_role("combobox", name="Add a product")
    found.fill("fr-200")
    found.press("Enter")
    expect(page.get_by_role("textbox", name="Quantity: Folding rule 2 m")).to_have_value("1")
    page.get_by_role("button", name="Add a discount").click()
    expect(page.get_by_role("textbox", name="Title: Discount")).to_be_focused()
    page.keyboard.type("Thank you")
    page.keyboard.press("Tab")
    type_in(page, "Amount: Thank you", "0,80")
    page.get_by_label("Phone").fill("+34 2")
    expect(page.get_by_text("before: €49.60")).to_be_visible()
    review(page).get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Review and save").click(trial=True)  # it is let go
    page.reload()
    settle(page)
    expect(page.get_by_role("textbox", name="Quantity: Japanese saw")).to_have_value("3")
    expect(page.get_by_role("textbox", name="Quantity: Folding rule 2 m")).to_have_value("1")
    expect(page.get_by_label("Phone")).to_have_value("+34 2")
    expect(page.get_by_role("textbox", name="Amount: Thank you")).to_have_value("0,80")
    dialog = review(page)
    told = dialog.get_by_role("table").inner_text()
    for words in ("2 piece × €24.80", "3 piece × €24.80", "1 piece × €6.40", "−€0.80", "+34 2", "€49.60", "€80.00"):
        assert words in told, told
    dialog.get_by_role("checkbox", name="Mail the buyer about it").check()
    dialog.get_by_label("A word to the buyer").fill("Three saws come in a box.")
    dialog.get_by_role("button", name="Save changes").click()
    page.wait_for_url(f"**/orders/{number}?from=sort%3Dtotal")  # the list that somebody came from is not lost
    history = page.get_by_role("list", name="History")
    expect(history).to_contain_text("Phone: +34 1 → +34 2")
    expect(page.get_by_role("list", name="Messages to the buyer")).to_contain_text("Three saws come in a box.")

    main = buyer.page.get_by_role("main")  # open since it was sent
    expect(main).to_contain_text("Three saws come in a box.")
    expect(main).to_contain_text("€80.00")
    expect(main).to_contain_text("Folding rule 2 m")
    expect(main).to_contain_text("Changed by Norte Tools: ")
    mail = mails.newest(post, email, f"Your order {number} was changed")
    assert "3 piece × €24.80" in mails.words(mail)


def test_of_two_sellers_the_second_is_told_and_goes_on_on_top(
    buyer: Person, seller: Person, arrives: Arrivals, pedido: ShopProcess
) -> None:
    number, _email = received(buyer, seller)
    other = arrives()
    seeding.let_in(other.context, pedido)
    mine, theirs = seller.visit(f"/desk/orders/{number}/edit"), other.visit(f"/desk/orders/{number}/edit")
    type_in(theirs, "Unit price: Japanese saw", "20")
    theirs.get_by_label("Phone").fill("+34 9")
    review(theirs).get_by_role("button", name="Save changes").click()
    theirs.wait_for_url(f"**/orders/{number}")
    expect(mine.get_by_text("Somebody else has just changed this order")).to_be_visible()
    type_in(mine, "Quantity: Japanese saw", "5")
    review(mine).get_by_role("button", name="Save changes").click()
    conflict = mine.get_by_role("dialog", name="Somebody else was quicker")
    expect(conflict).to_contain_text("2 piece × €20.00")
    expect(conflict).to_contain_text(f"{seeding.OWNER} has saved this order")
    conflict.get_by_role("button", name="Go on with my changes").click()
    expect(mine.get_by_role("textbox", name="Unit price: Japanese saw")).to_have_value("20.00")
    expect(mine.get_by_role("textbox", name="Quantity: Japanese saw")).to_have_value("5")
    expect(mine.get_by_label("Phone")).to_have_value("+34 9")
    review(mine).get_by_role("button", name="Save changes").click()
    mine.wait_for_url(f"**/orders/{number}")
    settle(mine)
    expect(mine.get_by_role("main")).to_contain_text("€100.00")
    mine.get_by_role("button", name="Confirm order processing").click()
    expect(mine.get_by_role("link", name="Edit", exact=True)).to_be_hidden()
    expect(seller.visit(f"/desk/orders/{number}/edit").get_by_role("main")).to_contain_text("is confirmed already")


def test_what_is_printed(buyer: Person, seller: Person) -> None:
    number, _email = received(buyer, seller)
    page = seller.visit(f"/desk/orders/{number}")
    picking = saved(page, lambda: page.get_by_role("link", name="Picking list").click())
    assert picking[0] == f"{number}-picking-list.pdf"
    assert f"Picking list {number}" in picking[1]
    assert "SAW-240 Japanese saw 240 mm 2 piece" in picking[1]
    assert "24.80" not in picking[1]
    page.get_by_role("button", name="Confirm order processing").click()
    name, told = saved(page, lambda: page.get_by_role("link", name="Confirmation", exact=True).click())
    assert name == f"{number}.pdf"
    assert f"Order confirmation {number}" in told
    assert "€49.60" in told
    page = seller.visit(f"/desk?search={number}")
    selling.row_of(page, number).get_by_role("checkbox").check()
    page.get_by_role("button", name=re.compile("^Actions")).click()
    several = saved(page, lambda: page.get_by_role("menuitem", name="Picking lists").click())
    assert several == picking


def test_an_order_is_made_for_a_buyer_and_another_is_its_copy(seller: Person, post: SmtpTestServer) -> None:
    email = buying.new_address()
    page = seller.visit("/desk")
    page.get_by_role("link", name="New order").click()
    page.wait_for_url("**/new-order")
    settle(page)
    missing = [
        page.get_by_role("combobox", name="Add a product"),
        *(buying.field(page, it) for it in ("Name", "E-mail")),
    ]
    page.get_by_role("button", name="Create order").click()
    for field in missing:
        expect(field).to_have_attribute("aria-invalid", "true")
    expect(missing[0]).to_be_focused()
    expect(missing[0]).to_have_accessible_description(re.compile("An order needs at least one product."))
    buying.field(page, "Name").fill("Ana Bolt")
    buying.field(page, "E-mail").fill(email)
    page.get_by_role("button", name="Create order").click()
    expect(page.get_by_role("alert")).to_have_text("An order needs at least one product.")
    found = page.get_by_role("combobox", name="Add a product")
    found.fill("saw")
    page.get_by_role("option", name="Japanese saw").click()
    expect(found).not_to_have_attribute("aria-invalid", "true")
    type_in(page, "Quantity: Japanese saw", "10")
    expect(page.get_by_role("textbox", name="Unit price: Japanese saw")).to_have_value("22.00")
    expect(page.get_by_text("€220.00").last).to_be_visible()
    page.get_by_role("button", name="Create order").click()
    page.wait_for_url(re.compile(r"/desk/orders/[\d-]+$"))
    settle(page)
    number = buying.number_of(page)
    history = page.get_by_role("list", name="History")
    expect(history).to_contain_text("Made for the buyer")
    expect(page.get_by_role("main")).to_contain_text("not asked: the order was made at the desk")
    mail = mails.newest(post, email, "We have received")
    page.get_by_role("link", name="Duplicate").click()
    page.wait_for_url("**/new-order?copy=*")
    settle(page)
    expect(page.get_by_role("main")).to_contain_text(f"copy of {number}")
    type_in(page, "Unit price: Japanese saw", "21,5")
    expect(page.get_by_text("€215.00").last).to_be_visible()
    page.get_by_role("button", name="Create order").click()
    page.wait_for_url(re.compile(r"/desk/orders/[\d-]+$"))
    expect(page.get_by_role("list", name="History")).to_contain_text(f"as a copy of {number}")
    expect(page.get_by_text("Possible duplicate")).to_be_hidden()
    page.get_by_role("definition").get_by_role("link", name="Ana Bolt").click()
    page.wait_for_url("**/desk/buyers/*")
    settle(page)
    page.get_by_role("link", name="New order").click()
    page.wait_for_url("**/new-order?buyer=*")
    settle(page)
    expect(buying.field(page, "E-mail")).to_have_value(email)
    seller.visit(mails.link(mail, "request"))
    expect(seller.page.get_by_role("main")).to_contain_text("Made for you by Norte Tools")


def saved(page: Page, press: Callable[[], None]) -> tuple[str, str]:
    """The name of the file that comes when something is pressed, and its words."""
    with page.expect_download() as started:
        press()
    words = " ".join(sheet.extract_text() for sheet in PdfReader(started.value.path()).pages)
    return started.value.suggested_filename, " ".join(words.split())
