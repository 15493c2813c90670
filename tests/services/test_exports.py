"""Exports: the same bytes wherever an order goes, in two shapes, as CSV in two dialects and as XLSX."""

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from models import (
    CSV_DIALECTS,
    Dialect,
    EventKind,
    Export,
    ExportedOrder,
    Order,
    OrderEvent,
    Shape,
    Shop,
    Status,
    Verification,
)
from models.errors import NotFoundError, ShopError
from models.order_filter import OrderFilter
from services import exports, order_list, orders, settings
from services.exports import sheets
from tests import order_rows
from tests.order_rows import NOON

COMMENT = 'Deliver after 8; ring "Gil"\nsecond gate'
ORDER_HEAD = (
    "order_number,created_at,status,buyer,company,email,verified,phone,buyer_reference,references,lines_total,"
    "discounts,surcharges,total,currency,comments,zone,confirmed_at"
)
LINE_HEAD = "line_no,sku,name,quantity,unit,unit_price,line_total"
LATER_HEAD = (
    "requested_date,vat_number,delivery_street,delivery_postcode,delivery_city,delivery_country,"
    "invoice_street,invoice_postcode,invoice_city,invoice_country"
)


async def filled_order() -> Order:
    """An order of two lines whose texts would trip a careless writer."""
    order = await order_rows.order(
        number="2026-00318",
        company="=HYPERLINK(1)",
        phone="+49 30 1234",
        buyer_reference="-5",
        references="FR-200, WS-4040",
        comments=COMMENT,
        zone="Islas",
        requested_date=date(2026, 12, 4),
        vat_number="ESB58378431",
        delivery_street="Calle Mayor 1",
        delivery_postcode="28013",
        delivery_city="Madrid",
        delivery_country="ES",
        verification=Verification.OVERRIDDEN,
        status=Status.TO_BE_REVIEWED,
        lines_total=14820,
        discounts=-500,
        surcharges=1500,
        total=15820,
        confirmed_at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC),
    )
    await order_rows.line(order, 2, sku="WS-4040", name="Schraube; 4x40", unit_price=Decimal("0.0125"), line_total=15)
    await order_rows.line(order, 1, unit_price=Decimal("12.3"), line_total=14760)
    return order


def parsed(content: bytes, delimiter: str) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


async def test_a_machine_gets_one_exact_row_per_order(shop: Shop) -> None:
    order = await filled_order()

    content = await exports.order_csv(order.id, exports.layout(Shape.ORDERS, Dialect.MACHINE, shop))

    comment = COMMENT.replace('"', '""')
    assert content.decode() == (
        f"{ORDER_HEAD},{LATER_HEAD}\r\n"
        "2026-00318,2026-11-22T11:00:00Z,to_be_reviewed,Marta Gil,=HYPERLINK(1),marta@sol.example,override,+49 30 1234,"
        f'-5,"FR-200, WS-4040",148.20,-5.00,15.00,158.20,EUR,"{comment}",Islas,2026-11-22T23:30:00Z,2026-12-04,'
        "ESB58378431,Calle Mayor 1,28013,Madrid,ES,,,,\r\n"
    )


async def test_the_line_shape_repeats_the_order_on_each_line_and_adds_the_line(shop: Shop) -> None:
    order = await filled_order()

    content = await exports.order_csv(order.id, exports.layout(Shape.LINES, Dialect.MACHINE, shop))

    rows = parsed(content, ",")
    assert content.decode().startswith(f"{ORDER_HEAD},{LINE_HEAD},{LATER_HEAD}\r\n")
    assert [row["total"] for row in rows] == ["158.20", "158.20"]
    assert [row["comments"] for row in rows] == [COMMENT, COMMENT]
    added = [[row[name] for name in LINE_HEAD.split(",")] for row in rows]
    assert added == [
        ["1", "FR-200", "Screwdriver", "12", "piece", "12.30", "147.60"],
        ["2", "WS-4040", "Schraube; 4x40", "12", "piece", "0.0125", "0.15"],
    ]


