"""The exports, newest first, page by page."""

import asyncio
from dataclasses import dataclass

from models import Export
from services import walk
from services.database import shielded
from services.exports import kept
from services.exports.marking import UNFINISHED
from services.walk import Page, Way

PAGE_SIZE = 50


@dataclass(frozen=True)
class ExportPage(Page[Export]):
    """One page of the exports; `kept` holds the ids of those whose file is still there."""

    kept: frozenset[int] = frozenset()


@shielded
async def page(number: int, at: str = "") -> ExportPage:
    """A page of the exports, newest first, as an address tells it; the nearest there is if it is gone."""
    found = await walk.page(way(), number, at, PAGE_SIZE, _read)
    still_kept = await asyncio.to_thread(
        lambda: frozenset(row.id for row in found.rows if kept.path(row.sha256).exists())
    )
    return ExportPage(found.rows, found.page, found.is_last, found.total, found.is_more, still_kept)


def way() -> Way:
    """The way through the exports that count or were taken back, newest first."""
    return Way(Export.all(), ("id",), served=~UNFINISHED)


async def _read(export_ids: list[int]) -> list[Export]:
    return await Export.filter(id__in=export_ids)
