"""The index of what orders are searched by: which orders may hold some words, and forgetting those that are gone.

On SQLite it is the table `order_search`, of parts of words, which triggers keep; PostgreSQL keeps and cleans its own.
"""

from collections.abc import Sequence

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q

from models import Order
from services.database import unit_of_work

PART = 3  # letters; of a shorter word the index knows nothing
CANDIDATES = """SELECT rowid FROM "order_search" WHERE "order_search" MATCH ? LIMIT ?"""
PAGES_AT_ONCE = 200  # are merged in some hundredths of a second
MERGE = """INSERT INTO "order_search"("order_search", rank) VALUES ('merge', ?)"""
CHANGES = "SELECT total_changes()"
LEAST_CHANGES = 2  # of a merge that had something to do, as SQLite's manual has it


async def candidates(words: Sequence[str], most: int) -> list[int] | None:
    """The ids of the orders that may hold all of some folded words, `most` at most; None if no index tells."""
    parts = [part for word in words for part in _parts(word)]
    if not parts:
        return None
    connection = Order._meta.db
    if not _is_sqlite(connection):
        holding = Order.filter(*(Q(search__contains=word) for word in words)).limit(most)
        return [row["id"] for row in await holding.values("id")]
    _count, rows = await connection.execute_query(CANDIDATES, [" AND ".join(map(_quoted, parts)), most])
    return [row[0] for row in rows]


async def forget_gone() -> None:
    """Take out of SQLite's index what it still knows of texts that were changed or deleted, a little at a time.

    What is deleted is only marked there, until its pages are merged into new ones.
    """
    if not _is_sqlite(Order._meta.db):
        return
    pages = -PAGES_AT_ONCE  # the first time: all pages, however few
    while await _merge(pages):
        pages = PAGES_AT_ONCE


@unit_of_work
async def _merge(pages: int) -> bool:
    """Whether something was left to do."""
    connection = Order._meta.db
    _count, [before] = await connection.execute_query(CHANGES)
    await connection.execute_query(MERGE, [pages])
    _count, [after] = await connection.execute_query(CHANGES)
    return bool(after[0] - before[0] >= LEAST_CHANGES)


def _parts(word: str) -> list[str]:
    """Parts of a word that hold each of its letters. All its parts would tell more, and take twice the time."""
    ends = [*range(PART, len(word), PART), len(word)] if len(word) >= PART else []
    return [word[end - PART : end] for end in ends]


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


def _is_sqlite(connection: BaseDBAsyncClient) -> bool:
    return connection.capabilities.dialect == "sqlite"
