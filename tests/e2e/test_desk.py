"""The seller's live desk: filters in the address, actions on many orders, and desks that see each other's work."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from models import Status, Verification
from tests import order_rows
from tests.e2e import buying, mails, seeding, selling
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person, settle
from tests.e2e.selling import SOON_MS
from tests.e2e.shop_process import ShopProcess, running_shop, wait_until
from tests.servers import SmtpTestServer

MANY = 60  # more than a page holds
UNVERIFIED = 5  # of them, the newest
OF_BOLT = MANY - UNVERIFIED  # the others, of one company


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory, post: SmtpTestServer) -> Iterator[ShopProcess]:
    """A shop that has had many orders."""
    with running_shop(
        tmp_path_factory.mktemp("shop"),
        smtp_url=f"smtp://127.0.0.1:{post.port}",
        prepare=lambda shop: seeding.open_shop(shop, and_then=many_orders),
    ) as shop:
        yield shop


async def many_orders() -> None:
    """Orders of the last two months, one a day, the newest first in number."""
    now = datetime.now(UTC)
    for day in range(MANY):
        of_bolt = day >= UNVERIFIED
        await order_rows.line(
            await order_rows.order(
                number=f"OLD-{MANY - day:03}",
                company="Bolt & Söhne" if of_bolt else "Ferretería Sol",
                name="Ana Bolt" if of_bolt else "Marta Gil",
                email="ana@bolt.example" if of_bolt else "marta@sol.example",
                verification=Verification.VERIFIED if of_bolt else Verification.UNVERIFIED,
                status=Status.PROCESSED if day % 5 == 4 else Status.PENDING,
                created_at=now - timedelta(days=day + 10),
                total=1000 + day,
            )
        )


def numbers(page: Page) -> list[str]:
    """The order numbers in the table, top to bottom."""
    links = page.get_by_role("table", name="Purchase orders").get_by_role("link", name=re.compile("-[0-9]+$"))
    return links.all_inner_texts()


def filters(page: Page) -> Locator:
    """The panel of filters."""
    return page.get_by_role("search", name="Filters")


def query(page: Page) -> dict[str, str]:
    """What stands in the address after the question mark."""
    search = str(page.evaluate("location.search"))
    return {name: values[-1] for name, values in parse_qs(search.removeprefix("?")).items()}


def pager(page: Page) -> Locator:
    """The words that say which rows are shown."""
    return page.get_by_role("navigation", name="Purchase orders")


def test_filters_live_in_the_address_and_survive_a_reload(seller: Person) -> None:
    page = seller.visit("/desk")
    expect(pager(page)).to_contain_text("of 60")
    filters(page).get_by_role("group", name="Status").get_by_role("button", name="Processed").click()
    expect(pager(page)).to_contain_text("of 12")
    filters(page).get_by_role("searchbox").fill("SOHNE bolt")
    expect(pager(page)).to_contain_text("of 11")
    wait_until(lambda: query(page) == {"status": "processed", "search": "SOHNE bolt"}, what=page.url)
    shown = numbers(page)
    page.reload()
    settle(page)
    expect(pager(page)).to_contain_text("of 11")
    assert numbers(page) == shown
    expect(filters(page).get_by_role("searchbox")).to_have_value("SOHNE bolt")


def test_each_filter_is_a_chip_that_can_be_taken_away_and_all_are_reset_at_once(seller: Person) -> None:
    page = seller.visit("/desk?status=processed&search=bolt&verified=yes&from=2020-01-01")
    chips = page.get_by_role("group", name="Filters")
    expect(chips.get_by_role("button", name="Remove")).to_have_count(4)
    chips.get_by_role("button", name=re.compile("bolt")).click()
    wait_until(lambda: "search" not in query(page), what=page.url)
    chips.get_by_role("button", name=re.compile("Status")).click()
    expect(pager(page)).to_contain_text("of 55")
    chips.get_by_role("button", name="Reset filters").click()
    expect(pager(page)).to_contain_text("of 60")
    wait_until(lambda: query(page) == {}, what=page.url)
    expect(filters(page).get_by_role("searchbox")).to_have_value("")


def test_one_day_is_a_range_and_both_ends_count(seller: Person, pedido: ShopProcess) -> None:
    page = seller.visit("/desk")
    newest = numbers(page)[0]
    [(created_at,)] = pedido.read('SELECT created_at FROM "order" WHERE number = ?', newest)

    day = datetime.fromisoformat(created_at).astimezone(ZoneInfo("Europe/Madrid")).date().isoformat()
    filters(page).get_by_label("From").fill(day)
    filters(page).get_by_label("To").fill(day)
    expect(pager(page)).to_contain_text("of 1")
    assert numbers(page) == [newest]


def test_figures_are_filters(seller: Person) -> None:
    page = seller.visit("/desk")
    figure = page.get_by_role("group", name="Figures").get_by_role("button", name=re.compile("^Not verified"))
    expect(figure).to_contain_text(re.compile(r"\d"))
    figure.click()
    expect(figure).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: query(page) == {"flag": "unverified"}, what=page.url)
    expect(page.get_by_role("table", name="Purchase orders").get_by_text("Bolt & Söhne")).to_have_count(0)
    sums = page.get_by_role("group", name="Sums of all that match")
    expect(sums).to_contain_text("5 orders")
    expect(sums).to_contain_text("Total€50.10")
    figure.click()
    expect(pager(page)).to_contain_text("of 60")
    expect(sums).to_contain_text("60 orders")


def test_from_order_to_order_within_the_list_and_back_to_it(seller: Person) -> None:
    page = seller.visit("/desk?search=OLD-05&sort=total&order=up")
    listed = numbers(page)
    page.get_by_role("link", name=listed[1]).click()
    expect(page.get_by_role("heading", name=listed[1], exact=True)).to_be_visible()
    page.get_by_role("link", name="Next order").click()
    expect(page.get_by_role("heading", name=listed[2], exact=True)).to_be_visible()
    settle(page)
    for number in (listed[1], listed[0]):
        page.keyboard.press("k")
        expect(page.get_by_role("heading", name=number, exact=True)).to_be_visible()
        settle(page)
    expect(page.get_by_role("link", name="Previous order")).to_be_disabled()
    page.get_by_label("Only sellers see it").fill("just")
    page.keyboard.type("jk")
    expect(page.get_by_role("heading", name=listed[0], exact=True)).to_be_visible()
    page.get_by_role("link", name="‹ Purchase orders").click()
    settle(page)
    assert query(page) == {"search": "OLD-05", "sort": "total", "order": "up"}
    assert numbers(page) == listed


def test_sorting_and_paging_happen_on_the_server_and_stay_in_the_address(seller: Person) -> None:
    page = seller.visit("/desk")
    page.get_by_role("columnheader", name="Total").get_by_role("button").click()
    expect(page.get_by_role("columnheader", name="Total")).to_have_attribute("aria-sort", "descending")
    wait_until(lambda: numbers(page)[0] == "OLD-001", what="not sorted")
    pager(page).get_by_role("button", name=re.compile("Next", re.I)).click()
    expect(pager(page)).to_contain_text("51–60 of 60")
    wait_until(lambda: query(page).keys() == {"sort", "page", "at"}, what=page.url)  # at: where the page begins
    page.reload()
    settle(page)
    expect(pager(page)).to_contain_text("51–60 of 60")
    assert numbers(page)[-1] == "OLD-060"
    pager(page).get_by_role("button", name="First page").click()
    wait_until(lambda: numbers(page)[0] == "OLD-001", what="not the first page")
    pager(page).get_by_role("button", name="Last page").click()
    expect(pager(page)).to_contain_text("11–60 of 60")
    wait_until(lambda: query(page) == {"sort": "total", "page": "-1"}, what=page.url)
    page.get_by_role("columnheader", name="Order").get_by_role("button").click()
    wait_until(lambda: query(page) == {}, what="the newest do not come first")


def test_an_address_can_be_shared_and_nothing_found_says_what_to_do(seller: Person) -> None:
    page = seller.visit("/desk?search=no+such+thing")
    expect(page.get_by_text("No order matches")).to_be_visible()
    expect(page.get_by_text("Take a filter away, or reset them all.")).to_be_visible()


def test_all_that_match_are_selected_asked_once_and_downloaded(seller: Person) -> None:
    page = seller.visit("/desk?search=bolt")
    page.get_by_role("checkbox", name="Select all rows of this page").last.check()
    page.get_by_role("button", name=re.compile("Select all 55")).click()
    expect(page.get_by_text(re.compile("All 55"))).to_be_visible()
    dialog = selling.choose_action(page, "Download CSV")
    expect(dialog).to_contain_text("55 orders")
    name, content = selling.download(page, dialog, "One row per order", "CSV for a machine")
    assert re.fullmatch(r"orders-\d{4}-\d{2}-\d{2}-\d{6}\.csv", name)
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert [row["order_number"] for row in rows] == [f"OLD-{n:03}" for n in range(OF_BOLT, 0, -1)]


def test_an_export_can_be_downloaded_again_and_is_told_in_the_orders_history(
    seller: Person, pedido: ShopProcess
) -> None:
    page = seller.visit("/desk/orders/OLD-050")
    page.get_by_role("button", name="Download CSV, XLSX or PDF").click()
    name, content = selling.download(
        page, page.get_by_role("dialog"), "One row per order", "XLSX for Excel and the like"
    )
    assert name == "OLD-050.xlsx" and zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    page.get_by_role("button", name="Download CSV").click()
    name, content = selling.download(page, page.get_by_role("dialog"), "One row per line", "CSV for a spreadsheet")
    assert name == "OLD-050.csv" and content.startswith(b"\xef\xbb\xbf")
    expect(page.get_by_role("list", name="History")).to_contain_text("Downloaded: OLD-050.csv")
    [(export_id,)] = pedido.read("SELECT max(id) FROM export")
    assert seller.context.request.get(f"/desk/exports/{export_id}").body() == content


def test_a_status_changed_on_one_desk_shows_on_the_other_without_losing_the_selection(
    arrives: Arrivals, pedido: ShopProcess
) -> None:
    first, second = (signed_in(arrives, pedido) for _ in range(2))
    here, there = first.visit("/desk?search=OLD-04"), second.visit("/desk?search=OLD-04")
    selling.row_of(there, "OLD-049").get_by_role("checkbox").check()
    dialog = selling.act_on(here, ["OLD-048", "OLD-047"], "Change status")
    expect(dialog).to_contain_text("2 orders")
    selling.answer(dialog, "To be reviewed", confirm="Change status")
    for number in ("OLD-048", "OLD-047"):
        expect(selling.row_of(there, number)).to_contain_text("To be reviewed", timeout=SOON_MS)
    expect(selling.row_of(there, "OLD-049").get_by_role("checkbox")).to_be_checked()
    expect(there.get_by_text("1 selected")).to_be_visible()
    history = first.visit("/desk/orders/OLD-048").get_by_role("list", name="History")
    expect(history).to_contain_text("Pending → To be reviewed")
    expect(history).to_contain_text(seeding.OWNER)


def test_a_live_change_respects_the_filter_and_the_scroll(arrives: Arrivals, pedido: ShopProcess) -> None:
    first, second = (signed_in(arrives, pedido) for _ in range(2))
    watching = first.visit("/desk?status=pending&search=OLD-0&sort=total&order=up")
    watching.mouse.wheel(0, 750)  # the fourth row is above what is seen
    wait_until(lambda: watching.evaluate("window.scrollY") > 700)
    before = numbers(watching)
    moved, looked_at = before[3], selling.row_of(watching, before[15])
    height = top_of(looked_at)
    acting = second.visit(f"/desk/orders/{moved}")
    acting.get_by_role("button", name="Change status").click()
    selling.answer(acting.get_by_role("dialog"), "Error", confirm="Change status")
    expect(selling.row_of(watching, moved)).to_have_count(0, timeout=SOON_MS)
    assert numbers(watching)[:10] == [number for number in before if number != moved][:10]
    assert abs(top_of(looked_at) - height) < 2


def test_a_new_request_appears_by_itself_only_where_the_filter_lets_it(
    arrives: Arrivals, pedido: ShopProcess, post: SmtpTestServer
) -> None:
    open_desk, bolts_only = signed_in(arrives, pedido), signed_in(arrives, pedido)
    everything, bolts = open_desk.visit("/desk"), bolts_only.visit("/desk?search=bolt")
    count = pager(bolts).inner_text()
    buyer, email = arrives(), buying.new_address()
    number = buying.send_request(buyer, email, Company="Carpintería Norte", Comments="Gate 3")
    row = selling.row_of(everything, number)
    expect(row).to_be_visible(timeout=SOON_MS)
    expect(row).to_contain_text("Gate 3")
    assert numbers(everything)[0] == number
    buying.verify(buyer, post, email)
    expect(selling.tick(everything, number, "verified")).to_be_attached(timeout=SOON_MS)
    expect(row.get_by_role("img", name="Mail to the management: 1 delivered")).to_be_visible()
    assert pager(bolts).inner_text() == count


def test_an_unverified_order_is_refused_by_name_in_a_bulk_action(seller: Person, pedido: ShopProcess) -> None:
    pedido.write(
        "INSERT INTO transfer_target (name, protocol, host, port, folder, username, password, private_key, host_key,"
        " certificate, file_name, shape, dialect, \"trigger\", active, last_seq, created_at) VALUES ('Nowhere', 'ftp',"
        " '127.0.0.1', 9, '', 'x', '', '', '', '', '{order_number}.csv', 'lines', 'machine', 'by_hand', 1, 0,"
        " '2026-01-01 00:00:00+00:00')"
    )
    page = seller.visit("/desk?search=OLD-05")
    dialog = selling.act_on(page, ["OLD-055", "OLD-056"], "Send to FTP/SFTP")
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name="1 of 2 done")).to_be_visible()
    refused = page.get_by_role("table", name="Orders that were refused")
    expect(refused.get_by_role("link")).to_have_text(["OLD-056"])
    expect(refused).to_contain_text(re.compile("verified"))
    page.get_by_role("button", name="Close", exact=True).last.click()
    failing = selling.row_of(page, "OLD-055").get_by_role("img", name=re.compile("^Transfer: 1 (waiting|failed)"))
    expect(failing).to_be_visible()


def test_changing_the_status_mails_nobody_unless_it_is_ticked(
    seller: Person, pedido: ShopProcess, post: SmtpTestServer
) -> None:
    page = seller.visit("/desk?search=OLD-04")
    selling.answer(selling.act_on(page, ["OLD-046"], "Change status"), "Error", confirm="Change status")
    expect(selling.row_of(page, "OLD-046")).to_contain_text("Error")
    dialog = selling.choose_action(page, "Change status")
    dialog.get_by_role("checkbox", name="Mail the buyers about it").check()
    selling.answer(dialog, "To be reviewed", confirm="Change status")
    mails.newest(post, "ana@bolt.example", "Your order OLD-046: To be reviewed")
    assert mails.to(post, "ana@bolt.example", "Your order OLD-046: Error") == []


def test_mails_are_sent_again_on_request(seller: Person, post: SmtpTestServer) -> None:
    page = seller.visit("/desk?search=OLD-05")
    selling.act_on(page, ["OLD-051"], "Resend mails").get_by_role("button", name="Resend mails").click()
    mails.newest(post, seeding.MANAGEMENT, "New request OLD-051")
    mails.newest(post, "ana@bolt.example", "We have received your request OLD-051")


def test_a_note_is_added_and_only_the_desk_sees_it(arrives: Arrivals, pedido: ShopProcess) -> None:
    first, second = (signed_in(arrives, pedido) for _ in range(2))
    here, there = first.visit("/desk/orders/OLD-054"), second.visit("/desk/orders/OLD-054")
    here.get_by_label("Only sellers see it").fill("Pays late <b>often</b>")
    here.get_by_role("button", name="Add note").click()
    expect(here.get_by_label("Only sellers see it")).to_have_value("")
    expect(there.get_by_role("list", name="Internal notes")).to_contain_text("Pays late <b>often</b>", timeout=SOON_MS)


def test_confirming_from_the_desk_tells_the_buyer_once(
    arrives: Arrivals, pedido: ShopProcess, post: SmtpTestServer
) -> None:
    first, second = (signed_in(arrives, pedido) for _ in range(2))
    here, there = first.visit("/desk/orders/OLD-053"), second.visit("/desk/orders/OLD-053")
    for page in (here, there):
        # Whether or not the other one's click has hidden it already: somebody may be that quick.
        page.get_by_role("button", name="Confirm order processing").dispatch_event("click")
    for page in (here, there):
        expect(page.get_by_role("button", name="Confirm order processing")).to_be_hidden()
    expect(there.get_by_role("main")).to_contain_text(f"by {seeding.OWNER}")
    mails.newest(post, "ana@bolt.example", "Your order OLD-053 is confirmed")
    assert len(mails.to(post, "ana@bolt.example", "Your order OLD-053 is confirmed")) == 1


def test_an_order_is_bold_until_somebody_has_opened_it(seller: Person) -> None:
    page = seller.visit("/desk?search=OLD-052")
    row = selling.row_of(page, "OLD-052")
    expect(row).to_have_class(re.compile(r"\bnew\b"))
    other = seller.tab("/desk/orders/OLD-052")
    expect(other.get_by_role("heading", name="OLD-052")).to_be_visible()
    expect(row).not_to_have_class(re.compile(r"\bnew\b"))


def test_a_buyer_is_found_by_typing_and_their_orders_are_filtered(arrives: Arrivals, seller: Person) -> None:
    number = buying.send_request(arrives(), buying.new_address(), Company="Zubía Hermanos")
    page = seller.visit("/desk")
    buyer = filters(page).get_by_role("combobox", name="Buyer")
    buyer.fill("zubia")
    page.get_by_role("option", name=re.compile("Zubía Hermanos")).click()
    expect(pager(page)).to_contain_text("of 1")
    assert numbers(page) == [number]
    page.reload()
    settle(page)
    expect(page.get_by_role("group", name="Filters")).to_contain_text("Zubía Hermanos")


def test_buyers_are_listed_with_their_orders(arrives: Arrivals, seller: Person, post: SmtpTestServer) -> None:
    buyer, email = arrives(), buying.new_address()
    number = buying.send_request(buyer, email, Company="Taller Ruiz")
    page = seller.visit("/desk/buyers")
    row = page.get_by_role("row").filter(has_text=email)
    expect(row).to_contain_text("Taller Ruiz")
    buying.verify(buyer, post, email)
    expect(row.get_by_text(re.compile("^verified", re.IGNORECASE))).to_be_attached()
    row.get_by_role("link").first.click()
    page.wait_for_url("**/desk/buyers/*")
    settle(page)
    page.get_by_role("link", name=number).first.click()
    page.wait_for_url(f"**/desk/orders/{number}?from=buyer*")


def top_of(shown: Locator) -> float:
    """How far below the window's upper edge something stands, in pixels."""
    box = shown.bounding_box()
    assert box is not None
    return box["y"]


