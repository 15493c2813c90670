"""What exports forget when a buyer is erased: which files hold them, and what they were searched by."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from models import Export, ExportedOrder
from models.text import _
from services.exports.sheets import chunks

PERSONAL_FILTERS = {"search", "buyer"}


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
        marks = ExportedOrder.filter(order_id__in=list(some_ids)).values("export_id", "export__order_filter")
        for row in await marks:
            query = dict(parse_qsl(row["export__order_filter"]))
            if query.keys() & PERSONAL_FILTERS:
                kept = {name: words for name, words in query.items() if name not in PERSONAL_FILTERS}
                kept["search"] = _("erased")
                await Export.filter(id=row["export_id"]).update(order_filter=urlencode(kept))
