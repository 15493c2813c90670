"""The orders before and after one, in the list somebody came from."""

from dataclasses import dataclass, replace
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import Order
from models.order_filter import SORTS, OrderFilter
from services.database import shielded


@dataclass(frozen=True)
class Neighbours:
    """The numbers of the orders above and below it in the list; "" where it ends."""

    above: str
    below: str


@shielded
async def of(order_id: int, order_filter: OrderFilter) -> Neighbours:
    """The neighbours of an order in what a filter finds now.

    It need not be found itself: what was just confirmed has left the list of those that wait, and its place is known.
    """
    return Neighbours(
        above=await _next(order_id, replace(order_filter, descending=not order_filter.descending)),
        below=await _next(order_id, order_filter),
    )


async def _next(order_id: int, order_filter: OrderFilter) -> str:
    every = OrderFilter(order_filter.time_zone, sort=order_filter.sort)
    column = SORTS[order_filter.sort]
    place = await every.select().filter(id=order_id).first().values(column)
    if place is None:
        return ""
    beyond = _beyond(order_filter.select(), column, place[column], order_id, descending=order_filter.descending)
    found = await beyond.first().values("number")
    return found["number"] if found else ""


def _beyond(found: QuerySet[Order], column: str, value: Any, order_id: int, *, descending: bool) -> QuerySet[Order]:
    """Those that come after a place in the order of the list."""
    further = "lt" if descending else "gt"
    if column == "id":
        return found.filter(**{f"id__{further}": order_id})
    return found.filter(Q(**{f"{column}__{further}": value}) | Q(**{column: value, f"id__{further}": order_id}))