def signed_in(arrives: Arrivals, pedido: ShopProcess) -> Person:
    """Another browser in which the owner is signed in."""
    person = arrives()
    seeding.let_in(person.context, pedido)
    return person


def test_what_is_new_is_exported_with_one_click_comes_again_and_is_taken_back(seller: Person) -> None:
    page = seller.visit("/desk?exported=no")
    new = page.get_by_role("button", name="New since last export")
    expect(page.get_by_role("table", name="Purchase orders")).to_be_visible()
    count = int(new.inner_text().rpartition(" ")[2])
    number = numbers(page)[0]
    with page.expect_download() as started:
        new.click()
    first = Path(started.value.path()).read_bytes()
    assert len(list(csv.reader(io.StringIO(first.decode("utf-8-sig"))))) == count + 1
    expect(new).to_have_text("New since last export · 0")
    expect(new).to_be_disabled()
    expect(page.get_by_text("No order matches")).to_be_visible()

    other = seller.tab(f"/desk?search={number}")
    expect(selling.row_of(other, number).get_by_role("img", name="Export: ")).to_have_class(re.compile(r"\bok\b"))

    listed = seller.tab("/desk/exports")
    row = listed.get_by_role("row").nth(1)  # the newest, below the head
    expect(row).to_contain_text("new since the export before")
    with listed.expect_download() as again:
        row.get_by_role("link").click()
    assert Path(again.value.path()).read_bytes() == first
    row.get_by_role("button", name="Take back").click()
    expect(row).to_contain_text("taken back")
    expect(new).to_have_text(f"New since last export · {count}")
    expect(selling.row_of(other, number).get_by_role("img", name="Export: not yet")).to_be_visible()


