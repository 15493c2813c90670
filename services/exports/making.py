"""Exports in the making: their bytes are kept first, then they are recorded with their marks and histories."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tortoise.expressions import Q

from models import AuditKind, EventKind, Export, ExportedOrder, Order, OrderEvent, Shop
from models.errors import ShopError
from models.file_layout import Layout
from models.text import _
from services import audit, live
from services.exports import kept
from services.exports.sheets import ORDERS_AT_ONCE, chunks


@dataclass(frozen=True)
class Made:
    """An export that is not recorded yet: its bytes, the orders in them, and when reading them began."""

    export: Export
    content: bytes
    order_ids: Sequence[int]
    began_at: datetime


class ErasedMeanwhileError(ShopError):
    """Somebody in a file was erased while it was written."""


def made(  # noqa: PLR0913 - what an export is made of
    order_ids: Sequence[int], content: bytes, name: str, layout: Layout, *, now: datetime, began_at: datetime
) -> Made:
    """An export of these orders as of `now`, whose reading began at a moment (both aware)."""
    export = Export(
        shape=layout.shape,
        dialect=layout.dialect,
        orders=len(order_ids),
        file_name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=now,
    )
    return Made(export, content, order_ids, began_at)


async def keep_and_record(made: Made, record: Callable[[Made], Awaitable[None]]) -> None:
    """First the bytes, then the record: an order counts as exported only if its file can be downloaded."""
    await asyncio.to_thread(kept.keep, made.export.sha256, made.content)
    try:
        await record(made)
    except ErasedMeanwhileError:
        await kept.forget_contents([made.export.sha256])
        raise
    live.orders_changed(made.order_ids)


async def write(made: Made) -> None:
    """Record an export; call it inside a unit of work. Raises ErasedMeanwhileError."""
    export, order_ids = made.export, made.order_ids
    await _check_nobody_went(made)
    await export.save()
    marks = (ExportedOrder(export_id=export.id, order_id=order_id) for order_id in order_ids)
    await ExportedOrder.bulk_create(marks, batch_size=ORDERS_AT_ONCE)
    await tell_histories(order_ids, EventKind.EXPORTED, export.done_by, export.file_name, export.created_at)
    about = f"{export.file_name} ({export.orders})"
    await audit.record(AuditKind.EXPORTED, export.done_by, about)


async def _check_nobody_went(made: Made) -> None:
    """A buyer who was erased while the file was written is still in it. Raises ErasedMeanwhileError."""
    since = Q(locked_at__gte=made.began_at) | Q(erased_at__gte=made.began_at)
    for some_ids in chunks(made.order_ids):
        there = Order.filter(id__in=list(some_ids))
        if await there.count() < len(some_ids) or await there.filter(since).exists():
            raise ErasedMeanwhileError(_("Some of these orders have just been erased. Please export again."))


async def still_there(order_ids: Sequence[int]) -> list[int]:
    """Those of the orders that have not been deleted since they were chosen. Raises ShopError if none is left."""
    there: list[int] = []
    for some_ids in chunks(order_ids):
        found = {row["id"] for row in await Order.filter(id__in=list(some_ids)).values("id")}
        there += [order_id for order_id in some_ids if order_id in found]
    if not there:
        raise ShopError(_("No order is left to export."))
    return there


async def tell_histories(order_ids: Iterable[int], kind: EventKind, by: str, text: str, at: datetime) -> None:
    """Add a line to the history of each order; call it inside a unit of work."""
    told = (OrderEvent(order_id=id_, kind=kind, actor=by, text=text, created_at=at) for id_ in order_ids)
    await OrderEvent.bulk_create(told, batch_size=ORDERS_AT_ONCE)


def local_time(moment: datetime, shop: Shop) -> datetime:
    """`moment` on the shop's clock, as file names tell it."""
    return moment.astimezone(ZoneInfo(shop.time_zone))
