"""Moving a shop from SQLite to PostgreSQL or back: all of it, compared with what it was, or nothing."""

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from tortoise.exceptions import OperationalError

from models.errors import ShopError
from models.text import _
from services import backups, copying, data_folder, database, engines, restoring, settings
from services.copying import Connection, Tell

OPTION = "--to"
UNFINISHED = ".moving"
AMOUNTS = "bigint"  # what amounts and prices are kept as
LOOKS, LOOK_AGAIN_SECONDS = 20, 0.1  # a server sees connections a moment longer than they last
WITHIN = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"
VERSIONS = f"SELECT name FROM {copying.MIGRATIONS}"  # noqa: S608 - a constant


@dataclass(frozen=True)
class Sums:
    """What a table comes to: its rows, the sum of all amounts and prices, and a hash of everything that is in it."""

    rows: int
    amounts: int
    sha256: str


Everything = dict[str, Sums]


def move(target: str, tell: Tell) -> Everything:
    """Copy the shop of the settings to the empty database at the address `target`; return what both came to.

    It blocks, and runs event loops of its own. `tell` hears how far it is. Raises ShopError or SettingsError; nothing
    is in the target then. The shop itself is left as it was.
    """
    chosen = settings.current()
    source = chosen.database_url
    _check_addresses(source, target)
    with _alone(chosen.data):
        try:
            if engines.is_postgres(target):
                return _to_server(engines.file_of(source), target, tell)
            return _to_file(source, engines.file_of(target), tell)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OperationalError) as error:
            raise ShopError(_("The database server refused: {reason}").format(reason=error)) from error
        except sqlite3.Error as error:
            raise ShopError(_("The database could not be copied: {reason}.").format(reason=error)) from error


def _check_addresses(source: str, target: str) -> None:
    try:
        settings.check_database_address(target)
    except ValueError as error:
        raise settings.SettingsError(f"{OPTION}: {error}.") from None
    if engines.is_postgres(source) == engines.is_postgres(target):
        raise ShopError(_("A shop moves from SQLite to PostgreSQL, or back; this is the same kind of database."))
    if engines.is_postgres(source):
        settings.check_database(source)
        if asyncio.run(copying.is_empty(source)):
            raise ShopError(_("There is no shop in {folder} yet.").format(folder=engines.shown(source)))
        if engines.file_of(target).exists():
            raise ShopError(
                _("There is a file at {file} already. A shop moves into a new one.").format(
                    file=engines.file_of(target)
                )
            )
    elif not engines.file_of(source).exists():
        raise ShopError(_("There is no shop in {folder} yet.").format(folder=settings.current().data))
    else:
        settings.check_database(target, OPTION)
        if not asyncio.run(copying.is_empty(target)):
            raise ShopError(_("The database is not empty. A shop moves into an empty one."))


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Keep the shop from being served meanwhile. Raises SettingsError if it is."""
    settings.current().make_data_folder()
    data_folder.claim(data)
    try:
        yield
    finally:
        data_folder.release(data)


def _to_server(source: Path, target: str, tell: Tell) -> Everything:
    with closing(sqlite3.connect(source, isolation_level=None)) as opened:
        opened.execute("BEGIN IMMEDIATE")  # commands that write wait, or are told
        _check_version(name for (name,) in opened.execute(VERSIONS))
        asyncio.run(database.bring_up_to_date(target))
        return asyncio.run(_fill_server(opened, target, tell))


async def _fill_server(source: sqlite3.Connection, target: str, tell: Tell) -> Everything:
    async with copying.filling(source, target, tell) as filled:
        return await _compared(source, filled)


def _to_file(source: str, target: Path, tell: Tell) -> Everything:
    unfinished = target.with_name(f"{target.name}{UNFINISHED}")
    target.parent.mkdir(parents=True, exist_ok=True)
    _forget(unfinished)  # of a move that was interrupted
    try:
        everything = asyncio.run(_fill_file(source, unfinished, tell))
        unfinished.rename(target)
    finally:
        _forget(unfinished)
    backups.sync(target.parent)
    return everything


async def _fill_file(source: str, file: Path, tell: Tell) -> Everything:
    async with _held(source) as opened:
        _check_version(name for (name,) in await opened.fetch(VERSIONS))
        await copying.fill_file(opened, file, tell)
        with closing(sqlite3.connect(file)) as filled:
            return await _compared(filled, opened)


@asynccontextmanager
async def _held(url: str) -> AsyncIterator[Connection]:
    """One state of a server's database that nobody serves, and that nobody changes meanwhile."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(database.KEEP_TURN)
        await _check_nobody_serves(connection)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection
    finally:
        await connection.close()


