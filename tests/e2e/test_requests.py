"""Sending a request: nothing typed is lost, nothing is sent twice, and no total changes behind the buyer's back."""

import re

from playwright.sync_api import Page, expect

from tests.e2e import buying, mails
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person, settle, visit
from tests.e2e.shop_process import ShopProcess
from tests.servers import SmtpTestServer


def orders_of(pedido: ShopProcess, email: str) -> list[str]:
    """The numbers of the orders sent with an address."""
    rows = pedido.read('SELECT number FROM "order" WHERE email = ? ORDER BY id', email)
    return [str(number) for (number,) in rows]


def ready_to_send(person: Person, email: str) -> Page:
    """Somebody with a full cart and a filled form in front of them."""
    buying.put_in_cart(person.page)
    page = person.visit("/checkout")
    buying.fill_form(page, email)
    return page


def test_a_double_click_sends_one_request(buyer: Person, pedido: ShopProcess) -> None:
    email = buying.new_address()
    page = ready_to_send(buyer, email)
    page.get_by_role("button", name="Send request").dblclick()
    page.wait_for_url("**/request/*")
    assert orders_of(pedido, email) == [buying.number_of(page)]


def test_two_tabs_send_one_request_and_both_show_it(buyer: Person, pedido: ShopProcess) -> None:
    email = buying.new_address()
    first = ready_to_send(buyer, email)
    second = buyer.tab("/checkout")
    buying.fill_form(second, email)
    for page in (first, second):
        page.get_by_role("button", name="Send request").click(no_wait_after=True)
    for page in (first, second):
        page.wait_for_url("**/request/*")
    assert [buying.number_of(first)] == [buying.number_of(second)] == orders_of(pedido, email)


def test_the_back_button_leads_to_the_request_that_was_sent(buyer: Person, pedido: ShopProcess) -> None:
    email = buying.new_address()
    page = ready_to_send(buyer, email)
    buying.send(page)
    number = buying.number_of(page)
    page.go_back()
    page.wait_for_url("**/request/*")
    assert buying.number_of(page) == number
    assert orders_of(pedido, email) == [number]


def test_the_cart_is_empty_once_the_request_is_sent(buyer: Person) -> None:
    page = ready_to_send(buyer, buying.new_address())
    other = buyer.tab("/")
    expect(buying.cart_button(other)).to_have_accessible_name(re.compile("1"))
    buying.send(page)
    expect(buying.cart_button(other)).to_have_accessible_name("Cart, empty")


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(buyer: Person, pedido: ShopProcess) -> None:
    buying.put_in_cart(buyer.page)
    page = buyer.visit("/checkout")
    email = buying.field(page, "E-mail")
    email.fill("marta@")
    buying.field(page, "Comments").fill("Ring twice;\nthe bell is quiet")
    page.get_by_role("button", name="Send request").click()
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description(re.compile("“marta@” is not an e-mail address"))
    expect(buying.field(page, "Name")).to_have_accessible_description(re.compile("Fill in this field"))
    expect(buying.field(page, "Name")).to_be_focused()
    expect(buying.privacy_box(page)).to_have_accessible_description(re.compile("Tick this box"))
    expect(email).to_have_value("marta@")
    expect(buying.field(page, "Comments")).to_have_value("Ring twice;\nthe bell is quiet")
    assert page.url.endswith("/checkout")
    assert orders_of(pedido, "marta@") == []


def test_a_reload_keeps_the_typed_form(buyer: Person) -> None:
    page = ready_to_send(buyer, "typed@sol.example")
    buying.field(page, "Comments").fill("Typed a moment before the reload")
    page.reload()
    settle(page)
    expect(buying.field(page, "Name")).to_have_value("Marta Gil")
    expect(buying.field(page, "E-mail")).to_have_value("typed@sol.example")
    expect(buying.field(page, "Comments")).to_have_value("Typed a moment before the reload")


