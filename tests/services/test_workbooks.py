"""Exports in LibreOffice: what buyers typed stays text, and our own import reads it as it was typed."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from models import Dialect, Shape, Status, Verification, postal
from models import order_csv as csv
from models.csv_style import Cell
from models.errors import ShopError
from models.file_layout import Layout
from services import workbooks
from services.catalog_import import reading
from services.workbooks import Workbook
from tests import libreoffice
from tests.models.test_formulas import CONTROL, PAYLOADS
from tests.order_rows import NOON

FORMULAS = list(dict.fromkeys(CONTROL.sub("", payload) for payload in PAYLOADS))
TEXTS = [
    *FORMULAS,
    *(
        "'=1+1",
        "''=1+1",
        "_x000D_",
        "a_x0041_b_x005F_",
        "#N/A",
        "#REF!",
        "007",
        "1e5",
        "TRUE",
        "2026-01-01",
        " x ",
        "a\r\nb",
    ),
]
TYPED = ("buyer", "company", "phone", "buyer_reference", "references", "comments", "zone")
PLACES = tuple(csv.ORDER_COLUMNS.index(name) for name in TYPED)
INERT = {"xl/externalLinks", "xl/connections.xml", "xl/embeddings", "xl/vbaProject.bin", "xl/queryTables"}


def layout(dialect: Dialect) -> Layout:
    return Layout.of(Shape.ORDERS, dialect, language="en", time_zone="Europe/Madrid")


def order(text: str) -> csv.Row:
    """An order whose buyer typed the same everywhere."""
    return {
        "number": "2026-00001",
        "created_at": NOON,
        "status": Status.PENDING,
        "name": text,
        "company": text,
        "email": "marta@sol.example",
        "verification": Verification.VERIFIED,
        "phone": text,
        "buyer_reference": text,
        "references": text,
        "prices_hidden": False,
        "lines_total": 190450,
        "discounts": -500,
        "surcharges": 0,
        "total": 189950,
        "currency": "EUR",
        "comments": text,
        "zone": text,
        "confirmed_at": None,
        "requested_date": None,
        **dict.fromkeys(postal.BUSINESS_COLUMNS, text),
    }


def rows(texts: Iterable[str] = TEXTS) -> Iterator[list[Cell]]:
    return (csv.cells(order(text)) for text in texts)


def as_csv() -> bytes:
    return layout(Dialect.SPREADSHEET).head() + layout(Dialect.SPREADSHEET).write(rows())


def begun() -> Workbook:
    chosen = layout(Dialect.XLSX)
    return Workbook(chosen.shape.value, chosen.columns, chosen.style)


def as_workbook(texts: Iterable[str] = TEXTS) -> bytes:
    with begun() as workbook:
        workbook.add(rows(texts))
        return workbook.close()


def unguarded_csv() -> bytes:
    return layout(Dialect.MACHINE).head() + layout(Dialect.MACHINE).write(rows())


def careless_workbook() -> bytes:
    """What the library makes of the texts by itself."""
    book, content = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet(index=0)
    for text in TEXTS:
        sheet.append([re.sub("[^ -~]", "", text)])
    book.save(content)
    return content.getvalue()


def what_runs(content: bytes) -> list[str]:
    """The formulas of a workbook, and what of it leads elsewhere."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        names = file.namelist()
        formulas = [
            found
            for name in names
            if name.startswith("xl/worksheets/")
            for found in re.findall(r"<f[ >/].*?</f>|<f[^>]*/>|<hyperlink .*?>|<ddeLink", file.read(name).decode())
        ]
    return formulas + [name for name in names if name.startswith(tuple(INERT))]


def typed(content: bytes) -> list[set[str]]:
    """What our own import reads where the buyers typed, row by row."""
    return [{row.cells[place] for place in PLACES} for row in reading.read("orders", content).rows]


def as_imported(texts: Iterable[str] = TEXTS) -> list[set[str]]:
    return [{reading._clean(text)} for text in texts]


def sheet_of(content: bytes) -> Any:
    """The one sheet of a workbook."""
    return openpyxl.load_workbook(io.BytesIO(content)).active


def comments(content: bytes) -> list[object]:
    """A column below its head."""
    return [cell.value for cell in sheet_of(content)["P"][1:]]


def test_our_own_import_reads_a_workbook_as_it_was_typed() -> None:
    assert len(TEXTS) >= 200
    assert typed(as_workbook()) == as_imported()


def test_libreoffice_finds_nothing_to_run_in_a_workbook(tmp_path: Path) -> None:
    files = {"orders.xlsx": as_workbook(), "careless.xlsx": careless_workbook()}

    saved = libreoffice.opened_and_saved(tmp_path, files)

    assert what_runs(files["orders.xlsx"]) == what_runs(saved["orders.xlsx"]) == []
    assert typed(saved["orders.xlsx"]) == as_imported()
    assert len(what_runs(saved["careless.xlsx"])) > 10  # the control


def test_libreoffice_finds_nothing_to_run_in_a_csv_for_people(tmp_path: Path) -> None:
    files = {"orders.csv": as_csv(), "unguarded.csv": unguarded_csv()}

    saved = libreoffice.opened_and_saved(tmp_path, files, read_as=libreoffice.AS_CSV_WITH_COMMAS)

    assert what_runs(saved["orders.csv"]) == []
    assert typed(files["orders.csv"]) == as_imported()
    assert typed(saved["orders.csv"])[: len(FORMULAS)] == as_imported(FORMULAS)  # of the others it makes numbers
    assert len(what_runs(saved["unguarded.csv"])) > 10  # the control


def test_numbers_are_numbers_and_times_are_times_on_the_shops_clock() -> None:
    sheet = sheet_of(as_workbook(["Marta"]))
    head, row = map(list, sheet.iter_rows())
    cells = {name.value: cell for name, cell in zip(head, row, strict=True)}
    assert tuple(cells) == csv.columns(Shape.ORDERS)
    assert (str(cells["created_at"].value), cells["created_at"].is_date) == ("2026-11-22 12:00:00", True)
    assert (cells["total"].value, cells["total"].number_format) == (1899.5, "#,##0.00")
    assert (cells["discounts"].value, cells["confirmed_at"].value) == (-5, None)
    assert sheet.freeze_panes == "A2"


def test_what_no_workbook_can_hold_is_left_out_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    [cut] = comments(as_workbook(["a\x00\ud800\ufffe" + "x" * workbooks.LONGEST_TEXT]))
    assert cut == "a" + "x" * (workbooks.LONGEST_TEXT - 1)
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    assert comments(as_workbook(["a", "b"])) == ["a", "b"]
    with pytest.raises(ShopError, match="as CSV"):
        as_workbook(["a", "b", "c"])


def test_a_workbook_that_is_given_up_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(RuntimeError, match="enough"), begun() as workbook:
        workbook.add(rows(["Marta"]))
        assert list(tmp_path.iterdir())
        raise RuntimeError("enough")
    assert list(tmp_path.iterdir()) == []
