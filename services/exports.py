"""Exports: the one way orders become files, for the desk, the mails and the transfer targets alike."""

import asyncio
import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from models import Dialect, EventKind, Export, Order, OrderEvent, OrderLine, Shape, Shop
from models import order_csv as csv
from models.errors import NotFoundError, ShopError
from models.file_name import file_name
from models.text import _
from services import live, settings
from services.database import shielded, unit_of_work

__all__ = ["Content", "download", "file_name", "local_time", "open_again", "order_csv", "record", "render"]

ORDERS_AT_ONCE = 100  # read and written together, so that the program goes on in between
ONE_ORDER_NAME = "{order_number}.csv"
NAMES = {Shape.ORDERS: "orders-{date}-{time}.csv", Shape.LINES: "order-lines-{date}-{time}.csv"}
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
)
LINE_FIELDS = ("order_id", "line_no", "sku", "name", "quantity", "unit", "unit_price", "line_total")


@dataclass(frozen=True)
class Content:
    """The bytes of an export and the name they are saved under."""

    file_name: str
    content: bytes


async def order_csv(order_id: int, shape: Shape, dialect: Dialect, shop: Shop) -> bytes:
    """One order as a file; it may be called inside a unit of work. Raises NotFoundError."""
    sheet = await _read([order_id], shape)
    if not sheet.orders:
        raise NotFoundError(_("This order is no longer there."))
    style = _style(dialect, shop)
    return (csv.head(shape, style) + csv.write(sheet.rows(), style)).encode()


@shielded
async def render(order_ids: Sequence[int], shape: Shape, dialect: Dialect, shop: Shop) -> bytes:
    """Orders as a file, in the order of their ids as given; what is no longer there is left out."""
    style = _style(dialect, shop)
    parts = [csv.head(shape, style)]
    for some_ids in _chunks(order_ids):
        sheet = await _read(some_ids, shape)
        parts.append(await asyncio.to_thread(lambda sheet: csv.write(sheet.rows(), style), sheet))
    return "".join(parts).encode()


async def download(  # noqa: PLR0913 - what the seller chose, and who they are
    order_ids: Sequence[int], shape: Shape, dialect: Dialect, shop: Shop, *, by: str, order_filter: str = ""
) -> Export:
    """Make a file of orders for the desk and record it. Raises ShopError if there is nothing to export."""
    if not order_ids:
        raise ShopError(_("No order is left to export."))
    content = await render(order_ids, shape, dialect, shop)
    name = await _name(order_ids, shape, shop)
    return await record(content, name, order_ids, shape, dialect, by=by, order_filter=order_filter)


async def record(  # noqa: PLR0913 - what a record holds
    content: bytes, name: str, order_ids: Sequence[int], shape: Shape, dialect: Dialect, *, by: str, order_filter: str
) -> Export:
    """Keep an export's bytes as a file, and who took which orders out; each order's history tells it too."""
    sha256 = hashlib.sha256(content).hexdigest()
    await asyncio.to_thread(_keep, _path(sha256), content)
    export = Export(
        done_by=by,
        order_filter=order_filter,
        shape=shape,
        dialect=dialect,
        orders=len(order_ids),
        file_name=name,
        sha256=sha256,
        created_at=datetime.now(UTC),
    )
    await _record(export)
    for some_ids in _chunks(order_ids):  # each by itself, so that nothing else waits for a big export
        await _tell_history(export, some_ids)
    live.orders_changed(order_ids)
    return export


@unit_of_work
async def _record(export: Export) -> None:
    await export.save()


@unit_of_work
async def _tell_history(export: Export, order_ids: Sequence[int]) -> None:
    told = {"kind": EventKind.EXPORTED, "actor": export.done_by, "text": export.file_name}
    await OrderEvent.bulk_create(
        OrderEvent(order_id=order_id, created_at=export.created_at, **told) for order_id in order_ids
    )


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
            cells = csv.order_cells(order)
            if self.lines is None:
                yield cells
            else:
                yield from (cells + csv.line_cells(line, order) for line in self.lines[order["id"]])


async def _read(order_ids: Sequence[int], shape: Shape) -> _Sheet:
    found = {row["id"]: row for row in await Order.filter(id__in=list(order_ids)).values(*ORDER_FIELDS)}
    orders = [found[order_id] for order_id in order_ids if order_id in found]
    if shape is Shape.ORDERS:
        return _Sheet(orders, None)
    lines: dict[int, list[csv.Row]] = {order_id: [] for order_id in found}
    for line in await OrderLine.filter(order_id__in=list(found)).order_by("line_no").values(*LINE_FIELDS):
        lines[line["order_id"]].append(line)
    return _Sheet(orders, lines)


async def _name(order_ids: Sequence[int], shape: Shape, shop: Shop) -> str:
    number = ""
    if len(order_ids) == 1:
        number = (await Order.get(id=order_ids[0])).number
    return file_name(ONE_ORDER_NAME if number else NAMES[shape], number, local_time(datetime.now(UTC), shop))


def _style(dialect: Dialect, shop: Shop) -> csv.Style:
    return csv.Style.of(dialect, language=shop.language, time_zone=shop.time_zone)


def _chunks(order_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(order_ids), ORDERS_AT_ONCE):
        yield order_ids[start : start + ORDERS_AT_ONCE]


def _path(sha256: str) -> Path:
    return settings.current().exports / f"{sha256}.csv"


def forget_files(*, before: datetime) -> None:
    """Delete the bytes of exports made before a moment (aware); the record of who took what out stays."""
    for file in settings.current().exports.glob("*.csv"):
        if file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)


def _keep(path: Path, content: bytes) -> None:
    """Write a whole file or none; one with the same bytes is the same file."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
