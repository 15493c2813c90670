"""The marks of the orders that exports took out, and what their histories tell: portion by portion where they are many.

An export whose marks are still being written takes nothing out yet: it stands as taken back, by nobody. Whoever has to
stop leaves no trace of it (`mend`).
"""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from tortoise.connection import get_connection, get_connections
from tortoise.expressions import Q

from models import EventKind, Export, ExportedOrder, OrderEvent
from models.errors import ShopError
from models.text import _
from services import audit
from services.database import is_shared, numbers, unit_of_work

AT_ONCE = 2000  # orders that are marked in one transaction: others write and read in between
LONGEST_MAKING = timedelta(hours=1)
MENDED_FOR = timedelta(days=2)  # after an export was taken back
UNFINISHED = Q(undone_at__isnull=False, undone_by="")
MARKS = """
    INSERT INTO "exported_order" ("export_id", "order_id")
    SELECT {export}, "id" FROM "order" WHERE "id" {among} ORDER BY "id"
"""
# Told once, however often it is asked for.
HISTORIES = """
    INSERT INTO "order_event" ("kind", "actor", "text", "created_at", "order_id")
    SELECT '{kind}', e."{actor}", e."file_name", e."{at}", m."order_id"
    FROM "exported_order" m JOIN "export" e ON e."id" = m."export_id"
    WHERE m."export_id" = {export} AND m."order_id" {among} AND NOT EXISTS (
        SELECT 1 FROM "order_event" told WHERE told."order_id" = m."order_id" AND told."kind" = '{kind}'
        AND told."text" = e."file_name" AND told."created_at" = e."{at}")
    ORDER BY m."order_id"
"""
FORGOTTEN = """
    DELETE FROM "order_event" WHERE "order_id" {among} AND "kind" = '{kind}'
    AND "text" = (SELECT "file_name" FROM "export" WHERE "id" = {export})
    AND "created_at" = (SELECT "created_at" FROM "export" WHERE "id" = {export})
"""

# Statements by hand: the ORM makes an object of each id, which holds up pages for the garbage alone.
STILL_THERE = """
    SELECT COUNT(*) AS "there", COUNT(CASE WHEN "locked_at" >= {began_at} OR "erased_at" >= {began_at} THEN 1 END)
    AS "erased" FROM "order" WHERE "id" {among}
"""
TAKEN = """
    SELECT 1 FROM "exported_order" m JOIN "export" e ON e."id" = m."export_id"
    WHERE m."order_id" {among} AND e."id" <> {export} AND (e."undone_at" IS NULL OR e."undone_by" = '') LIMIT 1
"""
UNTOLD = 'SELECT 1 FROM "order" WHERE "id" {among} AND "exported_at" IS NULL LIMIT 1'
EXPORTED_AT = """
    UPDATE "order" SET "exported_at" = (
        SELECT MAX(e."created_at") FROM "exported_order" m
        JOIN "export" e ON e."id" = m."export_id" AND e."undone_at" IS NULL WHERE m."order_id" = "order"."id")
    WHERE "id" {among}
"""


class ErasedMeanwhileError(ShopError):
    """Somebody in a file was erased while it was written."""


async def mark(export: Export, order_ids: Sequence[int], *, began_at: datetime, only_new: bool) -> None:
    """Mark some orders and tell their histories; call it inside a unit of work.

    Raises ErasedMeanwhileError, or ShopError if only new ones are wanted and another export took one of them.
    """
    await _check_nobody_went(export, order_ids, began_at)
    if only_new:
        await _check_all_are_new(export, order_ids)
    await _execute(MARKS, export.id, order_ids)
    await _execute(HISTORIES, export.id, order_ids, kind=EventKind.EXPORTED, actor="done_by", at="created_at")
    if export.undone_at is None:
        await _execute(EXPORTED_AT, export.id, order_ids)


async def mark_in_portions(export: Export, order_ids: Sequence[int], *, began_at: datetime, only_new: bool) -> None:
    """Save an export that does not count yet, and mark its orders. Raises as `mark` does."""
    export.undone_at = export.created_at
    await _save(export)
    for some_ids in portions(order_ids):
        await _mark(export, some_ids, began_at, only_new)


async def count(export: Export) -> None:
    """From here on an export counts whose orders are marked; call it inside a unit of work.

    Raises ErasedMeanwhileError if somebody in it was erased since they were.
    """
    if not await Export.filter(UNFINISHED, id=export.id).update(undone_at=None):
        raise _erased()
    export.undone_at = None


async def tell_orders(export_id: int, order_ids: Sequence[int]) -> None:
    """Note in the orders of an export that counts that they were taken out, as far as they do not know."""
    for some_ids in portions(order_ids):
        if await _execute(UNTOLD, export_id, some_ids):
            await _tell_orders(export_id, some_ids)


async def tell_orders_at_once(export_id: int) -> None:
    """Note in all orders of an export whether one that stands took them out; call it inside a unit of work."""
    after = 0
    while order_ids := await _marked(export_id, after):
        await _execute(EXPORTED_AT, export_id, order_ids)
        after = order_ids[-1]


async def tell_undone(export: Export) -> None:
    """Tell the histories of an export's orders that it was taken back, as far as they do not."""
    told = OrderEvent.filter(kind=EventKind.UNEXPORTED, text=export.file_name, created_at=export.undone_at)
    after = 0
    while order_ids := await _marked(export.id, after):
        if await told.filter(order_id__in=order_ids).count() < len(order_ids):
            await _tell_undone(export.id, order_ids)
        after = order_ids[-1]


