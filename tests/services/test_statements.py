"""A statement that is put together once gives what the ORM gives, also within what is being written."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from models import Cart, CartLine, CartStatus, Device, Product, Shop
from services import cart_lines, carts, parameters, remembered, visitors
from services.database import unit_of_work
from services.statements import Statement

TOKENS = ("a-first-device", "another-device")


@pytest.fixture
async def devices(shop: Shop) -> list[Device]:
    """Two browsers with a cart each."""
    for token in TOKENS:
        product = await Product.create(sku=token, name=f"Product of {token}", price=Decimal("2.5"), breaks=[[10, "2"]])
        await carts.add(token, product.id, 3)
    return [await Device.get(token_hash=visitors.mark(token)) for token in TOKENS]


async def test_each_gives_what_the_orm_gives_for_whatever_values(devices: list[Device]) -> None:
    for device in devices:
        cart = await Cart.get(device_id=device.id)
        assert await visitors.DEVICE.run(device.token_hash) == device
        assert await carts.OPEN_CART.run(device.id) == cart
        lines = CartLine.filter(cart_id=cart.id).order_by("id")
        assert await cart_lines.LINES.run(cart.id) == await lines.values(*cart_lines.FIELDS)
        assert await carts.QUANTITIES.run(cart.id) == await lines.values("product_id", "quantity")
        product = (await lines)[0].product_id
        assert await cart_lines.product_row(product) == (await cart_lines.product_rows([product]))[product]
    assert vars(await parameters.current()) == vars(await Shop.get())


async def test_what_is_not_there_is_none_or_nothing(devices: list[Device]) -> None:
    assert await visitors.DEVICE.run("nobody") is None
    assert await cart_lines.LINES.run(0) == []
    assert await remembered.ORDERED.run(devices[0].id) == []


async def test_inside_a_unit_of_work_it_sees_what_is_being_written(devices: list[Device]) -> None:
    @unit_of_work
    async def send(device_id: int) -> Cart | None:
        await Cart.filter(device_id=device_id).update(status=CartStatus.ORDERED)
        return await carts.OPEN_CART.run(device_id)

    assert await carts.OPEN_CART.run(devices[0].id)
    assert await send(devices[0].id) is None
    assert await carts.OPEN_CART.run(devices[1].id)


async def test_who_asks_at_the_same_time_gets_each_his_own(devices: list[Device]) -> None:
    asked = [device.token_hash for device in devices] * 5
    assert await asyncio.gather(*map(visitors.DEVICE.run, asked)) == devices * 5
    lines = await asyncio.gather(*(carts.OPEN_CART.run(device.id) for device in devices * 5))
    assert [line.device_id for line in lines if line] == [device.id for device in devices] * 5


async def test_an_update_writes_its_values_and_counts_its_rows(devices: list[Device]) -> None:
    first, second = [await Cart.get(device_id=device.id) for device in devices]
    now = datetime.now(UTC)
    assert await carts.STILL_OPEN.run(now, first.id) == 1
    await Cart.filter(id=second.id).update(status=CartStatus.ORDERED)
    assert await carts.STILL_OPEN.run(now, second.id) == 0
    assert [cart.changed_at == now for cart in await Cart.all().order_by("id")] == [True, False]


async def test_moments_are_held_against_what_is_stored(devices: list[Device]) -> None:
    since = Statement[list[dict[str, int]]](
        lambda moment: Cart.filter(changed_at__gt=moment).order_by("id").values("id")
    )
    first, second = await Cart.all().order_by("id")
    for moment, found in ((first.changed_at, [second.id]), (second.changed_at, [])):
        assert [row["id"] for row in await since.run(moment)] == found


async def test_values_that_are_not_the_first_of_the_statement_are_refused(devices: list[Device]) -> None:
    turned = Statement[Any](lambda status, device_id: Cart.filter(device_id=device_id, status=status).first())
    with pytest.raises(ValueError, match="not the first values"):
        await turned.run(CartStatus.OPEN, devices[0].id)


async def test_equal_values_do_not_hide_that_they_are_turned(devices: list[Device]) -> None:
    await Cart.all().delete()
    for cart_id, device in zip((11, 12), devices, strict=True):
        await Cart.create(id=cart_id, device_id=device.id)
    turned = Statement[Any](lambda cart_id, device_id: Cart.filter(device_id=device_id, id=cart_id).first())
    for device_id in (11, devices[0].id):
        with pytest.raises(ValueError, match="not the first values"):
            await turned.run(11, device_id)


async def test_a_number_that_is_asked_for_twice_is_put_together_once(devices: list[Device]) -> None:
    made: list[int] = []

    def make(cart_id: int, device_id: int) -> Any:
        made.append(cart_id)
        return Cart.filter(id=cart_id, device_id=device_id).first()

    await Cart.all().delete()
    carts_of = [await Cart.create(id=device.id, device_id=device.id) for device in devices]
    statement = Statement[Cart | None](make)
    assert [await statement.run(device.id, device.id) for device in devices] == carts_of
    assert len(made) == 1


async def test_it_is_put_together_once(devices: list[Device]) -> None:
    made: list[str] = []

    def make(token_hash: str) -> Any:
        made.append(token_hash)
        return Device.get_or_none(token_hash=token_hash)

    statement = Statement[Device | None](make)
    assert [await statement.run(device.token_hash) for device in devices] == devices
    assert made == [devices[0].token_hash]
