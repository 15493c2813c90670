"""Ordering quickly: many products from a paste, a scanner or a file, looked at before they come into the cart."""

import re

from playwright.sync_api import Page, expect

from tests.e2e import buying
from tests.e2e.conftest import Arrivals
from tests.e2e.people import PHONE, Person, settle
from tests.e2e.shop_process import ShopProcess
from tests.servers import SmtpTestServer

PASTED = (
    "SKU\tName\tQty\nFR-200\tRule\t12\nWS-440\tScrews\t7\nSAW-204\tSaw\t2\nGL\tGloves\t3\nNIX-9\tNothing\t1\n"
    "SAW-240\t\t\n"
)
SLOW = "\n".join(" ".join(f"{line:x}-{n:x}" for n in range(16)) for line in range(600))
ORDER_FILE = b"EAN or SKU;Quantity\nFR-200;3\nGL-M;2\n"


def paste(page: Page, text: str) -> None:
    """What Ctrl+V does, without a clipboard that other tests use too."""
    field = page.get_by_label("Paste a list")
    field.fill(text)
    field.dispatch_event("paste")


def test_a_pasted_block_is_looked_at_and_then_added_by_keyboard_alone(buyer: Person) -> None:
    page = buyer.visit("/quick-order")
    expect(page.get_by_label("Paste a list")).to_be_focused()
    paste(page, SLOW)  # its answer comes after that of the next one
    paste(page, PASTED)
    preview = page.get_by_role("region", name="What will be added")
    expect(preview).to_contain_text("7 became 500")
    expect(preview).to_contain_text("2 products, €83.05")
    expect(page.get_by_text("1 line without a quantity or product was left out.")).to_be_visible()
    expect(buying.cart_button(page)).to_have_accessible_name("Cart, empty")
    preview.get_by_role("group", name="Did you mean SAW-204").get_by_role("button", name="SAW-240").click()
    preview.get_by_role("group", name="Which one? GL").get_by_role("button", name="GL-L").click()
    expect(preview).to_contain_text("4 products, €162.35")
    preview.get_by_role("button", name="Leave out: NIX-9 Nothing 1").click()
    preview.get_by_role("textbox", name="Quantity: Folding rule 2 m").fill("10")
    add = preview.get_by_role("button", name="Add all")
    add.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("4 products are in your cart.")).to_be_visible()
    expect(page.get_by_role("link", name="To the cart")).to_be_focused()
    expect(buying.cart_button(page)).to_have_accessible_name("Cart, 4 products, €149.55")
    expect(page.get_by_label("Paste a list")).to_have_value("")


def test_codes_are_scanned_and_a_file_is_dropped_on_a_phone(arrives: Arrivals) -> None:
    phone = arrives(PHONE)
    page = phone.visit("/quick-order")
    field = page.get_by_label("Scan or type a code")
    for code in ("FR-200", "FR-200", "2 gl-m", "nope-1"):
        field.fill(code)
        field.press("Enter")
    expect(page.get_by_text("“nope-1” is not known here.")).to_be_visible()
    preview = page.get_by_role("region", name="What will be added")
    expect(preview.get_by_role("textbox", name="Quantity: Folding rule 2 m")).to_have_value("2")
    expect(preview.get_by_role("textbox", name="Quantity: Work gloves (M)")).to_have_value("2")
    page.locator("input[type=file]").set_input_files({"name": "o.csv", "mimeType": "text/csv", "buffer": ORDER_FILE})
    expect(preview).to_contain_text("2 products, €38.20")
    page.reload()
    settle(page)
    expect(page.get_by_label("Paste a list")).to_have_value(re.compile("FR-200\t3"))
    page.get_by_role("button", name="Add all").tap()
    expect(buying.cart_button(page)).to_have_accessible_name("Cart, 2 products, €38.20")


