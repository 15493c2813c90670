"""Orders as rows of cells, in two shapes: one row per order, or one per line."""

from collections.abc import Mapping
from typing import Any

from models.csv_style import Cell
from models.file_kind import Shape
from models.order import VERIFIED_WORDS
from models.order_columns import SOURCES, Source, cell
from models.postal import BUSINESS_COLUMNS

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
WORDS_OF: dict[str, str] = {kind: word for word, kind in VERIFIED_WORDS.items()}

Row = Mapping[str, Any]


def columns(shape: Shape) -> tuple[str, ...]:
    """The heads of the columns, in their order."""
    return LINE_COLUMNS if shape is Shape.LINES else (*ORDER_COLUMNS, *LATER_COLUMNS)


def cells(order: Row, line: Row | None = None) -> list[Cell]:
    """The cells of an order (a row of its table), with those of one of its lines if that is given."""
    names = columns(Shape.LINES if line else Shape.ORDERS)
    return [_cell(SOURCES[name], order, line or {}) for name in names]


def _cell(source: Source, order: Row, line: Row) -> Cell:
    value = (line if source.of_line else order)[source.field]
    return cell(source.kind, value, order["currency"], WORDS_OF, is_hidden=order["prices_hidden"])
