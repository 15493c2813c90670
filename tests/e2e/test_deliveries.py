"""Mails that cannot go out yet: kept to be read without a mail server, tried again with one that was away."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import buying, mails, seeding
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person, settle
from tests.e2e.shop_process import ShopProcess, running_shop, wait_until
from tests.servers import free_port, smtp_server

FIRST_BACKOFF_SECONDS = 12.5  # ten, a fifth more at most


@pytest.fixture(scope="module")
def without_mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop with no mail server at all."""
    with running_shop(tmp_path_factory.mktemp("without-mail"), prepare=seeding.open_shop) as shop:
        yield shop


@pytest.fixture(scope="module")
def mail_port() -> int:
    """Where the mail server would be, which does not run at first."""
    return free_port()


@pytest.fixture(scope="module")
def with_mail(tmp_path_factory: pytest.TempPathFactory, mail_port: int) -> Iterator[ShopProcess]:
    """A shop whose mail server is away."""
    folder = tmp_path_factory.mktemp("with-mail")
    with running_shop(folder, smtp_url=f"smtp://127.0.0.1:{mail_port}", prepare=seeding.open_shop) as shop:
        yield shop


@pytest.fixture
def pedido(request: pytest.FixtureRequest) -> ShopProcess:
    """The shop a test asks for by name."""
    shop = request.getfixturevalue(getattr(request, "param", "without_mail"))
    assert isinstance(shop, ShopProcess)
    return shop


away = pytest.mark.parametrize("pedido", ["with_mail"], indirect=True)


def delivery(page: Page, what: str, recipient: str) -> Locator:
    """A row of the ledger."""
    rows = page.get_by_role("table", name="Deliveries").get_by_role("row")
    return rows.filter(has_text=what).filter(has_text=recipient)


def open_delivery(seller: Person, what: str, recipient: str) -> Page:
    """Open a delivery from the ledger."""
    page = seller.visit("/desk/deliveries")
    delivery(page, what, recipient).get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/desk/deliveries/\d+$"))
    settle(page)
    return page


def follow_letter(page: Page, words: str) -> Page:
    """Press a button in the mail that is shown; it opens in a tab of its own."""
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name=words).click()
    opened.value.wait_for_load_state()
    return opened.value


def test_without_a_mail_server_the_whole_flow_can_be_tried(buyer: Person, seller: Person) -> None:
    email = buying.new_address()
    number = buying.send_request(buyer, email)
    page = open_delivery(seller, "Verify user", email)
    expect(page.get_by_text("Kept here", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile(f"Please verify your request {number}")).first).to_be_visible()
    behind = follow_letter(page, "Verify user")
    behind.get_by_role("button", name="Verify user").click()
    expect(behind.get_by_role("heading", name="Verified")).to_be_visible()
    page = open_delivery(seller, "Notice to management", number)
    with page.expect_download() as saved:
        page.get_by_role("link", name=f"{number}.csv").click()
    attached = Path(saved.value.path()).read_bytes()
    assert number.encode() in attached
    confirm = follow_letter(page, "Confirm order processing")
    confirm.get_by_role("button", name="Confirm order processing").click()
    expect(confirm.get_by_role("heading", name=f"Order {number} is confirmed")).to_be_visible()
    expect(delivery(seller.visit("/desk/deliveries"), "Order confirmed", email)).to_contain_text("Kept here")


