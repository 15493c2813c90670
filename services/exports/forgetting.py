"""What exports forget when a buyer is erased: their files and deliveries, and what they were searched by."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from models import Export, ExportedOrder, MessageStatus, OutboxMessage
from models.text import _
from services import audit
from services.exports.marking import end_unfinished, tell_orders_at_once
from services.exports.sheets import chunks

PERSONAL_FILTERS = {"search", "buyer"}
WAITING = (MessageStatus.PENDING, MessageStatus.SENDING, MessageStatus.HELD)


async def holding(order_ids: Sequence[int]) -> frozenset[str]:
    """The digests of the files that hold any of these orders."""
    found: set[str] = set()
    for some_ids in chunks(order_ids):
        marks = ExportedOrder.filter(order_id__in=list(some_ids))
        found.update(row["export__sha256"] for row in await marks.values("export__sha256"))
    return frozenset(found)


async def forget_searches(order_ids: Sequence[int]) -> None:
    """Forget what exports of these orders were searched by, which may be a name; call it inside a unit of work."""
    for some_ids in chunks(order_ids):
        await end_unfinished(some_ids)
        marks = ExportedOrder.filter(order_id__in=list(some_ids)).values("export_id", "export__order_filter")
        for row in await marks:
            query = dict(parse_qsl(row["export__order_filter"]))
            if query.keys() & PERSONAL_FILTERS:
                kept = {name: words for name, words in query.items() if name not in PERSONAL_FILTERS}
                kept["search"] = _("erased")
                await Export.filter(id=row["export_id"]).update(order_filter=urlencode(kept))


async def forget_deliveries(order_ids: Sequence[int], *, anonymous: Sequence[int], now: datetime) -> None:
    """Forget what deliveries of exports carried about these orders; call it inside a unit of work.

    What still waits with one that tells nothing any more is given up, and the export taken back: so the others in it
    are new again, and go out with the next one.
    """
    done = OutboxMessage.filter(export_id__in=await _exports_of(order_ids)).exclude(status__in=list(WAITING))
    await done.exclude(content=b"").update(content=b"")
    for export_id in await _exports_of(anonymous):
        if await OutboxMessage.filter(export_id=export_id, status__in=list(WAITING)).delete():
            await Export.filter(id=export_id, undone_at=None).update(undone_at=now, undone_by=audit.SYSTEM)
            await tell_orders_at_once(export_id)


async def _exports_of(order_ids: Sequence[int]) -> list[int]:
    found: set[int] = set()
    for some_ids in chunks(order_ids):
        await end_unfinished(some_ids)
        marks = ExportedOrder.filter(order_id__in=list(some_ids))  # also those whose profile was deleted since
        found.update(row["export_id"] for row in await marks.values("export_id"))
    return sorted(found)
