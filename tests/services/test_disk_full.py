"""A full disk, for real: nothing is half-written, the buyer is told, and the shop recovers by itself."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from models import Cart, CartStatus, Category, Order, OutboxMessage, Product, Shop
from models.errors import ShopError, StorageError
from models.order_form import OrderForm
from services import carts, orders, settings
from services.database import unit_of_work

pytestmark = pytest.mark.sqlite_only

MARTA = "a-device"
FORM = {"name": "Marta Gil", "company": "", "email": "marta@sol.example", "privacy_accepted": True}


@contextmanager
def no_room() -> Iterator[None]:
    """The database's files may not grow: the kernel refuses to write beyond what they are now."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    wal = settings.current().data / "pedido.db-wal"
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
async def cart_id(shop: Shop) -> int:
    """Marta's cart, with two folding rules in it."""
    product = await Product.create(sku="FR-200", name="Folding rule", price=Decimal("6.40"), sort_name="folding rule")
    await carts.add(MARTA, product.id, 2)
    found = (await carts.load(MARTA)).cart_id
    assert found is not None
    return found


async def placed(cart_id: int) -> orders.Placed:
    return await orders.place(cart_id, MARTA, OrderForm.checked(FORM), shown_total=Decimal("12.80"))


async def written() -> tuple[int, int, CartStatus]:
    """How many orders and messages there are, and how the cart is."""
    return await Order.all().count(), await OutboxMessage.all().count(), (await Cart.get()).status


async def test_a_request_that_finds_no_room_is_refused_in_words_and_leaves_nothing(cart_id: int) -> None:
    for _attempt in range(3):
        with no_room(), pytest.raises(ShopError, match=r"nothing was sent.*try again"):
            await placed(cart_id)
        assert await written() == (0, 0, CartStatus.OPEN)
    again = await placed(cart_id)
    assert not again.is_repeat
    assert await written() == (1, 1, CartStatus.ORDERED)


async def grow_to(pages: int) -> None:
    """How many pages whoever writes may fill: each connection has a limit of its own."""
    async with in_transaction() as writing:
        await writing.execute_query_dict(f"PRAGMA max_page_count = {pages}")


async def test_a_database_that_may_have_no_more_pages_is_told_in_the_same_words(cart_id: int) -> None:
    connection = get_connection("sqlite")
    await connection.execute_script("VACUUM")
    [pages] = await connection.execute_query_dict("PRAGMA page_count")
    await grow_to(pages["page_count"])

    @unit_of_work
    async def much() -> None:
        await Category.create(path="a" * 100, name="a")
        await Shop.filter(id=1).update(contact="x" * 100_000)

    with pytest.raises(StorageError):
        await much()
    assert await Category.all().count() == 0
    await grow_to(1_000_000)
    await much()
    assert await Category.all().count() == 1
    await placed(cart_id)


async def test_without_the_guard_the_same_full_disk_is_an_error_nobody_understands(cart_id: int) -> None:
    """The control: it is the commit that fails, and in SQLite's own words."""
    with no_room(), pytest.raises(sqlite3.OperationalError, match="disk"):
        async with in_transaction():
            await Category.create(path="a", name="a")
    assert await Category.all().count() == 0
