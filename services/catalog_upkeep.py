"""The catalogue's index: read from the database, and made anew when products have changed, of those read again."""

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple
from weakref import WeakKeyDictionary

from tortoise.connection import get_connections

from models import CatalogImport, Category
from models.category_order import order_of
from models.errors import StorageError
from services import database, live
from services.catalog_gatherer import Entry, Gatherer, KnownCategory
from services.catalog_index import CatalogIndex

logger = logging.getLogger(__name__)

AT_ONCE = 1000  # products read, then counted in: no other thread waits long for its turn
LARGE = 5000  # products whose index takes so long that searches are answered from the last one meanwhile
REST = 2.0  # times as long as a large index took to make it is left alone afterwards
MOST_CHANGED = 500  # products that are read again; of more, everything is
MOST_GONE = 10_000  # rows that count no longer, before everything is read again
LOOK_AGAIN_SECONDS = 15.0  # for what another process, as an import on the command line, has changed

ACTIVE_PRODUCTS = """
    SELECT "id", "parent_id", "is_parent", "sku", "ean", "search", "sort_name", "price", "stock", "category_id",
           "options", CASE WHEN CAST("texts" AS TEXT) LIKE '%"option%' THEN "texts" END
    FROM "product" WHERE "active" AND {which} ORDER BY "id" LIMIT {many}
"""


class _State(NamedTuple):
    """What an index depends on: changes told in this process, and imports of any."""

    generation: int
    imports: tuple[int, int]


@dataclass
class _Kept:
    """The newest index of an event loop, what it was made from, and the making of the next one."""

    index: CatalogIndex | None = None
    taken: Gatherer | None = None
    made_of: _State | None = None
    looked_at: float = 0.0
    imports: tuple[int, int] | None = None
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


async def prepare() -> None:
    """Make the first index before somebody waits for it."""
    with _tried_again():
        await current()


async def _state(kept: _Kept) -> _State:
    now = time.monotonic()
    if kept.imports is None or now - kept.looked_at > LOOK_AGAIN_SECONDS:
        kept.looked_at = now
        undone = CatalogImport.filter(undone_at__isnull=False)
        kept.imports = await CatalogImport.all().count(), await undone.count()
    return _State(live.catalog_generation, kept.imports)


async def _make(kept: _Kept) -> None:
    began = time.monotonic()
    try:
        kept.imports = None  # to look now: an import that told of itself is not one more
        state = await _state(kept)
        changed = _changed(kept.made_of, state)
        if kept.index is None or changed is None or changed:
            taken, kept.taken = kept.taken, None  # half changed it would be of no use
            if taken is None or changed is None or not await _renew(taken, changed):
                taken = await _read()
            kept.index, kept.taken = await asyncio.to_thread(CatalogIndex, taken), taken
        kept.made_of = state
    finally:
        now = time.monotonic()
        kept.making, kept.not_before = None, now + REST * (now - began)


def _changed(before: _State | None, now: _State) -> frozenset[int] | None:
    """The products that have changed; None if it may be any."""
    if before is None or before.imports != now.imports:
        return None
    return live.products_changed_since(before.generation)


async def _make_beside(kept: _Kept) -> None:
    """Make the next index while the last one answers."""
    with _tried_again():
        await _make(kept)


@contextmanager
def _tried_again() -> Iterator[None]:
    """What fails here is told in the log alone: whoever next needs the index has it tried again."""
    try:
        yield
    except StorageError as error:
        logger.warning("The catalogue could not be read: %s", error)
    except Exception:  # a bug: told in the log alone, as said
        logger.exception("The catalogue could not be read")


@database.on_one_state
async def _read() -> Gatherer:
    gatherer, after = Gatherer(), 0
    gatherer.know(await _categories())
    while entries := await _entries(f'"id" > {after}', AT_ONCE):
        await asyncio.to_thread(gatherer.add, entries)
        after = entries[-1].id
    return gatherer


@database.on_one_state
async def _renew(taken: Gatherer, changed: frozenset[int]) -> bool:
    """Read changed products again; False if so much has changed that everything has to be read."""
    if len(changed) > MOST_CHANGED or taken.gone > MOST_GONE:
        return False
    ids = ", ".join(map(str, sorted(changed)))
    entries = await _entries(f'("id" IN ({ids}) OR "parent_id" IN ({ids}))', MOST_GONE)
    if len(entries) == MOST_GONE:
        return False  # there may be more
    taken.know(await _categories())
    return await asyncio.to_thread(taken.replace, changed, entries)


async def _categories() -> list[KnownCategory]:
    """All of them, in the order they are shown in."""
    categories = await Category.all().values("id", "path", "texts", "position")
    order = order_of({row["path"]: row["position"] for row in categories})
    categories.sort(key=lambda row: order(row["path"]))
    return [(row["id"], row["path"], row["texts"]) for row in categories]


async def _entries(which: str, many: int) -> list[Entry]:
    [name] = get_connections().db_config
    query = ACTIVE_PRODUCTS.format(which=which, many=many)
    _count, rows = await get_connections().get(name).execute_query(query)
    return [Entry(*row) for row in rows]