async def tell_undone_at_once(export_id: int) -> None:
    """The same for one portion; call it inside a unit of work."""
    order_ids = await _marked(export_id, 0)
    await _execute_undone(export_id, order_ids)


async def take_away(export_id: int) -> None:
    """Leave no trace of an export that does not count yet."""
    while order_ids := await _marked(export_id, 0):
        await _unmark(export_id, order_ids)
    await _forget(export_id)


async def mend(running: Callable[[], Collection[int]], now: datetime) -> None:
    """Bring to an end what a process that died has left half-done; `running` tells what is being made just now.

    That is known of this process alone: where there may be others, only what was begun long ago is left by a dead one.
    """
    unfinished = Export.filter(UNFINISHED)
    if is_shared():
        unfinished = unfinished.filter(created_at__lt=now - LONGEST_MAKING)
    found = [row["id"] for row in await unfinished.values("id")]
    for export_id in set(found).difference(running()):  # asked after: one may have begun while this waited
        await take_away(export_id)
    for export in await Export.filter(undone_at__gte=now - MENDED_FOR, orders__gt=AT_ONCE).exclude(undone_by=""):
        await tell_undone(export)
    made = Export.filter(undone_at=None, created_at__gte=now - MENDED_FOR, orders__gt=AT_ONCE)
    for row in await made.values("id"):
        await tell_orders(row["id"], await marked(row["id"]))


async def end_unfinished(order_ids: Sequence[int]) -> None:
    """Let no unfinished export of these orders ever count: somebody in it is erased; call it inside a unit of work."""
    of_unfinished = ExportedOrder.filter(
        order_id__in=list(order_ids), export__undone_at__isnull=False, export__undone_by=""
    )
    export_ids = {row["export_id"] for row in await of_unfinished.values("export_id")}
    if export_ids:
        await Export.filter(UNFINISHED, id__in=list(export_ids)).update(undone_by=audit.SYSTEM)


async def marked(export_id: int) -> Sequence[int]:
    """All orders of an export, by their ids."""
    return await numbers(ExportedOrder.filter(export_id=export_id).order_by("order_id").values_list("order_id"))


def portions(order_ids: Sequence[int]) -> list[Sequence[int]]:
    """The ids in as many portions as are marked together."""
    return [order_ids[start : start + AT_ONCE] for start in range(0, len(order_ids), AT_ONCE)]


async def _check_nobody_went(export: Export, order_ids: Sequence[int], began_at: datetime) -> None:
    """A buyer who was erased while the file was written is still in it. Raises ErasedMeanwhileError."""
    [found] = await _execute(STILL_THERE, export.id, order_ids, began_at)
    if found["there"] < len(order_ids) or found["erased"]:
        raise _erased()


async def _check_all_are_new(export: Export, order_ids: Sequence[int]) -> None:
    """Also an export that is still being marked was there first."""
    if await _execute(TAKEN, export.id, order_ids):
        raise ShopError(_("Somebody else has just exported some of these orders. Please try again."))


def _erased() -> ErasedMeanwhileError:
    return ErasedMeanwhileError(_("Some of these orders have just been erased. Please export again."))


@unit_of_work
async def _save(export: Export) -> None:
    await export.save()


@unit_of_work
async def _mark(export: Export, order_ids: Sequence[int], began_at: datetime, only_new: bool) -> None:
    await mark(export, order_ids, began_at=began_at, only_new=only_new)


@unit_of_work
async def _tell_orders(export_id: int, order_ids: Sequence[int]) -> None:
    await _execute(EXPORTED_AT, export_id, order_ids)


@unit_of_work
async def _tell_undone(export_id: int, order_ids: Sequence[int]) -> None:
    await _execute_undone(export_id, order_ids)


async def _execute_undone(export_id: int, order_ids: Sequence[int]) -> None:
    await _execute(HISTORIES, export_id, order_ids, kind=EventKind.UNEXPORTED, actor="undone_by", at="undone_at")
    await _execute(EXPORTED_AT, export_id, order_ids)


@unit_of_work
async def _unmark(export_id: int, order_ids: Sequence[int]) -> None:
    await _execute(FORGOTTEN, export_id, order_ids, kind=EventKind.EXPORTED)
    await ExportedOrder.filter(export_id=export_id, order_id__in=list(order_ids)).delete()


@unit_of_work
async def _forget(export_id: int) -> None:
    await Export.filter(id=export_id).exclude(undone_at=None).delete()


async def _marked(export_id: int, after: int) -> list[int]:
    """The next orders of an export, by their ids."""
    marks = ExportedOrder.filter(export_id=export_id, order_id__gt=after).order_by("order_id").limit(AT_ONCE)
    return [row["order_id"] for row in await marks.values("order_id")]


async def _execute(
    statement: str, export_id: int, order_ids: Sequence[int], *began_at: datetime, **words: str
) -> Sequence[Any]:
    [name] = get_connections().db_config
    connection = get_connection(name)
    is_sqlite = connection.capabilities.dialect == "sqlite"
    among = "IN (SELECT value FROM json_each(?1))" if is_sqlite else "= ANY ($1::int[])"
    words |= {"among": among, "began_at": "?2" if is_sqlite else "$2"}
    asked: Any = json.dumps(list(order_ids)) if is_sqlite else list(order_ids)
    _count, rows = await connection.execute_query(statement.format(export=int(export_id), **words), [asked, *began_at])
    return rows
