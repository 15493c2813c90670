"""Two processes of one shop on one PostgreSQL database, with one data folder."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.shop_process import PROGRAM, ShopProcess
from tests.soak.stores import PostgresDatabase, Rows


@dataclass(frozen=True)
class Pair:
    """The two, and where their rows are."""

    first: ShopProcess
    second: ShopProcess
    store: PostgresDatabase

    def both(self) -> tuple[ShopProcess, ShopProcess]:
        """One after the other."""
        return self.first, self.second

    def read(self, query: str) -> Rows:
        """Rows of their database."""
        return self.store.read(self.first, query)

    def count(self, query: str) -> int:
        """The number a query gives."""
        return int(self.read(query)[0][0])


def beside(shop: ShopProcess, folder: Path, program: Sequence[str] = PROGRAM) -> ShopProcess:
    """Another process of a shop, which is not started yet; it has no mail server."""
    folder.mkdir(exist_ok=True)
    settings = {
        "PEDIDO_DATA": str(shop.data),
        "PEDIDO_DATABASE_URL": shop.database_url,
        "PEDIDO_PUBLIC_URL": shop.address,
    }
    other = ShopProcess(folder, settings=settings, program=program)
    other.data, other.owner_token = shop.data, shop.owner_token
    return other


@contextmanager
def two_processes(
    folder: Path,
    store: PostgresDatabase,
    prepare: Callable[[ShopProcess], object],
    *,
    smtp_url: str = "",
    program: Sequence[str] = PROGRAM,
) -> Iterator[Pair]:
    """Run both until the block ends. They must have ended without having told of a bug."""
    (folder / "first").mkdir()
    first = ShopProcess(folder / "first", settings=store.settings(), program=program)
    prepare(first)
    second = beside(first, folder / "second", program)
    pair = Pair(first, second, store)
    for process in pair.both():
        process.set({"PEDIDO_SMTP_URL": smtp_url})
    try:
        for process in pair.both():
            process.start()
        yield pair
    finally:
        for process in pair.both():
            process.stop()
    assert [process.trouble() for process in pair.both()] == [[], []]
