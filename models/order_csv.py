"""Orders as rows of cells, in two shapes: one row per order, or one per line."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from models.csv_style import Cell
from models.money import from_minor
from models.order import VERIFIED_WORDS, Verification
from models.postal import BUSINESS_COLUMNS
from models.transfer_target import Shape

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

Row = Mapping[str, Any]


def columns(shape: Shape) -> tuple[str, ...]:
    """The heads of the columns, in their order."""
    return LINE_COLUMNS if shape is Shape.LINES else (*ORDER_COLUMNS, *LATER_COLUMNS)


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
    return [order["requested_date"], *(order[name] for name in BUSINESS_COLUMNS)]


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
