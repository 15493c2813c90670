"""Orders as CSV: two shapes, each in a dialect for people and one for machines."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Self
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision, get_decimal_symbol

from models.formulas import guarded
from models.money import from_minor
from models.order import VERIFIED_WORDS, Verification
from models.postal import BUSINESS_COLUMNS
from models.transfer_target import Dialect, Shape

ORDER_COLUMNS = (
    "order_number",
    "created_at",
    "status",
    "buyer",
    "company",
    "email",
    "verified",
    "phone",
    "buyer_reference",
    "references",
    "lines_total",
    "discounts",
    "surcharges",
    "total",
    "currency",
    "comments",
    "zone",
    "confirmed_at",
)
LATER_COLUMNS = ("requested_date", *BUSINESS_COLUMNS)  # the last of both shapes, so that no other moved for them
LINE_COLUMNS = (
    *ORDER_COLUMNS,
    "line_no",
    "sku",
    "name",
    "quantity",
    "unit",
    "unit_price",
    "line_total",
    *LATER_COLUMNS,
)
WORDS_OF = {kind: word for word, kind in VERIFIED_WORDS.items()}
BYTE_ORDER_MARK = "\ufeff"
ROW_END = "\r\n"

Row = Mapping[str, Any]
Cell = str | int | Decimal | datetime | None


@dataclass(frozen=True)
class Style:
    """How cells are written: for people a decimal sign, a calendar and a guard, for machines none of them."""

    for_people: bool
    delimiter: str
    decimal_sign: str
    time_zone: str

    @classmethod
    def of(cls, dialect: Dialect, *, language: str, time_zone: str) -> Self:
        """The style of `dialect`; a spreadsheet's follows the shop's `language` ("es") and `time_zone`."""
        if dialect is Dialect.MACHINE:
            return cls(for_people=False, delimiter=",", decimal_sign=".", time_zone="UTC")
        sign = get_decimal_symbol(language)
        return cls(for_people=True, delimiter=";" if sign == "," else ",", decimal_sign=sign, time_zone=time_zone)

    def write(self, cell: Cell) -> str:
        """One cell as text. Numbers and times are typed, everything else is text and guarded where people open it."""
        if cell is None:
            return ""
        if isinstance(cell, int):
            return str(cell)
        if isinstance(cell, Decimal):
            return f"{cell:f}".replace(".", self.decimal_sign)
        if isinstance(cell, datetime):
            return self._time(cell)
        return guarded(cell) if self.for_people else cell

    def _time(self, moment: datetime) -> str:
        if self.for_people:
            return moment.astimezone(ZoneInfo(self.time_zone)).strftime("%Y-%m-%d %H:%M:%S")
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def columns(shape: Shape) -> tuple[str, ...]:
    """The heads of the columns, in their order."""
    return LINE_COLUMNS if shape is Shape.LINES else (*ORDER_COLUMNS, *LATER_COLUMNS)


def write(rows: Iterable[Sequence[Cell]], style: Style) -> str:
    """Rows of cells as CSV text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=style.delimiter, lineterminator=ROW_END)
    writer.writerows([style.write(cell) for cell in row] for row in rows)
    return text.getvalue()


def head(shape: Shape, style: Style) -> str:
    """How a file begins: the heads of the columns, in a spreadsheet's after the mark that says UTF-8."""
    return (BYTE_ORDER_MARK if style.for_people else "") + write([columns(shape)], style)


def cells(order: Row, line: Row | None = None) -> list[Cell]:
    """The cells of an order (a row of its table), with those of one of its lines if that is given."""
    return _order_cells(order) + (_line_cells(line, order) if line else []) + _later_cells(order)


def _order_cells(order: Row) -> list[Cell]:
    """After ORDER_COLUMNS; hidden prices are empty."""
    amounts = [_amount(order, name) for name in ("lines_total", "discounts", "surcharges", "total")]
    return [
        order["number"],
        order["created_at"],
        str(order["status"]),
        order["name"],
        order["company"],
        order["email"],
        WORDS_OF[Verification(order["verification"])],
        order["phone"],
        order["buyer_reference"],
        order["references"],
        *amounts,
        order["currency"],
        order["comments"],
        order["zone"],
        order["confirmed_at"],
    ]


def _later_cells(order: Row) -> list[Cell]:
    wanted = order["requested_date"]
    return [wanted.isoformat() if wanted else None, *(order[name] for name in BUSINESS_COLUMNS)]


def _line_cells(line: Row, order: Row) -> list[Cell]:
    return [
        line["line_no"],
        line["sku"],
        line["name"],
        line["quantity"],
        line["unit"],
        _unit_price(line["unit_price"], order["currency"]),
        _amount({**line, "prices_hidden": order["prices_hidden"], "currency": order["currency"]}, "line_total"),
    ]


def _amount(row: Row, name: str) -> Decimal | None:
    return None if row["prices_hidden"] else from_minor(row[name], row["currency"])


def _unit_price(price: Decimal | None, currency: str) -> Decimal | None:
    """`price` with the decimals of `currency`, or up to four where it needs them."""
    if price is None:
        return None
    needed = max(get_currency_precision(currency), -int(price.normalize().as_tuple().exponent))
    return price.quantize(Decimal(1).scaleb(-needed))
