"""What the orders of a filter come to: how many, and their amounts by currency."""

from dataclasses import dataclass, replace

from tortoise.functions import Count, Sum

from models.order_filter import NEWEST_FIRST, OrderFilter
from services import order_walk, shared_reads
from services.database import on_one_state


@dataclass(frozen=True)
class Sums:
    """The amounts of all orders in one currency, in its minor units."""

    currency: str
    lines_total: int
    discounts: int
    surcharges: int
    total: int


@dataclass(frozen=True)
class Filtered:
    """How many orders match, how many of them tell no prices, and the sums of the others, most orders first."""

    orders: int
    without_prices: int
    sums: tuple[Sums, ...]


AMOUNTS = ("lines_total", "discounts", "surcharges", "total")


async def of(order_filter: OrderFilter) -> Filtered:
    """Add up what a filter finds on all its pages. Desks that look at the same share one read."""
    unsorted = replace(order_filter, sort=NEWEST_FIRST, descending=True, page=1)
    return await shared_reads.once(("sums", unsorted), lambda: _add_up(unsorted))


@on_one_state  # on a connection of its own: whatever else is asked meanwhile does not wait for it
async def _add_up(order_filter: OrderFilter) -> Filtered:
    groups = ("currency", "prices_hidden")
    added = {f"sum_of_{name}": Sum(name) for name in AMOUNTS}
    found, few = order_filter.matching(), await order_walk.few(order_filter)
    if few is not None:
        found = found.filter(few)
    grouped = found.annotate(orders=Count("id"), **added).group_by(*groups)
    rows = await grouped.values(*groups, "orders", *added)
    rows.sort(key=lambda row: -row["orders"])
    return Filtered(
        orders=sum(row["orders"] for row in rows),
        without_prices=sum(row["orders"] for row in rows if row["prices_hidden"]),
        sums=tuple(
            Sums(row["currency"], *(int(row[name]) for name in added)) for row in rows if not row["prices_hidden"]
        ),
    )
