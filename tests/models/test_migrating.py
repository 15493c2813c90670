"""Migrations of a database in use: every row stays as it was, and a kill at any point leaves one that starts."""

import asyncio
import json
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate

from services import copying, database, engines, settings
from tests.servers.postgres import PostgresServer

ROOT = Path(__file__).parents[2]
VERSIONS = ["0001_initial", "0002_held", "0003_nothing_lost"]
NAME = "migrating"
MOMENT = "2026-03-29 01:30:00.123456+00:00"
KILLS = 3
VALUES = {"bool": True, "json": '{"b": 1, "aa": ["ä"]}', "blob": b"\0\xff", "time": MOMENT, "date": "2026-03-29"}
KINDS = {
    "bool": True,
    "json": json.dumps({"b": 1, "aa": ["ä"]}),
    "blob": b"\0\xff",
    "time": MOMENT,
    "date": "2026-03-29",
}
NEVER = 999

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, data_folder: settings.Settings) -> str:
    """The address of a database that is not there yet, or empty."""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        data_folder.database_url = server.url(NAME)
    make_anew(data_folder.database_url)
    return data_folder.database_url


def make_anew(url: str) -> None:
    """Throw away what is there."""
    if engines.is_postgres(url):
        asyncio.run(make_anew_on_server(url))
    else:
        for file in engines.file_of(url).parent.glob("pedido.db*"):
            file.unlink()


async def make_anew_on_server(url: str) -> None:
    connection = await asyncpg.connect(url.removesuffix(NAME) + "postgres")
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {NAME}")
        await connection.execute(f"CREATE DATABASE {NAME}")
    finally:
        await connection.close()


async def at_version(url: str, version: str) -> None:
    """Make the tables of an earlier version."""
    try:
        await migrate(config=engines.config(url), target=f"models.{version}")
    finally:
        await Tortoise.close_connections()


def values_of(columns: Sequence[tuple[str, str]], number: int) -> dict[str, Any]:
    """A row: a value of each column's kind, and `number` where a row names another."""
    return {name: value_of(name, kind.lower(), number) for name, kind in columns}


def value_of(name: str, kind: str, number: int) -> object:
    if "int" in kind:
        return number
    for word, value in VALUES.items():
        if word in kind:
            return value
    return f"{name[0]}{number}"


def fill(url: str) -> None:
    """Two rows in every table."""
    if engines.is_postgres(url):
        asyncio.run(fill_server(url))
        return
    with closing(sqlite3.connect(engines.file_of(url))) as connection, connection:
        for table in sqlite_tables(connection):
            columns = [(row[1], row[2]) for row in connection.execute(f'PRAGMA table_info("{table}")')]
            for number in (1, 2):
                row = values_of(columns, number)
                names, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
                connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', list(row.values()))


async def fill_server(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")  # rows may name rows to come
        for (table,) in await connection.fetch(copying.TABLES):
            if table == copying.MIGRATIONS:
                continue
            kinds = {name: kind for name, kind in await connection.fetch(copying.COLUMN_TYPES, table)}  # noqa: C416
            told = [(name, {"bytea": "blob", "boolean": "bool"}.get(kind, kind)) for name, kind in kinds.items()]
            for number in (1, 2):
                row = values_of(told, number)
                record = [
                    copying.TO_POSTGRES.get(kinds[name], lambda value: value)(value) for name, value in row.items()
                ]
                await connection.copy_records_to_table(table, records=[record], columns=list(row))
    finally:
        await connection.close()


def sqlite_tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return sorted(name for (name,) in found if name != copying.MIGRATIONS)


def rows_of(url: str) -> Rows:
    """Every row by table, as the database gives it."""
    if engines.is_postgres(url):
        return asyncio.run(rows_on_server(url))
    with closing(sqlite3.connect(engines.file_of(url))) as connection:
        connection.row_factory = sqlite3.Row
        assert [tuple(row) for row in connection.execute("PRAGMA integrity_check")] == [("ok",)]
        return {
            table: [dict(row) for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY id')]
            for table in sqlite_tables(connection)
        }


async def rows_on_server(url: str) -> Rows:
    connection = await asyncpg.connect(url)
    try:
        tables = [table for (table,) in await connection.fetch(copying.TABLES) if table != copying.MIGRATIONS]
        return {
            table: [dict(row) for row in await connection.fetch(f'SELECT * FROM "{table}" ORDER BY id')]
            for table in tables
        }
    finally:
        await connection.close()


def as_read(value: Any) -> Any:
    """JSON by what it says: how it is spaced is the engine's business."""
    if isinstance(value, str):
        with suppress(ValueError):
            return json.loads(value)
    return value


def assert_kept(before: Rows, after: Rows) -> None:
    for table, rows in before.items():
        for old, new in zip(rows, after[table], strict=True):
            assert {name: as_read(new[name]) for name in old} == {name: as_read(value) for name, value in old.items()}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_row_of_an_earlier_version_is_kept(url: str, version: str) -> None:
    asyncio.run(at_version(url, version))
    fill(url)
    before = rows_of(url)
    assert all(len(rows) == 2 for rows in before.values())
    asyncio.run(database.bring_up_to_date(url))
    assert_kept(before, rows_of(url))
    copy = next(settings.current().data.glob("pedido.db.before-*"))
    with closing(sqlite3.connect(copy)) as connection:
        assert sqlite_tables(connection) == sorted(before)


def migrate_until(url: str, statement: int) -> subprocess.CompletedProcess[str]:
    """Migrate in a process that dies before a statement."""
    command = [sys.executable, "-m", "tests.killed_migration", url, str(statement), str(settings.current().data)]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)


def test_a_kill_at_any_point_leaves_a_database_that_starts(url: str) -> None:
    asyncio.run(at_version(url, VERSIONS[0]))
    statements = int(migrate_until(url, NEVER).stdout)
    assert statements > 10
    make_anew(url)
    asyncio.run(at_version(url, VERSIONS[0]))
    fill(url)
    before = rows_of(url)
    # the last one says that the last migration was applied
    for statement in [*random.sample(range(1, statements), KILLS), statements]:
        killed = migrate_until(url, statement)
        assert killed.returncode == -signal.SIGKILL, (statement, killed.stderr)
        assert_kept(before, rows_of(url))
    whole = migrate_until(url, NEVER)
    assert whole.returncode == 0, whole.stderr
    assert int(whole.stdout) == statements
    assert_kept(before, rows_of(url))


def test_without_one_transaction_a_kill_would_leave_one_that_does_not(url: str) -> None:
    """The control: applied and not recorded, the same migration fails for ever."""
    asyncio.run(at_version(url, VERSIONS[0]))

    async def applied_alone() -> None:
        await at_version(url, VERSIONS[-1])
        if engines.is_postgres(url):
            connection = await asyncpg.connect(url)
            await connection.execute(f"DELETE FROM {copying.MIGRATIONS} WHERE name = '{VERSIONS[-1]}'")
            await connection.close()
        else:
            with closing(sqlite3.connect(engines.file_of(url))) as file, file:
                file.execute(f"DELETE FROM {copying.MIGRATIONS} WHERE name = '{VERSIONS[-1]}'")

    asyncio.run(applied_alone())
    assert migrate_until(url, NEVER).returncode == 1
