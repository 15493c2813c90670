"""What the migrations execute on each engine, written into the files that new databases are made from.

python -m tests.tables
"""

import asyncio
import tempfile
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from tortoise import Tortoise
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor

from services import engines, fresh_tables
from tests.servers.postgres import QUICK, postgres

RECORDS = "tortoise_migrations"  # which of them were applied; no table of ours
METHODS = [  # by which the tables are changed
    (SqliteClient, "execute_query"),
    (AsyncpgDBClient, "execute_query"),
    (AsyncpgDBClient, "execute_script"),
]


async def executed(url: str) -> str:
    """Apply all migrations to an empty database, one by one; what that executed, as its file holds it."""
    chosen = engines.config(url)
    await Tortoise.init(config=chosen, init_connections=False)
    statements: list[str] = []

    def note(event: str, migration: str) -> None:
        if event == "apply_start":
            statements.append(fresh_tables.APPLIED + migration)

    try:
        connection = get_connection(*chosen["connections"])
        with ExitStack() as noted:
            for client, method in METHODS:
                noted.enter_context(patch.object(client, method, _noting(getattr(client, method), statements)))
            await MigrationExecutor(connection, chosen["apps"]).migrate(
                progress=lambda event, _app, name: note(event, name)
            )
    finally:
        await Tortoise.close_connections()
    return "".join(f"{one}\n" if one.startswith(fresh_tables.APPLIED) else f"{one};\n" for one in statements)


def _noting(execute: Any, statements: list[str]) -> Any:
    async def note_and_execute(self: Any, script: str, *values: Any) -> Any:
        told = fresh_tables.each(script)
        statements.extend(s for s in told if not s.startswith(("SELECT", "PRAGMA")) and RECORDS not in s)
        return await execute(self, script, *values)

    return note_and_execute


def main() -> None:
    """Write both files."""
    with tempfile.TemporaryDirectory() as folder, postgres(fsync=QUICK) as server:
        for url in (f"sqlite://{folder}/pedido.db", server.url("postgres")):
            dialect = "postgres" if engines.is_postgres(url) else "sqlite"
            fresh_tables.file(dialect).write_text(asyncio.run(executed(url)), "utf-8")


if __name__ == "__main__":
    main()
