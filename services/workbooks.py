"""Workbooks: orders as XLSX, with typed cells of which none is a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Self

from models.csv_style import Cell as Value
from models.csv_style import Style
from models.errors import ShopError
from models.formulas import guarded, unguarded
from models.order_columns import Column
from models.text import _
from services.later import Later

if TYPE_CHECKING:
    import openpyxl.styles
    import openpyxl.utils
    from openpyxl.cell import Cell
else:
    openpyxl = Later("openpyxl")

MOST_ROWS = 1_048_576  # of a sheet, with its head
LONGEST_TEXT = 32_767  # of a cell: spreadsheet programs refuse a file with a longer one
WIDTH, WIDE = 14, 28  # in characters
WIDE_COLUMNS = {"buyer", "company", "email", "references", "comments", "name"}
# What stands for what in the pattern of a time; all else is set in quotes, lest it means something.
EXCEL_PARTS = {"%Y": "yyyy", "%m": "mm", "%d": "dd", "%H": "hh", "%M": "mm", "%S": "ss"}
TEXT_FORMAT = "@"  # what is typed into the cell later stays text, too
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what no XML file can hold
LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
ESCAPED_UNDERSCORE, ESCAPED_RETURN = "_x005F_", "_x000D_"


class Workbook:
    """A workbook of one sheet, which grows row by row and is closed once; use it in a `with` block."""

    def __init__(self, title: str, columns: Sequence[Column], style: Style) -> None:
        self._style = style
        self._book = openpyxl.Workbook(write_only=True)
        self._book.properties.creator = "Pedido"
        self._sheet = self._book.create_sheet(title)
        self._sheet.freeze_panes = "A2"
        for place, column in enumerate(columns, 1):
            width = WIDE if column.name in WIDE_COLUMNS else WIDTH
            self._sheet.column_dimensions[openpyxl.utils.get_column_letter(place)].width = width
        self._rows = 0
        self._is_closed = False
        self._append([self._head(column.title) for column in columns])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_closed:
            self.close()  # or what was written so far would stay in a temporary file

    def add(self, rows: Iterable[Sequence[Value]]) -> None:
        """Write rows. Raises ShopError if a sheet cannot hold so many."""
        for row in rows:
            self._append(list(map(self._written, row)))

    def close(self) -> bytes:
        """Finish the workbook; return its bytes."""
        self._is_closed = True
        content = io.BytesIO()
        self._book.save(content)
        return content.getvalue()

    def _append(self, row: list[Cell | None]) -> None:
        if self._rows == MOST_ROWS:
            raise ShopError(_("These are more rows than a workbook can hold. Please download them as CSV."))
        self._rows += 1
        self._sheet.append(row)

    def _head(self, name: str) -> Cell:
        cell = self._text(name)
        cell.font = openpyxl.styles.Font(bold=True)
        return cell

    def _written(self, cell: Value) -> Cell | None:
        if cell is None or cell == "":
            return None
        if isinstance(cell, str):
            return self._text(cell)
        if isinstance(cell, datetime):
            local = cell.astimezone(self._style.zone).replace(tzinfo=None, microsecond=0)
            return self._styled(local, in_excel(self._style.times.time))
        if isinstance(cell, date):
            midnight = datetime.combine(cell, time.min)
            return self._styled(midnight, in_excel(self._style.times.date))
        if isinstance(cell, Decimal):
            decimals = max(0, -int(cell.as_tuple().exponent))
            return self._styled(float(cell), "#,##0." + "0" * decimals if decimals else "#,##0")
        return openpyxl.cell.WriteOnlyCell(self._sheet, cell)

    def _styled(self, value: float | datetime, number_format: str) -> Cell:
        cell = openpyxl.cell.WriteOnlyCell(self._sheet, value)
        cell.number_format = number_format
        return cell

    def _text(self, text: str) -> Cell:
        cell = openpyxl.cell.WriteOnlyCell(self._sheet, _escaped(_exact(text)))
        cell.data_type = "s"  # whatever it begins with
        if guarded(text) != text:
            cell.number_format = TEXT_FORMAT
            cell.quotePrefix = True
        return cell


def in_excel(pattern: str) -> str:
    """The pattern of a time, as `strftime` reads it, as a spreadsheet does."""
    parts = re.findall(r"%[A-Za-z]|[^%]+", pattern)
    return "".join(EXCEL_PARTS.get(part) or _plain(part) for part in parts)


def _plain(signs: str) -> str:
    return signs if set(signs) <= set("-: ") else f'"{signs}"'


def _exact(text: str) -> str:
    """`text` so that our own import, which takes guards off, has it as it was: a text cell itself needs no guard."""
    return text if unguarded(text) == text else guarded(text)


def _escaped(text: str) -> str:
    """`text` as an XLSX file writes it, without what none can hold."""
    kept = NO_XML.sub("", text)[:LONGEST_TEXT]
    return LIKE_AN_ESCAPE.sub(ESCAPED_UNDERSCORE, kept).replace("\r", ESCAPED_RETURN)
