"""Indexes of what rows are searched by: which rows may hold some words, and forgetting those that are gone.

On SQLite each is a table of parts of words, which triggers keep (see the migrations 0022 and 0024); PostgreSQL keeps
and cleans its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tortoise import Model
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q

from models import Buyer, Order, OutboxMessage
from services import database
from services.database import unit_of_work

PART = 3  # letters; of a shorter word the index knows nothing
CANDIDATES = """SELECT rowid FROM "{table}" WHERE "{table}" MATCH ? LIMIT ?"""
PAGES_AT_ONCE = 200  # are merged in some hundredths of a second
MERGE = """INSERT INTO "{table}"("{table}", rank) VALUES ('merge', ?)"""
CHANGES = "SELECT total_changes()"
LEAST_CHANGES = 2  # of a merge that had something to do, as SQLite's manual has it


@dataclass(frozen=True)
class Index:
    """An index of the rows of a model, in a `table` of its own on SQLite; `holds` is that a row holds a word."""

    table: str
    model: type[Model]
    holds: Callable[[str], Q]


# SQLite's take each letter as small, as its LIKE does only with a to z: a row that holds a word is never missed.
ORDERS = Index("order_search", Order, lambda word: Q(search__contains=word))  # a folded one
BUYERS = Index("buyer_search", Buyer, lambda word: Q(search__contains=word) | Q(email__contains=word))  # a folded one
MESSAGES = Index(
    "message_search",
    OutboxMessage,
    lambda word: Q(recipient__icontains=word) | Q(title__icontains=word) | Q(order_number__icontains=word),
)
EVERY = (ORDERS, BUYERS, MESSAGES)


async def candidates(index: Index, words: Sequence[str], most: int) -> list[int] | None:
    """The ids of the rows that may hold all of some words, `most` at most; None if no index tells."""
    parts = [part for word in words for part in _parts(word)]
    if not parts:
        return None
    connection = index.model._meta.db
    if not _is_sqlite(connection):
        holding = index.model.filter(*map(index.holds, words)).limit(most)
        return [row["id"] for row in await holding.values("id")]
    wanted = " AND ".join(map(_quoted, parts))
    _count, rows = await connection.execute_query(CANDIDATES.format(table=index.table), [wanted, most])
    return [row[0] for row in rows]


async def forget_gone(*indexes: Index) -> None:
    """Take out of SQLite's indexes, of all if none is named, what they still know of texts that were changed or
    deleted, a little at a time.

    What is deleted is only marked there, until its pages are merged into new ones.
    """
    if not _is_sqlite(database.opened()):
        return
    for index in indexes or EVERY:
        pages = -PAGES_AT_ONCE  # the first time: all pages, however few
        while await _merge(index, pages):
            pages = PAGES_AT_ONCE


@unit_of_work
async def _merge(index: Index, pages: int) -> bool:
    """Whether something was left to do."""
    connection = database.opened()
    _count, [before] = await connection.execute_query(CHANGES)
    await connection.execute_query(MERGE.format(table=index.table), [pages])
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
