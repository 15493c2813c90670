"""The database: opening, migrating, closing, and the one way to write to it."""

import asyncio
import functools
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from tortoise import Tortoise
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.exceptions import OperationalError
from tortoise.migrations.api.migrate import migrate
from tortoise.migrations.executor import PlanStep
from tortoise.transactions import in_transaction

from models.errors import StorageError
from models.text import _

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_WAIT_SECONDS = 60.0  # for a lock on the database that is copied
LONGEST_WRITE_MS = 20_000  # of another process, as of an import on the command line, which is waited for

# Changes nothing, but is a write: a transaction that begins by reading fails at once, without waiting, when another
# process has written before its own first write.
TAKE_WRITE_LOCK = "UPDATE shop SET id = id WHERE id IS NULL"
# On PostgreSQL units of work would otherwise run side by side, and what one has read could change before it writes.
TAKE_TURN = "SELECT pg_advisory_xact_lock(2609)"
KIND_OF_ERROR = 0xFF  # the part of SQLite's error codes that says so much
DISK_ERRORS = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
CONNECTIONS = 10  # to a PostgreSQL server, at most
LONGEST_CONNECT_SECONDS = 5.0
LONGEST_STATEMENT_SECONDS = 60.0  # so that a server that is cut off is noticed
COPIES_KEPT = 3  # of the database as it was before a migration

_running: set[asyncio.Task[Any]] = set()


def config(url: str) -> dict[str, Any]:
    """Tortoise's configuration for a database `url`."""
    # Tortoise keeps the statements it has made under a connection's name, and they differ from engine to engine.
    name, connection = ("postgres", _postgres(url)) if is_postgres(url) else ("sqlite", url)
    return {
        "connections": {name: connection},
        "apps": {"models": {"models": ["models"], "migrations": "models.migrations", "default_connection": name}},
        "use_tz": True,
        "timezone": "UTC",
    }


def is_postgres(url: str) -> bool:
    """Whether a database `url` names a PostgreSQL server rather than a SQLite file."""
    return url.startswith(("postgres:", "postgresql:"))


def _postgres(url: str) -> dict[str, Any]:
    connection = expand_db_url(url)
    connection["engine"] = "services.postgres"
    connection["credentials"] |= {
        "maxsize": CONNECTIONS,
        "timeout": LONGEST_CONNECT_SECONDS,
        "command_timeout": LONGEST_STATEMENT_SECONDS,
        # Durable before the answer, whatever the server's own default is.
        "server_settings": {"synchronous_commit": "on", "lock_timeout": str(LONGEST_WRITE_MS)},
    }
    return connection


# What `tortoise makemigrations -c services.database.MIGRATIONS` reads; it never opens this database.
MIGRATIONS = config("sqlite://:memory:")


async def open_database(url: str) -> None:
    """Migrate the database at `url` (`sqlite:///…`, `postgres://…`) to this version; open it for the whole process."""
    await bring_up_to_date(url)
    await connect(url)


async def bring_up_to_date(url: str) -> None:
    """Apply the migrations this database has not seen yet; a copy of it as it was is kept beside it."""

    async def keep_a_copy(_connection: str, plan: Sequence[PlanStep], _fake: bool, _dry_run: bool) -> None:
        if plan and url.startswith("sqlite:"):
            await asyncio.to_thread(_copy_before, file_of(url), plan[0].migration.name)

    try:
        await migrate(config=config(_without_foreign_keys(url)), reporter=keep_a_copy)
    finally:
        await Tortoise.close_connections()


def file_of(url: str) -> Path:
    """The file of a SQLite database `url`."""
    parts = urlsplit(url)
    return Path(parts.netloc + parts.path)


def copy_to(source: Path, copy: Path) -> None:
    """Write a consistent copy of a SQLite database, which may be in use, to a new file; it blocks.

    Raises sqlite3.Error.
    """
    with closing(sqlite3.connect(source, timeout=LONGEST_WAIT_SECONDS)) as opened:
        opened.execute("VACUUM INTO ?", (str(copy),))


def _copy_before(file: Path, migration: str) -> None:
    """Keep the database as it was before a migration; a new one, which has no tables yet, needs no copy."""
    with closing(sqlite3.connect(file)) as opened:
        if not opened.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            return
    copy = file.with_name(f"{file.name}.before-{migration}")
    unfinished = copy.with_name(f"{copy.name}.part")
    unfinished.unlink(missing_ok=True)  # left by a start that did not come to its end
    copy_to(file, unfinished)
    unfinished.replace(copy)
    kept = sorted(file.parent.glob(f"{file.name}.before-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in kept[COPIES_KEPT:]:
        old.unlink(missing_ok=True)


async def connect(url: str) -> None:
    """Open a database that is up to date."""
    await Tortoise.init(config=config(_durable(url)), _enable_global_fallback=True)


async def close_database() -> None:
    """Finish what is being written, then close; without it the interpreter hangs at exit."""
    while _running:
        await asyncio.wait(_running)
    await Tortoise.close_connections()


def unit_of_work(function: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Run a function in one transaction, in a task that its caller's cancellation cannot reach.

    A task cancelled while it enters a Tortoise transaction on SQLite leaves the connection locked for ever, and the
    framework cancels timers and late pages. Inside: no network, no thread, no task, no event. When the disk is full or
    failing it raises StorageError, and everything is as it was.
    """

    async def in_one_transaction(*args: P.args, **kwargs: P.kwargs) -> T:
        async with in_transaction() as connection:
            is_sqlite = connection.capabilities.dialect == "sqlite"
            await connection.execute_query(TAKE_WRITE_LOCK if is_sqlite else TAKE_TURN)
            return await function(*args, **kwargs)

    return shielded(functools.wraps(function)(_told_of_the_disk(in_one_transaction)))


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
    return getattr(cause, "sqlite_errorcode", 0) & KIND_OF_ERROR in DISK_ERRORS


def shielded(function: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Run a function to its end even if its caller is cancelled; for reads of several queries."""

    @functools.wraps(function)
    async def run_to_the_end(*args: P.args, **kwargs: P.kwargs) -> T:
        task = asyncio.ensure_future(function(*args, **kwargs))
        _running.add(task)
        task.add_done_callback(_running.discard)
        return await asyncio.shield(task)

    return run_to_the_end


def _durable(url: str) -> str:
    return _with_options(url, f"journal_mode=WAL&synchronous=FULL&foreign_keys=ON&busy_timeout={LONGEST_WRITE_MS}")


def _without_foreign_keys(url: str) -> str:
    # A table rebuilt by a migration would otherwise delete its child rows.
    return _with_options(url, "foreign_keys=OFF")


def _with_options(url: str, options: str) -> str:
    if not url.startswith("sqlite:"):
        return url
    return f"{url}{'&' if '?' in url else '?'}{options}"
