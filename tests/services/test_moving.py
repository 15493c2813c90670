"""A shop moves from SQLite to PostgreSQL and back: all of it, as it was, or nothing."""

import asyncio
import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from models import Category, Dialect, Order, Product, Shape, Shop
from services import commands, copying, database, engines, exports, moving, settings
from services.settings import SettingsError
from tests.bench import fill
from tests.e2e.shop_process import ROOT
from tests.servers.postgres import empty

ORDERS, PRODUCTS = 120, 30
OPTIONS = {"Zoll": "20", "Größe": "L", "A": "3"}  # not in the order of their letters
LAST_ID = 900  # of a category that was deleted

DYING = """
import os, signal, sys
from pathlib import Path
from services import copying, moving, settings
settings.load(data=sys.argv[1], database_url=sys.argv[2])
def die(table, rows):
    if table == "order_line":
        os.kill(os.getpid(), signal.SIGKILL)
if len(sys.argv) > 4:
    async def make_tables(file, migration):
        file.write_bytes(Path(sys.argv[4]).read_bytes())
    copying._make_tables = make_tables
moving.move(sys.argv[3], die)
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """The database of a shop with orders, made once."""
    folder = tmp_path_factory.mktemp("kept")
    shutil.copy(empty_database, folder / "pedido.db")
    fill.fill(folder, ORDERS, PRODUCTS)
    settings.load(data=folder)
    asyncio.run(opened(f"sqlite://{folder}/pedido.db", odd_rows))
    return folder / "pedido.db"


async def odd_rows() -> None:
    """What the two engines keep in different ways."""
    parent = await Product.create(sku="S", name="Säge", is_parent=True, sort_name="sage")
    child = await Product.create(sku="S-L", name="Säge", price="12.3456", options=OPTIONS, sort_name="sage")
    await Product.filter(id=parent.id).update(parent_id=child.id)  # a row that names a later one
    await Category.create(id=LAST_ID, path="x", name="x")
    await Category.filter(id=LAST_ID).delete()
    await Order.filter(id=1).update(comments="„é“\n=1+1", received_at=datetime(2026, 1, 2, 3, 4, 5, 6, UTC))


@pytest.fixture
def on_sqlite(data_folder: settings.Settings, kept: Path) -> settings.Settings:
    """A shop on SQLite that is not running."""
    shutil.copy(kept, data_folder.data / "pedido.db")
    return data_folder


@pytest.fixture
def server(postgres_url: str) -> str:
    """The address of an empty database."""
    asyncio.run(empty(postgres_url))
    return postgres_url


@pytest.fixture
def quick_tables(monkeypatch: pytest.MonkeyPatch, empty_database: Path) -> None:
    """A new file has its migrations already: `test_postgres` sees that they are applied."""

    async def make_tables(file: Path, _migration: str) -> None:
        shutil.copy(empty_database, file)

    monkeypatch.setattr(copying, "_make_tables", make_tables)


async def opened(url: str, work):  # type: ignore[no-untyped-def] # any coroutine function
    await database.connect(url)
    try:
        return await work()
    finally:
        await database.close_database()


async def everything() -> dict[str, str]:
    """A hash of the CSV of all orders in each shape and dialect, and of the catalogue with the order of its options."""
    shop, ids = await Shop.get(), await Order.all().order_by("id").values_list("id", flat=True)
    files = {
        f"{shape} {dialect}": await exports.render(ids, exports.layout(shape, dialect, shop), shop)  # type: ignore[arg-type] # a list of numbers
        for shape in Shape
        for dialect in (Dialect.SPREADSHEET, Dialect.MACHINE)
    }
    files["products"] = repr(await Product.all().order_by("id").values()).encode()
    assert all(len(content) > ORDERS for content in files.values())
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def rows(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything that is in a file."""
    with closing(sqlite3.connect(file)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for name in names}


def test_there_and_back_every_export_is_the_same_byte_by_byte(
    on_sqlite: settings.Settings, server: str, quick_tables: None, capsys: pytest.CaptureFixture[str]
) -> None:
    source, before = on_sqlite.data / "pedido.db", asyncio.run(opened(on_sqlite.database_url, everything))
    untouched = rows(source)

    assert commands.move(server) == 0, capsys.readouterr().err

    told = capsys.readouterr().out
    assert f"order: {ORDERS}\n" in told
    assert f"PEDIDO_DATABASE_URL={server} and start" in told
    assert rows(source) == untouched
    settings.load(data=on_sqlite.data, database_url=server)
    assert asyncio.run(opened(server, everything)) == before

    back = f"sqlite://{on_sqlite.data}/back.db"
    assert commands.move(back) == 0, capsys.readouterr().err

    settings.load(data=on_sqlite.data, database_url=back)
    assert asyncio.run(opened(back, everything)) == before
    assert {path.name for path in on_sqlite.data.iterdir()} >= {"back.db", "pedido.db"}
    assert not [path for path in on_sqlite.data.iterdir() if moving.UNFINISHED in path.name]

    async def next_category() -> int:
        return (await Category.create(path="y", name="y")).id

    # The number of a row that was deleted is nobody else's, on either.
    assert asyncio.run(opened(back, next_category)) == LAST_ID + 1
    assert asyncio.run(opened(server, next_category)) == LAST_ID + 1


