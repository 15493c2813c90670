"""The kinds of database a shop can have, and what a crash means for each."""

import asyncio
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from tests.e2e.shop_process import ShopProcess
from tests.servers.postgres import PostgresServer

Rows = list[tuple[Any, ...]]
Read = Callable[[str], Rows]


class Store(Protocol):
    """A kind of database. `stops` says how often a crash loop stops its server at once, besides killing the program."""

    stops: int
    resumes_within: float  # seconds from the first answered request on, with what was on its way

    def settings(self) -> Mapping[str, str]:
        """What the program is told about it."""

    def read(self, shop: ShopProcess, query: str) -> Rows:
        """Rows of the shop's database."""

    def after_kill(self, shop: ShopProcess) -> AbstractContextManager[Read]:
        """The database as a killed program left it; looking at it must not mend it."""

    def trouble(self, read: Read) -> list[str]:
        """What is wrong with the database itself, in sentences."""

    async def stop_at_once(self) -> None:
        """Stop the database's server in the middle of its work, and start it again."""

    async def empty_one(self) -> "Store":
        """An empty database of the same kind, for another shop."""


class SqliteFile:
    """A file in the data folder."""

    stops = 0
    resumes_within = 10.0

    def settings(self) -> Mapping[str, str]:
        """Nothing: it is what the program uses by default."""
        return {}

    def read(self, shop: ShopProcess, query: str) -> Rows:
        """Rows of the shop's database."""
        return shop.read(query)

    @contextmanager
    def after_kill(self, shop: ShopProcess) -> Iterator[Read]:
        """A copy is looked at: to open the file itself would write its journal back before the program does."""
        with tempfile.TemporaryDirectory(prefix="pedido-look-") as folder:
            for file in shop.data.glob("pedido.db*"):
                if not file.name.endswith("-shm"):  # an index of the journal, which is made anew
                    shutil.copy(file, folder)
            with closing(sqlite3.connect(Path(folder) / "pedido.db")) as opened:
                yield lambda query: opened.execute(query).fetchall()

    def trouble(self, read: Read) -> list[str]:
        """What SQLite's own check finds."""
        found = [str(text) for (text,) in read("PRAGMA integrity_check")]
        return [] if found == ["ok"] else found

    async def stop_at_once(self) -> None:
        """There is no server."""
        raise NotImplementedError

    async def empty_one(self) -> Store:
        """Each shop has its own file."""
        return self


class PostgresDatabase:
    """A database on a PostgreSQL server."""

    resumes_within = 45.0  # another process might be sending it: its lease of half a minute has to run out

    def __init__(self, server: PostgresServer, stops: int = 0, name: str = "postgres") -> None:
        self._server, self.stops = server, stops
        self._url = server.url(name)

    def settings(self) -> Mapping[str, str]:
        """The address alone switches the program."""
        return {"PEDIDO_DATABASE_URL": self._url}

    def read(self, _shop: ShopProcess, query: str) -> Rows:
        """Rows of the shop's database."""

        async def fetched() -> Rows:
            connection = await asyncpg.connect(self._url)
            try:
                return [tuple(row) for row in await connection.fetch(query)]
            finally:
                await connection.close()

        with ThreadPoolExecutor(1) as thread:  # the experiment's own loop may be running in this one
            return thread.submit(asyncio.run, fetched()).result()

    @contextmanager
    def after_kill(self, shop: ShopProcess) -> Iterator[Read]:
        """The program is dead and the server goes on: it is asked as always."""
        yield lambda query: self.read(shop, query)

    def trouble(self, read: Read) -> list[str]:
        """Indexes that do not agree with their tables, as PostgreSQL's own check finds them."""
        read("CREATE EXTENSION IF NOT EXISTS amcheck")
        indexes = read(
            "SELECT c.oid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE a.amname = 'btree' AND n.nspname = 'public'"
        )
        found = []
        for (name,) in indexes:
            try:
                read(f"SELECT bt_index_check('{name}'::regclass, true)")
            except asyncpg.PostgresError as error:
                found.append(f"{name}: {error}")
        return found

    async def stop_at_once(self) -> None:
        """It does not finish anything, and recovers from its log when it is started."""
        await asyncio.to_thread(self._server.stop, "immediate")
        await asyncio.to_thread(self._server.start)

    async def empty_one(self) -> Store:
        """Another database on the same server."""
        name = f"shop_{secrets.token_hex(4)}"
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()
        return PostgresDatabase(self._server, name=name)