@pytest.mark.parametrize(("language", "delimiter", "total"), [("en", ",", "158.20"), ("es", ";", "158,20")])
async def test_a_spreadsheet_opens_it_as_people_expect_and_runs_nothing(
    shop: Shop, language: str, delimiter: str, total: str
) -> None:
    order = await filled_order()
    shop.language = language

    content = await exports.order_csv(order.id, exports.layout(Shape.ORDERS, Dialect.SPREADSHEET, shop))

    assert content.startswith(b"\xef\xbb\xbforder_number")
    [row] = parsed(content, delimiter)
    assert row["total"] == total
    assert row["discounts"] == ("-5,00" if language == "es" else "-5.00")
    assert row["company"] == "'=HYPERLINK(1)"
    assert row["phone"] == "'+49 30 1234"
    assert row["buyer_reference"] == "'-5"
    assert row["comments"] == COMMENT
    assert (row["created_at"], row["confirmed_at"]) == ("2026-11-22 12:00:00", "2026-11-23 00:30:00")


async def test_hidden_prices_stay_hidden_and_an_open_confirmation_is_empty(shop: Shop) -> None:
    order = await order_rows.order(prices_hidden=True)
    await order_rows.line(order)

    [row] = parsed(await exports.order_csv(order.id, exports.layout(Shape.LINES, Dialect.MACHINE, shop)), ",")

    empty = ["lines_total", "discounts", "surcharges", "total", "unit_price", "line_total", "confirmed_at"]
    assert [row[name] for name in empty] == [""] * 7


async def test_a_currency_without_decimals_has_none(shop: Shop) -> None:
    order = await order_rows.order(currency="JPY", total=1500)

    [row] = parsed(await exports.order_csv(order.id, exports.layout(Shape.ORDERS, Dialect.MACHINE, shop)), ",")

    assert row["total"] == "1500"


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("dialect", CSV_DIALECTS)
async def test_the_desks_download_of_one_order_is_the_file_that_is_mailed_and_transferred(
    shop: Shop, shape: Shape, dialect: Dialect
) -> None:
    order = await filled_order()
    sent = await exports.order_csv(order.id, exports.layout(shape, dialect, shop))

    export = await exports.download([order.id], shape, dialect, shop, by="seller@norte.example")

    kept = await exports.open_again(export.id)
    assert (kept.file_name, kept.content) == ("2026-00318.csv", sent)
    assert await exports.order_csv(order.id, exports.layout(shape, dialect, shop)) == sent


async def test_a_workbook_holds_the_same_cells_with_their_types(shop: Shop) -> None:
    order, other = await filled_order(), await order_rows.order(number="2026-00319", prices_hidden=True)
    await order_rows.line(other)

    export = await exports.download([order.id, other.id], Shape.LINES, Dialect.XLSX, shop, by="seller@norte.example")

    kept = await exports.open_again(export.id)
    assert kept.file_name.startswith("order-lines-20") and kept.file_name.endswith(".xlsx")
    sheet: Any = load_workbook(io.BytesIO(kept.content)).active
    head, first, second, hidden = sheet.iter_rows(values_only=True)
    assert ",".join(head).startswith(f"{ORDER_HEAD},line_no,sku")
    row = dict(zip(head, second, strict=True))
    assert (row["company"], row["phone"], row["comments"]) == ("=HYPERLINK(1)", "+49 30 1234", COMMENT)
    assert (row["unit_price"], row["line_total"], row["total"]) == (0.0125, 0.15, 158.2)
    assert str(row["confirmed_at"]) == "2026-11-23 00:30:00"
    sku, line_total = head.index("sku"), head.index("line_total")
    assert (first[sku], second[sku], hidden[line_total]) == ("FR-200", "WS-4040", None)