def test_a_target_that_is_not_empty_is_refused(
    on_sqlite: settings.Settings, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(opened(server, lambda: Category.create(path="a", name="a")))
    assert commands.move(server) == 1
    assert "The database is not empty" in capsys.readouterr().err
    settings.load(data=on_sqlite.data, database_url=server)
    before = (on_sqlite.data / "pedido.db").read_bytes()
    assert commands.move(f"sqlite://{on_sqlite.data}/pedido.db") == 1
    assert "There is a file at" in capsys.readouterr().err
    assert (on_sqlite.data / "pedido.db").read_bytes() == before


def test_a_shop_that_is_served_does_not_move(
    on_sqlite: settings.Settings, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    serving = "import sys, time; from pathlib import Path; from services import data_folder\n"
    serving += "data_folder.claim(Path(sys.argv[1])); print(flush=True); time.sleep(60)"
    command = [sys.executable, "-c", serving, str(on_sqlite.data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        with pytest.raises(SettingsError, match="is in use by another Pedido"):
            commands.move(server)
        process.kill()
    assert asyncio.run(copying.is_empty(server))


def test_a_shop_that_another_machine_serves_does_not_move(
    data_folder: settings.Settings, server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "LOOKS", 1)
    asyncio.run(opened(server, lambda: Category.create(path="a", name="a")))
    settings.load(data=data_folder.data, database_url=server)

    async def served() -> int:
        elsewhere = await asyncpg.connect(server, server_settings={"application_name": engines.APPLICATION})
        try:
            return await asyncio.to_thread(commands.move, f"sqlite://{data_folder.data}/moved.db")
        finally:
            await elsewhere.close()

    assert asyncio.run(served()) == 1
    assert "Another Pedido works on this database" in capsys.readouterr().err
    assert not list(data_folder.data.glob("moved.db*"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://a:secret@b/c", r"^--to: must be sqlite:/// and a file, or postgres://"),
        ("postgres://pedido:secret@127.0.0.1:1/pedido", r"^--to: the database 127\.0\.0\.1:1/pedido cannot be used"),
        ("postgres://pedido:secret@nowhere.invalid/pedido", r"^--to: the database nowhere\.invalid/pedido cannot"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_in_one_sentence_without_its_password(
    on_sqlite: settings.Settings, address: str, words: str
) -> None:
    with pytest.raises(SettingsError, match=words) as refused:
        commands.move(address)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_same_kind_of_database_and_no_shop_at_all_are_refused(
    data_folder: settings.Settings, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.move(f"sqlite://{data_folder.data}/other.db") == 1
    assert "the same kind of database" in capsys.readouterr().err
    (data_folder.data / "pedido.db").unlink(missing_ok=True)
    assert commands.move(server) == 1
    assert "There is no shop in" in capsys.readouterr().err


def test_a_shop_of_another_version_is_refused(
    on_sqlite: settings.Settings, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(on_sqlite.data / "pedido.db")) as file, file:
        file.execute(f"DELETE FROM {copying.MIGRATIONS} WHERE id = (SELECT max(id) FROM {copying.MIGRATIONS})")
    assert commands.move(server) == 1
    assert "Another version of Pedido" in capsys.readouterr().err


@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE order_line SET name = name || ' ' WHERE id = 7",
        'UPDATE "order" SET lines_total = lines_total + 1 WHERE id = 3',
        "DELETE FROM order_line WHERE id = 7",
    ],
)
def test_a_copy_that_is_not_the_same_is_thrown_away(
    on_sqlite: settings.Settings,
    server: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    changed: str,
) -> None:
    compared = moving._compared

    async def after_a_change(file: sqlite3.Connection, target: asyncpg.Connection) -> moving.Everything:
        await target.execute(changed)
        return await compared(file, target)

    monkeypatch.setattr(moving, "_compared", after_a_change)
    assert commands.move(server) == 1
    assert "It differed in: order" in capsys.readouterr().err
    assert asyncio.run(copying.is_empty(server))


def died(*arguments: object) -> None:
    done = subprocess.run([sys.executable, "-c", DYING, *map(str, arguments)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


def test_a_move_that_is_killed_leaves_nothing_and_the_next_one_succeeds(
    on_sqlite: settings.Settings,
    server: str,
    quick_tables: None,
    empty_database: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = on_sqlite.data / "pedido.db"
    before = source.read_bytes()
    died(on_sqlite.data, on_sqlite.database_url, server)
    assert source.read_bytes() == before
    assert asyncio.run(copying.is_empty(server))
    assert commands.move(server) == 0, capsys.readouterr().err

    settings.load(data=on_sqlite.data, database_url=server)
    back = on_sqlite.data / "back.db"
    died(on_sqlite.data, server, f"sqlite://{back}", empty_database)
    assert not back.exists()
    assert commands.move(f"sqlite://{back}") == 0, capsys.readouterr().err
    assert rows(back)["order_line"] == rows(source)["order_line"]


def test_the_address_can_be_given_unseen(
    on_sqlite: settings.Settings, server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with_password = server.replace("postgres@", "postgres:much-secret@")
    read, write = os.pipe()
    os.write(write, f"{with_password}\n".encode())
    os.close(write)
    with os.fdopen(read) as typed:
        monkeypatch.setattr(sys, "stdin", typed)
        assert commands.move("-") == 0
    told = capsys.readouterr()
    assert "much-secret" not in told.out + told.err
    assert with_password.replace("much-secret", "…") in told.out
