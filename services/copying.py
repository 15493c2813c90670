"""Rows from a PostgreSQL server into a SQLite file, and back: so that both engines have one kind of backup.

To make the file is work for a process of its own (`write_file` starts it): Tortoise knows one engine in a process.
"""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate

from services import engines, fresh_tables

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
ROWS_AT_ONCE = 1000
URL_VARIABLE = "PEDIDO_DATABASE_URL"  # a command line can be seen by everybody on the machine
ROOT = Path(__file__).parents[1]
MIGRATIONS = "tortoise_migrations"
# How Tortoise keeps on SQLite what PostgreSQL has types for, and back.
TO_SQLITE: dict[type, Callable[[Any], Any]] = {datetime: str, date: str, bool: int}
TO_POSTGRES: dict[str, Callable[[Any], Any]] = {
    "timestamp with time zone": datetime.fromisoformat,
    "date": date.fromisoformat,
    "boolean": bool,
}
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
COLUMN_TYPES = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1"
FOREIGN_KEYS = "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint WHERE contype = 'f'"
LAST_MIGRATION = f"SELECT name FROM {MIGRATIONS} ORDER BY id DESC LIMIT 1"  # noqa: S608 - a constant


class CopyError(Exception):
    """A copy that could not be made; the text is what the process that tried has said last."""


def write_file(url: str, file: Path) -> None:
    """Write what a server's database holds at one moment to a new SQLite file; it blocks. Raises CopyError."""
    command = [sys.executable, "-m", "services.copying", str(file)]
    done = subprocess.run(  # noqa: S603 - this very program
        command, check=False, capture_output=True, text=True, cwd=ROOT, env=os.environ | {URL_VARIABLE: url}
    )
    if done.returncode:
        raise CopyError(done.stderr.strip().rpartition("\n")[2])


async def is_empty(url: str) -> bool:
    """Whether a server's database holds nothing but empty tables. Raises OSError or asyncpg.PostgresError."""
    connection = await asyncpg.connect(url)
    try:
        tables = [name for (name,) in await connection.fetch(TABLES) if name != MIGRATIONS]
        return not [name for name in tables if await connection.fetchval(f'SELECT EXISTS (SELECT 1 FROM "{name}")')]  # noqa: S608 - its own tables
    finally:
        await connection.close()


async def fill_server(file: Path, url: str) -> None:
    """Bring the rows of a SQLite file into the empty tables of a server's database: all of them or none.

    Both have had the same migrations. Raises OSError or asyncpg.PostgresError.
    """
    target = await asyncpg.connect(url)
    try:
        async with target.transaction():
            foreign_keys = await target.fetch(FOREIGN_KEYS)
            await _alter(target, foreign_keys, "DEFERRABLE INITIALLY DEFERRED")  # a row may name a later one
            with closing(sqlite3.connect(file)) as source:
                for (table,) in await target.fetch(TABLES):
                    if table != MIGRATIONS:
                        await _fill_table(source, target, table)
            await target.execute("SET CONSTRAINTS ALL IMMEDIATE")
            await _alter(target, foreign_keys, "NOT DEFERRABLE")
    finally:
        await target.close()


def to_postgres(kind: str, value: Any) -> Any:
    """A value as SQLite keeps it for a column that is of this kind on PostgreSQL."""
    convert = TO_POSTGRES.get(kind)
    return convert(value) if convert and value is not None else value


def _to_sqlite(value: Any) -> Any:
    convert = TO_SQLITE.get(type(value))
    return convert(value) if convert else value


async def _alter(target: Connection, foreign_keys: Iterable[asyncpg.Record], how: str) -> None:
    for table, name in foreign_keys:
        await target.execute(f"ALTER TABLE {table} ALTER CONSTRAINT {name} {how}")


async def _fill_table(source: sqlite3.Connection, target: Connection, table: str) -> None:
    types = {name: kind for name, kind in await target.fetch(COLUMN_TYPES, table)}  # noqa: C416 - records, not pairs
    rows = source.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a table of our own
    columns = [column[0] for column in rows.description]
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        records = [[to_postgres(types[name], value) for name, value in zip(columns, row, strict=True)] for row in chunk]
        await target.copy_records_to_table(table, records=records, columns=columns)
    await target.execute(f"""SELECT setval(pg_get_serial_sequence('"{table}"', 'id'), max(id)) FROM "{table}" """)  # noqa: S608


async def _write_file(url: str, file: Path) -> None:
    source = await asyncpg.connect(url)
    try:
        async with source.transaction(isolation="repeatable_read", readonly=True):
            await _make_tables(file, await source.fetchval(LAST_MIGRATION))
            with closing(sqlite3.connect(file)) as copy, copy:
                for (table,) in await source.fetch(TABLES):
                    if table != MIGRATIONS:
                        await _copy_table(source, copy, table)
    finally:
        await source.close()


async def _make_tables(file: Path, migration: str) -> None:
    if migration == fresh_tables.last_migration(fresh_tables.SQLITE):
        await fresh_tables.make_sqlite_file(file)
        return
    try:  # a server's database that has not seen every migration yet
        await migrate(config=engines.config(f"sqlite://{file}"), target=f"models.{migration}")
    finally:
        await Tortoise.close_connections()


async def _copy_table(source: Connection, copy: sqlite3.Connection, table: str) -> None:
    rows = await source.cursor(f'SELECT * FROM "{table}" ORDER BY id')  # noqa: S608 - a table of our own
    while chunk := await rows.fetch(ROWS_AT_ONCE):
        columns = list(chunk[0].keys())
        names, places = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        records = [[_to_sqlite(value) for value in row] for row in chunk]
        copy.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', records)  # noqa: S608


if __name__ == "__main__":
    asyncio.run(_write_file(os.environ[URL_VARIABLE], Path(sys.argv[1])))
