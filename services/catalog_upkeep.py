"""The catalogue's index: read from the database, and anew when products have changed."""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from tortoise.connection import get_connections

from models import CatalogImport, Category
from models.category_order import order_of
from models.errors import StorageError
from services import database, live
from services.catalog_index import CatalogIndex, Entry, Gatherer

logger = logging.getLogger(__name__)

AT_ONCE = 1000  # products read, then counted in: no other thread waits long for its turn
LARGE = 5000  # products whose index takes so long that searches are answered from the last one meanwhile
REST = 5.0  # times as long as a large index took to make it is left alone afterwards
LOOK_AGAIN_SECONDS = 15.0  # for what another process, as an import on the command line, has changed

ACTIVE_PRODUCTS = """
    SELECT "id", "parent_id", "is_parent", "sku", "ean", "search", "sort_name", "price", "stock", "category_id",
           "options", CASE WHEN CAST("texts" AS TEXT) LIKE '%"option%' THEN "texts" END
    FROM "product" WHERE "active" AND "id" > {after} ORDER BY "id" LIMIT {many}
"""


@dataclass
class _Kept:
    """The newest index of an event loop, what it was made from, and the making of the next one."""

    index: CatalogIndex | None = None
    made_of: object = None
    looked_at: float = 0.0
    imports: object = None
    not_before: float = 0.0
    making: asyncio.Task[None] | None = field(default=None)


_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, _Kept] = WeakKeyDictionary()


async def current() -> CatalogIndex:
    """The index of the catalogue as it is now; of a large one that has just changed, as it was a moment ago."""
    kept = _by_loop.setdefault(asyncio.get_running_loop(), _Kept())
    while kept.index is None or kept.made_of != await _state(kept):
        if kept.index and kept.index.size >= LARGE:
            if kept.making is None and time.monotonic() >= kept.not_before:
                kept.making = asyncio.create_task(_make_beside(kept))
            break
        if kept.making is None:
            kept.making = asyncio.create_task(_make(kept))
        await asyncio.shield(kept.making)
    return kept.index


async def _state(kept: _Kept) -> object:
    """What the index depends on: changes told in this process, and imports of any."""
    now = time.monotonic()
    if kept.imports is None or now - kept.looked_at > LOOK_AGAIN_SECONDS:
        kept.looked_at = now
        undone = CatalogImport.filter(undone_at__isnull=False)
        kept.imports = await CatalogImport.all().count(), await undone.count()
    return live.catalog_generation, kept.imports


async def _make(kept: _Kept) -> None:
    began = time.monotonic()
    try:
        made_of = await _state(kept)
        kept.index = await _read()
        kept.made_of = made_of
    finally:
        now = time.monotonic()
        kept.making, kept.not_before = None, now + REST * (now - began)


async def _make_beside(kept: _Kept) -> None:
    """Make the next index while the last one answers; if that fails, it is tried again."""
    try:
        await _make(kept)
    except StorageError as error:
        logger.warning("The catalogue could not be read anew: %s", error)
    except Exception:
        logger.exception("The catalogue could not be read anew")


@database.on_one_state
async def _read() -> CatalogIndex:
    categories = await Category.all().values("id", "path", "texts", "position")
    order = order_of({row["path"]: row["position"] for row in categories})
    categories.sort(key=lambda row: order(row["path"]))
    gatherer = Gatherer([(row["id"], row["path"], row["texts"]) for row in categories])
    [name] = get_connections().db_config
    after = 0
    while True:
        _count, rows = (
            await get_connections().get(name).execute_query(ACTIVE_PRODUCTS.format(after=after, many=AT_ONCE))
        )
        if not rows:
            return await asyncio.to_thread(CatalogIndex, gatherer)
        await asyncio.to_thread(gatherer.add, [Entry(*row) for row in rows])
        after = rows[-1]["id"]