async def test_many_orders_keep_the_order_they_were_asked_in(shop: Shop) -> None:
    ids = []
    for running in range(sheets.ORDERS_AT_ONCE + 5):
        order = await order_rows.order(number=f"N-{running:04}")
        ids.append(order.id)
        await order_rows.line(order)
    ids.reverse()

    content = await exports.render([*ids, 999_999], exports.layout(Shape.LINES, Dialect.MACHINE, shop), shop)

    numbers = [row["order_number"] for row in parsed(content, ",")]
    assert numbers == [f"N-{running:04}" for running in reversed(range(sheets.ORDERS_AT_ONCE + 5))]


async def test_an_export_is_recorded_and_its_bytes_can_be_had_again_after_the_order_changed(shop: Shop) -> None:
    first, second = await order_rows.order(number="1"), await order_rows.order(number="2")

    export = await exports.download(
        [second.id, first.id], Shape.ORDERS, Dialect.MACHINE, shop, by="seller@norte.example", order_filter="search=sol"
    )
    await Order.filter(id=first.id).update(status=Status.ERROR, comments="later")

    kept = await exports.open_again(export.id)
    assert [row["order_number"] for row in parsed(kept.content, ",")] == ["2", "1"]
    assert b"later" not in kept.content
    saved = await Export.get(id=export.id)
    assert (saved.done_by, saved.order_filter, saved.orders) == ("seller@norte.example", "search=sol", 2)
    assert saved.file_name.startswith("orders-20") and saved.file_name.endswith(".csv")
    events = await OrderEvent.filter(kind=EventKind.EXPORTED).order_by("order_id")
    assert [(event.order_id, event.actor, event.text) for event in events] == [
        (first.id, "seller@norte.example", saved.file_name),
        (second.id, "seller@norte.example", saved.file_name),
    ]
    assert [file.name for file in settings.current().exports.iterdir()] == [f"{saved.sha256}.csv"]


async def test_a_file_that_is_no_longer_kept_is_said_to_be_gone(shop: Shop) -> None:
    order = await order_rows.order()
    export = await exports.download([order.id], Shape.ORDERS, Dialect.MACHINE, shop, by="seller@norte.example")
    (settings.current().exports / f"{export.sha256}.csv").unlink()

    with pytest.raises(NotFoundError, match="no longer kept"):
        await exports.open_again(export.id)
    with pytest.raises(NotFoundError):
        await exports.open_again(export.id + 1)


async def test_nothing_to_export_is_said_and_not_recorded(shop: Shop) -> None:
    with pytest.raises(ShopError):
        await exports.download([], Shape.ORDERS, Dialect.MACHINE, shop, by="seller@norte.example")
    with pytest.raises(NotFoundError):
        await exports.order_csv(1, exports.layout(Shape.ORDERS, Dialect.MACHINE, shop))
    assert await Export.all().count() == 0


async def test_the_program_goes_on_while_a_big_export_is_written(shop: Shop) -> None:
    await Order.bulk_create([_plain_order(running) for running in range(2000)])
    ids = [row["id"] for row in await Order.all().values("id")]
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0)
            beats += 1

    heart = asyncio.create_task(beat())
    for dialect in (Dialect.MACHINE, Dialect.XLSX):
        beats = 0
        await exports.render(ids, exports.layout(Shape.ORDERS, dialect, shop), shop)
        assert beats > 2 * len(ids) / sheets.ORDERS_AT_ONCE, dialect
    heart.cancel()


def _plain_order(running: int) -> Order:
    return Order(number=f"B-{running}", name="Marta", email="marta@sol.example", currency="EUR", created_at=NOON)


async def taken_out(shop: Shop, exported: str) -> list[str]:
    return [row.number for row in (await order_list.page(OrderFilter(shop.time_zone, exported=exported))).rows]


