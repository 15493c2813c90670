"""The database: opening, migrating, closing, and the one way to write to it."""

import asyncio
import functools
import logging
import sqlite3
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, closing, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import aiosqlite
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.sqlite.client import SqliteClient
from tortoise.connection import get_connection, get_connections
from tortoise.exceptions import OperationalError
from tortoise.expressions import RawSQL
from tortoise.queryset import QuerySet, ValuesListQuery
from tortoise.transactions import in_transaction

from models.errors import StorageError
from models.text import _
from services import copying, engines, fresh_tables, migrations, settings
from services.later import Later

if TYPE_CHECKING:
    from services import postgres
else:
    postgres = Later("services.postgres")

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_WAIT_SECONDS = 60.0  # for a lock on the database that is copied

# Changes nothing, but is a write: a transaction that begins by reading fails at once, without waiting, when another
# process has written before its own first write.
TAKE_WRITE_LOCK = "UPDATE shop SET id = id WHERE id IS NULL"
# On PostgreSQL units of work would otherwise run side by side, and what one has read could change before it writes.
TAKE_TURN = "SELECT pg_advisory_xact_lock(2609)"
KEEP_TURN = "SELECT pg_advisory_lock(2609)"  # until the connection is closed
MIGRATING = 2611  # a lock, as those before
KIND_OF_ERROR = 0xFF  # the part of SQLite's error codes that says so much
DISK_ERRORS = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
BUSY_ERRORS = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}  # another process writes for very long
ONE_STATE = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
SQLITE_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'shop'"
POSTGRES_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename = 'shop'"
ROWS_AT_ONCE = 900  # two objects each: with more of them, garbage would be looked for again and again
ROWS_LOOKED_AT = 1000  # of each index
COPIES_KEPT = 3  # of the database as it was before a migration

_running: set[asyncio.Task[Any]] = set()
# Units of work take turns before they take a connection: those that wait would leave none to read with.
_turn = asyncio.Lock()
_has_turn: ContextVar[bool] = ContextVar("has_turn", default=False)

# What `tortoise makemigrations -c services.database.MIGRATIONS` reads; it never opens this database.
MIGRATIONS = engines.config("sqlite://:memory:")


async def open_database(url: str) -> None:
    """Migrate the database at `url` (`sqlite:///…`, `postgres://…`) to this version; open it for the whole process."""
    await bring_up_to_date(url)
    await connect(url)


async def bring_up_to_date(url: str) -> None:
    """Apply the migrations this database has not seen yet, all or none; a copy of it as it was is kept first.

    The copy stands beside a SQLite file, and in the data folder when the database is on a server. Of several processes
    that start at once, one does it and the others wait.
    """
    async with postgres.alone(url, MIGRATING) if engines.is_postgres(url) else nullcontext():
        await _migrate(url)


async def _migrate(url: str) -> None:
    chosen = engines.config(engines.without_foreign_keys(url))
    apps = chosen["apps"]
    await Tortoise.init(config=chosen, init_connections=False)
    try:
        connection = get_connection(*chosen["connections"])
        plan = await migrations.Executor(connection, apps).plan()
        if not plan:
            return
        is_new = not await _has_tables(connection)
        if not is_new:
            await asyncio.to_thread(_copy_before, url, plan[0].migration.name)
        await migrations.Executor(connection, apps).migrate([])  # makes the table that tells which were applied
        async with in_transaction() as transaction:  # what is applied and that it is: a kill must not come between them
            transaction.execute_script = _statement_by_statement(transaction)  # type: ignore[method-assign,assignment] # SQLite's own commits
            if is_new:
                await fresh_tables.make(transaction)
            await migrations.Executor(transaction, apps).migrate()
    finally:
        await Tortoise.close_connections()


def _statement_by_statement(connection: BaseDBAsyncClient) -> Callable[[str], Coroutine[Any, Any, None]]:
    """What executes a script without the commit that SQLite's own way begins with."""

    async def execute_script(script: str) -> None:
        for statement in filter(str.strip, script.split(";")):
            await connection.execute_query(statement)

    return execute_script


