"""SQLite, as Tortoise speaks to it: pages read on one connection while a unit of work writes on another.

A file in WAL mode lets them: who reads sees what was committed last, and waits for nobody, however long an import
writes. What takes some microseconds is done where it is asked for: to hand a statement to a thread and its answer back
takes longer than most of them. Tortoise finds `client_class` here, because `engines.config` names this module as the
engine.
"""

import asyncio
import re
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import aiosqlite
from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import SqliteClient

SHORT_SECONDS = 0.001  # a statement may hold the event loop for so long
WAITED_SECONDS = 0.005  # who took so long, and was not busy, most likely waited for the disk
STEPS = 500  # of the database's machine, 10 to 50 µs: how often a statement is asked whether it takes too long
# What took too long is not tried again for so long, and for ten times as long if it takes too long then: it may have
# been held up, its values change, or garbage was looked for in it.
LONG_FOR_SECONDS, LONGEST_SECONDS = 0.05, 5.0
TIMES_AS_LONG = 10
MOST_REMEMBERED = 1000  # statements
MOST_WRITTEN = 200_000  # bytes of a value: some tenths of a millisecond
ROWS_AT_ONCE = 64  # as the library has it
FEW_ROWS = 10  # as an order has lines

# What touches no file: the beginning of a transaction, which is before it reads or writes, and savepoints within one.
WITHOUT_FILE = re.compile(r"BEGIN$|SAVEPOINT |RELEASE ")
# A row that is found by its id, even if more is asked of it: as the ORM saves it, and as a status is changed. Or by
# the year that it counts.
ONE_ROW = re.compile(r'UPDATE "\w+" SET .* WHERE "(?:id|year)"=\?(?: AND "\w+"=\?)*$')


class Connection(aiosqlite.Connection):
    """A connection whose thread is left alone with what is short: reads, and writes of one row within a unit of work.

    A read that turns out to take long is broken off and done in the thread. A write is not broken off, as this would
    undo its whole transaction; it waits for nobody, as a unit of work has the right to write from its beginning.
    Whatever waits for the disk as a rule, as a commit does, is done in the thread.
    """

    def __init__(self, file: str) -> None:
        connect = partial(sqlite3.connect, file, isolation_level=None, check_same_thread=False)
        super().__init__(connect, ROWS_AT_ONCE)
        self._asked = self._answered = 0  # by its thread: it may still be at something that nobody waits for any more
        # Statements that are taken to be long: until when (monotonic), and for how long.
        self._long: dict[str, tuple[float, float]] = {}
        self._lets_in_at = 0.0  # when others in the event loop have waited long enough (monotonic)
        self._due = 0.0  # when the statement that holds the event loop has taken too long (monotonic)

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._asked == self._answered and self._is_short(fn.__name__, *args) and not self._was_long(*args):
            try:
                return self._answer(fn, *args)
            except sqlite3.OperationalError as error:
                if not _is_broken_off(error):
                    raise
            finally:
                await self._let_others_in()
        self._asked += 1
        return await super()._execute(self._counted, fn, *args, **kwargs)  # type: ignore[no-untyped-call] # it has no types

    async def _let_others_in(self) -> None:
        """Who reads row by row lets others in between, as with the thread; not after each, as this takes as long."""
        if time.monotonic() > self._lets_in_at:
            await asyncio.sleep(0)
            self._lets_in_at = time.monotonic() + SHORT_SECONDS

    def _counted(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        finally:
            self._answered += 1

    def _was_long(self, statement: str = "", *_values: Any) -> bool:
        return statement in self._long and self._long[statement][0] > time.monotonic()

    def _is_short(self, method: str, statement: str = "", *values: Any) -> bool:
        match method:
            case "commit":
                return not self.in_transaction
            case "execute":
                return bool(WITHOUT_FILE.match(statement))
            case "_execute_insert":
                return self.in_transaction and not any(_is_large(value) for row in values for value in row)
            case "executemany":
                return self.in_transaction and _are_few(*values)
            case "_execute_fetchall":
                return statement.startswith("SELECT ") or (self.in_transaction and bool(ONE_ROW.match(statement)))
        return False

    def _answer(self, fn: Callable[..., Any], statement: str = "", *values: Any) -> Any:
        began, busy = time.monotonic(), time.thread_time()
        self._due = began + SHORT_SECONDS
        is_read = statement.startswith("SELECT ")
        if is_read:
            self._conn.set_progress_handler(self._is_late, STEPS)
        try:
            return fn(*((statement, *values) if statement else ()))
        finally:
            if is_read:
                self._conn.set_progress_handler(None, 0)
            if time.monotonic() > self._due and (
                time.thread_time() - busy > SHORT_SECONDS / 2 or time.monotonic() - began > WAITED_SECONDS
            ):
                self._remember(statement, began)  # else it was held up by what else the machine does
            elif statement in self._long:
                del self._long[statement]

    def _is_late(self) -> bool:
        return time.monotonic() > self._due

    def _remember(self, statement: str, now: float) -> None:
        if len(self._long) >= MOST_REMEMBERED:
            self._long.clear()
        _until, seconds = self._long.get(statement, (0.0, LONG_FOR_SECONDS / TIMES_AS_LONG))
        seconds = min(seconds * TIMES_AS_LONG, LONGEST_SECONDS)
        self._long[statement] = now + seconds, seconds


def _is_broken_off(error: sqlite3.OperationalError) -> bool:
    # An error of Python's own, as over a text that is no UTF-8, has no code.
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT


def _are_few(rows: Any) -> bool:
    return len(rows) <= FEW_ROWS and not any(_is_large(value) for row in rows for value in row)


def _is_large(value: Any) -> bool:
    """Whether it is what an order's texts are not: a file."""
    return isinstance(value, bytes | str) and len(value) > MOST_WRITTEN


class Opened(SqliteClient):
    """Tortoise's client with a connection of ours."""

    async def create_connection(self, with_db: bool) -> None:
        """Open the file; as Tortoise does."""
        if self._connection is None:
            self._connection = await Connection(self.filename)
            self._connection.row_factory = sqlite3.Row
            for name, value in self.pragmas.items():
                await self._connection.execute_fetchall(f"PRAGMA {name}={value}")


class Client(Opened):
    """The connection that is read on, and the one that transactions have."""

    def __init__(self, file_path: str, **pragmas: Any) -> None:
        super().__init__(file_path, **pragmas)
        self._writer = Opened(file_path, **pragmas)

    def _in_transaction(self) -> TransactionContext:
        return self._writer._in_transaction()

    async def close(self) -> None:
        await self._writer.close()
        await super().close()


client_class = Client
