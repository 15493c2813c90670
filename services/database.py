"""The database: opening, migrating, closing, and the one way to write to it."""

import asyncio
import functools
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate
from tortoise.migrations.executor import PlanStep
from tortoise.transactions import in_transaction

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_WAIT_SECONDS = 60.0  # for a lock on the database that is copied
COPIES_KEPT = 3  # of the database as it was before a migration

_running: set[asyncio.Task[Any]] = set()


def config(url: str) -> dict[str, Any]:
    """Tortoise's configuration for a database `url`."""
    return {
        "connections": {"default": url},
        "apps": {"models": {"models": ["models"], "migrations": "models.migrations", "default_connection": "default"}},
        "use_tz": True,
        "timezone": "UTC",
    }


# What `tortoise makemigrations -c services.database.MIGRATIONS` reads; it never opens this database.
MIGRATIONS = config("sqlite://:memory:")


async def open_database(url: str) -> None:
    """Migrate the database at `url` (`sqlite:///…`) to this version and open it for the whole process."""
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
    framework cancels timers and late pages. Inside: no network, no thread, no task, no event.
    """

    async def in_one_transaction(*args: P.args, **kwargs: P.kwargs) -> T:
        async with in_transaction():
            return await function(*args, **kwargs)

    return shielded(functools.wraps(function)(in_one_transaction))


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
    return _with_options(url, "journal_mode=WAL&synchronous=FULL&foreign_keys=ON")


def _without_foreign_keys(url: str) -> str:
    # A table rebuilt by a migration would otherwise delete its child rows.
    return _with_options(url, "foreign_keys=OFF")


def _with_options(url: str, options: str) -> str:
    if not url.startswith("sqlite:"):
        return url
    return f"{url}{'&' if '?' in url else '?'}{options}"
