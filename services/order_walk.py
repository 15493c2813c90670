"""Walking through the orders a filter finds, in its order, from one of them on, as far as somebody wants to look.

What is searched for, few orders have as a rule: those are looked up and sorted. Else an index leads through all orders
as they are sorted. Of those that it leads through first, enough match as a rule; if they do not, then often few match
at all. Else the walk goes on. Nothing is skipped by counting, so that the last page costs what the first does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import Q, RawSQL, Subquery
from tortoise.queryset import QuerySet

from models import MessageStatus, Order, OrderLine, OutboxMessage
from models.order_filter import SORTS, Flag, OrderFilter
from models.text import fold
from services import order_search

FEW = 5000  # orders are sorted as quickly as a page is found among more
RARE = {"product", "words"}  # conditions that leave few orders as a rule
FIRST_STRETCH, LONGER = 1000, 10  # orders that are looked at, and how many times as many the next time


@dataclass(frozen=True)
class Leg:
    """A part of the way that one index leads through: orders that are `alike` in the first columns of the sorting."""

    where: Q
    alike: int

    def of(self, order_filter: OrderFilter, served: Q) -> QuerySet[Order]:
        """The orders of this part that fulfil what the index serves, in their order."""
        return order_filter.sorted(Order.filter(self.where, served), alike=self.alike)


async def ids(
    order_filter: OrderFilter, count: int, *, beyond: int | None = None, now: datetime | None = None
) -> list[int]:
    """The ids of the first `count` orders that match; of those after the order `beyond`, if one is given.

    That order need not match; but if it is no longer there, nothing comes after it.
    """
    rest = [Leg(Q(), 0)] if beyond is None else await _after(order_filter, beyond)
    conditions = order_filter.conditions(now)
    served = Q(*(conditions.pop(name) for name in order_filter.served() & conditions.keys()))
    if not conditions:
        return await _along(order_filter, rest, served, count)
    if conditions.keys() & RARE and (few := await few_ids(order_filter, now)) is not None:
        return await _among(few, order_filter, rest, count, now)
    found: list[int] = []
    stretch = FIRST_STRETCH
    while rest and len(found) < count:
        led = rest[0].of(order_filter, served).limit(stretch)
        matching = order_filter.sorted(Order.filter(*conditions.values(), id__in=Subquery(led.values("id"))))
        found += [row["id"] for row in await matching.limit(count - len(found)).values("id")]
        if len(found) == count:
            break
        last = await led.offset(stretch - 1).first().values("id")
        if last is None:
            rest = rest[1:]
            continue
        rest = await _after(order_filter, last["id"])
        if stretch == FIRST_STRETCH and (few := await few_ids(order_filter, now)) is not None:
            return found + await _among(few, order_filter, rest, count - len(found), now)
        stretch *= LONGER
    return found


async def few_ids(order_filter: OrderFilter, now: datetime | None = None) -> list[int] | None:
    """The ids of few orders among which all are that match, in no order; None if no condition leaves few."""
    for name, wanted in order_filter.conditions(now).items():
        found = await _meeting(name, wanted, order_filter)
        if found is not None and len(found) <= FEW:
            return found
    return None


def one_of(order_ids: Sequence[int]) -> Q:
    """The condition to be one of some orders."""
    return Q(id__in=RawSQL(f"({','.join(map(str, order_ids))})")) if order_ids else Q(id__in=[])


async def _along(order_filter: OrderFilter, rest: Sequence[Leg], served: Q, count: int) -> list[int]:
    """The first ids of what an index leads through, where everything matches."""
    found: list[int] = []
    for leg in rest:
        led = leg.of(order_filter, served).limit(count - len(found))
        found += [row["id"] for row in await led.values("id")]
        if len(found) == count:
            break
    return found


async def _among(
    few: Sequence[int], order_filter: OrderFilter, rest: Sequence[Leg], count: int, now: datetime | None
) -> list[int]:
    found = order_filter.select(now).filter(one_of(few), Q(*(leg.where for leg in rest), join_type=Q.OR)).limit(count)
    return [row["id"] for row in await found.values("id")]


async def _meeting(name: str, wanted: Q, order_filter: OrderFilter) -> list[int] | None:
    """The ids of the orders one condition leaves, or some more, as an index tells them; not all if they are many."""
    if name == "words":
        return await order_search.candidates(fold(order_filter.search).split(), FEW + 1)
    if name == "buyer" and not order_filter.buyer_id:  # a part of an address, which is searched by, too
        return await order_search.candidates(fold(order_filter.buyer).split(), FEW + 1)
    if name == "product":
        lines = OrderLine.filter(sku=order_filter.sku).order_by("order_id").limit(FEW + 1)
        return [row["order_id"] for row in await lines.values("order_id")]
    if name == "flag" and order_filter.flag is Flag.FAILED:
        failed = OutboxMessage.filter(status=MessageStatus.FAILED, order_id__isnull=False).limit(FEW + 1)
        return [row["order_id"] for row in await failed.values("order_id")]
    return [row["id"] for row in await Order.filter(wanted).limit(FEW + 1).values("id")]


async def _after(order_filter: OrderFilter, order_id: int) -> list[Leg]:
    """The way on from an order: first those that are like it in all but the last column."""
    columns = SORTS[order_filter.sort]
    place: dict[str, Any] | None = await order_filter.sorted(Order.filter(id=order_id)).first().values(*columns)
    if place is None:
        return []
    further = "lt" if order_filter.descending else "gt"
    legs = []
    for alike in reversed(range(len(columns))):
        same = {column: place[column] for column in columns[:alike]}
        legs.append(Leg(Q(**same, **{f"{columns[alike]}__{further}": place[columns[alike]]}), alike))
    return legs