def test_the_typed_form_is_there_in_another_tab_but_the_privacy_box_is_not_ticked(buyer: Person) -> None:
    page = ready_to_send(buyer, "kept@sol.example")
    buying.field(page, "Comments").blur()
    page.close()
    later = buyer.tab("/checkout")
    expect(buying.field(later, "E-mail")).to_have_value("kept@sol.example")
    expect(buying.privacy_box(later)).not_to_be_checked()


def test_what_is_typed_survives_a_dropped_connection(buyer: Person, pedido: ShopProcess) -> None:
    email = buying.new_address()
    page = ready_to_send(buyer, email)
    page.evaluate("window.socket.disconnect()")
    buying.field(page, "Company").fill("Ferretería Sol")
    page.evaluate("window.socket.connect()")
    page.wait_for_function("window.socket.connected")
    expect(buying.field(page, "Company")).to_have_value("Ferretería Sol")
    buying.send(page)
    assert pedido.read('SELECT company FROM "order" WHERE email = ?', email) == [("Ferretería Sol",)]


def test_a_price_that_changed_meanwhile_is_explained_and_asked_again(buyer: Person, pedido: ShopProcess) -> None:
    email = buying.new_address()
    page = ready_to_send(buyer, email)
    summary = page.get_by_role("complementary")
    expect(summary).to_contain_text("€6.40")
    pedido.write("UPDATE product SET price = 75000 WHERE sku = 'FR-200'")
    try:
        page.get_by_role("button", name="Send request").click()
        expect(page.get_by_role("alert")).to_contain_text("was €6.40 and is now €7.50")
        expect(summary).to_contain_text("€7.50")
        assert orders_of(pedido, email) == []
        expect(buying.field(page, "E-mail")).to_have_value(email)
        buying.send(page)
        assert pedido.read('SELECT total FROM "order" WHERE email = ?', email) == [(750,)]
    finally:
        pedido.write("UPDATE product SET price = 64000 WHERE sku = 'FR-200'")


def test_a_variant_is_chosen_and_sent_with_its_own_price(buyer: Person, pedido: ShopProcess) -> None:
    page = buyer.visit("/product/GL")
    page.get_by_role("textbox", name="Quantity L").fill("1")
    expect(page.get_by_text("Together 1 · €9.90")).to_be_visible()
    page.get_by_role("button", name="Add to cart").click()
    expect(buying.cart_button(page)).to_have_accessible_name(re.compile("1"))
    buyer.visit("/checkout")
    email = buying.new_address()
    buying.fill_form(page, email)
    buying.send(page)
    assert pedido.read('SELECT "references", total FROM "order" WHERE email = ?', email) == [("GL-L", 990)]


def test_pack_sizes_are_corrected_in_words(buyer: Person) -> None:
    buying.put_in_cart(buyer.page, "WS-440", 501)
    page = buyer.visit("/cart")
    expect(page.get_by_role("main")).to_contain_text("€12.50")
    expect(page.get_by_role("textbox", name=re.compile("Quantity"))).to_have_value("1000")


def test_a_quantity_that_is_no_number_is_told_and_changes_nothing(buyer: Person) -> None:
    buying.put_in_cart(buyer.page, quantity=3)
    page = buyer.visit("/cart")
    amount = page.get_by_role("textbox", name=re.compile("Quantity"))
    for odd in ("2.5", "-1", "many"):
        amount.fill(odd)
        amount.press("Enter")
        expect(amount).to_have_value("3")
        told = amount.evaluate("field => field.validationMessage")
        assert told.startswith("Write a whole number from 1 to 1,000,000."), told
    amount.fill("4")
    amount.press("Enter")
    expect(amount).to_have_js_property("validationMessage", "")
    expect(buying.cart_button(page)).to_have_accessible_name(re.compile("€25.60"))
    page = buyer.visit("/product/SAW-240")
    amount = page.get_by_role("textbox", name="Quantity")
    amount.fill("0")
    amount.press("Enter")
    expect(amount).to_have_js_property("validationMessage", "Write a whole number from 1 to 1,000,000.")


