"""Reading spreadsheets (XLSX, and XLS and ODS as well): the first sheet with a table in it, as text."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from datetime import date, datetime, time
from typing import TYPE_CHECKING, NoReturn

from models.errors import ShopError
from models.text import _
from services.catalog_import.shape import check_shape
from services.catalog_import.source import NumberText
from services.later import Later

if TYPE_CHECKING:
    import python_calamine
else:
    python_calamine = Later("python_calamine")

ZIP_MARK = b"PK\x03\x04"
OLD_EXCEL_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_MEMBERS = 2_000
MAX_UNPACKED_BYTES = 300_000_000
MAX_RATIO = 200  # that many times its size a table may unpack to; beyond it is a bomb
SMALL_BYTES = 20_000_000  # what unpacks to no more than that may be packed as tightly as it likes
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others unpack to millions of times their size at one go
CHUNK_BYTES = 1_000_000
SIGNIFICANT_DIGITS = 15

Table = list[list[str]]


def is_spreadsheet(content: bytes) -> bool:
    """Whether the bytes begin like a spreadsheet, whatever the file is called."""
    return content.startswith((ZIP_MARK, OLD_EXCEL_MARK))


def read_cells(content: bytes) -> Table:
    """Return the cells of the first sheet that has at least two rows; numbers come as `NumberText`.

    Raises ShopError if it is no spreadsheet, is locked, or unpacks to more than can be meant.
    """
    if content.startswith(ZIP_MARK):
        _check_unpacked(content)
    try:
        return _first_table(python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)))
    except (ShopError, MemoryError):
        raise
    except BaseException as error:  # of calamine: it has its own kinds, and a panic of it is no Exception
        raise ShopError(
            _("This spreadsheet cannot be opened: it is damaged, or protected by a password. Nothing was read.")
        ) from error


def _first_table(book: python_calamine.CalamineWorkbook) -> Table:
    first: Table = []
    for sheet in book.sheets_metadata:
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
            table = _cells(book, sheet.name)
            if _filled_rows(table) > 1:
                return table
            first = first or table
    return first


def _cells(book: python_calamine.CalamineWorkbook, name: str) -> Table:
    sheet = book.get_sheet_by_name(name)
    check_shape(sheet.total_height, sheet.total_width)
    return [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _check_unpacked(content: bytes) -> None:
    """Unpack everything once, piece by piece, and stop where it is too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            _check_members(file, max(SMALL_BYTES, min(MAX_UNPACKED_BYTES, MAX_RATIO * len(content))))
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise ShopError(_("This spreadsheet is damaged: it ends too early. Please send it once more.")) from None
    except (NotImplementedError, RuntimeError):  # packed as no spreadsheet program packs, or locked
        raise ShopError(
            _("This spreadsheet cannot be opened: it is damaged, or protected by a password. Nothing was read.")
        ) from None


def _check_members(file: zipfile.ZipFile, most_bytes: int) -> None:
    members = file.infolist()
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > most_bytes:
        _refuse()
    for member in members:
        if member.compress_type not in PACKINGS:
            raise NotImplementedError
        member.file_size = MAX_UNPACKED_BYTES  # what it says of its size itself is not believed
        with file.open(member) as unpacked:
            while piece := unpacked.read(CHUNK_BYTES):
                most_bytes -= len(piece)
                if most_bytes < 0:
                    _refuse()


def _refuse() -> NoReturn:
    raise ShopError(_("This spreadsheet is too large to be read here. Please split it into several files."))


def _filled_rows(table: Table) -> int:
    return sum(1 for row in table if any(cell.strip() for cell in row))


def cell_text(cell: object) -> str:
    """Return what a typed cell shows: whole numbers without `.0`, other numbers with a point, dates as ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return _number(float(cell))
    if isinstance(cell, (date, datetime, time)):
        return cell.isoformat()
    return ""


def _number(number: float) -> str:
    if not math.isfinite(number):
        return ""
    if number.is_integer() and abs(number) < 10**SIGNIFICANT_DIGITS:
        return NumberText(int(number))
    return NumberText(f"{number:.{SIGNIFICANT_DIGITS}g}")  # 0.1 + 0.2 was typed as 0.3
