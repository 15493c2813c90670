"""What the database does to answer: the queries that reach it, and whether an index leads through each."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from tortoise.transactions import in_transaction

from models import Order

# The rows that were found, as `database.count` names them, and what `text_search.SIZES` asks.
NO_TABLES = {"SCAN found", "SCAN (subquery-1)", "SCAN CONSTANT ROW", "SCAN segment"}

Query = tuple[str, Sequence[Any]]


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch, database: None) -> list[Query]:
    """The queries that reach the database from now on, with their values."""
    seen: list[Query] = []
    connection = Order._meta.db
    for name in ("execute_query", "execute_query_dict"):
        monkeypatch.setattr(connection, name, _overheard(getattr(connection, name), seen))
    return seen


def _overheard(execute: Callable[..., Awaitable[Any]], seen: list[Query]) -> Callable[..., Awaitable[Any]]:
    async def listen(text: str, values: Sequence[Any] = ()) -> Any:
        seen.append((text, values))
        return await execute(text, values)

    return listen


async def not_led(queries: Sequence[Query]) -> list[str]:
    """The queries that read a table as a whole, or sort more than what is alike in the first column."""
    return [text for text, values in tuple(queries) if not await _is_led(text, values)]


async def _is_led(text: str, values: Sequence[Any]) -> bool:
    async with in_transaction() as connection:
        if connection.capabilities.dialect == "sqlite":
            _count, rows = await connection.execute_query(f"EXPLAIN QUERY PLAN {text}", list(values))
            steps = [row["detail"] for row in rows if row["detail"] not in NO_TABLES]
            by_id = 'ORDER BY "id"' in text  # as the table itself is kept
            return (
                not any("B-TREE" in step or (step.startswith("SCAN") and "INDEX" not in step) for step in steps)
                or by_id
            )
        for kind in ("seqscan", "sort"):  # it sees that there is but one order, and would take it as it is
            await connection.execute_query(f"SET LOCAL enable_{kind} = off")
        _count, rows = await connection.execute_query(f"EXPLAIN {text}", list(values))
        plan = "\n".join(row[0] for row in rows)
        return not re.search(r"Seq Scan|^( *-> *)?Sort ", plan, re.MULTILINE)
