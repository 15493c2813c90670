"""The whole main job with two browsers and real servers: from a spreadsheet to a confirmed order on the servers."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e import buying, mails, selling
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person, settle
from tests.e2e.selling import SOON_MS
from tests.e2e.shop_process import ShopProcess, running_shop, wait_until
from tests.servers import SmtpTestServer, SshTestServer, openssh

MANAGEMENT = "orders@norte.example"
OWNER = "nuria@norte.example"
MARTA = "marta@sol.example"


@dataclass(frozen=True)
class Catalogue:
    """A catalogue file, and what a buyer looks for in it: (search words, product's name, option chosen, SKU)."""

    file: Path
    wanted: tuple[tuple[str, str, str, str], ...]


OWN = Catalogue(
    Path(__file__).parents[1] / "samples" / "spree-style.csv",
    (
        ("GLOVES work", "Work gloves", "L", "GL-L"),
        ("ryoba", "Japanese saw 240 mm", "", "SAW-240"),
    ),
)
SHARED = Catalogue(
    Path(__file__).parents[3] / "shared" / "samples" / "catalogues" / "spree-products.csv",
    (
        ("kettle 1.7l", "Electric Kettle 1.7L", "Black", "ELECTRIC-KETTLE-1-7L-BLACK"),
        ("2-slice", "2-Slice Toaster", "White", "2-SLICE-TOASTER-WHITE"),
    ),
)
CATALOGUES = [OWN, SHARED] if SHARED.file.exists() else [OWN]


@pytest.fixture
def pedido(tmp_path: Path, post: SmtpTestServer) -> Iterator[ShopProcess]:
    """A program that was never started before."""
    with running_shop(tmp_path, smtp_url=f"smtp://127.0.0.1:{post.port}") as shop:
        yield shop


@pytest.fixture
def files() -> Iterator[SshTestServer]:
    """The SFTP server of the seller's accountant."""
    with openssh() as server:
        yield server


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda catalogue: catalogue.file.stem)
def test_from_a_spreadsheet_to_a_confirmed_order(
    catalogue: Catalogue, pedido: ShopProcess, post: SmtpTestServer, files: SshTestServer, arrives: Arrivals
) -> None:
    post.messages.clear()
    seller, buyer = arrives(), arrives()
    set_up_the_shop(seller, pedido)
    selling.import_catalogue(seller, catalogue.file)
    connect_sftp(seller, files)
    desk = seller.visit("/desk")
    fill_the_cart(buyer, catalogue)
    number = send_the_request(buyer)
    see_it_arrive_unverified(desk, number)
    verify_after_a_scanner_has_looked(buyer, pedido, post, number)
    expect(selling.tick(desk, number, "verified")).to_be_attached(timeout=SOON_MS)
    link_gives_what_the_mail_carries(pedido, post, number, catalogue)
    the_file_is_what_the_desk_downloads(desk, files, number)
    confirm_from_the_mail(arrives(), post, number)
    expect(selling.row_of(desk, number).get_by_text("Processed", exact=True)).to_be_visible(timeout=SOON_MS)
    the_buyer_is_told(buyer, post, number)


def set_up_the_shop(seller: Person, pedido: ShopProcess) -> None:
    """The link that the program printed leads to the desk in one step."""
    selling.set_up(
        seller.page,
        pedido.set_up_link,
        name="Norte Tools",
        currency="USD",
        language="en",
        time_zone="Europe/Madrid",
        email=OWNER,
        password="correct horse battery",
        management_emails=MANAGEMENT,
    )
    expect(seller.page.get_by_role("heading", name="Purchase orders")).to_be_visible()
    expect(seller.page.get_by_text("No requests yet")).to_be_visible()


def connect_sftp(seller: Person, files: SshTestServer) -> None:
    """An SFTP folder gets each request when it is received."""
    page = selling.new_target(
        seller,
        "SFTP",
        name="Accountant",
        trigger="received",
        host="127.0.0.1",
        port=str(files.port),
        folder="incoming",
        username=files.username,
        private_key=files.client_key,
        shape="lines",
        dialect="machine",
    )
    assert files.client_key not in page.content()
    selling.accept_host_key(page)
    selling.test_connection(page)
    assert list((files.root / "incoming").iterdir()) == []


