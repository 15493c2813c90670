"""Exports: the one way orders become files, for the desk, the mails and the transfer targets alike."""

import asyncio
import hashlib
import os
import secrets
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from tortoise.expressions import Q

from models import AuditKind, Dialect, EventKind, Export, ExportedOrder, Order, OrderEvent, OrderLine, Shape, Shop
from models import order_csv as csv
from models.errors import NotFoundError, ShopError, StorageError
from models.file_name import file_name
from models.order_filter import OrderFilter
from models.text import _
from services import audit, live, order_list, settings
from services.database import on_one_state, shielded, unit_of_work
from services.workbooks import Workbook

__all__ = [
    "Content",
    "ErasedMeanwhileError",
    "ExportPage",
    "download",
    "download_new",
    "file_name",
    "forget_contents",
    "forget_searches",
    "holding",
    "local_time",
    "open_again",
    "order_csv",
    "page",
    "render",
    "undo",
]

PAGE_SIZE = 50
NEW = "exported=no"  # the filter, as a query string, of what `download_new` takes out
PERSONAL_FILTERS = {"search", "buyer"}
FILES_KEPT = timedelta(days=90)  # the record of who took what out stays
ORDERS_AT_ONCE = 100  # read and written together, so that the program goes on in between
ONE_ORDER_NAME = "{order_number}"
NAMES = {Shape.ORDERS: "orders-{date}-{time}", Shape.LINES: "order-lines-{date}-{time}"}
ORDER_FIELDS = (
    "id",
    "number",
    "created_at",
    "status",
    "name",
    "company",
    "email",
    "verification",
    "phone",
    "buyer_reference",
    "references",
    "prices_hidden",
    "lines_total",
    "discounts",
    "surcharges",
    "total",
    "currency",
    "comments",
    "zone",
    "confirmed_at",
    *csv.LATER_COLUMNS,
)
LINE_FIELDS = ("order_id", "line_no", "sku", "name", "quantity", "unit", "unit_price", "line_total")


@dataclass(frozen=True)
class Content:
    """The bytes of an export and the name they are saved under."""

    file_name: str
    content: bytes


@dataclass(frozen=True)
class _Made:
    """An export that is not recorded yet: its bytes, the orders in them, and when reading them began."""

    export: Export
    content: bytes
    order_ids: Sequence[int]
    began_at: datetime


class ErasedMeanwhileError(ShopError):
    """Somebody in a file was erased while it was written."""


@dataclass(frozen=True)
class ExportPage:
    """One page of the exports, counted from 1; `kept` holds the ids of those whose file is still there."""

    rows: tuple[Export, ...]
    kept: frozenset[int]
    total: int
    page: int


async def order_csv(order_id: int, shape: Shape, dialect: Dialect, shop: Shop) -> bytes:
    """One order as CSV; it may be called inside a unit of work. Raises NotFoundError."""
    sheet = await _read([order_id], shape)
    if not sheet.orders:
        raise NotFoundError(_("This order is no longer there."))
    style = _style(dialect, shop)
    return (csv.head(shape, style) + csv.write(sheet.rows(), style)).encode()


@on_one_state
async def render(order_ids: Sequence[int], shape: Shape, dialect: Dialect, shop: Shop) -> bytes:
    """Orders as a file, in the order of their ids as given; what is no longer there is left out."""
    if dialect is Dialect.XLSX:
        return await _workbook(order_ids, shape, shop)
    style = _style(dialect, shop)
    parts = [csv.head(shape, style)]
    for some_ids in _chunks(order_ids):
        sheet = await _read(some_ids, shape)
        parts.append(await asyncio.to_thread(lambda sheet: csv.write(sheet.rows(), style), sheet))
    return "".join(parts).encode()


async def _workbook(order_ids: Sequence[int], shape: Shape, shop: Shop) -> bytes:
    with Workbook(shape, shop.time_zone) as workbook:
        for some_ids in _chunks(order_ids):
            sheet = await _read(some_ids, shape)
            await asyncio.to_thread(lambda sheet: workbook.add(sheet.rows()), sheet)
        return await asyncio.to_thread(workbook.close)


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
    await asyncio.to_thread(_keep, _path(made.export.sha256), made.content)
    try:
        await record(made)
    except ErasedMeanwhileError:
        await forget_contents([made.export.sha256])
        raise
    live.orders_changed(made.order_ids)


@unit_of_work
async def _record(made: _Made) -> None:
    await _write(made)


@unit_of_work
async def _record_new(made: _Made) -> None:
    for some_ids in _chunks(made.order_ids):
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
    for some_ids in _chunks(made.order_ids):
        there = Order.filter(id__in=list(some_ids))
        if await there.count() < len(some_ids) or await there.filter(since).exists():
            raise ErasedMeanwhileError(_("Some of these orders have just been erased. Please export again."))


async def _still_there(order_ids: Sequence[int]) -> list[int]:
    """Those of the orders that have not been deleted since they were chosen."""
    there: list[int] = []
    for some_ids in _chunks(order_ids):
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


