"""What it costs to place a request: the same whatever happened before."""

from decimal import Decimal

import pytest

from models import Buyer, Cart, CartLine, Device, Order, Product, Shop
from models.order_form import OrderForm
from services import carts, orders, visitors
from tests.bench.intake import counted
from tests.order_rows import NOON

EMAIL = "marta@sol.example"


async def statements_of_one(device: str, *, is_known: bool) -> int:
    """How many statements the next request takes."""
    product, _made = await Product.get_or_create(
        sku="FR", defaults={"name": "Rule", "price": Decimal(4), "sort_name": "r"}
    )
    buyer, _made = await Buyer.get_or_create(email=EMAIL, defaults={"name": "Marta", "verified_at": NOON})
    visitor = await Device.create(token_hash=visitors.mark(device), buyer=buyer if is_known else None)
    cart = await Cart.create(device=visitor)
    await CartLine.create(cart=cart, product=product, quantity=2)
    form = OrderForm.checked({"name": "Marta", "email": EMAIL, "privacy_accepted": True})
    total = (await carts.load(device)).quote.total
    with counted() as statements:
        await orders.place(cart.id, device, form, shown_total=total)
    return len(statements)


@pytest.mark.parametrize("is_known", [False, True])
async def test_a_request_takes_as_many_statements_after_many_as_after_few(shop: Shop, is_known: bool) -> None:
    await statements_of_one("first", is_known=is_known)
    few = await statements_of_one("second", is_known=is_known)
    buyer = await Buyer.get(email=EMAIL)
    many = (
        Order(number=f"M-{n}", name="Marta", email=EMAIL, currency="EUR", created_at=NOON, buyer=buyer)
        for n in range(300)
    )
    await Order.bulk_create(many)

    assert await statements_of_one("third", is_known=is_known) == few
