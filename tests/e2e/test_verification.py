"""Proving an address: another mail, another address, a link that is too old, and signing in on another device."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e import buying, mails
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person, settle
from tests.e2e.shop_process import ShopProcess, wait_until
from tests.form_token import FormToken
from tests.servers import SmtpTestServer

MANAGEMENT = "orders@norte.example"


def verification_of(pedido: ShopProcess, number: str) -> str:
    """Where an order's verification stands in the database."""
    [(verification,)] = pedido.read('SELECT verification FROM "order" WHERE number = ?', number)
    return str(verification)


def newest_link(post: SmtpTestServer, email: str, at_least: int = 1) -> str:
    """The path of the newest verification link for an address."""
    return mails.link(mails.newest(post, email, buying.VERIFY_SUBJECT, at_least=at_least), "verify")


def test_a_new_mail_ends_the_link_of_the_one_before(buyer: Person, pedido: ShopProcess, post: SmtpTestServer) -> None:
    email = buying.new_address()
    number = buying.send_request(buyer, email)
    first = newest_link(post, email)
    buyer.page.get_by_role("button", name="Send the mail again").click()
    expect(buyer.page.get_by_text("The mail is on its way.")).to_be_visible()
    second = newest_link(post, email, at_least=2)
    assert second != first
    assert httpx.post(auth=FormToken(), url=pedido.address + first).status_code == 404
    assert verification_of(pedido, number) == "unverified"
    buyer.page.goto(second)
    buyer.page.get_by_role("button", name="Verify user").click()
    expect(buyer.page.get_by_role("heading", name="Verified")).to_be_visible()
    assert verification_of(pedido, number) == "verified"


def test_too_many_mails_to_one_address_are_refused_in_words(buyer: Person, post: SmtpTestServer) -> None:
    email = buying.new_address()
    buying.send_request(buyer, email)
    for sent in (2, 3):
        buyer.page.get_by_role("button", name="Send the mail again").click()
        mails.newest(post, email, buying.VERIFY_SUBJECT, at_least=sent)
    buyer.page.get_by_role("button", name="Send the mail again").click()
    expect(buyer.page.get_by_text("Several verification mails for this request went out")).to_be_visible()
    assert len(mails.to(post, email, buying.VERIFY_SUBJECT)) == 3


def test_a_wrong_address_is_corrected_and_the_request_stays(
    buyer: Person, pedido: ShopProcess, post: SmtpTestServer
) -> None:
    wrong, right = buying.new_address(), buying.new_address()
    number = buying.send_request(buyer, wrong)
    wrong_link = newest_link(post, wrong)
    page = buyer.page
    page.get_by_role("button", name="Wrong address? Correct it").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill("nonsense")
    dialog.get_by_role("button", name="Send to this address").click()
    expect(dialog.get_by_label("E-mail")).to_have_accessible_description(re.compile("not an e-mail address"))
    dialog.get_by_label("E-mail").fill(right)
    dialog.get_by_role("button", name="Send to this address").click()
    expect(page.get_by_role("main")).to_contain_text(f"We have sent a mail to {right}")
    assert httpx.get(pedido.address + wrong_link).status_code == 404
    buying.verify(buyer, post, right)
    assert verification_of(pedido, number) == "verified"
    assert pedido.read('SELECT email FROM "order" WHERE number = ?', number) == [(right,)]
    assert mails.to(post, wrong, "We have received") == []


def test_the_address_is_corrected_on_the_page_behind_the_mail_too(
    arrives: Arrivals, pedido: ShopProcess, post: SmtpTestServer
) -> None:
    buyer, wrong, right = arrives(), buying.new_address(), buying.new_address()
    buying.send_request(buyer, wrong)
    page = buyer.page
    page.goto(newest_link(post, wrong))
    page.get_by_role("link", name="Correct it").click()
    page.get_by_label("E-mail").fill(right)
    page.get_by_role("button", name="Send the mail there").click()
    expect(page.get_by_text(f"A new mail is on its way to {right}")).to_be_visible()
    buying.verify(buyer, post, right)


def test_an_expired_link_offers_a_new_one(buyer: Person, pedido: ShopProcess, post: SmtpTestServer) -> None:
    email = buying.new_address()
    number = buying.send_request(buyer, email)
    page = buyer.page
    path = newest_link(post, email)
    page.goto(path)
    made_old = "UPDATE link SET expires_at = '2020-01-01 00:00:00+00:00' WHERE email = ? AND purpose = 'verify'"
    assert pedido.write(made_old, email) == 1
    page.get_by_role("button", name="Verify user").click()  # it expired while the page was open
    expect(page.get_by_role("heading", name="This link has expired")).to_be_visible()
    assert verification_of(pedido, number) == "unverified"
    page.get_by_role("button", name="Mail me a new link").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    assert newest_link(post, email, at_least=2) != path
    buying.verify(buyer, post, email)
    assert verification_of(pedido, number) == "verified"


