"""Reading spreadsheets (XLSX, and XLS and ODS as well): the first sheet with a table in it, as text."""

import io
import math
import zipfile
from datetime import date, datetime, time

import pandas as pd

from models.errors import ShopError
from models.text import _
from services.catalog_import.source import NumberText

ZIP_MARK = b"PK\x03\x04"
OLD_EXCEL_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_MEMBERS = 2_000
MAX_UNPACKED_BYTES = 300_000_000
SIGNIFICANT_DIGITS = 15


def is_spreadsheet(content: bytes) -> bool:
    """Whether the bytes begin like a spreadsheet, whatever the file is called."""
    return content.startswith((ZIP_MARK, OLD_EXCEL_MARK))


def read_cells(content: bytes) -> list[list[str]]:
    """Return the cells of the first sheet that has at least two rows; numbers come as `NumberText`.

    Raises ShopError if it is no spreadsheet, is locked, or unpacks to more than can be meant.
    """
    _check_size(content)
    try:
        sheets = pd.read_excel(
            io.BytesIO(content), sheet_name=None, header=None, dtype=object, keep_default_na=False, engine="calamine"
        )
    except Exception as error:  # calamine raises its own kinds for whatever is wrong inside
        raise ShopError(
            _("This spreadsheet cannot be opened: it is damaged, or protected by a password. Nothing was read.")
        ) from error
    tables = [_cells(sheet) for sheet in sheets.values()]
    return next((table for table in tables if _filled_rows(table) > 1), tables[0] if tables else [])


def _check_size(content: bytes) -> None:
    if not content.startswith(ZIP_MARK):
        return
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile:
        raise ShopError(_("This spreadsheet is damaged: it ends too early. Please send it once more.")) from None
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise ShopError(_("This spreadsheet is too large to be read here. Please split it into several files."))


def _cells(sheet: pd.DataFrame) -> list[list[str]]:
    return [[cell_text(cell) for cell in row] for row in sheet.itertuples(index=False, name=None)]


def _filled_rows(table: list[list[str]]) -> int:
    return sum(1 for row in table if any(cell.strip() for cell in row))


def cell_text(cell: object) -> str:
    """Return what a typed cell shows: whole numbers without `.0`, other numbers with a point, dates as ISO 8601."""
    if isinstance(cell, str):
        return cell
    if cell is pd.NaT:
        return ""
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
