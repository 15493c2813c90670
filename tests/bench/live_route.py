"""A route, for measuring alone, by which a running shop places requests itself and tells when each was written."""

import asyncio
import secrets
import time
from decimal import Decimal

from nicegui import app

import main
from models import Buyer, Product
from models.order_form import OrderForm
from services import carts, orders, visitors
from services.database import unit_of_work
from tests.bench.intake import counted

PATH = "/bench/requests"


def offer() -> None:
    """Let the program that is about to start have the route."""
    main.PAGES = (*main.PAGES, __name__)


def register() -> None:
    """Declare it."""
    app.add_api_route(PATH, place)


async def place(number: int, a_second: float) -> dict[str, object]:
    """Place so many requests of a buyer who is known, so many a second.

    Answers each request's number with the moment (monotonic) its transaction had ended, and how many statements the
    database was asked to execute meanwhile, whoever asked.
    """
    [product] = await Product.filter(active=True, is_parent=False, pack_size=1, minimum_quantity=1).limit(1)
    ready = [await _cart(product) for _each in range(number)]
    told: dict[str, float] = {}
    with counted() as statements:
        began = time.monotonic()
        for place_in_row, (token, cart_id, total, form) in enumerate(ready):
            await asyncio.sleep(began + place_in_row / a_second - time.monotonic())
            placed = await orders.place(cart_id, token, form, shown_total=total)
            told[placed.number] = time.monotonic()
        await asyncio.sleep(1)  # what follows from the last one
    return {"told": told, "statements": len(statements)}


async def _cart(product: Product) -> tuple[str, int, Decimal, OrderForm]:
    token = secrets.token_urlsafe(32)
    form = OrderForm.checked(
        {"name": "Marta", "email": f"{secrets.token_hex(8)}@bench.example", "privacy_accepted": True}
    )
    await _known(token, form.email)
    await carts.add(token, product.id, 1)
    cart = await carts.load(token)
    return token, cart.cart_id or 0, cart.quote.total, form


@unit_of_work
async def _known(token: str, email: str) -> None:
    buyer = await Buyer.create(email=email, name="Marta", verified_at="2026-01-01T00:00:00+00:00")
    await visitors.sign_in(token, buyer.id)
