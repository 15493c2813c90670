"""What the seller enters on Terms of sale and Parameters is what buyers see from then on."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from services import legal
from tests.e2e import buying, mails, seeding, selling
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person, settle
from tests.e2e.shop_process import ShopProcess, running_shop
from tests.servers import SmtpTestServer

AMOUNT = re.compile(r"[€$£]\s?\d")


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory, post: SmtpTestServer) -> Iterator[ShopProcess]:
    """A shop whose terms may be changed."""
    folder = tmp_path_factory.mktemp("shop")
    with running_shop(folder, smtp_url=f"smtp://127.0.0.1:{post.port}", prepare=seeding.open_shop) as shop:
        yield shop


def add(page: Page, button: str, **answers: str) -> None:
    """Press a section's button and answer its dialog (fields by their name)."""
    page.get_by_role("button", name=button, exact=True).click()
    dialog = page.get_by_role("dialog")
    if "kind" in answers and button == "New surcharge":
        selling.answer(dialog, answers.pop("kind"), confirm="Continue")
        dialog = page.get_by_role("dialog").filter(has=page.locator("[name=title]"))
    for name, answer in answers.items():
        field = dialog.locator(f"[name={name}]")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(answer)
        else:
            field.fill(answer)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)


@pytest.fixture
def with_charges(seller: Person, pedido: ShopProcess) -> Page:
    """Tranches, two zones and a code, entered once for this module."""
    page = seller.visit("/desk/terms-of-sale")
    if pedido.read("SELECT count(*) FROM surcharge") == [(0,)]:
        add(
            page,
            "New surcharge",
            kind="Minimum order, in tranches",
            title="Small order",
            code="SMALL",
            tranche_1_from="0",
            tranche_1_to="100",
            tranche_1_amount="30",
            tranche_2_from="100",
            tranche_2_to="200",
            tranche_2_amount="15",
        )
        add(page, "New zone", zone="Mainland", amount="0", title="Delivery", code="MAIN")
        add(page, "New zone", zone="Islands", amount="12", title="Delivery", code="ISL")
        add(page, "New discount code", code="AUTUMN", kind="percent", amount="10")
    return page


def test_every_charge_stands_in_the_cart_with_its_reason_and_is_sent_like_that(
    with_charges: Page, buyer: Person, seller: Person, post: SmtpTestServer
) -> None:
    buying.put_in_cart(buyer.page, "SAW-240")
    page = buyer.visit("/cart")
    sums = page.get_by_role("main")
    expect(sums).to_contain_text("24.80 is below 100.00")
    page.get_by_label("Discount code").fill("winter")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_label("Discount code")).to_have_accessible_description(re.compile("winter", re.IGNORECASE))
    expect(page.get_by_role("button", name="Remove", exact=True)).to_have_count(0)
    page.get_by_label("Discount code").fill("autumn")
    page.get_by_role("button", name="Apply").click()
    expect(sums).to_contain_text("2.48")
    page.get_by_label("Discount code").fill("")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(sums).not_to_contain_text("2.48")
    buyer.visit("/cart?from=mail&code=autumn")
    expect(sums).to_contain_text("2.48")
    expect(page).to_have_url(re.compile(r"/cart\?from=mail$"))  # taken out, it does not come back with a reload
    page.get_by_label("Zone").select_option("Islands")
    expect(sums).to_contain_text("€64.32")
    page.get_by_role("link", name="Send request").click()
    page.wait_for_url("**/checkout")
    settle(page)
    expect(page.locator("select[name=zone]")).to_have_value("Islands")
    email = buying.new_address()
    buying.fill_form(page, email)
    buying.send(page)
    number = buying.number_of(page)
    expect(page.get_by_role("main")).to_contain_text("€64.32")
    row = selling.row_of(seller.visit(f"/desk?search={number}"), number)
    for cell in ("24.80", "−2.48", "42.00", "64.32"):
        expect(row.get_by_role("cell", name=cell, exact=True)).to_be_visible()
    buying.verify(buyer, post, email)
    _name, content = mails.attachment(mails.newest(post, "orders@norte.example", f"New request {number}"))
    [line] = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    told = [line[name] for name in ("lines_total", "discounts", "surcharges", "total", "currency", "zone")]
    assert told == ["24.80", "-2.48", "42.00", "64.32", "EUR", "Islands"]


def test_a_value_at_the_bound_belongs_to_the_next_tranche(with_charges: Page, buyer: Person) -> None:
    buying.put_in_cart(buyer.page, "WS-440", 8000)  # 100.00
    page = buyer.visit("/cart")
    expect(page.get_by_role("main")).to_contain_text("100.00 is below 200.00")
    expect(page.get_by_role("main")).to_contain_text("€115.00")


