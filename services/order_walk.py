"""The walk through the orders a filter finds: in its order, from one of them on (see `walk`)."""

from datetime import datetime

from tortoise.expressions import Q
from tortoise.functions import Lower

from models import MessageStatus, Order, OrderLine, OutboxMessage
from models.order_filter import SORTS, Flag, OrderFilter
from models.text import fold
from services import order_search, walk
from services.walk import Way

RARE = {"product", "words"}  # conditions that leave few orders as a rule


def way(order_filter: OrderFilter, now: datetime | None = None) -> Way:
    """The way through the orders that match."""
    conditions = order_filter.conditions(now)
    served = Q(*(conditions.pop(name) for name in order_filter.served() & conditions.keys()))

    is_rare = not RARE.isdisjoint(conditions)

    async def few() -> list[int] | None:
        return await few_ids(order_filter, now)

    table = Order.annotate(folded_company=Lower("company")) if order_filter.sort == "buyer" else Order.all()
    return Way(
        table, SORTS[order_filter.sort], order_filter.descending, served, tuple(conditions.values()), few, is_rare
    )


async def few_ids(order_filter: OrderFilter, now: datetime | None = None) -> list[int] | None:
    """The ids of few orders among which all are that match, in no order; None if no condition leaves few."""
    for name, wanted in order_filter.conditions(now).items():
        found = await _meeting(name, wanted, order_filter)
        if found is not None and len(found) <= walk.FEW:
            return found
    return None


async def _meeting(name: str, wanted: Q, order_filter: OrderFilter) -> list[int] | None:
    """The ids of the orders one condition leaves, or some more, as an index tells them; not all if they are many."""
    if name == "words":
        return await order_search.candidates(fold(order_filter.search).split(), walk.FEW + 1)
    if name == "buyer" and not order_filter.buyer_id:  # a part of an address, which is searched by, too
        return await order_search.candidates(fold(order_filter.buyer).split(), walk.FEW + 1)
    if name == "product":
        lines = OrderLine.filter(sku=order_filter.sku).order_by("order_id").limit(walk.FEW + 1)
        return [row["order_id"] for row in await lines.values("order_id")]
    if name == "flag" and order_filter.flag is Flag.FAILED:
        failed = OutboxMessage.filter(status=MessageStatus.FAILED, order_id__isnull=False).limit(walk.FEW + 1)
        return [row["order_id"] for row in await failed.values("order_id")]
    return [row["id"] for row in await Order.filter(wanted).limit(walk.FEW + 1).values("id")]
