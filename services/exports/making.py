"""Exports in the making: whoever asked for one has its first bytes at once, and its last one when it is recorded.

Their bytes are kept first, then they are recorded with their marks and histories. An export goes on when whoever asked
for it goes away: it is found among the others, with the very same bytes.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from models import AuditKind, Export, Order, Shop
from models.errors import NotFoundError, ShopError
from models.file_layout import Layout
from models.text import _
from services import audit, live
from services.exports import kept, marking, writing
from services.exports.growing import GrowingFile
from services.exports.marking import ErasedMeanwhileError
from services.exports.sheets import chunks
from services.exports.writing import Render

logger = logging.getLogger(__name__)

OFFERED_SECONDS = 60.0  # to be downloaded while it is made, or shortly after


@dataclass
class Made:
    """An export that is not recorded yet: the orders in it, when reading them began, and its bytes if they go out."""

    export: Export
    order_ids: Sequence[int]
    began_at: datetime
    only_new: bool = False
    content: bytes = b""


@dataclass(frozen=True)
class Wanted:
    """What is to be exported, and how; `record` is called with what was made, `render` makes a file in memory.

    `only_new` refuses orders that another export took meanwhile, `is_sent` keeps the bytes for what goes out.
    """

    export: Export
    order_ids: Sequence[int]
    layout: Layout
    render: Render
    record: Callable[[Made], Awaitable[None]]
    only_new: bool = False
    is_one_file: bool = True
    is_sent: bool = False
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Making:
    """An export while it is made; `token` is what it is downloaded by."""

    def __init__(self, wanted: Wanted) -> None:
        self.token, self.file_name = secrets.token_urlsafe(16), wanted.export.file_name
        self.wanted = wanted
        self._file = GrowingFile(kept.unfinished())
        self.task = asyncio.create_task(self._make())
        self.task.add_done_callback(self._over)

    async def recorded(self) -> Export:
        """The export, once it is recorded; it does not end with whoever waits for it. Raises ShopError."""
        return await asyncio.shield(self.task)

    def parts(self) -> AsyncIterator[bytes]:
        """Its bytes as they come. Raises BrokenOffError instead of the last one if it is not recorded."""
        return self._file.parts()

    async def _make(self) -> Export:
        is_whole = False
        try:
            made = await self._kept()
            await self._record_or_forget(made)
            if _has_portions(made):  # before the last byte: who has the file must not find its orders as new ones
                await marking.tell_orders(made.export.id, made.order_ids)
            is_whole = True
        finally:
            self._file.end(is_whole=is_whole)
        live.orders_changed(made.order_ids)
        return made.export

    async def _record_or_forget(self, made: Made) -> None:
        """Without a record nobody would know who is in the file."""
        try:
            await _record(made, self.wanted.record)
        except Exception as error:  # whatever it was, it is raised again
            sha256 = made.export.sha256
            if isinstance(error, ErasedMeanwhileError) or not await Export.filter(sha256=sha256).exists():
                await kept.forget_contents([sha256])
            raise

    async def _kept(self) -> Made:
        part = self._file.path
        try:
            made = await self._written()
            self._file.path = await asyncio.to_thread(kept.keep, part, made.export.sha256)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        if self.wanted.is_sent:
            made.content = await asyncio.to_thread(self._file.path.read_bytes)
        return made

    async def _written(self) -> Made:
        wanted, export = self.wanted, self.wanted.export
        if wanted.is_one_file and writing.is_large(wanted.order_ids, wanted.layout):
            written = await writing.write_large(self._file, wanted.order_ids, wanted.layout)
        else:
            written = await writing.write(self._file, wanted.order_ids, wanted.render)
        if not written.order_ids:
            raise _none_left()
        export.sha256, export.orders = written.sha256, len(written.order_ids)
        return Made(export, written.order_ids, wanted.began_at, wanted.only_new)

    def _over(self, task: asyncio.Task[Export]) -> None:
        asyncio.get_running_loop().call_later(OFFERED_SECONDS, _offered.pop, self.token, None)
        error = None if task.cancelled() else task.exception()
        if error and not isinstance(error, ShopError):
            logger.error("An export failed in a way nobody foresaw", exc_info=error)


_offered: dict[str, Making] = {}  # by their tokens


def start(wanted: Wanted) -> Making:
    """Begin an export."""
    making = Making(wanted)
    _offered[making.token] = making
    return making


def find(token: str) -> Making:
    """An export that is made now, or was a moment ago. Raises NotFoundError."""
    if token not in _offered:
        raise NotFoundError(_("This export is not known here."))
    return _offered[token]


async def mend(now: datetime) -> None:
    """Bring to an end what a process that died has left half-done."""
    await marking.mend(lambda: {making.wanted.export.id for making in _offered.values()}, now)
    await kept.forget_unrecorded(now)


async def stop() -> None:
    """End what is being made: the program ends. What is half-done is mended at the next start."""
    tasks = [making.task for making in _offered.values() if not making.task.done()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _record(made: Made, record: Callable[[Made], Awaitable[None]]) -> None:
    """The bytes are there: so an order counts as exported only if its file can be downloaded."""
    has_portions = _has_portions(made)
    try:
        if has_portions:
            await marking.mark_in_portions(made.export, made.order_ids, began_at=made.began_at, only_new=made.only_new)
        await record(made)
    except Exception:  # whatever it was, it is raised again
        if has_portions and made.export.id is not None:
            await marking.take_away(made.export.id)
        raise


def _has_portions(made: Made) -> bool:
    return len(made.order_ids) > marking.AT_ONCE


async def write(made: Made) -> None:
    """Record an export; call it inside a unit of work. Raises ErasedMeanwhileError, or ShopError as `marking.mark`."""
    export = made.export
    if export.undone_at is not None:
        await marking.count(export)
    else:
        await export.save()
        await marking.mark(export, made.order_ids, began_at=made.began_at, only_new=made.only_new)
    await audit.record(AuditKind.EXPORTED, export.done_by, f"{export.file_name} ({export.orders})")


async def still_there(order_ids: Sequence[int]) -> Sequence[int]:
    """Those of the orders that have not been deleted since they were chosen; of many, the file will tell.

    Raises ShopError if none is left.
    """
    if len(order_ids) > writing.FEW_ORDERS:
        return order_ids
    there: list[int] = []
    for some_ids in chunks(order_ids):
        found = {row["id"] for row in await Order.filter(id__in=list(some_ids)).values("id")}
        there += [order_id for order_id in some_ids if order_id in found]
    if not there:
        raise _none_left()
    return there


def local_time(moment: datetime, shop: Shop) -> datetime:
    """`moment` on the shop's clock, as file names tell it."""
    return moment.astimezone(ZoneInfo(shop.time_zone))


def _none_left() -> ShopError:
    return ShopError(_("No order is left to export."))
