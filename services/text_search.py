"""Indexes of what rows are searched by: which rows may hold some words, and forgetting those that are gone.

On SQLite each is a table of parts of words, which triggers keep (see the migrations 0022 and 0024); PostgreSQL keeps
and cleans its own.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tortoise import Model
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q

from models import Buyer, Order, OutboxMessage
from services import database
from services.database import unit_of_work

PART = 3  # letters; of a shorter word the index knows nothing
END = 6  # letters of a phone or an article's number, of which many begin alike
RAREST = 3  # parts that are asked for first: more of them take longer than looking at the rows that they leave
SOME = 500  # rows that are looked at in as little time as the index takes for all parts
SMALL = 16  # as `SIZES` counts: to read such lists takes no longer than to choose among them
CANDIDATES = """SELECT rowid FROM "{table}" WHERE "{table}" MATCH ? LIMIT ?"""
# How large an index's lists of the rows with each part are, nearly: over how many of its pages they go, counted double,
# as its table of the parts with which pages begin tells. It has several segments, each with its own lists.
SIZES = """SELECT (
    WITH RECURSIVE segment(id) AS (
        SELECT MIN(segid) FROM "{table}_idx" UNION ALL
        SELECT (SELECT MIN(segid) FROM "{table}_idx" WHERE segid > id) FROM segment WHERE id IS NOT NULL)
    SELECT SUM((SELECT pgno FROM "{table}_idx" WHERE segid = id AND term > part ORDER BY term LIMIT 1)
        - (SELECT pgno FROM "{table}_idx" WHERE segid = id AND term <= part ORDER BY term DESC LIMIT 1))
    FROM segment) AS pages
FROM (SELECT value, CAST('0' || value AS BLOB) AS part FROM json_each(?))"""
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
    if all(len(word) < PART for word in words):
        return None
    if _is_sqlite(index.model._meta.db):
        find, every = _with_parts, _parts(words)
        rarest = await _rarest(index, words, every)
    else:
        find, every = _holding, list(words)
        rarest = _ends_of_numbers(words) or every
    if rarest != every:
        few = min(most, SOME)
        found = await find(index, rarest, few)
        if len(found) < few:
            return found
    return await find(index, every, most)


def _ends_of_numbers(words: Sequence[str]) -> list[str]:
    """The ends of words with a number in them, which few rows have as a rule: a server reads the lists of all parts of
    what it is asked for, and does not tell how large they are.
    """
    return [word[-END:] for word in words if len(word) >= PART and any(map(str.isdigit, word))]


async def _holding(index: Index, parts: Sequence[str], most: int) -> list[int]:
    holding = index.model.filter(*map(index.holds, parts)).limit(most)
    return [row["id"] for row in await holding.values("id")]


async def _with_parts(index: Index, parts: Sequence[str], most: int) -> list[int]:
    wanted = " AND ".join(map(_quoted, parts))
    _count, rows = await index.model._meta.db.execute_query(CANDIDATES.format(table=index.table), [wanted, most])
    return [row[0] for row in rows]


async def _rarest(index: Index, words: Sequence[str], every: list[str]) -> list[str]:
    """Parts of words that few rows hold: to read the lists of the others takes most of a search's time. If all are
    small, those that are given.
    """
    within = [word[at : at + PART] for word in words for at in range(len(word) - PART + 1)]
    parts = list(dict.fromkeys([*every, *within]))
    if len(parts) <= RAREST:
        return parts
    known = json.dumps([part.lower() for part in parts])  # nearly as the index folds them
    _count, rows = await index.model._meta.db.execute_query(SIZES.format(table=index.table), [known])
    sizes = {part: row["pages"] or 0 for part, row in zip(parts, rows, strict=True)}
    if sum(sizes[part] for part in every) <= SMALL:
        return every
    return sorted(parts, key=lambda part: sizes[part])[:RAREST]


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


def _parts(words: Sequence[str]) -> list[str]:
    """Parts of words that hold each of their letters. All their parts would tell more, and take twice the time."""
    return [word[end - PART : end] for word in words if len(word) >= PART for end in _ends(len(word))]


def _ends(length: int) -> list[int]:
    return [*range(PART, length, PART), length]


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


def _is_sqlite(connection: BaseDBAsyncClient) -> bool:
    return connection.capabilities.dialect == "sqlite"
