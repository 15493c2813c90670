"""What a shop holds before it starts: written by the program's own services, in a thread with a loop of its own."""

import asyncio
import functools
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext

from models import Product
from models.text import fold
from services import database, first_run, settings, setup_code
from tests.e2e.shop_process import ShopProcess

OWNER = "nuria@norte.example"
PASSWORD = "correct horse battery"
MANAGEMENT = "orders@norte.example"
SHOP = {
    "name": "Norte Tools",
    "currency": "EUR",
    "time_zone": "Europe/Madrid",
    "language": "en",
    "management_emails": MANAGEMENT,
    "email": OWNER,
    "password": PASSWORD,
}


def in_data_folder(shop: ShopProcess, work: Callable[[], Awaitable[Any]]) -> None:
    """Run `work` on the database of a shop that is not running."""
    settings.load(
        data=shop.data,
        key_file=shop.data / "key",
        public_url=shop.address,
        smtp_url="",
        database_url=shop.database_url,
    )

    async def opened() -> None:
        await database.open_database(settings.current().database_url)
        try:
            await work()
        finally:
            await database.close_database()

    def prepare() -> None:
        if not shop.database_url and not shop.database.exists():
            shop.data.mkdir(exist_ok=True)
            shop.database.write_bytes(_migrated())
        settings.current().make_folders()
        asyncio.run(opened())

    # A browser driven from this thread keeps this thread's event loop busy.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(prepare).result()


@functools.cache
def _migrated() -> bytes:
    """A database file that has seen all migrations, made once: they take longer than all else a shop is made of."""
    with tempfile.TemporaryDirectory(prefix="pedido-migrated-") as folder:
        file = Path(folder) / "pedido.db"
        asyncio.run(database.bring_up_to_date(f"sqlite://{file}"))
        return file.read_bytes()


def open_shop(shop: ShopProcess, *, and_then: Callable[[], Awaitable[Any]] | None = None) -> None:
    """A shop that is set up, with its owner and a few products; `and_then` writes more."""

    async def work() -> None:
        shop.owner_token = await first_run.set_up(await setup_code.issue(), SHOP)
        await products()
        if and_then is not None:
            await and_then()

    in_data_folder(shop, work)


def let_in(context: BrowserContext, shop: ShopProcess) -> None:
    """Sign the owner in in a browser."""
    context.add_cookies([{"name": "pedido_desk", "value": shop.owner_token, "url": shop.address}])


async def products() -> None:
    """A rule, a saw, screws in packs of 500, and gloves in two sizes."""
    await product("FR-200", "Folding rule 2 m", "6.40", unit="piece")
    await product("SAW-240", "Japanese saw 240 mm", "24.80", unit="piece", breaks=[[10, "22.00"]])
    await product("WS-440", "Wood screws 4 × 40", "0.0125", unit="screw", pack_size=500)
    gloves = await product("GL", "Work gloves", None, is_parent=True)
    await product("GL-M", "Work gloves", "9.50", parent=gloves, options={"Size": "M"})
    await product("GL-L", "Work gloves", "9.90", parent=gloves, options={"Size": "L"})


async def product(sku: str, name: str, price: str | None, **values: Any) -> Product:
    """A product as the import would write it."""
    words = fold(f"{sku} {name} {' '.join(values.get('options', {}).values())}")
    decimal = None if price is None else Decimal(price)
    return await Product.create(sku=sku, name=name, price=decimal, search=words, sort_name=fold(name), **values)
