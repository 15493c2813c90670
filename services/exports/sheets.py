"""Orders and their lines as the rows of a file, read some at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models import Order, OrderLine, Shape
from models import order_csv as csv
from models.csv_style import Cell

ORDERS_AT_ONCE = 100  # read and written together, so that the program goes on in between
ORDER_FIELDS = (
    "id",
    "number",
    "created_at",
    "status",
    "name",
    "company",
    "email",
    "verification",
    "phone",
    "buyer_reference",
    "references",
    "prices_hidden",
    "lines_total",
    "discounts",
    "surcharges",
    "total",
    "currency",
    "comments",
    "zone",
    "confirmed_at",
    *csv.LATER_COLUMNS,
)
LINE_FIELDS = ("order_id", "line_no", "sku", "name", "quantity", "unit", "unit_price", "line_total")


@dataclass(frozen=True)
class Sheet:
    """Orders as they were read, and by the order's id their lines (None where a row is an order)."""

    orders: Sequence[csv.Row]
    lines: Mapping[int, Sequence[csv.Row]] | None

    def rows(self) -> Iterator[list[Cell]]:
        """The cells of each row."""
        for order in self.orders:
            if self.lines is None:
                yield csv.cells(order)
            else:
                yield from (csv.cells(order, line) for line in self.lines[order["id"]])


async def read(order_ids: Sequence[int], shape: Shape) -> Sheet:
    """Orders in the order of their ids as given; what is no longer there is left out."""
    found = {row["id"]: row for row in await Order.filter(id__in=list(order_ids)).values(*ORDER_FIELDS)}
    orders = [found[order_id] for order_id in order_ids if order_id in found]
    if shape is Shape.ORDERS:
        return Sheet(orders, None)
    lines: dict[int, list[csv.Row]] = {order_id: [] for order_id in found}
    for line in await OrderLine.filter(order_id__in=list(found)).order_by("line_no").values(*LINE_FIELDS):
        lines[line["order_id"]].append(line)
    return Sheet(orders, lines)


def of(order: Order, lines: Sequence[OrderLine]) -> Sheet:
    """An order that was just written or read, with its lines."""
    return Sheet([_row(order, ORDER_FIELDS)], {order.id: [_row(line, LINE_FIELDS) for line in lines]})


def _row(found: Order | OrderLine, names: Sequence[str]) -> csv.Row:
    return {name: getattr(found, name) for name in names}


def chunks(order_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids in as many portions as are read and written together."""
    for start in range(0, len(order_ids), ORDERS_AT_ONCE):
        yield order_ids[start : start + ORDERS_AT_ONCE]