def test_the_zone_must_be_chosen_and_changes_the_sum_at_once(with_charges: Page, buyer: Person) -> None:
    buying.put_in_cart(buyer.page)
    page = buyer.visit("/checkout")
    buying.fill_form(page, buying.new_address())
    page.get_by_role("button", name="Send request").click()
    zone = page.locator("select[name=zone]")
    expect(zone).to_have_attribute("aria-invalid", "true")
    zone.select_option("Islands")
    expect(page.get_by_role("complementary")).to_contain_text("€48.40")
    buying.send(page)


def test_a_surcharge_that_appears_meanwhile_is_explained_before_anything_is_sent(
    with_charges: Page, arrives: Arrivals, pedido: ShopProcess
) -> None:
    buyer, email = arrives(), buying.new_address()
    buying.put_in_cart(buyer.page)
    page = buyer.visit("/checkout")
    buying.fill_form(page, email)
    page.locator("select[name=zone]").select_option("Mainland")
    expect(page.get_by_role("complementary")).to_contain_text("€36.40")
    add(with_charges, "New surcharge", kind="Fixed amount", title="Packing", code="PACK", amount="2.50")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("alert")).to_contain_text("was €36.40 and is now €38.90")
    expect(page.get_by_role("complementary")).to_contain_text("Packing")
    buying.send(page)
    assert pedido.read('SELECT total FROM "order" WHERE email = ?', email) == [(3890,)]
    pedido.write("UPDATE surcharge SET active = 0 WHERE code = 'PACK'")


def test_the_simulator_tells_while_typing_what_the_cart_would_charge(with_charges: Page) -> None:
    page = with_charges
    trial = page.locator("section", has=page.get_by_role("heading", name="Simulator"))
    trial.locator("[name=value]").fill("84.20")
    trial.locator("[name=zone]").select_option("Islands")
    trial.locator("[name=code]").fill("autumn")
    sums = trial.locator(".sum")
    for words in ("10 % of 84.20", "€8.42", "75.78 is below 100.00", "€30.00", "€12.00", "€117.78"):
        expect(sums).to_contain_text(words)
    trial.locator("[name=code]").fill("spring")
    expect(trial.get_by_text("The discount code “spring” is not known here.")).to_be_visible()
    trial.locator("[name=value]").fill("1.005")
    trial.locator("[name=value]").press("Enter")
    expect(trial.get_by_text("EUR has 2 decimals.")).to_be_visible()
    expect(trial.locator(".total")).to_have_count(0)
    trial.locator("[name=value]").fill("many")
    expect(trial.get_by_role("status").get_by_text("Write an amount, like 12.50.")).to_be_visible()
    expect(trial.locator("[name=value]")).to_have_value("many")
    expect(trial.locator(".total")).to_have_count(0)


def test_overlapping_tranches_are_refused_at_their_field(seller: Person, pedido: ShopProcess) -> None:
    page = seller.visit("/desk/terms-of-sale")
    page.get_by_role("button", name="New surcharge").click()
    selling.answer(page.get_by_role("dialog"), "Minimum order, in tranches", confirm="Continue")
    dialog = page.get_by_role("dialog").filter(has=page.locator("[name=title]"))
    answers = {"title": "Wrong", "code": "W", "tranche_1_from": "0", "tranche_1_to": "100", "tranche_1_amount": "5",
               "tranche_2_from": "50", "tranche_2_to": "200", "tranche_2_amount": "3"}  # fmt: skip
    for name, answer in answers.items():
        dialog.locator(f"[name={name}]").fill(answer)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator("[name^=tranche_2][aria-invalid=true]").first).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    assert pedido.read("SELECT count(*) FROM surcharge WHERE title = 'Wrong'") == [(0,)]


def test_a_new_privacy_text_is_a_new_version_and_orders_keep_theirs(
    arrives: Arrivals, seller: Person, pedido: ShopProcess
) -> None:
    pedido.write("UPDATE surcharge SET active = 0")
    before = buying.send_request(arrives(), buying.new_address())
    page = seller.visit("/desk/terms-of-sale")
    page.locator("[name=privacy_text]").fill("We keep <i>only</i> what an order needs.\n\nAsk us for it.")
    page.locator("form", has=page.locator("[name=privacy_text]")).get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 2 counts from now on.")).to_be_visible()
    shown = arrives().visit("/legal/privacy")
    expect(shown.get_by_text("We keep <i>only</i> what an order needs.")).to_be_visible()
    after = buying.send_request(arrives(), buying.new_address())
    versions = pedido.read(
        'SELECT o.number, t.version FROM "order" o JOIN legal_text t ON t.id = o.privacy_text_id'
        " WHERE o.number IN (?, ?) ORDER BY o.id",
        before,
        after,
    )
    assert versions == [(before, 1), (after, 2)]
    pedido.write("UPDATE surcharge SET active = 1 WHERE code != 'PACK'")


def save_general(seller: Person, **answers: str | bool) -> None:
    """Change answers of General personalization, save them, and read that they are."""
    page = change_general(seller, **answers)
    expect(page.get_by_role("status").filter(has_text="Saved").first).to_be_visible()