async def test_what_is_new_since_the_last_export_is_taken_out_once(shop: Shop) -> None:
    first = await order_rows.order(number="1", verification=Verification.VERIFIED)
    await order_rows.order(number="2", verification=Verification.OVERRIDDEN)
    await order_rows.order(number="3")  # nobody has verified it: not received yet
    await exports.download([first.id], Shape.LINES, Dialect.MACHINE, shop, by="anna@norte.example")
    assert (await taken_out(shop, "yes"), await taken_out(shop, "no")) == (["1"], ["2"])

    export = await exports.download_new(shop, by="ben@norte.example")

    assert (export.shape, export.dialect, export.orders) == (Shape.LINES, Dialect.MACHINE, 1)  # as the last one
    assert (await taken_out(shop, "yes"), await taken_out(shop, "no")) == (["2", "1"], [])
    with pytest.raises(ShopError, match="No order"):
        await exports.download_new(shop, by="ben@norte.example")


async def test_two_sellers_who_take_out_the_new_ones_at_once_get_them_once(shop: Shop) -> None:
    for _number in range(5):
        await order_rows.order(verification=Verification.VERIFIED)

    results = await asyncio.gather(
        *(exports.download_new(shop, by=f"{name}@norte.example") for name in ("anna", "ben")), return_exceptions=True
    )

    [export] = [result for result in results if isinstance(result, Export)]
    [refused] = [result for result in results if isinstance(result, ShopError)]
    assert "just exported" in str(refused)
    assert await ExportedOrder.filter(export_id=export.id).count() == await ExportedOrder.all().count() == 5


async def test_an_export_that_is_taken_back_no_longer_counts_but_is_kept(shop: Shop) -> None:
    order = await order_rows.order(number="1", verification=Verification.VERIFIED)
    export = await exports.download_new(shop, by="anna@norte.example")

    assert await exports.undo(export.id, by="ben@norte.example") == 1

    assert (await taken_out(shop, "yes"), await taken_out(shop, "no")) == ([], ["1"])
    assert (await exports.open_again(export.id)).content
    [row] = (await exports.page(1)).rows
    assert (row.undone_by, row.undone_at is not None) == ("ben@norte.example", True)
    events = await OrderEvent.filter(order_id=order.id).order_by("id")
    assert [event.kind for event in events] == [EventKind.EXPORTED, EventKind.UNEXPORTED]
    with pytest.raises(ShopError, match="already"):
        await exports.undo(export.id, by="anna@norte.example")
    with pytest.raises(NotFoundError):
        await exports.undo(export.id + 1, by="anna@norte.example")


async def test_an_order_that_was_erased_meanwhile_is_no_trouble(shop: Shop) -> None:
    stays, goes = await order_rows.order(number="1"), await order_rows.order(number="2")
    await Order.filter(id=goes.id).delete()

    await exports.download([stays.id, goes.id], Shape.ORDERS, Dialect.MACHINE, shop, by="anna@norte.example")

    assert [mark.order_id for mark in await ExportedOrder.all()] == [stays.id]


async def test_an_export_is_one_state_of_the_database_and_keeps_nobody_waiting(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Order.bulk_create([_plain_order(running) for running in range(3)])
    ids = [row["id"] for row in await Order.all().order_by("id").values("id")]
    monkeypatch.setattr(sheets, "ORDERS_AT_ONCE", 1)
    read, is_read, may_go_on = sheets.read, asyncio.Event(), asyncio.Event()

    async def slowly(order_ids: Sequence[int], shape: Shape) -> sheets.Sheet:
        sheet = await read(order_ids, shape)
        is_read.set()
        await may_go_on.wait()
        return sheet

    monkeypatch.setattr(sheets, "read", slowly)
    rendering = asyncio.ensure_future(exports.render(ids, exports.layout(Shape.ORDERS, Dialect.MACHINE, shop), shop))
    await is_read.wait()
    await asyncio.wait_for(orders.change_status(ids, Status.PROCESSED, by="anna@norte.example"), 5)
    may_go_on.set()

    assert {row["status"] for row in parsed(await rendering, ",")} == {"pending"}
    assert {order.status for order in await Order.all()} == {Status.PROCESSED}
