"""What tests share: a fresh database in a folder of its own, and a shop in it."""

import asyncio
import functools
import gc
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import hypothesis
import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from tortoise.apps import Apps

from models import Shop, text
from services import database as the_database
from services import engines, live, settings, throttle
from tests.servers.postgres import QUICK, PostgresServer, empty, postgres

ENGINES = ("sqlite", "postgres")
OF_ONE_ENGINE = (  # what Tortoise knows of a model on an engine
    "filters",
    "db_native_fields",
    "db_default_fields",
    "db_complex_fields",
    "basetable",
    "basequery",
    "basequery_all_fields",
)
SLOW_FOLDERS = ("soak", "e2e")

# A busy machine is no failure: answers may take their time, and examples have no deadline of their own.
DEFAULT_TIMEOUT_CONFIG.read = 30.0
hypothesis.settings.register_profile("pedido", deadline=None)
hypothesis.settings.load_profile("pedido")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what does not exist on PostgreSQL; what takes longest comes first, lest a core is idle at the end."""
    alone = [item for item in items if item.get_closest_marker("sqlite_only") and _engine(item) == "postgres"]
    config.hook.pytest_deselected(items=alone)
    items[:] = sorted((item for item in items if item not in set(alone)), key=_slow_ones_first)


def _engine(item: pytest.Item) -> str:
    """The database a test is run on, "" if it uses none."""
    return str(item.callspec.params.get("database_url", "")) if hasattr(item, "callspec") else ""


def _slow_ones_first(item: pytest.Item) -> int:
    folder = item.path.parent.name
    return SLOW_FOLDERS.index(folder) if folder in SLOW_FOLDERS else len(SLOW_FOLDERS)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the garbage collector, which would look through it again and again, need not."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True, scope="session")
def authorities_read_once() -> Iterator[None]:
    """Each question of httpx would read anew whom all the world trusts, which takes longer than most answers."""
    with patch("httpx._transports.default.create_ssl_context", functools.cache(httpx.create_ssl_context)):
        yield


@pytest.fixture(autouse=True, scope="session")
def models_finished_once() -> Iterator[None]:
    """Tortoise finishes the models for an engine whenever a database is opened: most of the time that takes."""
    finish, finished = Apps._build_initial_querysets, dict[tuple[object, ...], list[dict[str, Any]]]()

    def finish_once(apps: Apps) -> None:
        metas = [model._meta for app in apps.apps.values() for model in app.values()]
        key = (metas[0].db.capabilities.dialect, *metas)
        if key not in finished:
            for meta in metas:
                meta.filters, meta.db_native_fields, meta.db_default_fields, meta.db_complex_fields = {}, [], [], []
            finish(apps)
            finished[key] = [{name: getattr(meta, name) for name in OF_ONE_ENGINE} for meta in metas]
        for meta, kept in zip(metas, finished[key], strict=True):
            for name, value in kept.items():
                setattr(meta, name, value)

    with patch.object(Apps, "_build_initial_querysets", finish_once):
        yield


@pytest.fixture(autouse=True, scope="module")
def no_garbage_of_others() -> Iterator[None]:
    """What a test left lying is found in its own module: Python 3.11 stumbles when it is told of it while it parses."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """What one test did often is not counted against the next."""
    throttle.forget_all()


@pytest.fixture(autouse=True)
def english() -> None:
    """No test's shop is spoken by the next one."""
    text.shop_speaks(text.SOURCE_LANGUAGE)
    text.speak("")


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> settings.Settings:
    """Settings that point into this test's own folder."""
    monkeypatch.chdir(tmp_path)
    loaded = settings.load(data=tmp_path / "data")
    loaded.make_folders()
    return loaded


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, made once; each test works on a copy."""
    file = tmp_path_factory.mktemp("empty") / "pedido.db"
    asyncio.run(the_database.bring_up_to_date(f"sqlite://{file}"))
    return file


@pytest.fixture
def migrated_folder(data_folder: settings.Settings, empty_database: Path) -> settings.Settings:
    """A data folder with a database that has no need of migrations, which take longer than most commands."""
    shutil.copy(empty_database, data_folder.data / "pedido.db")
    return data_folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for tests that do not crash it."""
    with postgres(fsync=QUICK) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """A migrated database on it."""
    url = postgres_server.url("postgres")
    asyncio.run(the_database.bring_up_to_date(url))
    return url


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, data_folder: settings.Settings) -> str:
    """The address of a migrated database: each test that uses one runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_database"), data_folder.data / "pedido.db")
    else:
        data_folder.database_url = request.getfixturevalue("postgres_url")
    return data_folder.database_url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[None]:
    """An empty, migrated database that is open."""
    if engines.is_postgres(database_url):
        await empty(database_url)
    await the_database.connect(database_url)
    yield
    await the_database.close_database()
    live._changed_orders.clear()  # what a test did not wait for is not the next one's
    live._changed_deliveries.clear()


@pytest.fixture
async def shop(database: None) -> Shop:
    """A shop that has been set up."""
    return await Shop.create(
        id=1,
        name="Norte Tools",
        currency="EUR",
        time_zone="Europe/Madrid",
        language="en",
        management_emails=["orders@norte.example"],
    )