def test_a_second_use_of_the_link_is_harmless(buyer: Person, pedido: ShopProcess, post: SmtpTestServer) -> None:
    email = buying.new_address()
    number = buying.send_request(buyer, email)
    buying.verify(buyer, post, email)
    mails.newest(post, MANAGEMENT, f"New request {number}")
    buyer.page.goto(newest_link(post, email))
    expect(buyer.page.get_by_role("heading", name="Already verified")).to_be_visible()
    buyer.page.get_by_role("button", name="See your request").click()
    expect(buyer.page.get_by_role("heading", name="Already verified")).to_be_visible()
    assert len(mails.to(post, MANAGEMENT, f"New request {number}")) == 1


def test_looking_at_mailed_pages_changes_nothing(arrives: Arrivals, pedido: ShopProcess, post: SmtpTestServer) -> None:
    buyer, email = arrives(), buying.new_address()
    number = buying.send_request(buyer, email)
    buying.verify(buyer, post, email)
    notice = mails.newest(post, MANAGEMENT, f"New request {number}")
    for room in ("orders/confirm", "orders/csv"):
        for look in (httpx.head, httpx.get, httpx.get):
            assert look(pedido.address + mails.link(notice, room)).status_code == 200
    before = [(None,)]
    assert pedido.read('SELECT confirmed_at FROM "order" WHERE number = ?', number) == before


def test_the_verification_page_works_without_javascript(
    arrives: Arrivals, pedido: ShopProcess, post: SmtpTestServer
) -> None:
    buyer, email = arrives(), buying.new_address()
    number = buying.send_request(buyer, email)
    address = pedido.address + newest_link(post, email)
    page = httpx.get(address).text
    assert "<script" not in page and page.count("<button") == 1
    assert httpx.post(auth=FormToken(), url=address).status_code == 200
    assert verification_of(pedido, number) == "verified"


@pytest.fixture
def known(arrives: Arrivals, post: SmtpTestServer) -> tuple[Person, str]:
    """Somebody who has verified an address, and the address."""
    buyer, email = arrives(), buying.new_address()
    buying.send_request(buyer, email, Company="Ferretería Sol", Phone="600 123 456")
    buying.verify(buyer, post, email)
    return buyer, email


