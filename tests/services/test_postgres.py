"""PostgreSQL: the same backups as on SQLite, and a server that goes away and comes back."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from models import Buyer, Category, MessageStatus, Product, Shop
from models.errors import ShopError, StorageError
from services import backups, commands, copying, database, engines, settings, text_search
from services.database import unit_of_work
from services.text_search import BUYERS, MESSAGES, ORDERS
from tests import order_rows
from tests.servers.postgres import DURABLE, PostgresServer, empty, postgres

RECONNECT_SECONDS = 15
PATIENCE_SECONDS = 5
TYPES = {"Zoll": "20", "Größe": "L", "A": "3"}  # neither in the order of their letters nor of their lengths


@pytest.fixture
def on_server(data_folder: settings.Settings, postgres_url: str) -> settings.Settings:
    """Settings that name an empty, migrated database on a server."""
    data_folder.database_url = postgres_url
    asyncio.run(empty(postgres_url))
    return data_folder


async def a_shop() -> None:
    """One row of every kind of value, a row that names a later one, a message that waits."""
    await Shop.create(id=1, name="Norte Tools", management_emails=["orders@norte.example"])
    child = await Product.create(sku="S-L", name="Säge", price="12.3456", options=TYPES, sort_name="sage")
    parent = await Product.create(sku="S", name="Säge", is_parent=True, sort_name="sage")
    await Product.filter(id=child.id).update(parent_id=parent.id)
    order = await order_rows.order(number="2026-00001", comments="„é“\n=1+1")
    await order_rows.message(order, MessageStatus.PENDING)
    await Buyer.create(email="marta@sol.example", search="marta")


async def opened(url: str, work) -> None:  # type: ignore[no-untyped-def] # any coroutine function
    await database.connect(url)
    try:
        await work()
    finally:
        await database.close_database()


async def everything(url: str) -> dict[str, list[asyncpg.Record]]:
    """All rows of a server's database, by table."""
    connection = await asyncpg.connect(url)
    try:
        names = [name for (name,) in await connection.fetch(copying.TABLES) if name != copying.MIGRATIONS]
        return {name: await connection.fetch(f'SELECT * FROM "{name}" ORDER BY id') for name in names}
    finally:
        await connection.close()


