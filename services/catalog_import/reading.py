"""A file's bytes become a table of text: the work that `opening` has done in a process of its own."""

import json
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import IO

from models.errors import ShopError
from models.formulas import unguarded
from models.text import N_, _
from services.catalog_import import spreadsheets, text_files
from services.catalog_import.names import field_of
from services.catalog_import.numbers import looks_numeric
from services.catalog_import.shape import check_shape
from services.catalog_import.source import NumberText, SourceRow, SourceTable

MAX_BYTES = 30_000_000
MAX_FILE_NAME = 200
ROWS_AT_ONCE = 500  # told together
HEADER_SEARCH_ROWS = 15  # a title and some remarks may stand above the header
NOTHING = {"NULL", "null", "\\N", "#N/A", "#NULL!", "#REF!", "#VALUE!", "#NAME?"}
DELIMITER_NAMES = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": N_("vertical bar")}


def answer(file: IO[bytes]) -> Iterator[bytes]:
    """Tell what stands in a file, as JSON: first of the table, then its rows with the places of their numbers."""
    table = read("", file.read())
    yield json.dumps(
        {
            "header": table.header,
            "has_header": table.has_header,
            "dialect": table.dialect,
            "delimiter": table.delimiter,
        }
    ).encode()
    for start in range(0, len(table.rows), ROWS_AT_ONCE):
        some_rows = table.rows[start : start + ROWS_AT_ONCE]
        yield json.dumps([(row.number, row.cells, _numbers(row)) for row in some_rows]).encode()


def _numbers(row: SourceRow) -> list[int]:
    return [place for place, cell in enumerate(row.cells) if isinstance(cell, NumberText)]


def read(file_name: str, content: bytes) -> SourceTable:
    """Read a CSV or XLSX file here and now. Only files of our own are read so; others go through `opening`.

    Raises ShopError if it cannot be read as a table, is empty, or is larger than can be meant.
    """
    if len(content) > MAX_BYTES:
        raise ShopError(_("This file is larger than {n} MB. Please split it.").format(n=MAX_BYTES // 1_000_000))
    cells, dialect, delimiter = _cells(content)
    rows = [SourceRow(i, _cleaned(row)) for i, row in enumerate(cells, 1) if any(cell.strip() for cell in row)]
    if not rows:
        raise ShopError(_("There is nothing in this file."))
    check_shape(len(rows), max(len(row.cells) for row in rows))
    at = _header_at(rows)
    body = rows if at is None else rows[at + 1 :]
    if not body:
        raise ShopError(_("There is a header in this file, and no product below it."))
    header = _header(rows, body, at)
    trimmed = tuple(SourceRow(row.number, _without_empty_tail(row.cells, len(header))) for row in body)
    return SourceTable(PurePath(file_name).name[:MAX_FILE_NAME], header, at is not None, trimmed, dialect, delimiter)


def _cells(content: bytes) -> tuple[list[list[str]], str, str]:
    if spreadsheets.is_spreadsheet(content):
        return spreadsheets.read_cells(content), _("spreadsheet"), ""
    text, encoding = text_files.decode(content)
    cells, delimiter = text_files.read_cells(text)
    name = _(DELIMITER_NAMES.get(delimiter, delimiter))
    return cells, _("text, {encoding}, {delimiter}").format(encoding=encoding.upper(), delimiter=name), delimiter


def _cleaned(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell if isinstance(cell, NumberText) else _clean(unguarded(cell)) for cell in row)


def _clean(cell: str) -> str:
    text = cell.replace("\xa0", " ").strip()
    if text in NOTHING:
        return ""
    if text.isprintable():
        return text
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        c for c in kept if c in "\n\t" or not (c < " " or "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff")
    )


def _without_empty_tail(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    end = len(cells)
    while end > width and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _header_at(rows: Sequence[SourceRow]) -> int | None:
    """The place of the header row: the first with two names of fields in it, or the first row if it reads like one."""
    for at, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        known = {field for field in map(field_of, row.cells) if field}
        if len(known) >= 2 and not any(looks_numeric(cell) for cell in row.cells):
            return at
    first = rows[0].cells
    filled = [cell for cell in first if cell]
    has_numbers_below = any(looks_numeric(cell) for row in rows[1:20] for cell in row.cells)
    reads_like_one = len(filled) == len(set(filled)) >= 2 and not any(looks_numeric(cell) for cell in filled)
    return 0 if reads_like_one and has_numbers_below and max(map(len, filled)) <= 40 else None


def _header(rows: Sequence[SourceRow], body: Sequence[SourceRow], at: int | None) -> tuple[str, ...]:
    """A name for each column, also for those that have none but are filled in most rows."""
    named = _without_empty_tail(rows[at].cells, 0) if at is not None else ()
    widths = sorted(len(_without_empty_tail(row.cells, 0)) for row in body)
    width = max(len(named), widths[len(widths) // 2] if named else widths[-1])
    names = [*named, *[""] * (width - len(named))]
    return tuple(name or _("Column {n}").format(n=i) for i, name in enumerate(names, 1))
