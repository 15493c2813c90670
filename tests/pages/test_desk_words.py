"""The desk's words: times, amounts, marks, rows, and files that cannot harm."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from fastapi.responses import FileResponse

from models import (
    CatalogImport,
    Channel,
    Dialect,
    MessageStatus,
    Order,
    Pause,
    Purpose,
    Seller,
    Shape,
    Shop,
    Status,
    Verification,
    money,
)
from models.order_filter import Flag, OrderFilter
from models.text import speaking
from pages.components.table import PageRequest
from pages.desk import dashboard, downloads, guard, import_history, order_table, show, show_order
from pages.desk.desk_view import DeskView
from services import exports, live, order_details, order_list, order_sums
from services.pauses import MAIL_LANE
from tests import order_rows
from tests.order_rows import NOON

SHOP = Shop(name="Norte Tools", currency="EUR", language="en", time_zone="Europe/Madrid")
SELLER = Seller(email="seller@norte.example")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-22T07:51", "08:51"),
        ("2026-11-21T23:00", "00:00"),
        ("2026-11-21T22:59", "Yesterday"),
        ("2026-11-20T12:00", "20 Nov"),
        ("2025-12-31T22:30", "31 Dec 2025"),
        ("2025-12-31T23:30", "1 Jan"),
    ],
)
def test_a_time_is_as_short_as_the_shops_calendar_allows(moment: str, words: str) -> None:
    assert show.short_time(datetime.fromisoformat(moment).replace(tzinfo=UTC), SHOP, now=NOON) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=-5), "0 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=4, minutes=5), "4 h 5 min"),
        (timedelta(days=1, hours=4), "1 day 4 h"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_a_length_of_time_is_told_in_its_two_biggest_units(length: timedelta, words: str) -> None:
    assert show.span(length) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=4, minutes=5), "4 h"),
        (timedelta(days=1, hours=23), "1 day"),
        (timedelta(days=27), "27 days"),
    ],
)
def test_where_there_is_little_room_a_length_of_time_has_one_unit(length: timedelta, words: str) -> None:
    assert show.rough_span(length) == words


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [(99999, "EUR", "€999.99"), (1457827, "EUR", "€14,578"), (-1457850, "EUR", "−€14,578"), (1500, "JPY", "¥1,500")],
)
def test_where_there_is_little_room_a_big_amount_has_no_decimals(minor: int, currency: str, words: str) -> None:
    assert show.rough_amount(minor, currency) == words


@pytest.mark.parametrize(
    ("sent_hours_ago", "words"),
    [
        (None, "30 days kept"),
        (24, "next goes in 29 days"),
        (30 * 24 - 3, "next goes in 3 h"),
        (30 * 24, "next goes within the hour"),
    ],
)
async def test_the_figure_of_the_unverified_counts_down_to_the_next_that_is_deleted(
    shop: Shop, sent_hours_ago: int | None, words: str
) -> None:
    if sent_hours_ago is not None:
        await order_rows.order(created_at=datetime.now(UTC) - timedelta(hours=sent_hours_ago, minutes=-1))
    strip = dashboard.figure_strip(await order_list.figures(shop), shop, chosen=Flag.UNVERIFIED)
    assert {(figure.note, figure.active) for figure in strip if figure.key == "unverified"} == {(words, True)}
    assert len(strip) <= 8, "more do not fit beside each other"


@pytest.mark.parametrize(
    ("minor", "currency", "language", "words"),
    [
        (190450, "EUR", "en", "1,904.50"),
        (-3060, "EUR", "en", "−30.60"),
        (190450, "EUR", "de", "1.904,50"),
        (1500, "JPY", "en", "1,500"),
    ],
)
def test_amounts_in_columns_have_the_languages_signs(minor: int, currency: str, language: str, words: str) -> None:
    assert show.plain_amount(minor, currency, language) == words


async def test_marks_tell_the_worst_first_and_everything_in_words_with_time_and_reason(shop: Shop) -> None:
    order = await order_rows.order(verification=Verification.VERIFIED)
    await order_rows.message(order, MessageStatus.SENT, purpose=Purpose.VERIFY, finished_at=NOON)
    await order_rows.message(order, MessageStatus.FAILED, purpose=Purpose.RECEIVED, last_error="Nobody is called that.")
    await order_rows.message(order, MessageStatus.CAPTURED)
    export = await exports.download([order.id], Shape.ORDERS, Dialect.MACHINE, shop, by="seller@norte.example")

    [row] = (await order_list.page(OrderFilter(shop.time_zone))).rows
    marks = show.marks(row, shop)

    assert [mark["state"] for mark in marks] == ["bad", "ok", "none", "ok"]
    assert [mark["label"] for mark in marks] == [
        f"Mail to the buyer: 1 failed, 1 delivered · {show.full_time(NOON, shop)} · Nobody is called that.",
        "Mail to the management: 1 kept here",
        "Transfer: nothing yet",
        f"Export: {show.full_time(export.created_at, shop)}, {export.file_name} (seller@norte.example)",
    ]


async def test_one_is_told_in_the_singular_and_two_in_the_plural(shop: Shop) -> None:
    order = await order_rows.order(verification=Verification.VERIFIED)
    for status in (MessageStatus.FAILED, MessageStatus.SENT, MessageStatus.SENT):
        await order_rows.message(order, status, purpose=Purpose.VERIFY)
    [row] = (await order_list.page(OrderFilter(shop.time_zone))).rows

    with speaking("es"):
        assert "1 fallido, 2 entregados" in show.marks(row, shop)[0]["label"]
        assert import_history.counts(CatalogImport(summary={"new": 1, "changed": 2}), shop) == "1 nuevo, 2 cambiados"


async def test_a_mark_tells_why_its_lane_is_paused(shop: Shop) -> None:
    order = await order_rows.order(verification=Verification.VERIFIED)
    await order_rows.message(order, MessageStatus.PENDING, last_error="an older reason")
    await Pause.create(lane=MAIL_LANE, code="auth", reason="Wrong password.", since=NOON)

    [row] = (await order_list.page(OrderFilter(shop.time_zone))).rows

    assert [mark["state"] for mark in show.marks(row, shop)] == ["none", "wait", "none", "none"]
    assert show.marks(row, shop)[1]["label"] == "Mail to the management: 1 waiting · Wrong password."


async def test_a_row_is_bold_until_it_was_opened_and_only_once_it_is_received(shop: Shop) -> None:
    await order_rows.order(number="unverified")
    await order_rows.order(number="new", verification=Verification.VERIFIED)
    await order_rows.order(number="seen", verification=Verification.VERIFIED, opened_at=NOON)

    page = await order_list.page(OrderFilter(shop.time_zone))

    rows = {order.number: order_table.row(order, shop) for order in page.rows}
    assert {number: row["new"] for number, row in rows.items()} == {"unverified": False, "new": True, "seen": False}
    assert rows["new"]["buyer"]["tick"] == "yes"
    assert rows["unverified"]["buyer"]["tick"] == "no"
    assert rows["new"]["href"] == "/desk/orders/new"


async def test_desks_that_show_the_same_share_its_rows_until_an_order_changes(shop: Shop) -> None:
    order = await order_rows.order()
    looked_at = OrderFilter(shop.time_zone)

    first, second = [await order_table.find(looked_at, shop, "") for _desk in range(2)]
    of_another_list = await order_table.find(looked_at, shop, "sort=total")
    live.order_changed(order.id)
    after = await order_table.find(looked_at, shop, "")

    assert second[1] is first[1]
    assert of_another_list[1].rows[0]["href"] != first[1].rows[0]["href"]
    assert after[1] is not first[1]
    assert after == first


async def test_desks_of_before_and_after_a_change_of_the_parameters_share_no_figures(shop: Shop) -> None:
    await order_rows.order(verification=Verification.UNVERIFIED, received_at=None, created_at=datetime.now(UTC))
    later = await Shop.get()
    later.unverified_days = shop.unverified_days + 20

    strips = [(await dashboard._found_figures(one, None))[1] for one in (shop, later)]

    before, after = (next(figure.note for figure in strip if figure.key == "unverified") for strip in strips)
    assert before != after


async def test_a_desk_shows_what_happens_while_it_reads_once_and_after_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = dashboard.OrderDesk(shop, DeskView.parse({}, shop.time_zone), [])
    reads: list[asyncio.Event] = []

    async def read() -> None:
        reads.append(asyncio.Event())
        await reads[-1].wait()

    monkeypatch.setattr(guard, "told", lambda handler: handler)
    monkeypatch.setattr(desk, "_refresh_live", read)
    told = [asyncio.create_task(desk.changed()) for _change in range(3)]
    await asyncio.sleep(0)
    assert len(reads) == 1
    reads[0].set()
    await asyncio.sleep(0.01)
    assert len(reads) == 2
    reads[1].set()
    await asyncio.gather(*told)
    assert len(reads) == 2


async def test_a_row_shows_the_phone_beside_the_contact_and_dashes_for_what_is_missing(shop: Shop) -> None:
    await order_rows.order(comments="Ring twice", total=500, currency="USD")
    await order_rows.order(company="", phone="", prices_hidden=True)

    hidden, foreign = (await order_list.page(OrderFilter(shop.time_zone))).rows

    row = order_table.row(foreign, shop)
    assert row["buyer"]["sub"] == "Marta Gil · +34 600 123 456"
    assert (row["total"]["text"], row["discounts"]) == ("USD 5.00", "–")
    assert row["comments"] == {"icon": "comment", "title": "Ring twice"}
    assert order_table.row(hidden, shop)["buyer"]["text"] == "Marta Gil"
    assert order_table.row(hidden, shop)["total"]["text"] == "–"


def test_the_panel_and_the_address_mean_the_same_filter() -> None:
    query = {"search": "sol", "from": "2026-11-01", "to": "2026-11-22", "status": "error", "buyer": "7"}
    written = OrderFilter.parse(query | {"verified": "no", "flag": "failed", "sort": "total"}, "Europe/Madrid")

    assert order_table.from_panel(order_table.panel_values(written), written) == written
    assert set(order_table.panel_values(written)) == {key for f in order_table.filters() for key in f.keys}


async def test_what_is_not_exported_yet_was_received_and_the_filter_says_so(shop: Shop) -> None:
    received = await order_rows.order(verification=Verification.VERIFIED, received_at=NOON)
    await order_rows.order(verification=Verification.UNVERIFIED, received_at=None)
    order_filter = OrderFilter(shop.time_zone, exported="no")

    assert [row.id for row in (await order_list.page(order_filter)).rows] == [received.id]
    assert (await order_list.figures(shop)).not_exported == (await order_sums.of(order_filter)).orders == 1
    assert order_filter.chips() == [("exported", "Received, not exported yet")]
    [panel] = [asked for asked in order_table.filters() if asked.name == "exported"]
    assert dict(panel.options)["no"] == "Received, not yet"


def test_another_filter_begins_at_its_first_page_and_keeps_the_sorting() -> None:
    before = OrderFilter("Europe/Madrid", sort="total", descending=False, page=4, flag=Flag.WAITING)

    after = order_table.from_panel(order_table.panel_values(before) | {"search": "sol"}, before)

    assert (after.page, after.sort, after.descending, after.flag) == (1, "total", False, Flag.WAITING)


def test_sorting_by_number_from_the_top_is_newest_first() -> None:
    before = OrderFilter("Europe/Madrid", sort="total")

    assert order_table.turned(before, PageRequest(1, "number", descending=True)).query() == {}
    oldest_first = order_table.turned(before, PageRequest(2, "number", descending=False))
    assert oldest_first.query() == {"sort": "number", "order": "up", "page": "2"}
    assert order_table.shown_sort(OrderFilter("Europe/Madrid")) == "number"


async def test_an_order_offers_another_try_only_where_something_went_wrong(shop: Shop) -> None:
    order = await order_rows.order()
    await order_rows.message(order, MessageStatus.SENT)
    await order_rows.message(order, MessageStatus.FAILED, last_error="wrong password")
    await order_rows.message(order, MessageStatus.PENDING)

    details = await order_details.by_number(order.number)

    rows = [show_order.delivery(row, shop) for row in details.deliveries]
    assert [row["act"] for row in rows] == ["", "Try again", ""]
    assert rows[1]["cells"][1]["sub"] == "wrong password"


async def test_a_confirmed_order_says_by_whom_and_links_its_buyer_safely(shop: Shop) -> None:
    made = await order_rows.order(status=Status.PROCESSED, confirmed_at=NOON, confirmed_by="seller@norte.example")
    order = await Order.get(id=made.id)
    order.email, order.phone = 'a"b@sol.example', "+34 (600) 12"

    links = {fact["label"]: fact.get("href", "") for fact in show_order.buyer(order, shop)}

    assert links["E-mail"] == "mailto:a%22b@sol.example"
    assert links["Phone"] == "tel:+3460012"
    assert show_order.tags(order, shop)[-1][0] == "Confirmed 22 Nov 2026, 12:00 by seller@norte.example"


async def test_an_export_is_saved_under_its_name_with_its_very_bytes(shop: Shop) -> None:
    order = await order_rows.order()
    export = await exports.download([order.id], Shape.LINES, Dialect.MACHINE, shop, by="seller@norte.example")

    answer = await downloads.export(export.id, SELLER)

    assert isinstance(answer, FileResponse)
    saved = await asyncio.to_thread(Path(answer.path).read_bytes)
    assert saved == (await exports.open_again(export.id)).content
    assert f'filename="{order.number}.csv"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert (await downloads.export(export.id + 1, SELLER)).status_code == 404
    assert (await downloads.export(2**70, SELLER)).status_code == 404


async def test_a_mail_is_shown_where_nothing_in_it_can_run_or_load(shop: Shop) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Hello"
    mail.set_content("Hello")
    mail.add_alternative("<script>alert(1)</script>", subtype="html")
    mail.add_attachment(b"a,b", maintype="text", subtype="html", filename='x"é.html')
    message = await order_rows.message(None, MessageStatus.CAPTURED, content=mail.as_bytes())

    letter = await downloads.letter(message.id, SELLER)
    attached = await downloads.attachment(message.id, 0, SELLER)

    policy = letter.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert attached.headers["content-disposition"].startswith("attachment;")
    assert attached.media_type == "application/octet-stream"
    assert (await downloads.attachment(message.id, 1, SELLER)).status_code == 404
    assert (await downloads.letter(message.id + 1, SELLER)).status_code == 404


async def test_a_transferred_file_is_given_back_as_it_went_out(shop: Shop) -> None:
    content = "order_number\r\nÑ-1\r\n".encode()
    message = await order_rows.message(
        None, MessageStatus.SENT, channel=Channel.TRANSFER, title="Ñ-1.csv", content=content
    )

    answer = await downloads.transferred_file(message.id, SELLER)

    assert bytes(answer.body) == content
    assert "filename*=UTF-8''%C3%91-1.csv" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("prices", "language", "aligned"),
    [
        (["0.0125", "32.50", "from 3.90", "–"], "en", ["0.0125", "32.50__", "from 3.90__", "–"]),
        (["1.200,00 €", "0,385 €"], "de", ["1.200,00_ €", "0,385 €"]),
        (["€1,200", "€7.5"], "en", ["€1,200._", "€7.5"]),
        (["6.40", "22.00"], "en", ["6.40", "22.00"]),
        ([], "en", []),
    ],
)
def test_prices_below_each_other_have_their_decimal_signs_below_each_other(
    prices: list[str], language: str, aligned: list[str]
) -> None:
    found = money.below_each_other(prices, language)
    assert [price.replace(money.DIGIT_WIDE, "_").replace(money.SIGN_WIDE, ".") for price in found] == aligned
