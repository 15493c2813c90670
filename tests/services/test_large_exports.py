"""Large exports: written by a process of its own, the same bytes; marked portion by portion, all or none."""

import asyncio
import hashlib
import io
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from models import CSV_DIALECTS, Dialect, EventKind, Export, ExportedOrder, Order, OrderEvent, OrderLine, Shape, Shop
from models.csv_style import Encoding, TimeFormat
from models.errors import ShopError
from models.file_layout import Layout
from models.order_columns import Column
from models.text import speaking
from services import exports, settings
from services.exports import child, growing, kept, making, marking, rendering, runs, writing
from services.exports.growing import BrokenOffError, GrowingFile
from tests import order_rows
from tests.order_rows import NOON

MISSING = 999_999  # an order that is not there
ANNA, BEN = "anna@norte.example", "ben@norte.example"
TEXTS = ("", "plain", "=1+1", "two\nlines", 'a "word", more; and', "100 % of %s", "ünïcode €", "\tx", "-5", "a|b")


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is more than a few is little here."""
    monkeypatch.setattr(writing, "FEW_ORDERS", 0)
    monkeypatch.setattr(marking, "AT_ONCE", 2)


async def odd_orders() -> list[int]:
    """Orders and lines of all kinds, with what would trip a careless writer."""
    rows = [
        Order(
            number=f"O-{place:03}",
            name=text or "x",
            company=text,
            email="marta@sol.example",
            comments=text * 2,
            vat_number=text,
            currency=("EUR", "JPY", "TND")[place % 3],
            lines_total=(0, 5, -5, 123456, 10**12)[place % 5],
            total=-place,
            discounts=-7 * place,
            prices_hidden=place % 4 == 3,
            requested_date=date(2026, 12, 4) if place % 2 else None,
            confirmed_at=datetime(2026, 3, 29, 0, 59, 59, 999, tzinfo=UTC) if place % 2 else None,
            created_at=NOON + timedelta(hours=place, microseconds=place),
        )
        for place, text in enumerate(TEXTS)
    ]
    await Order.bulk_create(rows)
    ids = [row["id"] for row in await Order.all().order_by("-number").values("id")]
    prices = (None, Decimal("0.0125"), Decimal("12.3"), Decimal(7), Decimal("99999999.9999"))
    await OrderLine.bulk_create(
        OrderLine(
            order_id=order_id,
            line_no=line_no,
            sku=f"S{line_no}",
            name=TEXTS[(place + line_no) % len(TEXTS)],
            quantity=line_no,
            unit=TEXTS[-line_no],
            unit_price=prices[(place + line_no) % 5],
            line_total=place * 1001,
        )
        for place, order_id in enumerate(ids)
        for line_no in range(2, place % 4, -1)
    )
    return ids


def layouts(shop: Shop) -> list[Layout]:
    """Files of every kind that a process of its own writes."""
    usual = [exports.layout(shape, dialect, shop) for shape in Shape for dialect in CSV_DIALECTS]
    lines = usual[-1]
    mixed = ("sku", "order_number", "line_total", "unit_price", "comments", "name", "sku", "confirmed_at")
    one, other = replace(lines.style, delimiter=";", decimal_sign=",", encoding=Encoding.WINDOWS), usual[0].style
    return [
        *usual,
        replace(lines, columns=tuple(Column(name, name) for name in mixed), style=one),
        replace(lines, columns=(Column("name", "Only"),)),
        replace(lines, columns=(Column("company", "Only"),), style=one),
        replace(lines, columns=(Column("company", "Of each line"), Column("number", "x"))[:1], style=other),
        *(replace(lines, style=replace(other, times=times, delimiter="\t", for_people=True)) for times in TimeFormat),
    ]


def by_runs(order_ids: Sequence[int], layout: Layout) -> bytes:
    """What the process writes, written here: to start it so often would take long."""
    task = writing.task(Path(), layout, Path())
    database = (child.Postgres if task["is_postgres"] else child.Sqlite)(task["database"], task["longest_wait"])
    content, ids = runs.Rows(json.loads(json.dumps(task)), database.read).of(order_ids)
    assert set(ids) == set(order_ids) - {MISSING}
    database.close()
    return layout.head() + content


async def test_pieces_make_the_very_same_bytes_as_cells(shop: Shop) -> None:
    ids = await odd_orders()

    for layout in layouts(shop):
        content = await asyncio.to_thread(by_runs, [*ids, MISSING], layout)
        assert content == await rendering.render(ids, layout, shop), layout


def test_a_process_of_its_own_reaches_the_server_as_the_program_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLROOTCERT", "/etc/ssl/norte.pem")
    monkeypatch.setenv("PEDIDO_SMTP_URL", "smtp://user:secret@mail.example")
    told = writing._environment()
    assert told["PGSSLROOTCERT"] == "/etc/ssl/norte.pem"
    assert not [name for name in told if name.startswith("PEDIDO_")]


async def test_a_process_of_its_own_writes_them(shop: Shop, tmp_path: Path) -> None:
    ids, layout = await odd_orders(), exports.layout(Shape.LINES, Dialect.SPREADSHEET, shop)

    written = await writing.write_large(GrowingFile(tmp_path / "a.csv"), [*ids, MISSING], layout)

    content = (tmp_path / "a.csv").read_bytes()
    assert content == await rendering.render(ids, layout, shop)
    assert (written.sha256, list(written.order_ids)) == (hashlib.sha256(content).hexdigest(), ids)


def cells_of(content: bytes) -> list[list[tuple[object, str]]]:
    """The cells of a workbook with their formats."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert isinstance(sheet, Worksheet)
    return [[(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("shape", Shape)
async def test_a_large_workbook_is_what_a_small_one_is(shop: Shop, tmp_path: Path, shape: Shape) -> None:
    ids, file = await odd_orders(), tmp_path / "a.xlsx"
    usual = exports.layout(shape, Dialect.XLSX, shop)
    some = ("line_total", "company", "sku", "created_at", "unit_price") if shape is Shape.LINES else ("total", "email")
    chosen = replace(usual, columns=tuple(Column(name, f"The {name}") for name in some))
    assert writing.is_large(range(writing.FEW_ORDERS + 1), usual)

    for layout in (usual, chosen):
        written = await writing.write_large(GrowingFile(file), [*ids, MISSING], layout)

        assert cells_of(file.read_bytes()) == cells_of(await rendering.render(ids, layout, shop))
        assert (written.sha256, list(written.order_ids)) == (hashlib.sha256(file.read_bytes()).hexdigest(), ids)


async def test_more_rows_than_a_workbook_holds_are_refused_in_words(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await odd_orders()
    program = f"""
import sys; sys.path.insert(0, {str(child.ROOT)!r})
from services.exports import child; child._leave_out_beginnings()
from services import workbooks; workbooks.MOST_ROWS = 3
child.main()"""
    layout = exports.layout(Shape.ORDERS, Dialect.XLSX, shop)

    with speaking("de"), pytest.raises(ShopError, match="als CSV"):
        await write_by(program, tmp_path / "a.xlsx", layout, monkeypatch)

    assert not list(tmp_path.glob("*.d"))  # noqa: ASYNC240 - a folder of the test's


@pytest.mark.usefixtures("large")
async def test_the_browser_gets_the_bytes_that_are_kept_while_they_are_written(shop: Shop) -> None:
    ids = await odd_orders()

    begun = await exports.begin(ids, Shape.LINES, Dialect.MACHINE, shop, by=ANNA)
    got = b"".join([part async for part in begun.parts()])

    export = await begun.recorded()
    opened = await exports.open_again(export.id)
    assert (opened.file_name, opened.content) == (begun.file_name, got)
    assert hashlib.sha256(got).hexdigest() == export.sha256
    assert exports.find_making(begun.token) is begun
    assert [file.name for file in settings.current().exports.iterdir()] == [f"{export.sha256}.csv"]


@pytest.mark.usefixtures("large")
async def test_who_has_the_whole_file_finds_none_of_its_orders_as_a_new_one(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await odd_orders()
    is_recorded, may_tell, tell_orders = asyncio.Event(), asyncio.Event(), marking.tell_orders

    async def later(export_id: int, order_ids: Sequence[int]) -> None:
        is_recorded.set()
        await may_tell.wait()
        await tell_orders(export_id, order_ids)

    monkeypatch.setattr(marking, "tell_orders", later)
    begun = await exports.begin(ids, Shape.LINES, Dialect.MACHINE, shop, by=ANNA)

    async def received() -> bytes:
        return b"".join([part async for part in begun.parts()])

    receiving = asyncio.create_task(received())
    await is_recorded.wait()
    await asyncio.sleep(0.05)
    assert not receiving.done()  # the orders do not know yet
    may_tell.set()
    got = await receiving
    assert not await Order.filter(exported_at=None).exists()
    assert (await begun.recorded()).sha256 == hashlib.sha256(got).hexdigest()


@pytest.mark.usefixtures("large")
async def test_many_orders_are_marked_and_taken_back_with_their_histories(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await odd_orders()
    export = await exports.download(ids, Shape.ORDERS, Dialect.MACHINE, shop, by=ANNA)

    assert (export.orders, (await Export.get(id=export.id)).undone_at) == (len(ids), None)
    assert {mark.order_id for mark in await ExportedOrder.all()} == set(ids)
    assert await exports.undo(export.id, by=BEN) == len(ids)
    monkeypatch.setattr(marking, "_execute", None)
    await exports.mend(datetime.now(UTC))  # tells nothing twice, and writes nothing
    for kind, who in ((EventKind.EXPORTED, ANNA), (EventKind.UNEXPORTED, BEN)):
        events = await OrderEvent.filter(kind=kind)
        assert sorted(event.order_id for event in events) == sorted(ids)
        assert {(event.actor, event.text) for event in events} == {(who, export.file_name)}


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("error", [marking.ErasedMeanwhileError("erased"), ShopError("erased just now")])
async def test_what_cannot_be_recorded_breaks_off_and_leaves_no_trace(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: ShopError
) -> None:
    ids = await odd_orders()
    mark, marked = marking.mark, 0

    async def twice(*args: Any, **kwargs: Any) -> None:
        nonlocal marked
        marked += 1
        if marked > 2:
            raise error
        await mark(*args, **kwargs)

    monkeypatch.setattr(marking, "mark", twice)
    begun = await exports.begin(ids, Shape.ORDERS, Dialect.MACHINE, shop, by=ANNA)
    with pytest.raises(ShopError, match="erased"):
        await begun.recorded()

    with pytest.raises(BrokenOffError):
        [part async for part in begun.parts()]
    assert [await table.all().count() for table in (Export, ExportedOrder, OrderEvent)] == [0, 0, 0]
    assert list(settings.current().exports.iterdir()) == []


@pytest.mark.usefixtures("large")
async def test_an_export_that_a_process_left_half_marked_is_taken_away_at_the_next_start(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await odd_orders()

    async def dies(_made: making.Made) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(making, "write", dies)
    begun = await exports.begin(ids, Shape.ORDERS, Dialect.MACHINE, shop, by=ANNA)
    with pytest.raises(asyncio.CancelledError):
        await begun.task
    assert (await ExportedOrder.all().count(), (await exports.page(1)).total) == (len(ids), 0)
    later = datetime.now(UTC) + marking.LONGEST_MAKING
    await exports.mend(later)
    assert await Export.all().count() == 1  # it may be in the making still

    monkeypatch.setattr(making, "_offered", {})
    with monkeypatch.context() as shared:
        shared.setattr(marking, "is_shared", lambda: True)
        await exports.mend(datetime.now(UTC))
        assert await Export.all().count() == 1  # another process may be at it
    await exports.mend(later)

    assert [await table.all().count() for table in (Export, ExportedOrder, OrderEvent)] == [0, 0, 0]
    assert list(settings.current().exports.iterdir()) == []


@pytest.mark.usefixtures("large")
async def test_orders_that_a_process_did_not_tell_any_more_are_told_at_the_next_start(shop: Shop) -> None:
    export = await exports.download(await odd_orders(), Shape.ORDERS, Dialect.MACHINE, shop, by=ANNA)
    await Order.filter(id__gt=3).update(exported_at=None)  # as if it had died in the middle

    await exports.mend(datetime.now(UTC))

    assert {order.exported_at for order in await Order.all()} == {export.created_at}


async def test_what_a_process_left_without_a_record_is_deleted_and_what_has_one_stays(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await order_rows.order()
    export = await exports.download([order.id], Shape.ORDERS, Dialect.MACHINE, shop, by=ANNA)
    folder = settings.current().exports
    for name in ("0123456789abcdef.csv.part", f"{'0' * 64}.csv"):
        (folder / name).write_bytes(b"Marta")
    own = folder / f"0123456789abcdef.csv.part{writing.OWN_FOLDER}"
    own.mkdir()
    (own / "sheet").write_bytes(b"Marta")
    await exports.mend(datetime.now(UTC))
    assert len(list(folder.iterdir())) == 4  # they may be in the making still

    await exports.mend(datetime.now(UTC) + kept.UNRECORDED_KEPT)
    assert [file.name for file in folder.iterdir()] == [f"{export.sha256}.csv"]

    async def fails(_made: making.Made) -> None:
        raise ShopError("Somebody else was first.")

    monkeypatch.setattr(making, "write", fails)
    with pytest.raises(ShopError, match="first"):
        await exports.download([order.id], Shape.ORDERS, Dialect.MACHINE, shop, by=BEN)
    assert [file.name for file in folder.iterdir()] == [f"{export.sha256}.csv"]  # of the same bytes


@pytest.mark.usefixtures("large")
async def test_a_buyer_who_is_erased_after_their_orders_were_marked_ends_the_export(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await odd_orders()
    count = marking.count

    async def erased(export: Export) -> None:
        await exports.forget_searches(ids[:1])
        await count(export)

    monkeypatch.setattr(marking, "count", erased)
    with pytest.raises(exports.ErasedMeanwhileError):
        await exports.download(ids, Shape.ORDERS, Dialect.MACHINE, shop, by=ANNA)
    assert await ExportedOrder.all().count() == 0


async def test_a_disk_that_fails_is_told(shop: Shop, tmp_path: Path) -> None:
    await order_rows.order()
    with pytest.raises(ShopError, match="Is the disk full"):
        await writing.write_large(
            GrowingFile(tmp_path / "nowhere" / "file"), [1], exports.layout(Shape.ORDERS, Dialect.MACHINE, shop)
        )


async def write_by(program: str, file: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> writing.Written:
    """Write a large export with a child that is this program."""
    child_file = file.with_suffix(".py")
    child_file.write_text(program)
    monkeypatch.setattr(writing, "CHILD", child_file)
    return await writing.write_large(GrowingFile(file), range(100_000), layout)


async def test_a_disk_that_fails_the_process_is_told(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ShopError, match="Is the disk full"):
        await write_by(f"import sys; sys.exit({child.DISK_FAILS})", tmp_path / "a.csv", layouts(shop)[0], monkeypatch)


async def test_a_process_that_breaks_down_says_why(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        await write_by("1 / 0", tmp_path / "a.csv", layouts(shop)[0], monkeypatch)


@pytest.mark.parametrize("reads", ["", "sys.stdin.buffer.read()"])
async def test_whoever_is_cancelled_leaves_no_process_behind(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: str
) -> None:
    told = tmp_path / "pid"
    program = f"import os, pathlib, sys, time; {reads}\npathlib.Path({str(told)!r}).write_text(str(os.getpid()))"
    task = asyncio.create_task(
        write_by(f"{program}\ntime.sleep(60)", tmp_path / "a.csv", layouts(shop)[0], monkeypatch)
    )
    for _wait in range(1000):
        await asyncio.sleep(0.01)
        if told.exists() and told.read_text():
            break
    assert not task.done()

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


async def test_a_file_is_read_while_it_grows_but_for_its_last_byte(tmp_path: Path) -> None:
    path, whole = tmp_path / "part", tmp_path / "whole"
    file, got = GrowingFile(path), bytearray()

    async def read() -> None:
        async for part in file.parts():
            got.extend(part)

    reader = asyncio.create_task(read())
    path.write_bytes(b"abc")
    file.grow(3)
    for _wait in range(100):
        await asyncio.sleep(0.01)
        if len(got) == 3 - growing.HELD_BACK:
            break
    assert (bytes(got), reader.done()) == (b"ab", False)
    file.path = path.rename(whole)
    file.end(is_whole=True)
    await reader
    assert got == b"abc"


def test_the_program_ends_also_after_it_exported_in_another_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the sample shop does, which is made before the program serves it."""

    async def made() -> Mock:
        task = asyncio.create_task(asyncio.sleep(0))
        await task
        return Mock(task=task)

    monkeypatch.setattr(making, "_offered", {"token": asyncio.run(made())})
    asyncio.run(exports.stop())
