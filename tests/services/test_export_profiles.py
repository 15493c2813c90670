"""Export profiles: what they check and keep, what their files look like, and by whom they may be used."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from openpyxl import load_workbook

from models import (
    AuditEntry,
    AuditKind,
    Delimiter,
    Dialect,
    Encoding,
    EventKind,
    ExportProfile,
    OrderEvent,
    Protocol,
    Shape,
    Shop,
    Status,
    TransferTarget,
    Trigger,
    order_csv,
)
from models.errors import FieldErrors, NotFoundError, ShopError
from models.formulas import guarded
from services import export_profiles, exports, profile_exports
from services.profile_exports import UsedMeanwhileError
from tests import order_rows

NURIA = "nuria@norte.example"
NOON = datetime(2026, 11, 25, 11, 0, 5, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "name": "Bookkeeping",
    "shape": "orders",
    "dialect": "spreadsheet",
    "columns": [["order_number", "Beleg"], ["created_at", "Datum"], ["company", "Firma"], ["total", "Betrag"]],
    "delimiter": "semicolon",
    "decimal_sign": "comma",
    "encoding": "cp1252",
    "has_mark": False,
    "times": "dots",
    "file_name": "buch-{date}.csv",
    "per_order": False,
    "status_after": "",
    "rhythm": "never",
    "weekday": "0",
    "at": "07:30",
    "recipients": "",
    "target_id": "",
}

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"name": " "}, "name", "Give it a name"),
    ({"columns": []}, "columns", "at least one"),
    ({"columns": "x"}, "columns", "at least one"),
    ({"columns": [["total", ""]]}, "columns", "a title"),
    ({"columns": [["total", "a"], ["total", "b"]]}, "columns", "once"),
    ({"columns": [["password", "x"]]}, "columns", "not one of the choices"),
    ({"columns": [[1, 2], {}]}, "columns", "not one of the choices"),
    ({"columns": [["sku", "SKU"]]}, "columns", "belong to lines"),
    (
        {"dialect": "pdf", "shape": "lines", "columns": [[name, "x"] for name in order_csv.ORDER_COLUMNS]},
        "columns",
        "12",
    ),
    ({"delimiter": "="}, "delimiter", "choices"),
    ({"delimiter": ["x"]}, "delimiter", "choices"),
    ({"encoding": "utf-7"}, "encoding", "choices"),
    ({"file_name": "../{date}.csv"}, "file_name", "letter or digit first"),
    ({"file_name": "{order_number}.csv"}, "file_name", "several orders"),
    ({"file_name": "{date}", "per_order": True}, "file_name", "a file of its own"),
    ({"file_name": "{total}"}, "file_name", "Only"),
    ({"at": "25:00"}, "at", "07:30"),
    ({"weekday": "7"}, "weekday", "0 to 6"),
    ({"recipients": "nobody"}, "recipients", "not an e-mail address"),
    ({"rhythm": "daily"}, "recipients", "where it goes"),
    ({"target_id": "99"}, "target_id", "no longer there"),
]


async def profile(**values: Any) -> ExportProfile:
    return await export_profiles.save(None, VALUES | values, by=NURIA)


async def target(**values: Any) -> TransferTarget:
    return await TransferTarget.create(
        name="ERP", protocol=Protocol.SFTP, host="127.0.0.1", port=22, trigger=Trigger.BY_HAND, **values
    )


async def test_a_file_has_the_columns_titles_signs_dates_and_letters_of_its_profile(shop: Shop) -> None:
    order = await order_rows.order(number="7", company="=Ünal; 漢", total=123456, requested_date=date(2026, 12, 4))
    columns = [*VALUES["columns"], ["requested_date", "Liefern am"]]
    made = await profile(columns=columns)

    export = await profile_exports.download(made.id, [order.id], shop, by=NURIA, now=NOON)

    kept = await exports.open_again(export.id)
    assert kept.file_name == "buch-2026-11-25.csv"
    assert kept.content == (
        "Beleg;Datum;Firma;Betrag;Liefern am\r\n"
        '7;22.11.2026 12:00:00;"\'=Ünal; ?";1234,56;04.12.2026\r\n'  # a letter that the encoding lacks
    ).encode("cp1252")
    assert export.profile_id == made.id


async def test_what_people_open_runs_nothing_whatever_is_chosen_and_programs_get_it_exact(shop: Shop) -> None:
    nasty = [f"{sign}cmd|' /C calc'!A0" for sign in ("=", "+", "-", "@", "\t=", "x,=", "x;=", "x\t@")]
    ids = [(await order_rows.order(company=text)).id for text in nasty]
    for delimiter, encoding in product(Delimiter, Encoding):
        cells = {}
        for dialect in ("spreadsheet", "machine"):
            chosen = {"dialect": dialect, "columns": [["company", "=F"]], "delimiter": delimiter, "encoding": encoding}
            typed = export_profiles.drafted(export_profiles.new(shop), VALUES | chosen)
            content = (await exports.render(ids, typed.layout(shop), shop)).decode(encoding)
            cells[dialect] = [row[0] for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter.sign)]
        assert cells["machine"] == ["=F", *nasty]
        assert cells["spreadsheet"] == [guarded(text) for text in cells["machine"]] != cells["machine"]
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in cells["spreadsheet"])


async def test_a_workbook_and_a_zip_follow_the_profile_too(shop: Shop) -> None:
    orders = [await order_rows.order(number=f"2026-0{n}", company="=1+1") for n in (1, 2)]
    for order in orders:
        await order_rows.line(order, unit_price=Decimal("0.0125"))
    columns = [["sku", "Artikel"], ["unit_price", "Preis"], ["created_at", "Am"], ["company", "Firma"]]
    made = await profile(
        shape="lines", dialect="xlsx", columns=columns, per_order=True, file_name="b-{order_number}", name="Für ERP"
    )

    export = await profile_exports.download(made.id, [order.id for order in orders], shop, by=NURIA, now=NOON)

    kept = await exports.open_again(export.id)
    assert kept.file_name == "Fur-ERP-2026-11-25-120005.zip"
    archive = zipfile.ZipFile(io.BytesIO(kept.content))
    assert archive.namelist() == ["b-2026-01.xlsx", "b-2026-02.xlsx"]
    sheet: Any = load_workbook(io.BytesIO(archive.read("b-2026-01.xlsx"))).active
    head, row = sheet.iter_rows()
    assert [cell.value for cell in head] == ["Artikel", "Preis", "Am", "Firma"]
    assert [cell.value for cell in row][:2] == ["FR-200", 0.0125]
    assert (str(row[2].value), row[2].number_format) == ("2026-11-22 12:00:00", 'dd"."mm"."yyyy hh:mm:ss')
    assert (row[3].value, row[3].data_type) == ("=1+1", "s")


async def test_a_list_of_orders_is_a_pdf_and_one_that_is_too_long_is_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await order_rows.order(company="Ünal", comments="word " * 300)
    export = await exports.download([order.id], Shape.ORDERS, Dialect.PDF, shop, by=NURIA)
    assert export.file_name.endswith(".pdf")
    assert (await exports.open_again(export.id)).content.startswith(b"%PDF-")

    monkeypatch.setattr("services.orders_pdf.MOST_ROWS", 0)
    with pytest.raises(ShopError, match="at most 0 rows"):
        await exports.download([order.id], Shape.ORDERS, Dialect.PDF, shop, by=NURIA)
    monkeypatch.setattr("services.exports.rendering.MOST_FILES_ELSE", 0)
    each = await profile(per_order=True, file_name="{seq}.csv")
    with pytest.raises(ShopError, match="at most 0 files"):
        await profile_exports.download(each.id, [order.id], shop, by=NURIA)


async def test_the_orders_get_the_status_that_the_profile_says(shop: Shop) -> None:
    waiting, done = await order_rows.order(), await order_rows.order(status=Status.PROCESSED)
    made = await profile(status_after="processed")

    await profile_exports.download(made.id, [waiting.id, done.id], shop, by=NURIA)

    await waiting.refresh_from_db()
    assert waiting.status is Status.PROCESSED
    [moved] = await OrderEvent.filter(kind=EventKind.STATUS)
    assert (moved.order_id, moved.actor, moved.text) == (waiting.id, NURIA, "Pending → Processed")


async def test_no_two_files_of_a_profile_have_one_name(shop: Shop) -> None:
    order, made = await order_rows.order(), await profile()

    names = [
        (await profile_exports.download(made.id, [order.id], shop, by=NURIA, now=NOON)).file_name for _use in range(3)
    ]

    assert names == ["buch-2026-11-25.csv", "buch-2026-11-25-r2.csv", "buch-2026-11-25-r3.csv"]


async def test_a_file_in_the_form_of_the_last_export_takes_no_notice_of_profiles(shop: Shop) -> None:
    first, second = await order_rows.order(received_at=NOON), await order_rows.order(received_at=NOON)
    await exports.download([first.id], Shape.LINES, Dialect.MACHINE, shop, by=NURIA)
    made = await profile()
    await profile_exports.download(made.id, [first.id], shop, by=NURIA)

    export = await exports.download_new(shop, by=NURIA)

    assert (export.shape, export.dialect, export.orders) == (Shape.LINES, Dialect.MACHINE, 1)
    assert second.id


async def test_what_cannot_be_meant_is_refused_at_its_field(shop: Shop) -> None:
    for wrong, field, words in WRONG:
        with pytest.raises(FieldErrors) as refused:
            await profile(**wrong)
        assert words in refused.value.fields[field]
    assert await ExportProfile.all().count() == 0


async def test_profiles_are_kept_changed_and_deleted_and_the_audit_log_tells(shop: Shop) -> None:
    made = await profile()
    await export_profiles.save(made.id, VALUES | {"at": "8.05", "name": "Books"}, by=NURIA)
    assert (await export_profiles.get(made.id)).at == "08:05"
    erp = await target(profile_id=made.id)
    with pytest.raises(FieldErrors, match="one CSV at a time"):
        await export_profiles.save(made.id, VALUES | {"dialect": "xlsx"}, by=NURIA)
    with pytest.raises(ShopError, match="“ERP” puts its files by this profile"):
        await export_profiles.delete(made.id, by=NURIA)
    await erp.delete()
    await export_profiles.delete(made.id, by=NURIA)
    with pytest.raises(NotFoundError):
        await export_profiles.save(made.id, VALUES, by=NURIA)
    told = [entry.about for entry in await AuditEntry.filter(kind=AuditKind.PROFILE).order_by("id")]
    assert told == ["Bookkeeping: new", "Bookkeeping: name, at", "Books: deleted"]


async def test_a_preview_shows_the_newest_orders_as_they_would_be_written(shop: Shop) -> None:
    for n in range(7):
        await order_rows.order(number=f"N-{n}", company="漢字 Sol", total=500)
    typed = export_profiles.drafted(export_profiles.new(shop), VALUES | {"at": "nonsense", "has_mark": True})

    shown = await export_profiles.preview(typed, shop)

    assert shown.titles == ("Beleg", "Datum", "Firma", "Betrag")
    assert [row[0] for row in shown.rows] == ["N-6", "N-5", "N-4", "N-3", "N-2"]
    assert shown.text.splitlines()[1] == "N-6;22.11.2026 12:00:00;?? Sol;5,00"
    assert (shown.lacking, shown.has_mark, typed.at) == (10, False, "07:00")
    for dialect in ("xlsx", "pdf"):
        other = await export_profiles.preview(export_profiles.drafted(typed, {"dialect": dialect}), shop)
        assert (len(other.rows), other.text) == (5, "")


async def test_who_read_before_somebody_else_used_the_profile_starts_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, made = await order_rows.order(), await profile()
    get = export_profiles.get

    async def used_meanwhile(profile_id: int) -> ExportProfile:
        found = await get(profile_id)
        await ExportProfile.filter(id=profile_id).update(last_seq=found.last_seq + 1)
        return found

    monkeypatch.setattr(export_profiles, "get", used_meanwhile)
    with pytest.raises(UsedMeanwhileError):
        await profile_exports.download(made.id, [order.id], shop, by=NURIA)
    assert await OrderEvent.filter(kind=EventKind.EXPORTED).count() == 0
