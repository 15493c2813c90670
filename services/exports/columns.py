"""Stored orders and their lines as the texts of a file, column by column: many at once, and none of them an object."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from models.csv_style import Style
from models.order_columns import Kind, Source, places, unit_price, with_decimals

PRICES_REMEMBERED = 20_000

Stored = Sequence[Any]  # a column as the database keeps it: SQLite knows no times, and no truth
Texts = Iterable[str | int]


class Columns:
    """What turns columns into texts in one style; `words` are those of verifications."""

    def __init__(self, style: Style, words: Mapping[str, str]) -> None:
        self._style, self._words = style, words
        self._unit_price = lru_cache(PRICES_REMEMBERED)(
            lambda stored, currency: style.write(with_decimals(unit_price(stored), currency))
        )
        self._write: dict[Kind, Callable[[Stored, Stored], Texts]] = {
            Kind.TEXT: self._texts,
            Kind.NUMBER: lambda stored, _currencies: stored,
            Kind.TIME: lambda stored, _currencies: [_known(self._time, value) for value in stored],
            Kind.DATE: lambda stored, _currencies: [_known(self._date, value) for value in stored],
            Kind.AMOUNT: lambda stored, currencies: map(self._style.amount, stored, map(places, currencies)),
            Kind.UNIT_PRICE: self._unit_prices,
            Kind.VERIFICATION: lambda stored, _currencies: [self._words[value] for value in stored],
        }

    def texts(self, source: Source, stored: Stored, currencies: Stored, hidden: Stored | None) -> Texts:
        """A column; `currencies` are those of its rows, and `hidden` which of them tell no prices (None: all do)."""
        written = self._write[source.kind](stored, currencies)
        if hidden is None or source.kind is not Kind.AMOUNT:
            return written
        return ["" if is_hidden else text for text, is_hidden in zip(written, hidden, strict=True)]

    def _texts(self, stored: Stored, _currencies: Stored) -> Texts:
        if not self._style.for_people:
            return stored
        return [self._style.write(text) if text else "" for text in stored]

    def _time(self, stored: str | datetime) -> str:
        moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
        return self._style.write(moment if moment.tzinfo else moment.replace(tzinfo=UTC))

    def _date(self, stored: str | date) -> str:
        return self._style.write(date.fromisoformat(stored) if isinstance(stored, str) else stored)

    def _unit_prices(self, stored: Stored, currencies: Stored) -> Texts:
        return [
            "" if price is None else self._unit_price(price, currency)
            for price, currency in zip(stored, currencies, strict=True)
        ]


def _known(write: Callable[[Any], str], value: Any) -> str:
    return "" if value is None else write(value)
