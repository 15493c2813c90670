"""Shops of any size, the same each time: made once, kept beside other temporary files, and copied where one is changed.

python -m tests.bench.fill --orders 1000000 --products 100000 [--data FOLDER]
"""

import argparse
import asyncio
import fcntl
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path

import asyncpg

from services import copying, database, text_search
from tests.bench.fill_catalogue import fill_catalogue
from tests.bench.fill_orders import UNTIL, fill_orders
from tests.bench.fill_shop import OWNER_ID, PASSWORD, SELLER, fill_shop
from tests.earlier_versions import MIGRATIONS
from tests.servers.postgres import QUICK, PostgresServer
from tests.servers.process import free_port

__all__ = ["OWNER_ID", "PASSWORD", "SELLER", "UNTIL", "copy", "make", "postgres", "shop"]

KEPT = Path(tempfile.gettempdir()) / "pedido-bench"
SEED = 2026
ORDERS, PRODUCTS = 1_000_000, 100_000
DATABASE = "pedido.db"


def shop(orders: int = ORDERS, products: int = PRODUCTS) -> Path:
    """The data folder of a shop of this size; it is never written to, not even by opening it: see `copy`."""
    folder = KEPT / f"{orders}-{products}-{MIGRATIONS[-1]}"
    with _alone(folder.name):
        if not folder.exists():
            unfinished = folder.with_suffix(".part")
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished, orders, products)
            unfinished.rename(folder)
    return folder


def copy(data: Path, place: Path) -> Path:
    """A data folder's copy at `place`, a folder that is not there yet, to be written to."""
    return Path(shutil.copytree(data, place, ignore=shutil.ignore_patterns("*-shm", "*-wal")))  # of who reads it now


@contextmanager
def postgres(orders: int = ORDERS, products: int = PRODUCTS) -> Iterator[str]:
    """A server that holds the same rows as `shop`; gives the address of its database. What is written to it stays."""
    folder = KEPT / f"postgres-{orders}-{products}-{MIGRATIONS[-1]}"
    source = shop(orders, products) / DATABASE
    with _alone(folder.name):
        server = PostgresServer(folder, free_port(), QUICK)
        is_new = not folder.exists()
        if is_new:
            folder.mkdir(mode=0o755)
            server.make()
        server.start()
        try:
            url = server.url("postgres")
            if is_new:
                asyncio.run(_fill_server(source, url))
            yield url
        except BaseException:  # also when interrupted: no half a server stays
            if is_new:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            server.stop()


def make(data: Path, orders: int, products: int, seed: int = SEED) -> None:
    """Make a data folder with a shop of this size; the same arguments make the same rows."""
    data.mkdir(parents=True)
    asyncio.run(database.bring_up_to_date(f"sqlite:///{data / DATABASE}"))
    fill(data, orders, products, seed)


def fill(data: Path, orders: int, products: int, seed: int = SEED) -> None:
    """Fill the empty tables of a data folder, and its pictures."""
    (data / "media").mkdir()
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -512000")
        with _without_indexes(connection):
            fill_shop(connection)
            fill_catalogue(connection, data / "media", products, seed)
            fill_orders(connection, orders, seed)
        connection.execute("PRAGMA journal_mode = WAL")


async def _fill_server(source: Path, url: str) -> None:
    await database.bring_up_to_date(url)
    await copying.fill_server(source, url)
    connection = await asyncpg.connect(url)
    await connection.execute("VACUUM ANALYZE")  # as the server does by itself, after a while
    await connection.close()


@contextmanager
def _without_indexes(connection: sqlite3.Connection) -> Iterator[None]:
    """An index is made in a fraction of the time once its table is full; so is the one of what is searched for."""
    indexes = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    ).fetchall()
    for kind, name, _sql in indexes:
        connection.execute(f'DROP {kind} "{name}"')
    yield
    for _kind, _name, sql in indexes:
        connection.execute(sql)
    for index in text_search.EVERY:
        connection.execute(f"""INSERT INTO "{index.table}"("{index.table}") VALUES ('rebuild')""")
    connection.execute(import_module("models.migrations.0023_buyers_orders").COUNT_ALL)
    connection.execute(f"PRAGMA analysis_limit = {database.ROWS_LOOKED_AT}")
    connection.execute("ANALYZE")  # as housekeeping does
    connection.commit()


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Whoever asks for the same at the same time waits."""
    KEPT.mkdir(exist_ok=True)
    with (KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> None:
    """Make a shop as the command line says, and tell how long it took."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fill", description="Make a shop of any size.")
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--products", type=int, default=PRODUCTS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--data", type=Path, help="a folder that is not there yet; else where the benchmarks look")
    chosen = parser.parse_args()
    begin = time.monotonic()
    if chosen.data:
        make(chosen.data, chosen.orders, chosen.products, chosen.seed)
    folder = chosen.data or shop(chosen.orders, chosen.products)
    print(f"{folder}: {time.monotonic() - begin:.0f} s; the seller is {SELLER}, {PASSWORD}")


if __name__ == "__main__":
    main()
