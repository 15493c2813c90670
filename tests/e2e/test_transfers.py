"""Orders on FTP and FTPS servers: connected on the desk, sent by hand, never overwritten."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Locator, Page, expect

from models import Protocol
from tests.e2e import buying, selling
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person, settle
from tests.e2e.selling import SOON_MS
from tests.e2e.shop_process import ShopProcess, wait_until
from tests.servers import FtpTestServer, SmtpTestServer, openssh, vsftpd

OVER_FTP = (Protocol.FTP, Protocol.FTPS_EXPLICIT, Protocol.FTPS_IMPLICIT)


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[Protocol, FtpTestServer]]:
    """A vsftpd for each way of FTP."""
    with ExitStack() as running:
        yield {
            Protocol.FTP: running.enter_context(vsftpd("none")),
            Protocol.FTPS_EXPLICIT: running.enter_context(vsftpd("explicit")),
            Protocol.FTPS_IMPLICIT: running.enter_context(vsftpd("implicit")),
        }


@pytest.fixture
def received(arrives: Arrivals, post: SmtpTestServer) -> str:
    """The number of a request that was received."""
    email, buyer = buying.new_address(), arrives()
    number = buying.send_request(buyer, email, Comments="Two lines;\nand a “quote”")
    buying.verify(buyer, post, email)
    return number


def connected(seller: Person, protocol: Protocol, server: FtpTestServer, **more: str) -> Page:
    """Enter an FTP server as a target that gets files by hand only."""
    answers = {
        "name": protocol.label,
        "trigger": "by_hand",
        "host": "127.0.0.1" if protocol is Protocol.FTP else "localhost",
        "port": str(server.port),
        "folder": "incoming",
        "username": server.username,
        "password": server.password,
        "shape": "orders",
        "dialect": "spreadsheet",
        **({"certificate": server.certificate_pem} if server.certificate_pem else {}),
        **more,
    }
    return selling.new_target(seller, protocol.label, **answers)


def send_by_hand(desk: Page, number: str, target: str) -> None:
    """Select an order in the table and send it to a target."""
    choose_target(selling.act_on(desk, [number], "Send to FTP/SFTP"), target)


def choose_target(dialog: Locator, target: str) -> None:
    """Answer the dialog that asks where to send."""
    dialog.get_by_role("radio", name=re.compile(f"^{re.escape(target)} ·")).check()
    dialog.get_by_role("button", name="Send", exact=True).click()


@pytest.mark.parametrize("protocol", OVER_FTP)
def test_an_order_sent_by_hand_arrives_as_the_desk_downloads_it(
    protocol: Protocol, servers: dict[Protocol, FtpTestServer], seller: Person, received: str
) -> None:
    server = servers[protocol]
    selling.test_connection(connected(seller, protocol, server))
    desk = seller.visit("/desk")
    send_by_hand(desk, received, protocol.label)
    file = server.root / "incoming" / f"{received}.csv"
    wait_until(file.exists, what=f"{file.name} did not arrive")
    sent = selling.row_of(desk, received).get_by_role("img", name="Transfer: 1 delivered")
    expect(sent).to_be_visible(timeout=SOON_MS)
    dialog = selling.choose_action(desk, "Download CSV")
    assert selling.download(desk, dialog, "One row per order", "CSV for a spreadsheet") == (
        file.name,
        file.read_bytes(),
    )
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(received)] == [file.name]


def test_an_order_that_changed_goes_out_under_a_new_name(
    servers: dict[Protocol, FtpTestServer], seller: Person, received: str
) -> None:
    folder = servers[Protocol.FTP].root / "incoming"
    connected(seller, Protocol.FTP, servers[Protocol.FTP], name="Twice")
    desk = seller.visit("/desk")
    send_by_hand(desk, received, "Twice")
    wait_until((folder / f"{received}.csv").exists, what="the first file did not arrive")
    first = (folder / f"{received}.csv").read_bytes()
    selling.answer(selling.choose_action(desk, "Change status"), "To be reviewed", confirm="Change status")
    expect(selling.row_of(desk, received)).to_contain_text("To be reviewed")
    send_by_hand(desk, received, "Twice")
    wait_until((folder / f"{received}-r2.csv").exists, what="the second file did not arrive")
    assert (folder / f"{received}.csv").read_bytes() == first
    assert b"pending" in first and b"to_be_reviewed" in (folder / f"{received}-r2.csv").read_bytes()


def test_a_conflict_fails_visibly_and_is_tried_again_on_the_order_page(
    servers: dict[Protocol, FtpTestServer], seller: Person, received: str
) -> None:
    file = servers[Protocol.FTP].root / "incoming" / f"{received}.csv"
    file.write_bytes(b"somebody else's file")
    connected(seller, Protocol.FTP, servers[Protocol.FTP], name="Occupied")
    page = seller.visit(f"/desk/orders/{received}")
    page.get_by_role("button", name="Send to FTP/SFTP").click()
    choose_target(page.get_by_role("dialog"), "Occupied")
    failed = page.get_by_role("table", name="Deliveries").get_by_role("row").filter(has_text="Occupied")
    expect(failed).to_contain_text("Failed")
    assert file.read_bytes() == b"somebody else's file"
    file.unlink()
    failed.get_by_role("button", name="Try again").click()
    expect(failed).to_contain_text("Delivered")
    assert received.encode() in file.read_bytes()


def test_sending_an_unverified_order_asks_for_the_override_first(
    pedido: ShopProcess, servers: dict[Protocol, FtpTestServer], seller: Person, buyer: Person
) -> None:
    number = buying.send_request(buyer, buying.new_address())
    connected(seller, Protocol.FTP, servers[Protocol.FTP], name="Override")
    page = seller.visit(f"/desk/orders/{number}")
    page.get_by_role("button", name="Send to FTP/SFTP").click()
    page.get_by_role("dialog").get_by_role("button", name="I know this buyer").click()
    choose_target(page.get_by_role("dialog").filter(has_text="Override"), "Override")
    file = servers[Protocol.FTP].root / "incoming" / f"{number}.csv"
    wait_until(file.exists, what="the file did not arrive")
    assert pedido.read('SELECT verification FROM "order" WHERE number = ?', number) == [("overridden",)]


def test_what_is_wrong_with_a_connection_is_said_in_words(
    servers: dict[Protocol, FtpTestServer], seller: Person
) -> None:
    page = connected(seller, Protocol.FTPS_EXPLICIT, servers[Protocol.FTPS_EXPLICIT], certificate="", name="Untrusted")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_role("status").filter(has_text=re.compile("certificate"))).to_be_visible()
    page = connected(seller, Protocol.FTP, servers[Protocol.FTP], folder="nowhere", name="No folder")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_role("status").filter(has_text=re.compile("folder"))).to_be_visible()


def test_a_saved_password_is_never_shown_again(seller: Person, servers: dict[Protocol, FtpTestServer]) -> None:
    page = connected(seller, Protocol.FTP, servers[Protocol.FTP], name="Secret")
    page.reload()
    settle(page)
    password = page.locator("form [name=password]")
    expect(password).to_have_value("")
    expect(password).to_have_accessible_description(re.compile("saved", re.IGNORECASE))
    assert servers[Protocol.FTP].password not in page.content()


def test_an_sftp_server_with_another_key_than_the_accepted_one_gets_nothing(
    pedido: ShopProcess, seller: Person, received: str
) -> None:
    with openssh() as server, openssh() as impostor:
        page = selling.new_target(
            seller,
            "SFTP",
            name="Pinned",
            trigger="by_hand",
            host="127.0.0.1",
            port=str(server.port),
            folder="incoming",
            username=server.username,
            private_key=server.client_key,
        )
        selling.accept_host_key(page)
        pedido.write("UPDATE transfer_target SET port = ? WHERE name = 'Pinned'", impostor.port)
        page = seller.visit(f"/desk/orders/{received}")
        page.get_by_role("button", name="Send to FTP/SFTP").click()
        choose_target(page.get_by_role("dialog"), "Pinned")
        failed = page.get_by_role("table", name="Deliveries").get_by_role("row").filter(has_text="Pinned")
        expect(failed).to_contain_text(re.compile("key"))
        assert list((impostor.root / "incoming").iterdir()) == []
