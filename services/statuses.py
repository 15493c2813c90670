"""The status of many orders, moved together with their histories: as many statements for all of them as for one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from models import EventKind, Order, OrderEvent, Status
from models.text import _

AT_ONCE = 250  # orders that are moved in one transaction: others write and read in between


@dataclass(frozen=True)
class Move:
    """An order that was to be moved; `told` is what its history tells of it, nothing if it was there already."""

    number: str
    told: str


async def move(order_ids: Iterable[int], status: Status, *, by: str, now: datetime | None = None) -> dict[int, Move]:
    """Give orders a status; call it inside a unit of work. What comes back leaves out those that are gone."""
    found = await Order.filter(id__in=list(order_ids)).values("id", "number", "status")
    told = {
        before: _("{before} → {after}").format(before=_(before.label), after=_(status.label)) for before in status.next
    }
    at = now or datetime.now(UTC)
    moved = [row for row in found if row["status"] is not status]
    await Order.filter(id__in=[row["id"] for row in moved]).exclude(status=status).update(status=status)
    await OrderEvent.bulk_create(
        OrderEvent(order_id=row["id"], kind=EventKind.STATUS, actor=by, text=told[row["status"]], created_at=at)
        for row in moved
    )
    return {row["id"]: Move(row["number"], told.get(row["status"], "")) for row in found}
