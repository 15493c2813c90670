"""What was ordered of a product, and when."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tortoise.expressions import Q
from tortoise.functions import Count, Sum

from models import OrderLine, Product, Status
from services import walk
from services.database import on_one_state, shielded
from services.walk import Page, Way

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


OrderedPage = Page[OrderedRow]


@dataclass(frozen=True)
class Ordered:
    """How many pieces were ordered, and in how many orders."""

    quantity: int
    orders: int


@shielded
async def page(product_id: int, number: int, at: str = "") -> OrderedPage:
    """A page of the lines with a product, the newest order first; of a parent also those with its variants."""
    return await walk.page(await way(product_id), number, at, PAGE_SIZE, _read)


async def way(product_id: int) -> Way:
    """The way through these lines."""
    return Way(OrderLine.all(), ("order_id", "id"), served=Q(product_id__in=await _with_variants(product_id)))


@on_one_state  # all lines are looked at: nobody else waits
async def summed(product_id: int) -> Ordered:
    """What the lines of all pages come to."""
    lines = OrderLine.filter(product_id__in=await _with_variants(product_id)).order_by()
    [row] = await lines.annotate(asked=Sum("quantity"), orders=Count("order_id", distinct=True)).values(
        "asked", "orders"
    )
    return Ordered(int(row["asked"] or 0), row["orders"])


async def _with_variants(product_id: int) -> list[int]:
    return [product_id, *(row["id"] for row in await Product.filter(parent_id=product_id).values("id"))]


async def _read(line_ids: list[int]) -> list[OrderedRow]:
    return [_row(values) for values in await OrderLine.filter(id__in=line_ids).values(*COLUMNS)]


def _row(values: dict[str, object]) -> OrderedRow:
    told = {key.removeprefix("order__"): value for key, value in values.items()}
    is_hidden = bool(told.pop("prices_hidden"))
    company, name = told.pop("company"), told.pop("name")
    told["buyer"] = company or name
    told["status"] = Status(str(told["status"]))
    if is_hidden:
        told |= {"unit_price": None, "line_total": None}
    return OrderedRow(**told)  # type: ignore[arg-type] # the columns of `COLUMNS`
