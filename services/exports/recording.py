"""Exports made by hand and taken back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from models import AuditKind, Dialect, EventKind, Export, ExportedOrder, Order, Shape, Shop
from models.errors import NotFoundError, ShopError
from models.file_name import file_name
from models.order_filter import OrderFilter
from models.text import _
from services import audit, live, order_list
from services.database import unit_of_work
from services.exports import making, rendering
from services.exports.making import Made, local_time
from services.exports.sheets import chunks

NEW = "exported=no"  # the filter, as a query string, of what `download_new` takes out
ONE_ORDER_NAME = "{order_number}"
NAMES = {Shape.ORDERS: "orders-{date}-{time}", Shape.LINES: "order-lines-{date}-{time}"}


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
    await making.keep_and_record(made, _record)
    return made.export


async def download_new(shop: Shop, *, by: str) -> Export:
    """Make a file of every request that no standing export took out, in the form of the newest one that had no profile.

    Raises ShopError if there is none, or if somebody else exported one of them at the same time.
    """
    new = OrderFilter.parse(dict(parse_qsl(NEW)), shop.time_zone)
    order_ids = await order_list.matching_ids(new)
    last = await Export.filter(profile_id=None).order_by("-id").first()
    shape, dialect = (last.shape, last.dialect) if last else (Shape.ORDERS, Dialect.SPREADSHEET)
    made = await _make(order_ids, shape, dialect, shop, datetime.now(UTC))
    made.export.done_by, made.export.order_filter = by, NEW
    await making.keep_and_record(made, _record_new)
    return made.export


async def _make(wanted_ids: Sequence[int], shape: Shape, dialect: Dialect, shop: Shop, now: datetime) -> Made:
    began_at, order_ids = datetime.now(UTC), await making.still_there(wanted_ids)
    chosen = rendering.layout(shape, dialect, shop)
    content = await rendering.render(order_ids, chosen, shop)
    name = await _name(order_ids, shape, dialect, shop, now)
    return making.made(order_ids, content, name, chosen, now=now, began_at=began_at)


@unit_of_work
async def _record(made: Made) -> None:
    await making.write(made)


@unit_of_work
async def _record_new(made: Made) -> None:
    for some_ids in chunks(made.order_ids):
        if await ExportedOrder.filter(order_id__in=list(some_ids), export__undone_at__isnull=True).exists():
            raise ShopError(_("Somebody else has just exported some of these orders. Please try again."))
    await making.write(made)


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
    await making.tell_histories(order_ids, EventKind.UNEXPORTED, by, export.file_name, now)
    await audit.record(AuditKind.UNEXPORTED, by, export.file_name)
    return order_ids


async def _name(order_ids: Sequence[int], shape: Shape, dialect: Dialect, shop: Shop, now: datetime) -> str:
    number = ""
    if len(order_ids) == 1:
        order = await Order.get_or_none(id=order_ids[0])
        number = order.number if order else ""  # erased just now, which is told a moment later
    pattern = ONE_ORDER_NAME if number else NAMES[shape]
    return file_name(pattern + dialect.suffix, number, local_time(now, shop))