def test_a_matrix_takes_a_quantity_for_each_variant_and_adds_up_as_it_is_typed(
    arrives: Arrivals, pedido: ShopProcess
) -> None:
    page = arrives(PHONE).visit("/product/GL")
    cell = page.get_by_role("textbox", name="Quantity M")
    cell.fill("3")
    cell.press("Tab")
    page.keyboard.type("2")
    expect(page.get_by_text("Together 5 · €48.30")).to_be_visible()
    for odd in ("2,5", "-1"):
        cell.fill(odd)
        cell.press("Enter")
        expect(page.get_by_text("Write a whole number from 1 to 1,000,000.")).to_be_visible()
        expect(cell).to_have_value(odd)
        expect(page.get_by_text("Together 2 · ")).to_be_visible()
        cell.fill("3")
        cell.press("Tab")
        expect(page.get_by_text("Write a whole number from 1 to 1,000,000.")).to_be_hidden()
    expect(page.get_by_text("Together 5 · €48.30")).to_be_visible()
    page.keyboard.press("Enter")
    expect(buying.cart_button(page)).to_have_accessible_name("Cart, 2 products, €48.30")
    expect(page.get_by_text("3 in cart")).to_be_visible()
    expect(cell).to_have_value("")
    pedido.write("UPDATE product SET pack_size = 5 WHERE sku = 'GL-M'")
    try:
        page.reload()
        settle(page)
        cell.fill("4")
        cell.press("Enter")
        expect(page.get_by_text("is sold in packs of 5: 7 became 10.")).to_be_visible()
    finally:
        pedido.write("UPDATE product SET pack_size = 1 WHERE sku = 'GL-M'")


def test_a_buyer_keeps_a_list_and_orders_an_earlier_request_again(
    buyer: Person, pedido: ShopProcess, post: SmtpTestServer
) -> None:
    email = buying.new_address()
    number = buying.send_request(buyer, email, sku="SAW-240", quantity=2)
    buying.verify(buyer, post, email)
    pedido.write("UPDATE product SET price = 250000 WHERE sku = 'SAW-240'")
    try:
        page = buyer.visit("/account")
        page.get_by_role("row").filter(has_text=number).get_by_role("link", name="Order again").click()
        expect(page.get_by_text("The price was €24.80, it is now €25.00.")).to_be_visible()
        settle(page)
        page.get_by_role("button", name="Save as list").click()
        page.get_by_role("dialog").get_by_label("Name").fill("Weekly order")
        page.get_by_role("dialog").get_by_role("button", name="Save list").click()
        expect(page.get_by_text("Saved. It stands in My lists.")).to_be_visible()
        page = buyer.visit("/account/lists")
        page.get_by_role("link", name="Weekly order").click()
        settle(page)
        page.get_by_role("textbox", name="Quantity: Japanese saw 240 mm").fill("9")
        page.keyboard.press("Tab")
        expect(page.get_by_text("1 product, €225.00")).to_be_visible()
        expect(page.get_by_text("1 more to €22.00 each")).to_be_visible()
        corner = buyer.tab("/account")
        page.get_by_role("button", name="Add all").click()
        for tab in (page, corner):
            expect(buying.cart_button(tab)).to_have_accessible_name("Cart, 1 product, €225.00")
        page.reload()
        settle(page)
        quantity = page.get_by_role("textbox", name="Quantity: Japanese saw 240 mm")
        expect(quantity).to_have_value("9")
        add_all = page.get_by_role("button", name="Add all")
        for amount, go_on in ((8, add_all), (7, page.get_by_role("link", name="My lists"))):
            quantity.fill(str(amount))  # and on at once: what was typed is kept nevertheless
            quantity.press("Tab")
            go_on.click()
            page.wait_for_timeout(500)
            page.goto("/account/lists")
            page.get_by_role("link", name="Weekly order").click()
            settle(page)
            expect(quantity).to_have_value(str(amount))
    finally:
        pedido.write("UPDATE product SET price = 248000 WHERE sku = 'SAW-240'")
