"""The tables of a new database, made by what all migrations together execute: one by one they take many seconds.

What each engine executes stands in a file beside the migrations. `make tables` writes both anew when a migration was
added; until then a new database gets the newer migrations as every other does.
"""

import re
from pathlib import Path

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.recorder import MigrationRecorder

from services import engines

FOLDER = Path(__file__).parents[1] / "models" / "migrations"
APP = "models"
SQLITE = "sqlite"
APPLIED = "-- applied: "  # the first line begins so, and names the migrations


def file(dialect: str) -> Path:
    """Where the statements of an engine stand ("sqlite", "postgres")."""
    return FOLDER / f"tables.{dialect}.sql"


def last_migration(dialect: str) -> str:
    """The last migration that is in the statements of an engine."""
    return _names(file(dialect).read_text("utf-8"))[-1]


async def make(connection: BaseDBAsyncClient) -> None:
    """Make the tables of a new database, which has nothing but the table of migrations, and record these as applied."""
    statements = file(connection.capabilities.dialect).read_text("utf-8")
    for statement in each(statements):
        await connection.execute_query(statement)
    recorder = MigrationRecorder(connection)
    for name in _names(statements):
        await recorder.record_applied(APP, name)


def each(statements: str) -> list[str]:
    """Statements one by one: each ends with the semicolon at the end of a line."""
    return [one.strip() for one in re.split(r";\s*(?:\n|$)", statements) if one.strip()]


async def make_sqlite_file(path: Path) -> None:
    """Make a new file with these tables, which is to be filled: it is not on the disk for sure yet."""
    chosen = engines.config(f"sqlite://{path}?synchronous=OFF")
    await Tortoise.init(config=chosen, init_connections=False)
    try:
        connection = get_connection(*chosen["connections"])
        await MigrationExecutor(connection, chosen["apps"]).migrate([])  # makes the table of migrations
        await make(connection)
    finally:
        await Tortoise.close_connections()


def _names(statements: str) -> list[str]:
    return statements.partition("\n")[0].removeprefix(APPLIED).split()