def test_a_removed_line_comes_back_by_undo(buyer: Person) -> None:
    buying.put_in_cart(buyer.page)
    page = buyer.visit("/cart")
    page.get_by_role("button", name=re.compile("^Remove")).click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("textbox", name=re.compile("Quantity"))).to_have_value("1")
    expect(page.get_by_text("“Folding rule 2 m” is in your cart again.")).to_be_attached()
    buying.put_in_cart(page, "SAW-240")
    buyer.visit("/cart")
    page.get_by_role("button", name="Remove: Folding rule 2 m").click()
    page.get_by_role("button", name="Undo").click()
    quantities = page.get_by_role("textbox", name=re.compile("Quantity"))
    expect(quantities).to_have_count(2)
    expect(quantities.first).to_have_accessible_name("Quantity: Folding rule 2 m")
    page.reload()
    expect(quantities.first).to_have_accessible_name("Quantity: Folding rule 2 m")
    expect(quantities.first).to_have_value("1")


def test_the_cart_is_the_same_in_two_tabs_and_after_closing_the_browser(arrives: Arrivals) -> None:
    person = arrives()
    buying.put_in_cart(person.page)
    other = person.tab("/cart")
    quantity = other.get_by_role("textbox", name=re.compile("Quantity"))
    expect(quantity).to_have_value("1")
    person.page.get_by_role("button", name=re.compile("more", re.I)).click()
    expect(quantity).to_have_value("2")
    kept = person.context.cookies()
    person.context.close()
    again = arrives()
    again.context.add_cookies([{"name": c["name"], "value": c["value"], "url": again.address} for c in kept])
    page = again.visit("/cart")
    expect(page.get_by_role("textbox", name=re.compile("Quantity"))).to_have_value("2")


def test_the_page_of_a_request_follows_it_live(arrives: Arrivals, pedido: ShopProcess, post: SmtpTestServer) -> None:
    buyer, elsewhere = arrives(), arrives()
    email = buying.new_address()
    buying.send_request(buyer, email)
    steps = buyer.page.get_by_role("list", name=re.compile("How far"))
    current = steps.locator("[aria-current=step]")
    expect(current).to_contain_text("Verify your e-mail address")
    buying.verify(elsewhere, post, email)
    expect(current).to_contain_text("Confirmed", timeout=2000)
    expect(buyer.page.get_by_role("heading", name="One more step")).to_be_hidden()
    notice = mails.newest(post, "orders@norte.example", "New request")
    visit(elsewhere.page, mails.link(notice, "orders/confirm"))
    elsewhere.page.get_by_role("button", name="Confirm order processing").click()
    expect(buyer.page.get_by_role("main").get_by_text("Confirmed", exact=True).first).to_be_visible(timeout=2000)
    expect(current).to_have_count(0)


def test_a_request_page_cannot_be_guessed(arrives: Arrivals) -> None:
    person = arrives()
    person.expects("status of 404")
    page = person.visit("/request/2026-00001")
    expect(page.get_by_role("heading")).to_have_text(re.compile("not|nothing", re.I))


def test_a_form_of_another_site_is_refused(arrives: Arrivals, pedido: ShopProcess, post: SmtpTestServer) -> None:
    buyer = arrives()
    email = buying.new_address()
    buying.send_request(buyer, email)
    verify_path = mails.link(mails.newest(post, email, buying.VERIFY_SUBJECT), "verify")
    stranger = arrives()
    stranger.expects("status of 403")
    forged = f'<form method="post" action="{pedido.address}{verify_path}"><button>You have won</button></form>'
    stranger.page.route("http://elsewhere.example/", lambda it: it.fulfill(body=forged, content_type="text/html"))
    stranger.page.goto("http://elsewhere.example/")
    stranger.page.get_by_role("button").click()
    expect(stranger.page.get_by_text("This form was sent from another site.")).to_be_visible()
    assert pedido.read('SELECT verification FROM "order" WHERE email = ?', email) == [("unverified",)]
