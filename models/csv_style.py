"""How the cells of a file are written: for people or for machines, with which signs, dates and letters."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from babel.numbers import get_decimal_symbol

from models.file_kind import Dialect
from models.formulas import guarded
from models.text import N_

BYTE_ORDER_MARK = "\ufeff"
ROW_END = "\r\n"
EXAMPLE = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)

Cell = str | int | Decimal | datetime | date | None


class TimeFormat(StrEnum):
    """How times and dates are written; all but the first on the shop's clock."""

    UTC = "utc"
    DASHES = "dashes"
    DOTS = "dots"
    SLASHES = "slashes"
    MONTH_FIRST = "month_first"
    COMPACT = "compact"

    @property
    def time(self) -> str:
        """A time's pattern, as `strftime` reads it."""
        return f"{self.date}T%H:%M:%SZ" if self is TimeFormat.UTC else f"{self.date}{self._between}"

    @property
    def _between(self) -> str:
        return "%H%M%S" if self is TimeFormat.COMPACT else " %H:%M:%S"

    @property
    def date(self) -> str:
        """A date's pattern, as `strftime` reads it."""
        return {
            "utc": "%Y-%m-%d",
            "dashes": "%Y-%m-%d",
            "dots": "%d.%m.%Y",
            "slashes": "%d/%m/%Y",
            "month_first": "%m/%d/%Y",
            "compact": "%Y%m%d",
        }[self.value]

    @property
    def label(self) -> str:
        """A time written so; it needs no translation."""
        return EXAMPLE.strftime(self.time) + (" (UTC)" if self is TimeFormat.UTC else "")


class Encoding(StrEnum):
    """Which bytes stand for a letter."""

    UTF_8 = "utf-8"
    WINDOWS = "cp1252"
    LATIN = "iso8859-15"

    @property
    def label(self) -> str:
        """What it is called; it needs no translation."""
        return {"utf-8": "UTF-8", "cp1252": "Windows-1252", "iso8859-15": "ISO 8859-15"}[self.value]


class Delimiter(StrEnum):
    """What stands between cells."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    TAB = "tab"
    BAR = "bar"

    @property
    def sign(self) -> str:
        return {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}[self.value]

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return {"comma": N_("Comma ,"), "semicolon": N_("Semicolon ;"), "tab": N_("Tab"), "bar": N_("Bar |")}[
            self.value
        ]


class DecimalSign(StrEnum):
    """What stands before the decimals of a number."""

    POINT = "point"
    COMMA = "comma"

    @property
    def sign(self) -> str:
        return {"point": ".", "comma": ","}[self.value]

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return {"point": N_("Point 1234.50"), "comma": N_("Comma 1234,50")}[self.value]


@dataclass(frozen=True)
class Style:
    """How cells are written; text that a spreadsheet would run as a formula is guarded where people open the file."""

    for_people: bool
    delimiter: str
    decimal_sign: str
    time_zone: str
    times: TimeFormat
    encoding: Encoding = Encoding.UTF_8
    has_mark: bool = False  # the one that says UTF-8

    @classmethod
    def of(cls, dialect: Dialect, *, language: str, time_zone: str) -> Self:
        """The style of `dialect`; a spreadsheet's follows the shop's `language` ("es") and `time_zone`."""
        if dialect is Dialect.MACHINE:
            return cls(False, ",", ".", time_zone, TimeFormat.UTC)
        sign = get_decimal_symbol(language)
        return cls(True, ";" if sign == "," else ",", sign, time_zone, TimeFormat.DASHES, has_mark=True)

    @property
    def zone(self) -> tzinfo:
        """The clock that times are told by."""
        return UTC if self.times is TimeFormat.UTC else ZoneInfo(self.time_zone)

    def write(self, cell: Cell) -> str:
        """One cell as text. Numbers and times are typed, everything else is text and guarded where people open it."""
        if cell is None:
            return ""
        if isinstance(cell, int):
            return str(cell)
        if isinstance(cell, Decimal):
            return f"{cell:f}".replace(".", self.decimal_sign)
        if isinstance(cell, datetime):
            return self._moment(cell)
        if isinstance(cell, date):
            return cell.strftime(self.times.date)
        return guarded(cell) if self.for_people else cell

    def amount(self, minor: int, places: int) -> str:
        """An amount of so many decimals, as its `Decimal` would be written, but told by whole minor units."""
        digits = f"{abs(minor):0{places + 1}d}"
        whole = f"{digits[:-places]}{self.decimal_sign}{digits[-places:]}" if places else digits
        return f"-{whole}" if minor < 0 else whole

    def _moment(self, moment: datetime) -> str:
        if self.times is TimeFormat.UTC:  # the format of machines, which take out the most: a third of the time
            return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
        return moment.astimezone(self.zone).strftime(self.times.time)

    def encoded(self, text: str) -> bytes:
        """The bytes of text; a letter that the encoding lacks becomes a question mark."""
        return text.encode(self.encoding, errors="replace")

    @property
    def mark(self) -> str:
        """What a file begins with."""
        return BYTE_ORDER_MARK if self.has_mark and self.encoding is Encoding.UTF_8 else ""


def write(rows: Iterable[Sequence[Cell]], style: Style) -> str:
    """Rows of cells as CSV text."""
    return join(([style.write(cell) for cell in row] for row in rows), style)


def join(rows: Iterable[Sequence[str | int]], style: Style) -> str:
    """Rows of texts, which are as they shall stand in the file, as CSV text."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=style.delimiter, lineterminator=ROW_END).writerows(rows)
    return text.getvalue()
