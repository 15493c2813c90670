"""What tests share: a fresh database in a folder of its own, and a shop in it."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import hypothesis
import pytest

from models import Shop
from services import database as the_database
from services import live, settings

# A busy machine is no failure: examples have no deadline of their own.
hypothesis.settings.register_profile("pedido", deadline=None)
hypothesis.settings.load_profile("pedido")


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
async def database(data_folder: settings.Settings, empty_database: Path) -> AsyncIterator[None]:
    """An empty, migrated database."""
    shutil.copy(empty_database, data_folder.data / "pedido.db")
    await the_database.connect(data_folder.database_url)
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
