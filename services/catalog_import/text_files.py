"""Reading text tables: which encoding, which delimiter, and pandas for the cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING

from models.errors import ShopError
from models.text import _
from services.catalog_import.shape import check_shape
from services.later import Later

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = Later("pandas")

DELIMITERS = ",;\t|"
SAMPLE_ROWS = 200
SAMPLE_CHARACTERS = 400_000
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ESCAPED_QUOTE = re.compile(r'[^\\,;\t|]\\"(?![",;\t|\r\n]|$)')
MOST_STRANGE = 0.02  # of the characters of a text may be control characters
MAX_CELL_CHARACTERS = 10_000_000
MAX_LINES = 1_000_000  # most of them empty
MARKUP = re.compile(r"\s*(<\?xml|<!doctype|<html|<[a-z][\w:.-]*(\s[^<>]*)?>\s*<|%PDF-|[\[{]\s*[\[{\"])", re.IGNORECASE)
EXCEL_HINT = re.compile(r"\A\"?sep=(.)\"?\r?\n", re.IGNORECASE)

csv.field_size_limit(MAX_CELL_CHARACTERS)


def decode(content: bytes) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding.

    Raises ShopError for a file that is not text.
    """
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        text = content.decode(encoding, errors="replace")
    if _is_binary(text):
        raise ShopError(_("This file is neither a text table (CSV) nor a spreadsheet (XLSX). Nothing was read."))
    if MARKUP.match(text):
        raise ShopError(
            _("This is a web page, an XML, JSON or PDF file, not a table. Please save the catalogue as CSV or XLSX.")
        )
    return text, encoding.removesuffix("-sig")


def _is_binary(text: str) -> bool:
    sample = text[:SAMPLE_CHARACTERS]
    strange = sum(1 for sign in sample if sign < " " and sign not in "\t\n\r\f\v")
    return "\0" in text or strange > len(sample) * MOST_STRANGE


def _encoding(content: bytes) -> str:
    for mark, name in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return name
    sample = content[:2000]
    if len(sample) >= 4 and sample[1::2].count(0) > len(sample) / 5:
        return "utf-16-le"
    if len(sample) >= 4 and sample[::2].count(0) > len(sample) / 5:
        return "utf-16-be"
    return "utf-8"


def read_cells(text: str) -> tuple[list[list[str]], str]:
    """Return the cells of a text table row by row (empty rows too), and its delimiter.

    Raises ShopError if the quotation marks of the file do not match.
    """
    hint = EXCEL_HINT.match(text)
    if hint:
        text = "\n" + text[hint.end() :]  # an empty row keeps the numbering
    delimiter = hint.group(1) if hint else sniff_delimiter(text)
    frame = _frame(text, delimiter)
    cells = [[_as_text(cell) for cell in row] for row in frame.itertuples(index=False, name=None)]
    return _unfolded(cells, delimiter), delimiter


def sniff_delimiter(text: str) -> str:
    """Return the delimiter that cuts the first rows into the most equal parts."""
    sample = text[:SAMPLE_CHARACTERS]
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> float:
    lengths = Counter(length for length in _row_lengths(sample, delimiter, SAMPLE_ROWS) if length)
    if not lengths:
        return 0.0
    most_common, times = lengths.most_common(1)[0]
    return (times / lengths.total()) ** 2 * (most_common - 1)


def _row_lengths(text: str, delimiter: str, limit: int | None = None) -> list[int]:
    lengths: list[int] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter, escapechar=_escape(text)):
            lengths.append(len(row) if any(row) else 0)
            if limit and len(lengths) >= limit:
                break
    except csv.Error:
        pass  # a cell beyond the reader's limit: the rows before it are enough to judge by
    return lengths


def _escape(text: str) -> str | None:
    """Return the backslash if the file writes quotation marks as `\\"` (`5\\"` at the end of a cell is an inch)."""
    return "\\" if ESCAPED_QUOTE.search(text) else None


def _frame(text: str, delimiter: str) -> pd.DataFrame:
    lengths = _row_lengths(text, delimiter, MAX_LINES + 1)
    width = max(lengths, default=0)
    check_shape(len(lengths) if len(lengths) > MAX_LINES else sum(map(bool, lengths)), width)
    if not width:
        return pd.DataFrame()
    try:
        return pd.read_csv(
            io.StringIO(text),
            sep=delimiter,
            header=None,
            names=list(range(width)),
            index_col=False,
            dtype=object,
            keep_default_na=False,
            skip_blank_lines=False,
            escapechar=_escape(text),
            engine="c",
        )
    except pd.errors.ParserError:
        raise ShopError(
            _("A quotation mark in this file is opened and never closed. Please save the file as CSV once more.")
        ) from None


def _as_text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""  # pandas fills short rows with NaN


def _unfolded(cells: list[list[str]], delimiter: str) -> list[list[str]]:
    """Take a first column apart that holds several, quoted, behind another delimiter: `Book,"978…";"Title";…`."""
    for inner in DELIMITERS.replace(delimiter, ""):
        heads = [row[0] for row in cells if row and row[0]]
        if heads and all(inner in head and head.endswith('"') for head in heads):
            parts = [next(csv.reader([row[0]], delimiter=inner), []) for row in cells]
            width = max(map(len, parts))
            return [[*part, *[""] * (width - len(part)), *row[1:]] for part, row in zip(parts, cells, strict=True)]
    return cells
