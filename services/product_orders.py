"""What was ordered of a product, and when."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tortoise.expressions import Q
from tortoise.functions import Sum

from models import OrderLine, Status
from services.database import shielded

PAGE_SIZE = 20
COLUMNS = (
    "id", "sku", "quantity", "unit", "unit_price", "line_total",
    "order__number", "order__created_at", "order__status", "order__currency", "order__prices_hidden",
    "order__company", "order__name",
)  # fmt: skip


@dataclass(frozen=True)
class OrderedRow:
    """A line of an order with the order it stands in; `line_total` is minor units, None where no prices were told."""

    id: int
    sku: str
    quantity: int
    unit: str
    unit_price: Decimal | None
    line_total: int | None
    currency: str
    number: str
    created_at: datetime
    status: Status
    buyer: str


@dataclass(frozen=True)
class OrderedPage:
    """One page of them, the newest first, counted from 1; `orders` and `quantity` are of all pages."""

    rows: tuple[OrderedRow, ...]
    total: int
    page: int
    orders: int
    quantity: int


@shielded
async def page(product_id: int, number: int) -> OrderedPage:
    """A page of the lines with a product, of a parent also those with its variants; or the last one there is."""
    found = OrderLine.filter(Q(product_id=product_id) | Q(product__parent_id=product_id))
    total = await found.count()
    shown = min(max(number, 1), max(1, -(-total // PAGE_SIZE)))
    lines = found.order_by("-order__created_at", "-id").offset((shown - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    rows = [_row(values) for values in await lines.values(*COLUMNS)]
    by_product = found.order_by("product_id").annotate(asked=Sum("quantity")).group_by("product_id")
    quantity = sum(int(row["asked"]) for row in await by_product.values("asked"))
    by_order = await found.order_by("order_id").distinct().values("order_id")
    return OrderedPage(tuple(rows), total, shown, len(by_order), quantity)


def _row(values: dict[str, object]) -> OrderedRow:
    told = {key.removeprefix("order__"): value for key, value in values.items()}
    is_hidden = bool(told.pop("prices_hidden"))
    company, name = told.pop("company"), told.pop("name")
    told["buyer"] = company or name
    told["status"] = Status(str(told["status"]))
    if is_hidden:
        told |= {"unit_price": None, "line_total": None}
    return OrderedRow(**told)  # type: ignore[arg-type] # the columns of `COLUMNS`
