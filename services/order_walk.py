"""The walk through the orders a filter finds: in its order, from one of them on (see `walk`)."""

from datetime import datetime
from functools import partial

from tortoise.expressions import Q

from models import MessageStatus, Order, OrderLine, OutboxMessage, Status
from models.order_filter import BY_STATUS, SORTS, Flag, OrderFilter
from models.text import fold
from services import text_search, walk
from services.text_search import ORDERS
from services.walk import Steps, Told, Way

RARE = {"product", "words"}  # conditions that leave few orders as a rule
AS_THEY_CAME = {"created", "number"}  # orders that follow each other in these stand beside each other in the table


def way(order_filter: OrderFilter, now: datetime | None = None) -> Way:
    """The way through the orders that match."""
    conditions = order_filter.conditions(now)
    each = [partial(_meeting, order_filter, name, wanted) for name, wanted in conditions.items()]
    served = Q(*(conditions.pop(name) for name in order_filter.served() & conditions.keys()))
    return Way(
        Order.all(),
        SORTS[order_filter.sort],
        order_filter.goes_down,
        served,
        tuple(conditions.values()),
        steps=Steps(tuple(Status), order_filter.possible) if order_filter.sort == BY_STATUS else None,
        candidates=lambda most: walk.fewest(most, each),
        few_first=order_filter.sort not in AS_THEY_CAME or not RARE.isdisjoint(conditions),
    )


async def few(order_filter: OrderFilter, now: datetime | None = None) -> Q | None:
    """The condition to be one of few orders among which all are that match; None if no condition leaves few."""
    return await way(order_filter, now).few()


async def _meeting(order_filter: OrderFilter, name: str, wanted: Q, most: int) -> Told | None:
    """The orders one condition leaves, or some more, as an index tells them; `most` at most."""
    if name == "words":
        return walk.told_of(await text_search.candidates(ORDERS, fold(order_filter.search).split(), most))
    if name == "buyer" and not order_filter.buyer_id:  # a part of an address, which is searched by, too
        return walk.told_of(await text_search.candidates(ORDERS, fold(order_filter.buyer).split(), most))
    if name == "product":
        return await walk.told_by(OrderLine.filter(sku=order_filter.sku).order_by("order_id"), most, "order_id")
    if name == "flag" and order_filter.flag is Flag.FAILED:
        failed = OutboxMessage.filter(status=MessageStatus.FAILED, order_id__isnull=False)
        return await walk.told_by(failed, most, "order_id")
    return await walk.told_by(Order.filter(wanted), most)
