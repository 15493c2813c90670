"""Exports made by hand and taken back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from urllib.parse import parse_qsl

from models import AuditKind, Dialect, Export, Order, Shape, Shop
from models.errors import NotFoundError, ShopError
from models.file_name import file_name
from models.order_filter import OrderFilter
from models.text import _
from services import audit, live, order_list
from services.database import unit_of_work
from services.exports import making, marking, rendering
from services.exports.making import Made, Making, Wanted, local_time

NEW = "exported=no"  # the filter, as a query string, of what `download_new` takes out
ONE_ORDER_NAME = "{order_number}"
NAMES = {Shape.ORDERS: "orders-{date}-{time}", Shape.LINES: "order-lines-{date}-{time}"}


async def begin(
    order_ids: Sequence[int],
    shape: Shape,
    dialect: Dialect,
    shop: Shop,
    *,
    by: str,
    order_filter: str = "",
    now: datetime | None = None,
) -> Making:
    """Begin to make a file of orders for the desk, which is recorded as of `now` (aware; the present if left out).

    Raises ShopError if there is nothing to export.
    """
    export = Export(done_by=by, order_filter=order_filter, shape=shape, dialect=dialect)
    export.created_at = now or datetime.now(UTC)
    return await _begin(export, order_ids, shop)


async def begin_new(shop: Shop, *, by: str) -> Making:
    """Begin to make a file of every request that no standing export took out, in the form of the newest one that had
    no profile.

    Raises ShopError if there is none; so does what is made if somebody else exported one of them at the same time.
    """
    new = OrderFilter.parse(dict(parse_qsl(NEW)), shop.time_zone)
    order_ids = await order_list.matching_ids(new)
    last = await Export.filter(profile_id=None).order_by("-id").first()
    shape, dialect = (last.shape, last.dialect) if last else (Shape.ORDERS, Dialect.SPREADSHEET)
    export = Export(done_by=by, order_filter=NEW, shape=shape, dialect=dialect, created_at=datetime.now(UTC))
    return await _begin(export, order_ids, shop, only_new=True)


async def download(
    order_ids: Sequence[int],
    shape: Shape,
    dialect: Dialect,
    shop: Shop,
    *,
    by: str,
    order_filter: str = "",
    now: datetime | None = None,
) -> Export:
    """Make a file of orders for the desk and record it as `begin` does."""
    making = await begin(order_ids, shape, dialect, shop, by=by, order_filter=order_filter, now=now)
    return await making.recorded()


async def download_new(shop: Shop, *, by: str) -> Export:
    """Make a file of what is new and record it as `begin_new` does."""
    return await (await begin_new(shop, by=by)).recorded()


async def _begin(export: Export, wanted_ids: Sequence[int], shop: Shop, *, only_new: bool = False) -> Making:
    began_at, order_ids = datetime.now(UTC), await making.still_there(wanted_ids)
    layout = rendering.layout(export.shape, export.dialect, shop)
    export.file_name = await _name(order_ids, export.shape, export.dialect, shop, export.created_at)
    render = partial(rendering.render, order_ids, layout, shop)
    return making.start(Wanted(export, order_ids, layout, render, _record, only_new=only_new, began_at=began_at))


@unit_of_work
async def _record(made: Made) -> None:
    await making.write(made)


async def undo(export_id: int, *, by: str, now: datetime | None = None) -> int:
    """Take an export back: its orders count as not exported by it any more. Returns how many they are.

    It is recorded as of `now` (aware; the present if left out). Raises NotFoundError if there is no such export,
    ShopError if it has been taken back already.
    """
    export = await _undo(export_id, by, now or datetime.now(UTC))
    if export.orders > marking.AT_ONCE:
        await marking.tell_undone(export)
    order_ids = await marking.marked(export_id)
    live.orders_changed(order_ids)
    return len(order_ids)


@unit_of_work
async def _undo(export_id: int, by: str, now: datetime) -> Export:
    export = await Export.get_or_none(id=export_id)
    if export is None:
        raise NotFoundError(_("This export is not known here."))
    if not await Export.filter(id=export_id, undone_at=None).update(undone_at=now, undone_by=by):
        raise ShopError(_("This export has been taken back already."))
    export.undone_at = now
    if export.orders <= marking.AT_ONCE:
        await marking.tell_undone_at_once(export_id)
    await audit.record(AuditKind.UNEXPORTED, by, export.file_name)
    return export


async def _name(order_ids: Sequence[int], shape: Shape, dialect: Dialect, shop: Shop, now: datetime) -> str:
    number = ""
    if len(order_ids) == 1:
        order = await Order.get_or_none(id=order_ids[0])
        number = order.number if order else ""  # erased just now, which is told a moment later
    pattern = ONE_ORDER_NAME if number else NAMES[shape]
    return file_name(pattern + dialect.suffix, number, local_time(now, shop))
