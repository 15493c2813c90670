"""Rows from a PostgreSQL server into a SQLite file, and back: so that both engines have one kind of backup.

To make the file is work for a process of its own (`write_file` starts it): Tortoise knows one engine in a process.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, closing
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate

from services import engines, fresh_tables
from services.later import Later

if TYPE_CHECKING:
    import asyncpg
else:
    asyncpg = Later("asyncpg")

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Tell: TypeAlias = Callable[[str, int], None]  # which table is being copied, and how many of its rows are there
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
LAST_ID = "SELECT pg_sequence_last_value(pg_get_serial_sequence(quote_ident($1), 'id')::regclass)"
GO_ON_AFTER = "SELECT setval(pg_get_serial_sequence(quote_ident($1), 'id'), $2)"
SQLITE_LAST_ID = "SELECT seq FROM sqlite_sequence WHERE name = ? AND seq > 0"
COUNTED = "buyer"  # comes after the orders that a trigger counts in it: what was counted comes along
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


def _to_nobody(_table: str, _rows: int) -> None:
    """Nobody waits to be told how far it is."""


async def is_empty(url: str) -> bool:
    """Whether a server's database holds nothing but empty tables. Raises OSError or asyncpg.PostgresError."""
    connection = await asyncpg.connect(url)
    try:
        names = await tables(connection)
        return not [name for name in names if await connection.fetchval(f'SELECT EXISTS (SELECT 1 FROM "{name}")')]  # noqa: S608 - its own tables
    finally:
        await connection.close()


async def fill_server(file: Path, url: str) -> None:
    """Bring the rows of a SQLite file into the empty tables of a server's database: all of them or none.

    Both have had the same migrations. Raises OSError or asyncpg.PostgresError.
    """
    with closing(sqlite3.connect(file)) as source:
        async with filling(source, url):
            pass


@asynccontextmanager
async def filling(source: sqlite3.Connection, url: str, tell: Tell = _to_nobody) -> AsyncIterator[Connection]:
    """The same within a transaction, in which the block may still look at what came of it, or fail: then nothing is."""
    target = await asyncpg.connect(url)
    try:
        async with target.transaction():
            foreign_keys = await target.fetch(FOREIGN_KEYS)
            await _alter(target, foreign_keys, "DEFERRABLE INITIALLY DEFERRED")  # a row may name a later one
            await target.execute("""ALTER TABLE "order" DISABLE TRIGGER USER""")  # what they count comes along
            for table in await tables(target):
                await _fill_table(source, target, table, tell)
            await target.execute("SET CONSTRAINTS ALL IMMEDIATE")
            await target.execute("""ALTER TABLE "order" ENABLE TRIGGER USER""")
            await _alter(target, foreign_keys, "NOT DEFERRABLE")
            await target.execute("ANALYZE")  # a server that knows nothing of its rows reads all of them
            yield target
    finally:
        await target.close()


async def tables(connection: Connection) -> list[str]:
    """The names of the shop's tables."""
    return [name for (name,) in await connection.fetch(TABLES) if name != MIGRATIONS]


async def column_types(connection: Connection, table: str) -> dict[str, str]:
    """Of what kind each column of a table is on PostgreSQL."""
    return {name: kind for name, kind in await connection.fetch(COLUMN_TYPES, table)}  # noqa: C416 - records, not pairs


def to_postgres(kind: str, value: Any) -> Any:
    """A value as SQLite keeps it for a column that is of this kind on PostgreSQL."""
    convert = TO_POSTGRES.get(kind)
    return convert(value) if convert and value is not None else value


def to_sqlite(value: Any) -> Any:
    """A value as PostgreSQL gives it for a column on SQLite."""
    convert = TO_SQLITE.get(type(value))
    return convert(value) if convert else value


async def _alter(target: Connection, foreign_keys: Iterable[asyncpg.Record], how: str) -> None:
    for table, name in foreign_keys:
        await target.execute(f"ALTER TABLE {table} ALTER CONSTRAINT {name} {how}")


async def _fill_table(source: sqlite3.Connection, target: Connection, table: str, tell: Tell) -> None:
    types = await column_types(target, table)
    rows = source.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a table of our own
    columns, copied = [column[0] for column in rows.description], 0
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        records = [[to_postgres(types[name], value) for name, value in zip(columns, row, strict=True)] for row in chunk]
        await target.copy_records_to_table(table, records=records, columns=columns)
        tell(table, copied := copied + len(chunk))
    for (last_id,) in source.execute(SQLITE_LAST_ID, (table,)):
        await target.fetchval(GO_ON_AFTER, table, last_id)


async def _write_file(url: str, file: Path) -> None:
    source = await asyncpg.connect(url)
    try:
        async with source.transaction(isolation="repeatable_read", readonly=True):
            await fill_file(source, file)
    finally:
        await source.close()


async def fill_file(source: Connection, file: Path, tell: Tell = _to_nobody) -> None:
    """Make a SQLite file of what a server's database holds, with the migrations that one has had."""
    await _make_tables(file, await source.fetchval(LAST_MIGRATION))
    with closing(sqlite3.connect(file)) as copy, copy:
        for table in sorted(await tables(source), key=lambda name: name == COUNTED):
            await _copy_table(source, copy, table, tell)


async def _make_tables(file: Path, migration: str) -> None:
    if migration in fresh_tables.migrations(fresh_tables.SQLITE):
        await fresh_tables.make_at(f"sqlite://{file}?synchronous=OFF", migration)  # to be filled: not yet on the disk
        return
    try:  # a migration that was just added
        await migrate(config=engines.config(f"sqlite://{file}"), target=f"models.{migration}")
    finally:
        await Tortoise.close_connections()


async def _copy_table(source: Connection, copy: sqlite3.Connection, table: str, tell: Tell) -> None:
    rows, copied = await source.cursor(f'SELECT * FROM "{table}" ORDER BY id'), 0  # noqa: S608 - a table of our own
    while chunk := await rows.fetch(ROWS_AT_ONCE):
        columns = list(chunk[0].keys())
        names, places = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        records = [[to_sqlite(value) for value in row] for row in chunk]
        copy.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', records)  # noqa: S608 - a table of our own
        tell(table, copied := copied + len(chunk))
    if last_id := await source.fetchval(LAST_ID, table):
        copy.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        copy.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, last_id))


if __name__ == "__main__":
    asyncio.run(_write_file(os.environ[URL_VARIABLE], Path(sys.argv[1])))
