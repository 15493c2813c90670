"""The process that writes a large export into a file: started by `services.exports.writing`, it imports little.

It reads the database by itself, and is as patient as a process can be: whoever is answered by the shop goes first. On
its standard input comes a line with the task as JSON, then the ids of the orders; it tells how many bytes are in the
file each time there are more, and in the end what they are.
"""

import hashlib
import importlib
import json
import os
import sqlite3
import sys
import tempfile
import types
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("models", "services", "services.exports")  # these begin by loading the whole program
ORDERS_AT_ONCE = 250
IDS = "i"  # how `array` calls whole numbers as the database counts orders
PATIENCE = 5
DISK_FAILS = 3  # the code this process ends with
ONE_STATE = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"

Row = Sequence[Any]


class Sqlite:
    """A SQLite file."""

    def __init__(self, file: str, longest_wait: float) -> None:
        self._connection = sqlite3.connect(file, timeout=longest_wait, isolation_level=None)
        self._connection.execute("PRAGMA query_only = ON")
        self._connection.execute("BEGIN")

    def read(self, statement: str, order_ids: Sequence[int]) -> Sequence[Row]:
        among = "IN (SELECT value FROM json_each(?))"
        return self._connection.execute(statement.replace("{among}", among), [json.dumps(order_ids)]).fetchall()

    def close(self) -> None:
        self._connection.close()


class Postgres:
    """A PostgreSQL server."""

    def __init__(self, url: str, longest_wait: float) -> None:
        import asyncio  # noqa: PLC0415 - both take long, and SQLite needs none of them

        import asyncpg  # noqa: PLC0415 - as above

        self._loop = asyncio.new_event_loop()
        self._connection = self._loop.run_until_complete(asyncpg.connect(url, timeout=longest_wait))
        self._loop.run_until_complete(self._connection.execute(ONE_STATE))

    def read(self, statement: str, order_ids: Sequence[int]) -> Sequence[Row]:
        statement = statement.replace("{among}", "= ANY ($1::int[])")
        rows: Sequence[Row] = self._loop.run_until_complete(self._fetch(statement, order_ids))
        return rows

    def close(self) -> None:
        self._loop.run_until_complete(self._connection.close())
        self._loop.close()

    async def _fetch(self, statement: str, order_ids: Sequence[int]) -> Sequence[Row]:
        return [tuple(record) for record in await self._connection.fetch(statement, order_ids)]


class File:
    """The file as it grows, and what its bytes are."""

    def __init__(self, path: str) -> None:
        self._file = Path(path).open("r+b", buffering=0)  # noqa: SIM115 - until this process ends
        self.digest = hashlib.sha256(self._file.read())  # how it begins stands there already
        self.size = self._file.tell()

    def add(self, content: bytes) -> None:
        """Write, and tell."""
        left = memoryview(content)
        while left:
            left = left[self._file.write(left) :]
        self.digest.update(content)
        self.size += len(content)
        tell({"size": self.size})

    def finish(self) -> None:
        """Nothing is lost any more when the machine stops."""
        os.fsync(self._file.fileno())


def main() -> None:
    """Write what the task says."""
    os.nice(PATIENCE)
    _leave_out_beginnings()
    task = json.loads(sys.stdin.buffer.readline())
    order_ids = array(IDS, sys.stdin.buffer.read())
    tempfile.tempdir = task["folder"]
    importlib.import_module("models.text").speak(task["language"])
    refusal: type[Exception] = importlib.import_module("models.errors").ShopError
    try:
        _write(task, order_ids)
    except refusal as error:
        tell({"refusal": str(error)})
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(DISK_FAILS)


def _write(task: dict[str, Any], order_ids: Sequence[int]) -> None:
    database = (Postgres if task["is_postgres"] else Sqlite)(task["database"], task["longest_wait"])
    file, missing = File(task["path"]), list[int]()
    rows = importlib.import_module(task["room"]).Rows(task, database.read)
    for start in range(0, len(order_ids), ORDERS_AT_ONCE):
        asked = list(order_ids[start : start + ORDERS_AT_ONCE])
        content, there = rows.of(asked)
        file.add(content)
        missing += set(asked).difference(there) if len(there) < len(asked) else ()
    database.close()
    file.add(rows.end())
    file.finish()
    tell({"size": file.size, "sha256": file.digest.hexdigest(), "missing": missing})


def tell(what: dict[str, Any]) -> None:
    """A line for the program that waits."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _leave_out_beginnings() -> None:
    for name in PACKAGES:
        package = types.ModuleType(name)
        package.__path__ = [str(ROOT.joinpath(*name.split(".")))]
        sys.modules[name] = package


if __name__ == "__main__":
    main()