def test_a_backup_is_restored_with_every_value_as_it_was(
    on_server: settings.Settings, postgres_server: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(opened(on_server.database_url, a_shop))
    before = asyncio.run(everything(on_server.database_url))
    backup = backups.write(on_server.data.parent / "backup.zip").path
    other = asyncio.run(new_database(postgres_server, "restored"))
    settings.load(data=on_server.data.parent / "new", database_url=other)

    assert commands.restore(backup, None) == 0, capsys.readouterr().err

    after = asyncio.run(everything(other))
    assert [row["status"] for row in after.pop("outbox_message")] == ["held"]
    assert len(before.pop("outbox_message")) == 1
    assert after == before
    assert sum(map(len, after.values())) == 5

    async def goes_on() -> None:
        """Numbers go on where they were, and names keep their order."""
        assert (await Product.create(sku="new", name="new", sort_name="new")).id == 3
        assert list((await Product.get(sku="S-L")).options.items()) == list(TYPES.items())

    asyncio.run(opened(other, goes_on))


def test_a_backup_moves_a_shop_from_sqlite_to_a_server_and_back(
    data_folder: settings.Settings, postgres_server: PostgresServer, empty_database: Path
) -> None:
    (data_folder.data / "pedido.db").write_bytes(empty_database.read_bytes())
    asyncio.run(opened(data_folder.database_url, a_shop))
    folder = data_folder.data.parent
    first = backups.write(folder / "first.zip").path
    settings.load(data=folder / "server", database_url=asyncio.run(new_database(postgres_server, "moved")))
    assert commands.restore(first, None) == 0
    second = backups.write(folder / "second.zip").path
    settings.load(data=folder / "back", database_url=f"sqlite://{folder}/back/pedido.db")
    assert commands.restore(second, None) == 0

    query = "SELECT sku, name, price, options, parent_id FROM product ORDER BY id"
    rows = []
    for place in ("data", "back"):
        with closing(sqlite3.connect(folder / place / "pedido.db")) as connection:
            rows.append(connection.execute(query).fetchall())
    assert rows[0] == rows[1]
    assert len(rows[0]) == 2

    async def is_found() -> None:
        """What is searched for, too."""
        for index, word in ((ORDERS, "marta"), (MESSAGES, "2026-00001"), (BUYERS, "marta")):
            assert await text_search.candidates(index, [word], 9) == [1]

    for address in (f"sqlite://{folder}/back/pedido.db", postgres_server.url("moved")):
        asyncio.run(opened(address, is_found))


def test_a_backup_is_not_restored_over_another_shop(
    on_server: settings.Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(opened(on_server.database_url, a_shop))
    before = asyncio.run(everything(on_server.database_url))
    backup = backups.write(on_server.data.parent / "backup.zip").path
    settings.load(data=on_server.data.parent / "new", database_url=on_server.database_url)

    assert commands.restore(backup, None) == 1

    assert "not empty" in capsys.readouterr().err
    assert asyncio.run(everything(on_server.database_url)) == before


def test_a_backup_of_a_server_that_is_away_is_refused_in_words(data_folder: settings.Settings) -> None:
    data_folder.database_url = "postgres://pedido@127.0.0.1:1/pedido"
    with pytest.raises(ShopError, match="could not be copied"):
        backups.write(data_folder.data.parent / "backup.zip")
    assert [path.name for path in data_folder.data.parent.iterdir()] == ["data"]


@pytest.mark.parametrize(
    "url",
    ["postgres://pedido:secret@127.0.0.1:1/pedido", "postgres://pedido:secret@nowhere.invalid/pedido"],
)
def test_a_server_that_cannot_be_reached_stops_the_start_with_one_sentence(
    data_folder: settings.Settings, url: str
) -> None:
    with pytest.raises(settings.SettingsError, match=r"^PEDIDO_DATABASE_URL: .* cannot be used: [^\n]+$") as refused:
        settings.load(data=data_folder.data, database_url=url).make_folders()
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["postgres://", "postgres:///pedido", "postgres://host/pedido", "mysql://a@b/c"])
def test_an_address_that_names_no_database_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(settings.SettingsError, match=r"^PEDIDO_DATABASE_URL: must be "):
        settings.load(data=tmp_path, database_url=url)


async def new_database(server: PostgresServer, name: str) -> str:
    """Make an empty database on a server, in place of one of this name; return its address."""
    connection = await asyncpg.connect(server.url("postgres"))
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {name}")
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    return server.url(name)


@unit_of_work
async def one_row(name: str) -> None:
    await Category.create(path=name, name=name)


async def test_a_server_that_crashes_is_told_in_words_and_connected_to_again(data_folder: settings.Settings) -> None:
    with postgres(fsync=DURABLE) as server:
        await database.open_database(server.url("postgres"))
        try:
            await asyncio.gather(*(one_row(f"before {n}") for n in range(20)))  # several connections are open
            await asyncio.to_thread(server.stop, "immediate")
            for n in range(20):  # more than there are connections: none is lost by a failure
                with pytest.raises(StorageError, match="nothing was sent"):
                    await one_row(f"away {n}")
                with pytest.raises(StorageError):
                    await Category.all().count()
            await asyncio.to_thread(server.start)
            since = time.monotonic()
            await asyncio.gather(*(one_row(f"after {n}") for n in range(20)))
            assert time.monotonic() - since < RECONNECT_SECONDS
            assert sorted({row.name.split()[0] for row in await Category.all()}) == ["after", "before"]
            assert await Category.all().count() == 40
        finally:
            await database.close_database()


async def test_a_connection_that_is_lost_once_the_work_is_done_is_nobodys_trouble(
    on_server: settings.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(_connection: asyncpg.Connection, **_options: object) -> None:
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    async def write_twice() -> None:
        with monkeypatch.context() as broken:
            broken.setattr(asyncpg.Connection, "reset", lost)
            await unit_of_work(Category.create)(path="a", name="a")
        await unit_of_work(Category.create)(path="b", name="b")
        assert await Category.all().count() == 2

    await opened(on_server.database_url, write_twice)


async def test_a_server_that_crashes_in_the_middle_of_a_unit_of_work_leaves_nothing_of_it(
    data_folder: settings.Settings,
) -> None:
    with postgres(fsync=DURABLE) as server:
        await database.open_database(server.url("postgres"))

        @unit_of_work
        async def interrupted() -> None:
            await Category.create(path="a", name="a")
            await asyncio.to_thread(server.stop, "immediate")
            await Category.create(path="b", name="b")

        try:
            with pytest.raises(StorageError):
                await interrupted()
            await asyncio.to_thread(server.start)
            assert await Category.all().count() == 0
            await one_row("c")
        finally:
            await database.close_database()


async def test_units_of_work_that_wait_leave_connections_to_read_with(on_server: settings.Settings) -> None:
    async def many_wait() -> None:
        elsewhere = await asyncpg.connect(on_server.database_url)
        await elsewhere.execute(database.TAKE_TURN.replace("xact_", ""))
        waiting = [asyncio.ensure_future(one_row(f"row{number}")) for number in range(2 * engines.CONNECTIONS)]
        await asyncio.sleep(0.3)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await Category.all().count() == 0
        await elsewhere.close()
        await asyncio.gather(*waiting)
        assert await Category.all().count() == len(waiting)

    await opened(on_server.database_url, many_wait)
