"""Requests that Marta has placed, as tests need them."""

from decimal import Decimal

import pytest

from models import Order, OutboxMessage, Product, Purpose, Shop
from models.order_form import OrderForm
from services import carts, intake, orders, verification
from tests.mailbox import link_in

MARTA = "a-device"  # the cookie of Marta's browser


@pytest.fixture
async def rule(shop: Shop) -> Product:
    return await Product.create(sku="FR-200", name="Folding rule 2 m", price=Decimal("6.40"), sort_name="folding rule")


def form(**typed: object) -> OrderForm:
    known: dict[str, object] = {"name": "Marta Gil", "company": "Ferretería Sol", "email": "Marta@Sol.example"}
    return OrderForm.checked({**known, "privacy_accepted": True, **typed})


async def full_cart(product: Product, quantity: int = 2, device: str = MARTA) -> int:
    await carts.add(device, product.id, quantity)
    cart_id = (await carts.load(device)).cart_id
    assert cart_id is not None
    return cart_id


async def placed_order(product: Product, device: str = MARTA, **typed: object) -> Order:
    cart_id = await full_cart(product, device=device)
    placed = await intake.place(cart_id, device, form(**typed), shown_total=Decimal("12.80"))
    return await orders.get(placed.order_id)


async def verified_order(product: Product) -> Order:
    order = await placed_order(product)
    await verification.confirm(await link_in(Purpose.VERIFY, order.email), MARTA)
    return await orders.get(order.id)


async def purposes(order: Order) -> list[Purpose]:
    return [message.purpose for message in await OutboxMessage.filter(order_id=order.id).order_by("id")]