@shielded
async def page(number: int) -> ExportPage:
    """A page of the exports, newest first, counted from 1; the last one there is if there are not so many."""
    total = await Export.all().count()
    number = min(number, max(1, -(-total // PAGE_SIZE)))
    found = Export.all().order_by("-id").offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    rows = tuple(await found)
    kept = await asyncio.to_thread(lambda: frozenset(row.id for row in rows if _path(row.sha256).exists()))
    return ExportPage(rows, kept, total, number)


async def open_again(export_id: int) -> Content:
    """The very bytes of an earlier export. Raises NotFoundError if they are no longer kept."""
    export = await Export.get_or_none(id=export_id)
    if export is None:
        raise NotFoundError(_("This export is not known here."))
    try:
        content = await asyncio.to_thread(_path(export.sha256).read_bytes)
    except FileNotFoundError:
        raise NotFoundError(_("The file of this export is no longer kept. Please export the orders again.")) from None
    return Content(export.file_name, content)


def local_time(moment: datetime, shop: Shop) -> datetime:
    """`moment` on the shop's clock, as file names tell it."""
    return moment.astimezone(ZoneInfo(shop.time_zone))


@dataclass(frozen=True)
class _Sheet:
    """Orders as they were read, and by the order's id their lines (None where a row is an order)."""

    orders: Sequence[csv.Row]
    lines: Mapping[int, Sequence[csv.Row]] | None

    def rows(self) -> Iterator[list[csv.Cell]]:
        """The cells of each row."""
        for order in self.orders:
            if self.lines is None:
                yield csv.cells(order)
            else:
                yield from (csv.cells(order, line) for line in self.lines[order["id"]])


async def _read(order_ids: Sequence[int], shape: Shape) -> _Sheet:
    found = {row["id"]: row for row in await Order.filter(id__in=list(order_ids)).values(*ORDER_FIELDS)}
    orders = [found[order_id] for order_id in order_ids if order_id in found]
    if shape is Shape.ORDERS:
        return _Sheet(orders, None)
    lines: dict[int, list[csv.Row]] = {order_id: [] for order_id in found}
    for line in await OrderLine.filter(order_id__in=list(found)).order_by("line_no").values(*LINE_FIELDS):
        lines[line["order_id"]].append(line)
    return _Sheet(orders, lines)


async def _name(order_ids: Sequence[int], shape: Shape, dialect: Dialect, shop: Shop, now: datetime) -> str:
    number = ""
    if len(order_ids) == 1:
        order = await Order.get_or_none(id=order_ids[0])
        number = order.number if order else ""  # erased just now, which is told a moment later
    pattern = ONE_ORDER_NAME if number else NAMES[shape]
    return file_name(pattern + dialect.suffix, number, local_time(now, shop))


def _style(dialect: Dialect, shop: Shop) -> csv.Style:
    return csv.Style.of(dialect, language=shop.language, time_zone=shop.time_zone)


def _chunks(order_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(order_ids), ORDERS_AT_ONCE):
        yield order_ids[start : start + ORDERS_AT_ONCE]


def _path(sha256: str) -> Path:
    """Where the bytes of an export are kept: under one name, whatever its dialect."""
    return settings.current().exports / f"{sha256}.csv"


def forget_files(*, before: datetime) -> None:
    """Delete the bytes of exports made before a moment (aware); the record of who took what out stays."""
    for file in settings.current().exports.glob("*.csv*"):  # also what a process that died has left half-written
        if file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)


async def holding(order_ids: Sequence[int]) -> frozenset[str]:
    """The digests of the files that hold any of these orders."""
    found: set[str] = set()
    for some_ids in _chunks(order_ids):
        marks = ExportedOrder.filter(order_id__in=list(some_ids))
        found.update(row["export__sha256"] for row in await marks.values("export__sha256"))
    return frozenset(found)


async def forget_contents(sha256s: Iterable[str]) -> None:
    """Delete the bytes of exports: somebody in them was erased. The record of who took what out stays."""
    for sha256 in sha256s:
        await asyncio.to_thread(_path(sha256).unlink, missing_ok=True)


async def forget_searches(order_ids: Sequence[int]) -> None:
    """Forget what exports of these orders were searched by, which may be a name; call it inside a unit of work."""
    for some_ids in _chunks(order_ids):
        marks = ExportedOrder.filter(order_id__in=list(some_ids)).values("export_id", "export__order_filter")
        for row in await marks:
            query = dict(parse_qsl(row["export__order_filter"]))
            if query.keys() & PERSONAL_FILTERS:
                kept = {name: words for name, words in query.items() if name not in PERSONAL_FILTERS}
                kept["search"] = _("erased")
                await Export.filter(id=row["export_id"]).update(order_filter=urlencode(kept))


def _keep(path: Path, content: bytes) -> None:
    """Write a whole file or none; one with the same bytes is the same file."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise StorageError(_("The export could not be saved. Is the disk full? Please try again.")) from error
