"""The exports, newest first, page by page."""

import asyncio
from dataclasses import dataclass

from models import Export
from services.database import shielded
from services.exports import kept
from services.exports.marking import UNFINISHED

PAGE_SIZE = 50


@dataclass(frozen=True)
class ExportPage:
    """One page of the exports, counted from 1; `kept` holds the ids of those whose file is still there."""

    rows: tuple[Export, ...]
    kept: frozenset[int]
    total: int
    page: int


@shielded
async def page(number: int) -> ExportPage:
    """A page of the exports, newest first, counted from 1; the last one there is if there are not so many."""
    total = await Export.exclude(UNFINISHED).count()
    number = min(number, max(1, -(-total // PAGE_SIZE)))
    found = Export.exclude(UNFINISHED).order_by("-id").offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    rows = tuple(await found)
    still_kept = await asyncio.to_thread(lambda: frozenset(row.id for row in rows if kept.path(row.sha256).exists()))
    return ExportPage(rows, still_kept, total, number)
