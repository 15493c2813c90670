"""The kinds of database a shop can have, and what a crash means for each."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from tests.e2e.shop_process import ShopProcess

Rows = list[tuple[Any, ...]]
Read = Callable[[str], Rows]


class Store(Protocol):
    """A kind of database. `stops` says how often a crash loop stops its server at once, besides killing the program."""

    stops: int

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


class SqliteFile:
    """A file in the data folder."""

    stops = 0

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
