"""Exports made and taken back, each recorded with who did it, and told in the histories of its orders."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from tortoise.expressions import Q

from models import AuditKind, Dialect, EventKind, Export, ExportedOrder, Order, OrderEvent, Shape, Shop
from models.errors import NotFoundError, ShopError
from models.file_name import file_name
from models.order_filter import OrderFilter
from models.text import _
from services import audit, live, order_list
from services.database import unit_of_work
from services.exports import kept
from services.exports.rendering import render
from services.exports.sheets import ORDERS_AT_ONCE, chunks

NEW = "exported=no"  # the filter, as a query string, of what `download_new` takes out
ONE_ORDER_NAME = "{order_number}"
NAMES = {Shape.ORDERS: "orders-{date}-{time}", Shape.LINES: "order-lines-{date}-{time}"}


@dataclass(frozen=True)
class _Made:
    """An export that is not recorded yet: its bytes, the orders in them, and when reading them began."""

    export: Export
    content: bytes
    order_ids: Sequence[int]
    began_at: datetime


class ErasedMeanwhileError(ShopError):
    """Somebody in a file was erased while it was written."""


async def download(  # noqa: PLR0913 - what the seller chose, and who they are
    order_ids: Sequence[int],
    shape: Shape,
    dialect: Dialect,
    shop: Shop,
    *,
    by: str,
    order_filter: str = "",
    now: datetime | None = None,
) -> Export:
    """Make a file of orders for the desk and record it as of `now` (aware; the present if left out).

    Raises ShopError if there is nothing to export.
    """
    made = await _make(order_ids, shape, dialect, shop, now or datetime.now(UTC))
    made.export.done_by, made.export.order_filter = by, order_filter
    await _keep_and_record(made, _record)
    return made.export


async def download_new(shop: Shop, *, by: str) -> Export:
    """Make a file of every request that no standing export took out, in the form of the newest export.

    Raises ShopError if there is none, or if somebody else exported one of them at the same time.
    """
    new = OrderFilter.parse(dict(parse_qsl(NEW)), shop.time_zone)
    order_ids = await order_list.matching_ids(new)
    last = await Export.all().order_by("-id").first()
    shape, dialect = (last.shape, last.dialect) if last else (Shape.ORDERS, Dialect.SPREADSHEET)
    made = await _make(order_ids, shape, dialect, shop, datetime.now(UTC))
    made.export.done_by, made.export.order_filter = by, NEW
    await _keep_and_record(made, _record_new)
    return made.export


async def _make(wanted_ids: Sequence[int], shape: Shape, dialect: Dialect, shop: Shop, now: datetime) -> _Made:
    began_at = datetime.now(UTC)
    order_ids = await _still_there(wanted_ids)
    if not order_ids:
        raise ShopError(_("No order is left to export."))
    content = await render(order_ids, shape, dialect, shop)
    export = Export(
        shape=shape,
        dialect=dialect,
        orders=len(order_ids),
        file_name=await _name(order_ids, shape, dialect, shop, now),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=now,
    )
    return _Made(export, content, order_ids, began_at)


async def _keep_and_record(made: _Made, record: Callable[[_Made], Awaitable[None]]) -> None:
    """First the bytes, then the record: an order counts as exported only if its file can be downloaded."""
    await asyncio.to_thread(kept.keep, made.export.sha256, made.content)
    try:
        await record(made)
    except ErasedMeanwhileError:
        await kept.forget_contents([made.export.sha256])
        raise
    live.orders_changed(made.order_ids)


@unit_of_work
async def _record(made: _Made) -> None:
    await _write(made)


@unit_of_work
async def _record_new(made: _Made) -> None:
    for some_ids in chunks(made.order_ids):
        if await ExportedOrder.filter(order_id__in=list(some_ids), export__undone_at__isnull=True).exists():
            raise ShopError(_("Somebody else has just exported some of these orders. Please try again."))
    await _write(made)


async def _write(made: _Made) -> None:
    export, order_ids = made.export, made.order_ids
    await _check_nobody_went(made)
    await export.save()
    marks = (ExportedOrder(export_id=export.id, order_id=order_id) for order_id in order_ids)
    await ExportedOrder.bulk_create(marks, batch_size=ORDERS_AT_ONCE)
    await _tell_histories(order_ids, EventKind.EXPORTED, export.done_by, export.file_name, export.created_at)
    about = f"{export.file_name} ({export.orders})"
    await audit.record(AuditKind.EXPORTED, export.done_by, about)


async def _check_nobody_went(made: _Made) -> None:
    """A buyer who was erased while the file was written is still in it. Raises ErasedMeanwhileError."""
    since = Q(locked_at__gte=made.began_at) | Q(erased_at__gte=made.began_at)
    for some_ids in chunks(made.order_ids):
        there = Order.filter(id__in=list(some_ids))
        if await there.count() < len(some_ids) or await there.filter(since).exists():
            raise ErasedMeanwhileError(_("Some of these orders have just been erased. Please export again."))


async def _still_there(order_ids: Sequence[int]) -> list[int]:
    """Those of the orders that have not been deleted since they were chosen."""
    there: list[int] = []
    for some_ids in chunks(order_ids):
        found = {row["id"] for row in await Order.filter(id__in=list(some_ids)).values("id")}
        there += [order_id for order_id in some_ids if order_id in found]
    return there


async def _tell_histories(order_ids: Iterable[int], kind: EventKind, by: str, text: str, at: datetime) -> None:
    told = (OrderEvent(order_id=id_, kind=kind, actor=by, text=text, created_at=at) for id_ in order_ids)
    await OrderEvent.bulk_create(told, batch_size=ORDERS_AT_ONCE)


async def undo(export_id: int, *, by: str, now: datetime | None = None) -> int:
    """Take an export back: its orders count as not exported by it any more. Returns how many they are.

    It is recorded as of `now` (aware; the present if left out). Raises NotFoundError if there is no such export,
    ShopError if it has been taken back already.
    """
    order_ids = await _undo(export_id, by, now or datetime.now(UTC))
    live.orders_changed(order_ids)
    return len(order_ids)


@unit_of_work
async def _undo(export_id: int, by: str, now: datetime) -> list[int]:
    export = await Export.get_or_none(id=export_id)
    if export is None:
        raise NotFoundError(_("This export is not known here."))
    if not await Export.filter(id=export_id, undone_at=None).update(undone_at=now, undone_by=by):
        raise ShopError(_("This export has been taken back already."))
    marks = await ExportedOrder.filter(export_id=export_id).order_by("id").values("order_id")
    order_ids = [mark["order_id"] for mark in marks]
    await _tell_histories(order_ids, EventKind.UNEXPORTED, by, export.file_name, now)
    await audit.record(AuditKind.UNEXPORTED, by, export.file_name)
    return order_ids


def local_time(moment: datetime, shop: Shop) -> datetime:
    """`moment` on the shop's clock, as file names tell it."""
    return moment.astimezone(ZoneInfo(shop.time_zone))


async def _name(order_ids: Sequence[int], shape: Shape, dialect: Dialect, shop: Shop, now: datetime) -> str:
    number = ""
    if len(order_ids) == 1:
        order = await Order.get_or_none(id=order_ids[0])
        number = order.number if order else ""  # erased just now, which is told a moment later
    pattern = ONE_ORDER_NAME if number else NAMES[shape]
    return file_name(pattern + dialect.suffix, number, local_time(now, shop))
