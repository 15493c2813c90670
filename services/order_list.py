"""The desk's list of orders: pages of rows with what became of their deliveries, and the figures above them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from tortoise.expressions import Q
from tortoise.functions import Count, Max, Min, Sum
from tortoise.queryset import QuerySet

from models import ExportedOrder, MessageStatus, Order, OutboxMessage, Purpose, Shop, Status, Verification
from models.days import ONE_WEEK, day_of, start_of
from models.order_filter import Flag, OrderFilter, flagged, is_open
from models.text import N_
from services import order_walk, pauses, shared_reads, walk
from services.database import numbers, shielded
from services.pauses import MAIL_LANE, Lane
from services.walk import Page

PAGE_SIZE = 50


class Errand(StrEnum):
    """What an order's deliveries are for, each a mark in its row."""

    BUYER = "buyer"
    MANAGEMENT = "management"
    TRANSFER = "transfer"

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return {
            "buyer": N_("Mail to the buyer"),
            "management": N_("Mail to the management"),
            "transfer": N_("Transfer"),
        }[self.value]


ERRANDS = {Purpose.NOTICE: Errand.MANAGEMENT, Purpose.TRANSFER: Errand.TRANSFER}
PLACES = {  # of a delivery, as `Delivered` counts them
    MessageStatus.SENT: "done",
    MessageStatus.CAPTURED: "kept",
    MessageStatus.PENDING: "waiting",
    MessageStatus.SENDING: "waiting",
    MessageStatus.FAILED: "failed",
    MessageStatus.HELD: "held",
}
ARRIVED = {MessageStatus.SENT, MessageStatus.CAPTURED}


@dataclass(frozen=True)
class Delivered:
    """How many deliveries of one errand are where; when the last of them ended, and why one has not arrived."""

    done: int = 0
    kept: int = 0
    waiting: int = 0
    failed: int = 0
    held: int = 0
    at: datetime | None = None
    reason: str = ""

    @property
    def total(self) -> int:
        """All of them."""
        return self.done + self.kept + self.waiting + self.failed + self.held


NOT_YET = Delivered()


@dataclass(frozen=True)
class Exported:
    """The last standing export that took an order out."""

    at: datetime
    by: str
    file_name: str


@dataclass(frozen=True)
class OrderRow:
    """What a row of the list shows of an order; amounts are minor units of `currency`."""

    id: int
    number: str
    created_at: datetime
    status: Status
    verification: Verification
    name: str
    company: str
    phone: str
    buyer_reference: str
    zone: str
    requested_date: date | None
    received_at: datetime | None
    references: str
    comments: str
    currency: str
    prices_hidden: bool
    lines_total: int
    discounts: int
    surcharges: int
    total: int
    confirmed_at: datetime | None
    opened_at: datetime | None
    duplicate_of_id: int | None
    deliveries: tuple[Delivered, Delivered, Delivered] = (NOT_YET, NOT_YET, NOT_YET)
    exported: Exported | None = None


OrderPage = Page[OrderRow]  # how many match is counted later, if at all


@dataclass(frozen=True)
class Figures:
    """The figures above the list; `week_value` is minor units of the shop's currency."""

    new_today: int
    new_a_week_ago: int
    waiting: int
    oldest_waiting_at: datetime | None
    unanswered: int
    unverified: int
    oldest_unverified_at: datetime | None
    duplicates: int
    not_exported: int
    failed: int
    last_failure: str
    week_orders: int
    week_value: int


ROW_FIELDS = tuple(name for name in OrderRow.__dataclass_fields__ if name not in {"deliveries", "exported"})


async def page(order_filter: OrderFilter) -> OrderPage:
    """The page of orders a filter asks for, or the last one there is. Desks that look at the same share one read."""
    return await shared_reads.once(("orders", order_filter), lambda: _page(order_filter))


async def figures(shop: Shop) -> Figures:
    """The figures of the shop as they are now."""
    return await shared_reads.once(
        ("figures", shop.time_zone, shop.currency), lambda: _figures(shop, datetime.now(UTC))
    )


async def matching_ids(order_filter: OrderFilter) -> Sequence[int]:
    """The ids of all orders that match, in the filter's order: each once, also while others change."""
    few = await order_walk.few(order_filter)
    parts = order_filter.parts()
    return await numbers(*((part if few is None else part.filter(few)).values_list("id") for part in parts))


async def in_order(order_ids: Iterable[int]) -> list[int]:
    """Those of `order_ids` that are there, newest first."""
    return [row["id"] for row in await Order.filter(id__in=list(order_ids)).order_by("-created_at", "-id").values("id")]