def fill_the_cart(buyer: Person, catalogue: Catalogue) -> None:
    """The buyer searches without minding case, looks at the product, chooses and adds."""
    for words, name, option, sku in catalogue.wanted:
        page = buyer.visit("/")
        page.get_by_role("combobox", name="Search products").fill(words)
        page.get_by_role("combobox", name="Search products").press("Enter")
        page.get_by_role("list").get_by_role("link", name=re.compile(f"^{re.escape(name)}")).click()
        settle(page)
        if option:
            page.get_by_role("textbox", name=f"Quantity {option}").fill("1")
        page.get_by_role("button", name="Add to cart").click()
        expect(page.get_by_role("link", name="In cart")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text(sku)


def send_the_request(buyer: Person) -> str:
    """A form with mistakes is explained field by field; then it is sent."""
    page = buyer.visit("/cart")
    page.get_by_role("link", name="Send request").click()
    page.wait_for_url("**/checkout")
    settle(page)
    buying.field(page, "Name").fill("Marta Gil")
    buying.field(page, "E-mail").fill("marta")
    page.get_by_role("button", name="Send request").click()
    expect(buying.field(page, "E-mail")).to_have_accessible_description(re.compile("is not an e-mail address"))
    expect(buying.field(page, "Name")).to_have_value("Marta Gil")
    buying.fill_form(page, MARTA, Company="Ferretería Sol", Phone="+34 600 123 456", Comments='Call first; "=1+1"')
    buying.send(page)
    expect(page.get_by_role("main")).to_contain_text(f"We have sent a mail to {MARTA}")
    return buying.number_of(page)


def see_it_arrive_unverified(desk: Page, number: str) -> None:
    """The open desk shows the new request by itself."""
    row = selling.row_of(desk, number)
    expect(row).to_be_visible(timeout=SOON_MS)
    expect(row).to_contain_text("Ferretería Sol")
    expect(row).to_contain_text("+34 600 123 456")
    expect(selling.tick(desk, number, "not verified")).to_be_attached()


def verify_after_a_scanner_has_looked(buyer: Person, pedido: ShopProcess, post: SmtpTestServer, number: str) -> None:
    """Opening the link changes nothing, however often; the button does."""
    path = mails.link(mails.newest(post, MARTA, buying.VERIFY_SUBJECT), "verify")
    for look in (httpx.head, httpx.get, httpx.get):
        assert look(pedido.address + path).status_code == 200
    assert pedido.read('SELECT verification FROM "order" WHERE number = ?', number) == [("unverified",)]
    assert mails.to(post, MANAGEMENT, "New request") == []
    buying.verify(buyer, post, MARTA)


def link_gives_what_the_mail_carries(
    pedido: ShopProcess, post: SmtpTestServer, number: str, catalogue: Catalogue
) -> None:
    """The management's mail has the order as a file, and its link gives the very same one."""
    notice = mails.newest(post, MANAGEMENT, f"New request {number}")
    name, attached = mails.attachment(notice)
    answer = httpx.get(pedido.address + mails.link(notice, "orders/csv"))
    assert (answer.status_code, answer.content) == (200, attached)
    assert name == f"{number}.csv" and name in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(attached.decode("utf-8-sig"))))
    assert [row["sku"] for row in rows] == [sku for *_, sku in catalogue.wanted]
    assert {row["phone"] for row in rows} == {"'+34 600 123 456"}


def the_file_is_what_the_desk_downloads(desk: Page, files: SshTestServer, number: str) -> None:
    """The file in the SFTP folder has the bytes of the desk's download in the same shape and dialect."""
    file = files.root / "incoming" / f"{number}.csv"
    wait_until(file.exists, what=f"{file.name} did not arrive")
    expect(selling.row_of(desk, number).get_by_role("img", name="Transfer: 1 delivered")).to_be_visible(timeout=SOON_MS)
    dialog = selling.act_on(desk, [number], "Download CSV")
    name, content = selling.download(desk, dialog, "One row per line", "CSV for a machine")
    assert (name, content) == (file.name, file.read_bytes())
    assert [path.name for path in (files.root / "incoming").iterdir()] == [file.name]


def confirm_from_the_mail(manager: Person, post: SmtpTestServer, number: str) -> None:
    """The button in the management's mail opens a page with one button."""
    page = manager.page
    page.goto(mails.link(mails.newest(post, MANAGEMENT, f"New request {number}"), "orders/confirm"))
    page.get_by_role("button", name="Confirm order processing").click()
    expect(page.get_by_role("heading", name=f"Order {number} is confirmed")).to_be_visible()
    page.reload()
    expect(page.get_by_text(f"Confirmed by {MANAGEMENT}")).to_be_visible()


def the_buyer_is_told(buyer: Person, post: SmtpTestServer, number: str) -> None:
    """The buyer gets a mail whose link shows the confirmed request."""
    mails.newest(post, MARTA, f"We have received your request {number}")
    confirmed = mails.newest(post, MARTA, f"Your order {number} is confirmed")
    page = buyer.visit(mails.link(confirmed, "request"))
    expect(page.get_by_role("list", name=re.compile("How far"))).to_contain_text("Confirmed")
    assert len(mails.to(post, MARTA, "Your order")) == 1
