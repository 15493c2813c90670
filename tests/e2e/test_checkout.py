"""The order form and what comes after it, in a real browser: remembered, written to, saved, changed, erased."""

import io
import re

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e import buying, mails
from tests.e2e.buying import field
from tests.e2e.conftest import Arrivals
from tests.e2e.people import PHONE, Person, settle
from tests.e2e.shop_process import ShopProcess
from tests.servers import SmtpTestServer

ODD = "does not look like a VAT number"


def fill_business(page: Page) -> None:
    """An odd VAT number, where to deliver, when, and another address for the invoice."""
    field(page, "VAT number").fill("B58378432")
    page.locator("[name=delivery_street]").fill("Calle Mayor 1")
    page.locator("[name=delivery_city]").fill("Madrid")
    page.locator("[name=requested_date]").fill("2099-01-02")


def test_an_order_form_is_kept_sent_and_remembered_and_the_seller_writes_back(
    buyer: Person, seller: Person, pedido: ShopProcess, post: SmtpTestServer
) -> None:
    email = buying.new_address()
    buying.put_in_cart(buyer.page)
    page = buyer.visit("/checkout")
    buying.fill_form(page, email)
    page.locator("[name=delivery_country]").select_option(label="Portugal")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_text("Please tell us the street and number.")).to_be_visible()
    expect(page.locator("[name=delivery_street]")).to_be_focused()
    page.locator("[name=delivery_country]").select_option(label="Spain")
    fill_business(page)
    expect(page.get_by_text(ODD)).to_be_visible()
    expect(page.locator("[name=invoice_street]")).to_be_hidden()
    page.get_by_label("another address").check()
    page.get_by_role("button", name="Send request").click()
    expect(page.locator("[name=invoice_street] ~ .error")).to_be_visible()
    page.get_by_label("another address").uncheck()
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_text("This day is too far away")).to_be_visible()
    page.locator("[name=requested_date]").fill("")
    buying.send(page)
    number = buying.number_of(page)
    main = page.get_by_role("main")
    expect(main).to_contain_text("B58378432")
    expect(main).to_contain_text(re.compile("Calle Mayor 1\\s+Madrid\\s+Spain"))

    desk = seller.visit(f"/desk/orders/{number}")
    expect(desk.get_by_role("main")).to_contain_text("not of the form of a VAT number")
    expect(desk.get_by_role("button", name="Send message")).to_be_hidden()
    desk.get_by_role("button", name="Accept without verification").click()
    desk.get_by_role("button", name="I know this buyer").click()
    field(desk, "Message").fill("The blue ones come\non Tuesday.")
    desk.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("list", name="Messages")).to_contain_text("The blue ones come\non Tuesday.")
    expect(field(desk, "Message")).to_have_value("")
    assert "> on Tuesday." in mails.words(mails.newest(post, email, "A message about your order"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as PDF").click()
    told = PdfReader(io.BytesIO(download.value.path().read_bytes())).pages[0].extract_text()
    assert number in told
    assert "Calle Mayor 1" in told

    buying.put_in_cart(page)
    buyer.visit("/checkout")
    expect(field(page, "E-mail")).to_have_value(email)
    expect(page.locator("[name=delivery_city]")).to_have_value("Madrid")
    page.get_by_role("button", name="Not you? Begin empty").click()
    expect(field(page, "E-mail")).to_have_value("")
    expect(page.locator("[name=delivery_city]")).to_have_value("")
    expect(page.locator("[name=privacy_accepted]")).not_to_be_checked()
    page.reload()
    settle(page)
    expect(field(page, "E-mail")).to_have_value("")


def test_an_account_on_a_phone_is_searched_changed_and_erased(arrives: Arrivals, post: SmtpTestServer) -> None:
    buyer, email = arrives(PHONE), buying.new_address()
    number = buying.send_request(buyer, email, Comments="For the green gate")
    buying.verify(buyer, post, email)
    page = buyer.visit("/account?search=green+GATE&stage=received")
    expect(page.get_by_role("link", name=number)).to_be_visible()
    page.get_by_role("link", name="Order again").click()
    page.wait_for_url(f"**/account/request/{number}/again")
    buyer.visit("/account?stage=confirmed")
    expect(page.get_by_text("No request matches")).to_be_visible()
    expect(page.get_by_role("link", name=number)).to_have_count(0)
    page.get_by_role("link", name="My data").click()
    settle(page)
    page.locator("[name=delivery_street]").fill("Rua Augusta 3")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Please tell us the city.")).to_be_visible()
    page.locator("[name=delivery_city]").fill("Lisboa")
    page.locator("[name=delivery_country]").select_option(label="Portugal")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.reload()
    settle(page)
    expect(page.locator("[name=delivery_country]")).to_have_value("PT")
    expect(page.get_by_text("on this device alone")).to_be_visible()
    other = buyer.tab("/account")
    page.get_by_role("button", name="Erase my data").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("1 request is not confirmed yet")
    question.get_by_role("button", name="Erase my data").click()
    expect(page.get_by_role("heading", name="Your data is erased")).to_be_visible()
    other.reload()
    expect(other).to_have_url(re.compile("/sign-in$"))