def change_general(seller: Person, **answers: str | bool) -> Page:
    """Change answers of General personalization and press Save."""
    page = seller.visit("/desk/parameters")
    form = page.locator("form", has=page.locator("[name=management_emails]"))
    for name, answer in answers.items():
        field = form.locator(f"[name={name}]")
        field.set_checked(answer) if isinstance(answer, bool) else field.fill(answer)
    form.get_by_role("button", name="Save").click()
    return page


def test_hidden_prices_are_nowhere_and_the_request_goes_out_without_totals(
    arrives: Arrivals, seller: Person, pedido: ShopProcess
) -> None:
    save_general(seller, prices_hidden=True)
    try:
        buyer = arrives()
        buying.put_in_cart(buyer.page, "SAW-240")
        for path in ("/", "/product/SAW-240", "/product/GL", "/cart", "/checkout"):
            assert not AMOUNT.search(buyer.visit(path).locator("body").inner_text()), path
        page, email = buyer.page, buying.new_address()
        buying.fill_form(page, email)
        if page.locator("select[name=zone]").count():
            page.locator("select[name=zone]").select_option("Mainland")
        buying.send(page)
        assert not AMOUNT.search(page.locator("body").inner_text())
        order = seller.visit(f"/desk/orders/{buying.number_of(page)}")
        assert not AMOUNT.search(order.get_by_role("main").inner_text())
        assert pedido.read('SELECT prices_hidden FROM "order" WHERE email = ?', email) == [(1,)]
    finally:
        save_general(seller, prices_hidden=False)


def test_number_prefix_and_management_addresses_count_from_the_next_order(
    arrives: Arrivals, seller: Person, pedido: ShopProcess, post: SmtpTestServer
) -> None:
    pedido.write("UPDATE surcharge SET active = 0")
    page = seller.visit("/desk/parameters")
    page.locator("[name=order_prefix]").fill("NT-")
    expect(page.get_by_text(re.compile(r"The next order is NT-\d{4}-\d{5}"))).to_be_visible()
    shown = page.get_by_text(re.compile("The next order is")).inner_text()
    save_general(seller, order_prefix="NT-", management_emails="first@norte.example\nsecond@norte.example")
    buyer, email = arrives(), buying.new_address()
    number = buying.send_request(buyer, email)
    assert pedido.read('SELECT number FROM "order" WHERE email = ?', email) == [(f"NT-{number}",)]
    assert f"NT-{number}" in shown
    buying.verify(buyer, post, email)
    for address in ("first@norte.example", "second@norte.example"):
        mails.newest(post, address, f"New request NT-{number}")
    pedido.write("UPDATE surcharge SET active = 1 WHERE code != 'PACK'")


def test_a_wrong_management_address_is_told_and_nothing_is_saved(seller: Person, pedido: ShopProcess) -> None:
    page = seller.visit("/desk/parameters")
    form = page.locator("form", has=page.locator("[name=management_emails]"))
    form.locator("[name=management_emails]").fill("good@norte.example, bad@@norte")
    form.get_by_role("button", name="Save").click()
    expect(form.locator("[name=management_emails]")).to_have_accessible_description(re.compile("bad@@norte"))
    assert "good@norte.example" not in str(pedido.read("SELECT management_emails FROM shop"))


def test_name_and_colour_are_on_every_page_at_once(arrives: Arrivals, seller: Person) -> None:
    desk = change_general(seller, name="Sur Tools & <Söhne>", color="#8a1c5c")
    expect(desk.get_by_role("link", name="Sur Tools & <Söhne>, Desk")).to_be_visible()
    shop = arrives().visit("/")
    expect(shop.get_by_role("link", name="Sur Tools & <Söhne>, Start page")).to_be_visible()
    assert shop.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand').trim()") == "#8a1c5c"
    plain = arrives().visit("/sign-in")
    expect(plain).to_have_title(re.compile(re.escape("Sur Tools & <Söhne>")))


def test_the_mail_server_of_the_environment_is_shown_and_cannot_be_changed(seller: Person) -> None:
    page = seller.visit("/desk/parameters")
    expect(page.get_by_text("PEDIDO_SMTP_URL")).to_be_visible()
    expect(page.locator("[name=mail_host]")).to_have_value("127.0.0.1")
    expect(page.locator("[name=mail_host]")).not_to_be_editable()


def test_the_longest_text_that_is_permitted_arrives_whole(seller: Person, pedido: ShopProcess) -> None:
    sample = '"Ä\\🙂" '  # grows on its way, and counts as seven in a browser
    longest = (sample * (legal.MAX_TEXT_LENGTH // 7)).strip()
    page = seller.visit("/desk/terms-of-sale")
    page.locator("[name=terms_text]").fill(longest)
    page.locator("form", has=page.locator("[name=terms_text]")).get_by_role("button", name="Publish").click()
    expect(page.get_by_text("counts from now on.")).to_be_visible()
    [(kept,)] = pedido.read("SELECT text FROM legal_text WHERE kind = 'terms' ORDER BY id DESC LIMIT 1")
    assert kept == longest