def test_a_verified_buyer_finds_the_form_filled_in_and_is_received_at_once(
    known: tuple[Person, str], pedido: ShopProcess, post: SmtpTestServer
) -> None:
    buyer, email = known
    buying.put_in_cart(buyer.page, "SAW-240")
    page = buyer.visit("/checkout")
    expect(buying.field(page, "E-mail")).to_have_value(email)
    expect(buying.field(page, "Company")).to_have_value("Ferretería Sol")
    expect(buying.privacy_box(page)).not_to_be_checked()
    buying.privacy_box(page).check()
    buying.send(page)
    number = buying.number_of(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_hidden()
    mails.newest(post, MANAGEMENT, f"New request {number}")
    mails.newest(post, email, f"We have received your request {number}")
    assert verification_of(pedido, number) == "verified"
    assert len(mails.to(post, email, buying.VERIFY_SUBJECT)) == 1


def test_tabs_that_stand_open_follow_a_buyer_who_signs_in(arrives: Arrivals, post: SmtpTestServer) -> None:
    buyer, email = arrives(), buying.new_address()
    buying.send_request(buyer, email)
    tab = buyer.context.new_page()
    tab.goto("/")
    settle(tab)
    expect(tab.get_by_role("link", name="Sign in")).to_be_visible()
    buying.verify(buyer, post, email)
    expect(tab.get_by_role("link", name="My requests")).to_be_visible()
    settle(tab)
    buying.put_in_cart(tab, "SAW-240")
    expect(buying.field(buyer.visit("/checkout"), "E-mail")).to_have_value(email)


def test_typing_a_known_address_proves_nothing(
    known: tuple[Person, str], arrives: Arrivals, pedido: ShopProcess
) -> None:
    _buyer, email = known
    stranger = arrives()
    number = buying.send_request(stranger, email)
    expect(stranger.page.get_by_role("heading", name="One more step")).to_be_visible()
    assert verification_of(pedido, number) == "unverified"


def test_signing_in_on_another_device_by_mail(
    known: tuple[Person, str], arrives: Arrivals, pedido: ShopProcess, post: SmtpTestServer
) -> None:
    _buyer, email = known
    elsewhere = arrives()
    page = ask_for_link(elsewhere, email)
    path = mails.link(mails.newest(post, email, "Sign in to"), "sign-in")
    assert httpx.head(pedido.address + path).status_code == httpx.get(pedido.address + path).status_code == 200
    page.goto(path)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account")
    settle(page)
    expect(page.get_by_role("table", name="My requests").get_by_role("row")).to_have_count(2)
    page.get_by_role("table", name="My requests").get_by_role("link").first.click()
    page.wait_for_url("**/account/request/*")
    expect(page.get_by_role("list", name=re.compile("How far"))).to_contain_text("Received by Norte Tools")
    elsewhere.expects("status of 410")
    page.goto(path)
    expect(page.get_by_role("heading", name="This link does not work any more")).to_be_visible()


def test_the_account_is_live_and_ends_with_the_sign_out(
    known: tuple[Person, str], arrives: Arrivals, post: SmtpTestServer
) -> None:
    buyer, email = known
    account = buyer.visit("/account")
    rows = account.get_by_role("table", name="My requests").get_by_role("row")
    expect(rows).to_have_count(2)
    other = buyer.tab()
    buying.put_in_cart(other)
    other.goto("/checkout")
    settle(other)
    buying.privacy_box(other).check()
    buying.send(other)
    expect(rows).to_have_count(3)
    other.goto("/account")
    settle(other)
    other.get_by_role("button", name="Sign out").click()
    other.goto("/account")
    expect(other).to_have_url(re.compile("/sign-in$"))
    buying.send_request(arrives(), email)
    account.wait_for_timeout(500)
    expect(rows).to_have_count(3)
    account.reload()
    expect(account).to_have_url(re.compile("/sign-in$"))


def test_the_sign_in_page_never_tells_who_is_known(
    known: tuple[Person, str], arrives: Arrivals, post: SmtpTestServer
) -> None:
    _buyer, email = known
    told = {ask_for_link(arrives(), address).get_by_role("main").inner_text().replace(address, "") for address in
            (email, "nobody@sol.example")}  # fmt: skip
    assert len(told) == 1
    mails.newest(post, email, "Sign in to")
    assert post.to("nobody@sol.example") == []


def test_somebody_elses_request_is_not_in_the_account(known: tuple[Person, str], arrives: Arrivals) -> None:
    buyer, _email = known
    stranger = arrives()
    number = buying.send_request(stranger, buying.new_address())
    buyer.expects("status of 404")
    page = buyer.visit(f"/account/request/{number}")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()


def test_the_same_lines_within_minutes_are_marked_as_possible_duplicate(
    known: tuple[Person, str], seller: Person, pedido: ShopProcess
) -> None:
    buyer, email = known
    buying.put_in_cart(buyer.page)
    page = buyer.visit("/checkout")
    buying.privacy_box(page).check()
    buying.send(page)
    number = buying.number_of(page)
    order = seller.visit(f"/desk/orders/{number}")
    [(first,)] = pedido.read('SELECT number FROM "order" WHERE email = ? ORDER BY id LIMIT 1', email)
    expect(order.get_by_role("link", name=f"Possible duplicate of {first}")).to_be_visible()


def test_the_seller_may_accept_an_unverified_request_by_hand(
    buyer: Person, seller: Person, pedido: ShopProcess, post: SmtpTestServer
) -> None:
    email = buying.new_address()
    number = buying.send_request(buyer, email)
    page = seller.visit(f"/desk/orders/{number}")
    page.get_by_role("button", name="Confirm order processing").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Cancel").click()
    assert verification_of(pedido, number) == "unverified"
    page.get_by_role("button", name="Confirm order processing").click()
    dialog.get_by_role("button", name="I know this buyer").click()
    expect(page.get_by_text("Order processing confirmed.").first).to_be_visible()
    expect(page.get_by_role("button", name="Confirm order processing")).to_be_hidden()
    assert verification_of(pedido, number) == "overridden"
    mails.newest(post, email, f"Your order {number} is confirmed")
    mails.newest(post, MANAGEMENT, f"New request {number}")
    wait_until(lambda: "Confirmed" in buyer.page.get_by_role("list", name=re.compile("How far")).inner_text())


def ask_for_link(person: Person, email: str) -> Page:
    """Ask for a sign-in mail."""
    page = person.visit("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    return page
