"""The migrations make the very tables the models describe, and so does what new databases are made by."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from services import fresh_tables
from tests import tables
from tests.servers.postgres import PostgresServer

ROOT = Path(__file__).parent.parent.parent
MAKE = [str(Path(sys.executable).with_name("tortoise")), "-c", "services.database.MIGRATIONS", "makemigrations"]

# What SQLite drops with a table, and no model tells of.
TRIGGERS = {
    "order": ("order_search", "order_buyer"),
    "buyer": ("buyer_search",),
    "outbox_message": ("message_search",),
}
BESIDE = {
    table: {f"{what}_{when}" for what in of_table for when in ("insert", "delete", "update")}
    for table, of_table in TRIGGERS.items()
}
BESIDE["order"].add("idx_order_open")
# Foreign keys that no index begins with: of tables that stay short, and to rows that nobody deletes.
FEW_ROWS = {"export.profile_id", "export_profile.target_id", "transfer_target.profile_id"}
NEVER_DELETED = {"order.privacy_text_id"}
LOST = "a migration that makes {} anew has to make again what 0022 to 0026 make beside it: {}"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The rooms the migrations are made from, in a folder of their own."""
    for room in ("models", "services"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def migrations_after_making(copy: Path) -> int:
    subprocess.run(MAKE, cwd=copy, check=True, capture_output=True)
    return len(list((copy / "models" / "migrations").glob("[0-9]*.py")))


def test_no_change_of_a_model_lacks_its_migration(copy: Path) -> None:
    before = len(list((copy / "models" / "migrations").glob("[0-9]*.py")))
    assert migrations_after_making(copy) == before


def test_a_change_without_its_migration_would_be_noticed(copy: Path) -> None:
    """The control of the test above."""
    seller = copy / "models" / "seller.py"
    seller.write_text(seller.read_text("utf-8").replace("max_length=254", "max_length=255"), "utf-8")
    before = len(list((copy / "models" / "migrations").glob("[0-9]*.py")))
    assert migrations_after_making(copy) == before + 1


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_a_new_database_is_made_by_what_the_migrations_execute(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite://{tmp_path / 'step-by-step.db'}"
    if dialect == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.url("step_by_step")
        asyncio.run(make_database(server, "step_by_step"))
    written = fresh_tables.file(dialect).read_text("utf-8")
    assert written == asyncio.run(tables.executed(url)), "a migration was added or changed: run `make tables`"


@pytest.mark.parametrize("table", BESIDE)
def test_what_searches_and_counts_outlives_every_migration(table: str) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in fresh_tables.each(fresh_tables.file("sqlite").read_text("utf-8")):
            database.execute(statement)
        assert not lost(database, table), LOST.format(table, lost(database, table))
        database.execute("PRAGMA legacy_alter_table = ON")  # a trigger of orders names buyers, who are away meanwhile
        database.execute(f"""CREATE TABLE "new" AS SELECT * FROM "{table}" """)
        database.execute(f"""DROP TABLE "{table}" """)
        database.execute(f"""ALTER TABLE "new" RENAME TO "{table}" """)
        assert lost(database, table) == BESIDE[table]  # the control: as Tortoise makes a table anew


def test_whoever_deletes_a_row_finds_by_an_index_what_points_to_it() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in fresh_tables.each(fresh_tables.file("sqlite").read_text("utf-8")):
            database.execute(statement)
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        pointing = {f"{table}.{key[3]}" for table in tables for key in keys(database, table)}
        led = {f"{table}.{column}" for table in tables for column in first_columns(database, table)}
    assert pointing - led == FEW_ROWS | NEVER_DELETED


def keys(database: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return database.execute(f"PRAGMA foreign_key_list('{table}')").fetchall()


def first_columns(database: sqlite3.Connection, table: str) -> set[str]:
    """Those that an index of the table begins with, and the one it is kept by."""
    indexes = [name for _place, name, *_rest in database.execute(f"PRAGMA index_list('{table}')").fetchall()]
    columns = [database.execute(f"PRAGMA index_info('{index}')").fetchone()[2] for index in indexes]
    return {*columns, *(row[1] for row in database.execute(f"PRAGMA table_info('{table}')") if row[5])}


def lost(database: sqlite3.Connection, table: str) -> set[str]:
    """What should stand beside a table and does not."""
    return BESIDE[table] - {name for (name,) in database.execute("SELECT name FROM sqlite_schema")}


async def make_database(server: PostgresServer, name: str) -> None:
    connection = await asyncpg.connect(server.url("postgres"))
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