def copy_to(url: str, copy: Path) -> None:
    """Write a consistent copy of a database, which may be in use, to a new SQLite file; it blocks.

    Raises sqlite3.Error or CopyError.
    """
    if engines.is_postgres(url):
        copying.write_file(url, copy)
    else:
        with closing(sqlite3.connect(engines.file_of(url), timeout=LONGEST_WAIT_SECONDS)) as opened:
            opened.execute("VACUUM INTO ?", (str(copy),))


async def _has_tables(connection: BaseDBAsyncClient) -> bool:
    """A new database has none yet, and needs no copy."""
    is_sqlite = connection.capabilities.dialect == "sqlite"
    _count, rows = await connection.execute_query(SQLITE_TABLES if is_sqlite else POSTGRES_TABLES)
    return bool(rows)


def _copy_before(url: str, migration: str) -> None:
    """Keep the database as it was before a migration."""
    beside = _beside(url)
    copy = beside.with_name(f"{beside.name}.before-{migration}")
    unfinished = copy.with_name(f"{copy.name}.part")
    unfinished.unlink(missing_ok=True)  # left by a start that did not come to its end
    copy_to(url, unfinished)
    unfinished.replace(copy)
    kept = sorted(_copies(url), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in kept[COPIES_KEPT:]:
        old.unlink(missing_ok=True)


def _beside(url: str) -> Path:
    """The file that copies of the database stand beside."""
    return settings.current().data / "pedido.db" if engines.is_postgres(url) else engines.file_of(url)


def _copies(url: str) -> list[Path]:
    beside = _beside(url)
    return list(beside.parent.glob(f"{beside.name}.before-*"))


def forget_copies(*, before: datetime) -> None:
    """Delete the copies of the database that were kept before migrations, if they were made before a moment (aware)."""
    for copy in _copies(settings.current().database_url):
        if copy.stat().st_mtime < before.timestamp():
            copy.unlink(missing_ok=True)


async def connect(url: str) -> None:
    """Open a database that is up to date."""
    global _turn  # noqa: PLW0603 - one for the process, in the event loop it works in
    _turn = asyncio.Lock()
    await Tortoise.init(config=engines.config(engines.durable(url)), _enable_global_fallback=True)


async def look_at_sizes() -> None:
    """Let SQLite see how its tables are filled, so that it takes the index that leaves fewer rows; a look at some of
    them is enough. PostgreSQL does so by itself.
    """
    [name] = get_connections().db_config
    connection = get_connection(name)
    if isinstance(connection, SqliteClient):
        await connection.execute_query(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
        await connection.execute_query("ANALYZE")


async def close_database() -> None:
    """Finish what is being written, then close; without it the interpreter hangs at exit."""
    while _running:
        await asyncio.wait(_running)
    await Tortoise.close_connections()


def is_shared() -> bool:
    """Whether the database that is open is on a server, which other processes of the shop may use as well."""
    return not isinstance(opened(), SqliteClient)


async def agreed_time() -> datetime:
    """The time that all processes of the shop agree on, whatever their machines' clocks say: the server's, if any."""
    if not is_shared():
        return datetime.now(UTC)
    [row] = await opened().execute_query_dict("SELECT clock_timestamp() AS now")
    return cast(datetime, row["now"])


def opened() -> BaseDBAsyncClient:
    """The connection that queries use: inside a unit of work its transaction's."""
    connections = get_connections()
    [name] = connections.db_config
    return connections.get(name)


def unit_of_work(function: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Run a function in one transaction, in a task that its caller's cancellation cannot reach.

    A task cancelled while it enters a Tortoise transaction on SQLite leaves the connection locked for ever, and the
    framework cancels timers and late pages. Inside: no network, no thread, no task, no event. When the disk is full or
    failing it raises StorageError, and everything is as it was.
    """

    async def in_one_transaction(*args: P.args, **kwargs: P.kwargs) -> T:
        async with _taking_turns(), in_transaction() as connection:
            is_sqlite = connection.capabilities.dialect == "sqlite"
            await connection.execute_query(TAKE_WRITE_LOCK if is_sqlite else TAKE_TURN)
            return await function(*args, **kwargs)

    return shielded(functools.wraps(function)(_told_of_the_disk(in_one_transaction)))


@asynccontextmanager
async def _taking_turns() -> AsyncIterator[None]:
    if _has_turn.get():  # a unit of work within another
        yield
        return
    async with _turn:
        _has_turn.set(True)  # in this task, which the unit of work has to itself
        yield


def _told_of_the_disk(function: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Say in words that nothing could be written; SQLite has rolled back then, and goes on once there is room."""

    async def told(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await function(*args, **kwargs)
        except (OperationalError, sqlite3.OperationalError) as error:  # of a statement, of the commit
            if not _disk_fails(error):
                raise
            logger.warning("Nothing could be written: %s", error)
            raise StorageError(
                _("This could not be saved, so nothing was sent or changed. Please try again in a few minutes.")
            ) from error

    return told


def _disk_fails(error: Exception) -> bool:
    cause = error.args[0] if error.args and isinstance(error.args[0], sqlite3.Error) else error
    return getattr(cause, "sqlite_errorcode", 0) & KIND_OF_ERROR in DISK_ERRORS | BUSY_ERRORS


def shielded(function: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Run a function to its end even if its caller is cancelled; for reads of several queries."""

    @functools.wraps(function)
    async def run_to_the_end(*args: P.args, **kwargs: P.kwargs) -> T:
        task = asyncio.ensure_future(function(*args, **kwargs))
        _running.add(task)
        task.add_done_callback(_running.discard)
        try:
            return await asyncio.shield(task)
        finally:
            del task  # it knows the error it ended with, which knows this place: neither would go by itself

    return run_to_the_end


def on_one_state(function: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Run a function that only reads on a connection of its own; to its end, as `shielded` does.

    Everything it reads is one state of the database that existed, and nothing else waits for it, however long it takes.
    """

    async def in_one_reading(*args: P.args, **kwargs: P.kwargs) -> T:
        async with _reading():
            return await function(*args, **kwargs)

    return shielded(functools.wraps(function)(in_one_reading))


@on_one_state
async def numbers(*queries: ValuesListQuery[Any]) -> Sequence[int]:
    """What queries of one column of whole numbers find, one after the other, however many: without an object for each
    row.
    """
    [name] = get_connections().db_config
    found = array("q")
    async with get_connection(name).acquire_connection() as connection:
        for query in queries:
            query.sql()  # which is when it is put together
            statement, values = query.query.get_parameterized_sql()
            if isinstance(connection, aiosqlite.Connection):
                async with connection.execute(statement, values) as cursor:
                    while rows := await cursor.fetchmany(ROWS_AT_ONCE):
                        found.extend(number for (number,) in rows)
            else:
                async for (number,) in connection.cursor(statement, *values, prefetch=ROWS_AT_ONCE):
                    found.append(number)
    return found


async def count(found: QuerySet[Any], most: int) -> int:
    """How many rows a query finds; one more than `most` if they are more: the database does not look further."""
    # In no order, also not in a table's own, which is left out with an annotation: nothing is sorted to be counted.
    rows = found.order_by().annotate(row=RawSQL("1")).limit(most + 1).values_list("row")
    rows.sql()  # which is when it is put together
    statement, values = rows.query.get_parameterized_sql()
    [row] = await opened().execute_query_dict(f"SELECT COUNT(*) AS number FROM ({statement}) AS found", values)  # noqa: S608 - made by the ORM
    return int(row["number"])


@asynccontextmanager
async def _reading() -> AsyncIterator[None]:
    [name] = get_connections().db_config
    opened = get_connection(name)
    if isinstance(opened, SqliteClient):
        # Under the same name, so that its transaction is what queries in this task use.
        reader = SqliteClient(opened.filename, connection_name=name, query_only="ON")
        try:
            async with reader._in_transaction():
                yield
        finally:
            await reader.close()
    else:  # the pool has one for us
        async with in_transaction(name) as transaction:
            await transaction.execute_query(ONE_STATE)
            yield
