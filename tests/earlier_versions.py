"""Databases as earlier versions of the program left them, filled, and migrations of them that die in the middle."""

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import asyncpg

from services import copying, engines, fresh_tables

ROOT = Path(__file__).parents[1]
MIGRATIONS = sorted(path.stem for path in (ROOT / "models" / "migrations").glob("0*.py"))
VERSIONS = MIGRATIONS[:-1]  # the earlier ones
MOMENT = "2126-03-31 01:30:00.123456+00:00"  # so far ahead that no housekeeping finds it is over
VALUES = {"bool": True, "json": '{"b": 1, "aa": ["ä"]}', "blob": b"\0\xff", "time": MOMENT, "date": "2126-03-31"}
NEVER = 999
LAST = -1  # the statement that records the last migration as applied

Rows = dict[str, list[dict[str, Any]]]


async def at_version(url: str, version: str) -> None:
    """Make the tables of an earlier version, by what its migrations executed."""
    await fresh_tables.make_at(url, version)


def _values_of(columns: Sequence[tuple[str, str]], number: int) -> dict[str, Any]:
    """A row: a value of each column's kind, and `number` where a row names another."""
    return {name: _value_of(name, kind.lower(), number) for name, kind in columns}


def _value_of(name: str, kind: str, number: int) -> object:
    if "int" in kind:
        return number
    for word, value in VALUES.items():
        if word in kind:
            return value
    return f"{name[0]}{number}"


def fill(url: str) -> None:
    """Two rows in every table."""
    if engines.is_postgres(url):
        asyncio.run(_fill_server(url))
        return
    with closing(sqlite3.connect(engines.file_of(url))) as connection, connection:
        for table in sqlite_tables(connection):
            columns = [(row[1], row[2]) for row in connection.execute(f'PRAGMA table_info("{table}")')]
            for number in (1, 2):
                row = _values_of(columns, number)
                names, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
                connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', list(row.values()))


async def _fill_server(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")  # rows may name rows to come
        for (table,) in await connection.fetch(copying.TABLES):
            if table == copying.MIGRATIONS:
                continue
            kinds = {name: kind for name, kind in await connection.fetch(copying.COLUMN_TYPES, table)}  # noqa: C416 - as in `copying`
            told = [(name, {"bytea": "blob", "boolean": "bool"}.get(kind, kind)) for name, kind in kinds.items()]
            for number in (1, 2):
                row = _values_of(told, number)
                record = [
                    copying.TO_POSTGRES.get(kinds[name], lambda value: value)(value) for name, value in row.items()
                ]
                await connection.copy_records_to_table(table, records=[record], columns=list(row))
    finally:
        await connection.close()


def sqlite_tables(connection: sqlite3.Connection) -> list[str]:
    """The tables of a file, without SQLite's own (also its index for searching) and without the list of migrations."""
    found = connection.execute("SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return sorted(name for (name,) in found if name != copying.MIGRATIONS)


def rows_of(url: str) -> Rows:
    """Every row by table, as the database gives it."""
    if engines.is_postgres(url):
        return asyncio.run(_rows_on_server(url))
    with closing(sqlite3.connect(engines.file_of(url))) as connection:
        connection.row_factory = sqlite3.Row
        assert [tuple(row) for row in connection.execute("PRAGMA integrity_check")] == [("ok",)]
        return {
            table: [dict(row) for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY id')]
            for table in sqlite_tables(connection)
        }


async def _rows_on_server(url: str) -> Rows:
    connection = await asyncpg.connect(url)
    try:
        tables = [table for (table,) in await connection.fetch(copying.TABLES) if table != copying.MIGRATIONS]
        return {
            table: [dict(row) for row in await connection.fetch(f'SELECT * FROM "{table}" ORDER BY id')]
            for table in tables
        }
    finally:
        await connection.close()


def _as_read(value: Any) -> Any:
    """JSON by what it says: how it is spaced is the engine's business."""
    if isinstance(value, str):
        with suppress(ValueError):
            return json.loads(value)
    return value


def not_kept(before: Rows, after: Rows) -> list[str]:
    """The tables whose rows are no longer what they were; columns may have come."""
    return [table for table, rows in before.items() if not _are_kept(rows, after.get(table, []))]


def _are_kept(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> bool:
    return len(before) == len(after) and all(
        _as_read(new[name]) == _as_read(value)
        for old, new in zip(before, after, strict=True)
        for name, value in old.items()
    )


def migrate_until(url: str, statement: int, data: Path) -> subprocess.CompletedProcess[str]:
    """Migrate in a process that dies before a statement, which may be `LAST`; not at all with `NEVER`.

    With these two it prints how many statements there are. `data` is the data folder.
    """
    command = [sys.executable, "-m", "tests.killed_migration", url, str(statement), str(data)]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