@shielded
async def _page(order_filter: OrderFilter) -> OrderPage:
    spot = await walk.spot_of(order_walk.way(order_filter), order_filter.page, order_filter.at, PAGE_SIZE)
    order_ids = spot.ids
    found = {row["id"]: row for row in await Order.filter(id__in=order_ids).values(*ROW_FIELDS)}
    delivered, exported = await _deliveries(order_ids), await _exports(order_ids)
    rows = (
        OrderRow(**found[id_], deliveries=delivered[id_], exported=exported.get(id_))
        for id_ in order_ids
        if id_ in found
    )
    return OrderPage(tuple(rows), spot.page, spot.is_last)


async def _deliveries(order_ids: Sequence[int]) -> dict[int, tuple[Delivered, Delivered, Delivered]]:
    """The deliveries of each order, one entry for each errand."""
    paused = {pause.lane: pause.reason for pause in await pauses.every()}
    summed: dict[tuple[int, Errand], Delivered] = {}
    messages = OutboxMessage.filter(order_id__in=list(order_ids)).annotate(
        number=Count("id"), last_at=Max("finished_at"), reason=Max("last_error")
    )
    groups = ("order_id", "purpose", "status", "target_id")
    for group in await messages.group_by(*groups).values(*groups, "number", "last_at", "reason"):
        key = group["order_id"], ERRANDS.get(group["purpose"], Errand.BUYER)
        summed[key] = _added(summed.get(key, NOT_YET), group, paused)
    return {
        id_: (
            summed.get((id_, Errand.BUYER), NOT_YET),
            summed.get((id_, Errand.MANAGEMENT), NOT_YET),
            summed.get((id_, Errand.TRANSFER), NOT_YET),
        )
        for id_ in order_ids
    }


def _added(delivered: Delivered, group: Mapping[str, Any], paused: Mapping[Lane, str]) -> Delivered:
    status, place = group["status"], PLACES[group["status"]]
    why = "" if status in ARRIVED else group["reason"]
    if status is MessageStatus.PENDING:
        why = paused.get(group["target_id"] or MAIL_LANE, "") or why
    return replace(
        delivered,
        at=max(filter(None, (delivered.at, group["last_at"])), default=None),
        reason=why or delivered.reason,
        **{place: getattr(delivered, place) + group["number"]},
    )


async def _exports(order_ids: Sequence[int]) -> dict[int, Exported]:
    marks = ExportedOrder.filter(order_id__in=list(order_ids), export__undone_at__isnull=True).order_by("export_id")
    rows = await marks.values("order_id", "export__created_at", "export__done_by", "export__file_name")
    return {
        row["order_id"]: Exported(row["export__created_at"], row["export__done_by"], row["export__file_name"])
        for row in rows
    }


@shielded
async def _figures(shop: Shop, now: datetime) -> Figures:
    def orders(flag: Flag) -> QuerySet[Order]:
        return Order.filter(flagged(flag, shop.time_zone, now))

    a_week_ago = now - ONE_WEEK
    that_day = start_of(day_of(a_week_ago, shop.time_zone), shop.time_zone)
    # What is empty is not counted: of those that are open, those that were received wait.
    opened = Order.filter(is_open()).annotate(
        waiting=Count("received_at"), oldest=Min("received_at"), duplicates=Count("duplicate_of_id")
    )
    unverified = orders(Flag.UNVERIFIED).annotate(number=Count("id"), oldest=Min("created_at"))
    week = orders(Flag.THIS_WEEK).annotate(number=Count("id"), value=Sum("total", _filter=Q(currency=shop.currency)))
    [open_] = await opened.values("waiting", "oldest", "duplicates")
    [stranger] = await unverified.values("number", "oldest")
    [this_week] = await week.values("number", "value")
    return Figures(
        new_today=await orders(Flag.NEW_TODAY).count(),
        new_a_week_ago=await Order.filter(created_at__gte=that_day, created_at__lte=a_week_ago).count(),
        waiting=open_["waiting"],
        oldest_waiting_at=open_["oldest"],
        unanswered=await orders(Flag.UNANSWERED).count(),
        unverified=stranger["number"],
        oldest_unverified_at=stranger["oldest"],
        duplicates=open_["duplicates"],
        not_exported=await OrderFilter(shop.time_zone, exported="no").matching(now).count(),
        failed=await _failed(),
        last_failure=await _last_failure(),
        week_orders=this_week["number"],
        week_value=int(this_week["value"] or 0),
    )


async def _failed() -> int:
    """How many orders have a delivery that was given up."""
    failed = OutboxMessage.filter(status=MessageStatus.FAILED, order_id__isnull=False)
    [row] = await failed.annotate(orders=Count("order_id", distinct=True)).values("orders")
    return int(row["orders"])


async def _last_failure() -> str:
    failed = OutboxMessage.filter(status=MessageStatus.FAILED, order_id__isnull=False)
    last = await failed.order_by("-finished_at", "-id").first().values("last_error")
    return last["last_error"] if last else ""
