"""Brings a database up to date, but dies at once, as in a power cut, before one of the statements.

    python -m tests.killed_migration URL N DATA

dies before the N-th statement from 1, or with -1 before the one that records the last migration, and tells how many
there were; it ends with 0, and tells so too, if there are fewer.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.sqlite.client import SqliteClient

from services import database, settings
from tests.earlier_versions import LAST, MIGRATIONS

METHODS = [
    (SqliteClient, "execute_query"),
    (AsyncpgDBClient, "execute_query"),
    (AsyncpgDBClient, "execute_script"),
    (AsyncpgDBClient, "execute_insert"),
    (SqliteClient, "execute_insert"),
]


def main(url: str, statement: int, data: Path) -> None:
    """Patch what statements are executed with, and migrate."""
    settings.load(data=data, database_url=url)
    count = 0

    def dying(execute: Any) -> Any:
        async def before_each(self: Any, query: str, *values: Any) -> Any:
            nonlocal count
            if not query.lstrip().upper().startswith(("SELECT", "PRAGMA")):
                count += 1
            if count == statement or (
                statement == LAST and query.startswith("INSERT") and MIGRATIONS[-1] in str(values)
            ):
                print(count, flush=True)  # noqa: T201 - how many statements there are up to here
                os.kill(os.getpid(), signal.SIGKILL)
            return await execute(self, query, *values)

        return before_each

    for client, method in METHODS:
        setattr(client, method, dying(getattr(client, method)))
    asyncio.run(database.bring_up_to_date(url))
    print(count)  # noqa: T201 - how many statements there are


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
