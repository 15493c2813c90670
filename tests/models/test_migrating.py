"""Migrations of a database in use: every row stays as it was, and a kill at any point leaves one that starts."""

import asyncio
import random
import signal
import sqlite3
from contextlib import closing

import asyncpg
import pytest

from services import copying, database, engines, settings, text_search
from tests.earlier_versions import (
    LAST,
    NEVER,
    VERSIONS,
    at_version,
    fill,
    migrate_until,
    not_kept,
    rows_of,
    sqlite_tables,
)
from tests.servers.postgres import PostgresServer

NAME = "migrating"
KILLS = 1  # besides the last statement; `make soak` has more
KILLED_FROM = VERSIONS[-6]  # `make soak` kills on the way from each version
WITHOUT_SEARCHES = "0023_buyers_orders"
WITHOUT_SORT_NAMES = "0026_figures"
WHOLE = """INSERT INTO "{table}"("{table}", rank) VALUES ('integrity-check', 1)"""  # fails where a text is missing
TWICE = "0003_nothing_lost"  # changes tables, which cannot be done twice


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


# The steps between the first version and the last are all taken by the first.
FILLED = [("sqlite", VERSIONS[0]), ("sqlite", VERSIONS[-1]), ("postgres", VERSIONS[-1])]


@pytest.mark.parametrize(("url", "version"), FILLED, indirect=["url"])
def test_every_row_of_an_earlier_version_is_kept(url: str, version: str) -> None:
    asyncio.run(at_version(url, version))
    fill(url)
    before = rows_of(url)
    assert all(len(rows) == 2 for rows in before.values())
    asyncio.run(database.bring_up_to_date(url))
    assert not not_kept(before, rows_of(url))
    copy = next(settings.current().data.glob("pedido.db.before-*"))
    with closing(sqlite3.connect(copy)) as connection:
        assert sqlite_tables(connection) == sorted(before)


def test_what_was_there_before_it_is_searched_for_is_found(url: str) -> None:
    asyncio.run(at_version(url, WITHOUT_SEARCHES))
    fill(url)
    asyncio.run(database.bring_up_to_date(url))
    assert {row["order_number"] for row in rows_of(url)["outbox_message"]} == {"n1", "n2"}  # as `fill` numbers orders
    if not engines.is_postgres(url):
        with closing(sqlite3.connect(engines.file_of(url))) as connection:
            for index in text_search.EVERY:
                connection.execute(WHOLE.format(table=index.table))


def test_who_was_there_before_it_is_sorted_by_a_folded_name(url: str) -> None:
    asyncio.run(at_version(url, WITHOUT_SORT_NAMES))
    fill(url)
    asyncio.run(database.bring_up_to_date(url))
    rows = rows_of(url)
    for table in ("order", "buyer"):
        assert [row["sort_name"] for row in rows[table]] == ["c1", "c2"]  # as `fill` calls companies


def test_what_was_brought_up_to_date_has_the_very_tables_of_a_new_database(data_folder: settings.Settings) -> None:
    old, new = (f"sqlite://{data_folder.data / name}.db" for name in ("old", "new"))
    asyncio.run(at_version(old, KILLED_FROM))
    for url in (old, new):
        asyncio.run(database.bring_up_to_date(url))
    assert schema(old) == schema(new)


def schema(url: str) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(engines.file_of(url))) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()


def test_a_kill_at_any_point_leaves_a_database_that_starts(url: str) -> None:
    asyncio.run(at_version(url, KILLED_FROM))
    fill(url)
    before = rows_of(url)

    def kill_before(statement: int) -> int:
        killed = migrate_until(url, statement, settings.current().data)
        assert killed.returncode == -signal.SIGKILL, (statement, killed.stderr)
        assert not not_kept(before, rows_of(url))
        return int(killed.stdout)

    statements = kill_before(LAST)
    assert statements > 10
    for statement in random.sample(range(1, statements), KILLS):
        kill_before(statement)
    whole = migrate_until(url, NEVER, settings.current().data)
    assert whole.returncode == 0, whole.stderr
    assert int(whole.stdout) == statements
    assert not not_kept(before, rows_of(url))


def test_without_one_transaction_a_kill_would_leave_one_that_does_not(url: str) -> None:
    """The control: applied and not recorded, the same migration fails for ever."""

    async def applied_alone() -> None:
        await at_version(url, TWICE)
        if engines.is_postgres(url):
            connection = await asyncpg.connect(url)
            await connection.execute(f"DELETE FROM {copying.MIGRATIONS} WHERE name = '{TWICE}'")
            await connection.close()
        else:
            with closing(sqlite3.connect(engines.file_of(url))) as file, file:
                file.execute(f"DELETE FROM {copying.MIGRATIONS} WHERE name = '{TWICE}'")

    asyncio.run(applied_alone())
    assert migrate_until(url, NEVER, settings.current().data).returncode == 1
