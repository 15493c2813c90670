"""Stored orders and their lines as the cells of a file, column by column: many at once, and none of them an object."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from models.csv_style import ROW_END, Style, TimeFormat
from models.order_columns import Kind, Source, places, unit_price, with_decimals

PRICES_REMEMBERED = 20_000
QUOTE = '"'
IN_UTC = "+00:00"  # how the times end that SQLite keeps

Stored = Sequence[Any]  # a column as the database keeps it: SQLite knows no times, and no truth
Texts = Iterable[str]


class Columns:
    """What turns columns into cells in one style, quoted as `csv.writer` does it, which takes four times as long.

    `words` are those of verifications; a cell that stands alone in its row (`is_alone`) is quoted if it is empty.
    """

    def __init__(self, style: Style, words: Mapping[str, str], *, is_alone: bool) -> None:
        self._style, self._words, self._is_alone = style, words, is_alone
        self._signs = (style.delimiter, QUOTE, *ROW_END)
        self._asks_for_quotes = re.compile(f"[{re.escape(''.join(self._signs))}]" + "|^$" * is_alone).search
        self._unit_price = lru_cache(PRICES_REMEMBERED)(
            lambda stored, currency: style.write(with_decimals(unit_price(stored), currency))
        )
        self._minor_units = lru_cache(lambda currency: _minor_units(style, places(currency)))
        self._write: dict[Kind, Callable[[Stored, Stored], Texts]] = {
            Kind.TEXT: self._texts,
            Kind.NUMBER: lambda stored, _currencies: map(str, stored),
            Kind.TIME: lambda stored, _currencies: [_known(self._time, value) for value in stored],
            Kind.DATE: lambda stored, _currencies: [_known(self._date, value) for value in stored],
            Kind.AMOUNT: self._amounts,
            Kind.UNIT_PRICE: self._unit_prices,
            Kind.VERIFICATION: lambda stored, _currencies: [self._words[value] for value in stored],
        }

    def cells(self, source: Source, stored: Stored, currencies: Stored, hidden: Stored | None) -> Texts:
        """A column; `currencies` are those of its rows, and `hidden` which of them tell no prices (None: all do)."""
        written = self._write[source.kind](stored, currencies)
        if hidden is not None and source.kind is Kind.AMOUNT:
            written = ["" if is_hidden else text for text, is_hidden in zip(written, hidden, strict=True)]
        return self._quoted(list(written))

    def _quoted(self, texts: Sequence[str]) -> Texts:
        together = "".join(texts)  # most columns need no quotes at all
        if not self._is_alone and not any(sign in together for sign in self._signs):
            return texts
        return [
            f"{QUOTE}{text.replace(QUOTE, QUOTE * 2)}{QUOTE}" if self._asks_for_quotes(text) else text for text in texts
        ]

    def _texts(self, stored: Stored, _currencies: Stored) -> Texts:
        if not self._style.for_people:
            return stored
        return [self._style.write(text) if text else "" for text in stored]

    def _time(self, stored: str | datetime) -> str:
        if isinstance(stored, str) and self._style.times is TimeFormat.UTC and stored.endswith(IN_UTC):
            return f"{stored[:10]}T{stored[11:19]}Z"  # what is written below, in a tenth of the time
        return self._style.write(moment(stored))

    def _date(self, stored: str | date) -> str:
        return self._style.write(day(stored))

    def _amounts(self, stored: Stored, currencies: Stored) -> Texts:
        return [
            f"{minor // unit}{ends[minor % unit]}" if minor >= 0 else f"-{-minor // unit}{ends[-minor % unit]}"
            for minor, (unit, ends) in zip(stored, map(self._minor_units, currencies), strict=True)
        ]

    def _unit_prices(self, stored: Stored, currencies: Stored) -> Texts:
        return [
            "" if price is None else self._unit_price(price, currency)
            for price, currency in zip(stored, currencies, strict=True)
        ]


def moment(stored: str | datetime) -> datetime:
    """The time (aware) that the database keeps so."""
    known = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return known if known.tzinfo else known.replace(tzinfo=UTC)


def day(stored: str | date) -> date:
    """The date that the database keeps so."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def _minor_units(style: Style, decimals: int) -> tuple[int, Sequence[str]]:
    """How many there are in a whole one, and how an amount ends that has so many over."""
    unit = 10**decimals
    return unit, [f"{style.decimal_sign}{minor:0{decimals}d}" if decimals else "" for minor in range(unit)]


def _known(write: Callable[[Any], str], value: Any) -> str:
    return "" if value is None else write(value)
