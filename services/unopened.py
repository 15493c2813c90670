"""Requests that wait at the desk and that no seller has opened yet: how many, and the newest of them."""

from dataclasses import dataclass
from datetime import datetime

from models import Order
from models.order_filter import WAITING
from services import shared_reads
from services.database import shielded


@dataclass(frozen=True)
class Newest:
    """The request that was received last."""

    number: str
    buyer: str
    received_at: datetime


@dataclass(frozen=True)
class Unopened:
    """How many there are; `newest` is missing if there are none."""

    count: int = 0
    newest: Newest | None = None


async def current() -> Unopened:
    """What is new now. All open pages share one read."""
    return await shared_reads.once("unopened", _read)


@shielded
async def _read() -> Unopened:
    new = Order.filter(
        opened_at__isnull=True, received_at__isnull=False, confirmed_at__isnull=True, status__in=list(WAITING)
    )
    newest = await new.order_by("-received_at", "-id").first().values("number", "company", "name", "received_at")
    if newest is None:
        return Unopened()
    buyer = newest["company"] or newest["name"]
    return Unopened(await new.count(), Newest(newest["number"], buyer, newest["received_at"]))
