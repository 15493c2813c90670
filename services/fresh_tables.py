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
APPLIED = "-- applied: "  # a line that begins so names a migration, and stands before what that executes
NAMES = re.compile(rf"^{APPLIED}(\S+)\n", re.MULTILINE)


def file(dialect: str) -> Path:
    """Where the statements of an engine stand ("sqlite", "postgres")."""
    return FOLDER / f"tables.{dialect}.sql"


def migrations(dialect: str) -> list[str]:
    """The migrations that are in the statements of an engine, in their order."""
    return NAMES.findall(file(dialect).read_text("utf-8"))


async def make(connection: BaseDBAsyncClient, last: str = "") -> None:
    """Make the tables of a new database, which has nothing but the table of migrations, and record these as applied.

    `last` is the migration up to which it is made, as an earlier version would have made it.
    """
    _before, *parts = NAMES.split(file(connection.capabilities.dialect).read_text("utf-8"))
    recorder = MigrationRecorder(connection)
    for name, statements in zip(parts[::2], parts[1::2], strict=True):
        for statement in each(statements):
            await connection.execute_query(statement)
        await recorder.record_applied(APP, name)
        if name == last:
            break


def each(statements: str) -> list[str]:
    """Statements one by one: each ends with the semicolon at the end of a line."""
    return [one.strip() for one in re.split(r";\s*(?:\n|$)", statements) if one.strip()]


async def make_at(url: str, last: str) -> None:
    """Make a new database as it was when a migration was the last."""
    chosen = engines.config(url)
    await Tortoise.init(config=chosen, init_connections=False)
    try:
        connection = get_connection(*chosen["connections"])
        await MigrationExecutor(connection, chosen["apps"]).migrate([])  # makes the table of migrations
        await make(connection, last)
    finally:
        await Tortoise.close_connections()