def test_a_mail_on_the_desk_runs_nothing_and_reads_as_text_too(buyer: Person, seller: Person) -> None:
    email = buying.new_address()
    buying.send_request(buyer, email)
    page = open_delivery(seller, "Verify user", email)
    policy = seller.context.request.get(f"{page.url}/letter").headers["content-security-policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "allow-scripts" not in policy
    assert "allow-scripts" not in (page.locator("iframe").get_attribute("sandbox") or "allow-scripts")
    page.get_by_text("As plain text").click()
    expect(page.get_by_text(re.compile(r"The link works for 72 hours")).last).to_be_visible()


def test_a_test_mail_tells_what_became_of_it(seller: Person) -> None:
    page = seller.visit("/desk/parameters")
    page.get_by_label("Send to").fill("trial@norte.example")
    page.get_by_role("button", name="Send test mail").click()
    expect(page.get_by_role("main")).to_contain_text("kept", ignore_case=True)
    expect(delivery(seller.visit("/desk/deliveries"), "Test mail", "trial@norte.example")).to_contain_text("Kept here")


def test_the_ledger_is_filtered_by_its_address_and_searched(buyer: Person, seller: Person) -> None:
    email = buying.new_address()
    number = buying.send_request(buyer, email)
    page = seller.visit(f"/desk/deliveries?status=kept&search={number}")
    rows = page.get_by_role("table", name="Deliveries").get_by_role("row")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text(email)
    seller.visit("/desk/deliveries?status=failed")
    expect(page.get_by_text("No delivery matches")).to_be_visible()


@away
def test_a_mail_server_that_was_away_gets_the_mail_when_it_is_back(
    buyer: Person, seller: Person, mail_port: int
) -> None:
    email = buying.new_address()
    buying.send_request(buyer, email)
    page = seller.visit("/desk/deliveries")
    row = delivery(page, "Verify user", email)
    expect(row).to_contain_text("Waiting")
    expect(row).to_contain_text(re.compile("mail server|connect|refused", re.IGNORECASE))
    with smtp_server(port=mail_port) as post:
        mails.newest(post, email, buying.VERIFY_SUBJECT, seconds=FIRST_BACKOFF_SECONDS + 5)
        expect(row).to_contain_text("Delivered")
        assert len(post.to(email)) == 1


@away
def test_try_again_does_not_wait(buyer: Person, seller: Person, mail_port: int) -> None:
    email = buying.new_address()
    buying.send_request(buyer, email)
    page = open_delivery(seller, "Verify user", email)
    attempts = page.get_by_role("table", name="Attempts").get_by_role("row")
    expect(attempts.filter(has_text="Failed")).to_have_count(1)
    with smtp_server(port=mail_port) as post:
        page.get_by_role("button", name="Try again").click()
        expect(attempts.filter(has_text="250 OK")).to_have_count(1)
        assert len(post.to(email)) == 1


@away
def test_what_waited_goes_out_after_the_program_was_killed_and_started_again(
    buyer: Person, pedido: ShopProcess, mail_port: int
) -> None:
    email = buying.new_address()
    buying.send_request(buyer, email)
    buyer.page.goto("about:blank")
    pedido.kill()
    with smtp_server(port=mail_port) as post:
        pedido.start()
        mails.newest(post, email, buying.VERIFY_SUBJECT, seconds=FIRST_BACKOFF_SECONDS + 10)
        assert len(post.to(email)) == 1


@away
def test_a_refused_mail_fails_visibly_and_once(
    arrives: Arrivals, pedido: ShopProcess, seller: Person, mail_port: int
) -> None:
    email = buying.new_address()
    with smtp_server(port=mail_port, answers={"RCPT": "550 5.1.1 No such mailbox"}) as post:
        number = buying.send_request(arrives(), email)
        page = seller.visit("/desk")
        figure = page.get_by_role("group", name="Figures").get_by_role("button", name=re.compile("^Failed deliveries"))
        expect(figure).to_contain_text("1")
        figure.click()
        page.get_by_role("link", name=number).click()
        page.wait_for_url(re.compile(rf"/desk/orders/{number}\b"))
        settle(page)
        failed = page.get_by_role("table", name="Deliveries").get_by_role("row").filter(has_text="Verify user")
        expect(failed).to_contain_text("Failed")
        expect(failed).to_contain_text(re.compile("refused|does not|mailbox|recipient", re.IGNORECASE))
        post.answers.clear()
        failed.get_by_role("button", name="Try again").click()
        expect(failed).to_contain_text("Delivered")
        wait_until(lambda: len(post.to(email)) == 1)