def test_retrying_what_failed_says_when_nothing_did(seller: Person) -> None:
    page = seller.visit("/desk?search=OLD-020")
    selling.act_on(page, ["OLD-020"], "Retry what failed")
    expect(page.get_by_text("Nothing failed here.")).to_be_visible()


def test_a_list_is_worked_through_by_keys(seller: Person) -> None:
    page = seller.visit("/desk")
    current = page.locator("tbody tr:has(a:focus)")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(current).to_have_count(1)
    second = page.locator("tbody tr").nth(1)
    expect(second.get_by_role("link").first).to_be_focused()
    page.keyboard.press("x")
    expect(second.get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("a")
    expect(page.get_by_role("menuitem", name="Change status")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    expect(page.locator("tbody tr").first.get_by_role("link").first).to_be_focused()
    page.keyboard.press("e")
    download = page.get_by_role("dialog", name="Download 1 order")
    expect(download).to_be_visible()
    page.keyboard.press("Escape")
    expect(download).to_be_hidden()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").get_by_label("These keys work").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Search", exact=True)).not_to_be_focused()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").get_by_label("These keys work").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Search", exact=True)).to_be_focused()
    page.keyboard.type("jx?")
    expect(page.get_by_label("Search", exact=True)).to_have_value("jx?")


def test_each_number_of_a_report_leads_to_the_orders_behind_it(seller: Person, pedido: ShopProcess) -> None:
    page = seller.visit("/desk/reports")
    every = page.get_by_role("table", name="By status").get_by_role("row", name=re.compile("^All"))
    number = every.get_by_role("link").first.inner_text()
    file = seller.context.request.get("/desk/reports/statuses/csv").text()
    assert sum(int(row["requests"]) for row in csv.DictReader(io.StringIO(file.removeprefix("\ufeff")))) == int(number)
    every.get_by_role("link").first.click()
    settle(page)
    expect(pager(page)).to_contain_text(f"of {number}")

    page = seller.visit("/desk/reports?from=2020-01-01")
    best = page.get_by_role("table", name="Best products").get_by_role("row", name=re.compile("FR-200"))
    best.get_by_role("link").first.click()
    settle(page)
    expect(page.get_by_role("group", name="Filters")).to_contain_text("Product: FR-200")
    [(received,)] = pedido.read(
        'SELECT count(DISTINCT order_id) FROM order_line JOIN "order" ON "order".id = order_id '
        "WHERE sku = 'FR-200' AND received_at IS NOT NULL"
    )
    assert received >= OF_BOLT
    expect(pager(page)).to_contain_text(f"of {received}")