async def _check_nobody_serves(connection: Connection) -> None:
    """Other machines do not share the lock of the data folder."""
    for _look in range(LOOKS):
        if not await connection.fetchval(WITHIN, engines.APPLICATION):
            return
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
    raise ShopError(_("Another Pedido works on this database. Please stop it first; nothing was moved."))


def _check_version(names: Iterable[str]) -> None:
    if set(names) != {path.stem for path in restoring.MIGRATIONS.glob("[0-9]*.py")}:
        raise ShopError(
            _("Another version of Pedido served this shop last. Please start this one once, stop it, and move then.")
        )


def _forget(file: Path) -> None:
    for left in (file, *file.parent.glob(f"{file.name}-*")):
        left.unlink(missing_ok=True)


async def _compared(file: sqlite3.Connection, server: Connection) -> Everything:
    """What both come to. Raises ShopError where that is not the same."""
    there, here = {}, {}
    for table in await copying.tables(server):
        types = await copying.column_types(server, table)
        there[table] = await _sums_of_server(server, table, types)
        here[table] = _sums_of_file(file, table, types)
    differing = [table for table in there if there[table] != here[table]]
    if differing:
        raise ShopError(
            _(
                "The copy was not the same as what it was made of, and was thrown away. It differed in: {tables}."
            ).format(tables=", ".join(differing))
        )
    return there


async def _sums_of_server(server: Connection, table: str, types: Mapping[str, str]) -> Sums:
    adding = _Adding(types)
    async for row in server.cursor(_rows(table, types), prefetch=copying.ROWS_AT_ONCE):
        adding.add(row)
    return adding.sums()


def _sums_of_file(file: sqlite3.Connection, table: str, types: Mapping[str, str]) -> Sums:
    adding, kinds = _Adding(types), _kinds(types)
    for row in file.execute(_rows(table, types)):
        adding.add(map(copying.to_postgres, kinds, row))
    return adding.sums()


def _rows(table: str, types: Mapping[str, str]) -> str:
    """All rows by their ids, their columns by name: the order they were added in is not the same on both engines."""
    names = ", ".join(f'"{name}"' for name in sorted(types))
    return f'SELECT {names} FROM "{table}" ORDER BY id'  # noqa: S608 - a table of our own


def _kinds(types: Mapping[str, str]) -> list[str]:
    return [types[name] for name in sorted(types)]


class _Adding:
    """Adds up the rows of a table, whose values are as PostgreSQL gives them."""

    def __init__(self, types: Mapping[str, str]) -> None:
        self._kinds = _kinds(types)
        self._rows, self._amounts, self._hash = 0, 0, hashlib.sha256()

    def add(self, row: Iterable[Any]) -> None:
        values = list(row)
        self._rows += 1
        self._amounts += sum(
            value for kind, value in zip(self._kinds, values, strict=True) if kind == AMOUNTS and value is not None
        )
        self._hash.update(repr(list(map(_comparable, self._kinds, values))).encode(errors="surrogatepass"))

    def sums(self) -> Sums:
        return Sums(self._rows, self._amounts, self._hash.hexdigest())


def _comparable(kind: str, value: Any) -> Any:
    """The same for what means the same: a moment in any zone, an object whose keys have no order."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if kind == "jsonb" and value is not None:
        return json.dumps(json.loads(value), sort_keys=True)
    return str(value) if kind == "date" else value
