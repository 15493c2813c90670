"""Requests that are placed in the program itself, beside plain SQLite that writes the same rows.

Each order has three lines, charges, its snapshot, its link and what goes out: for a stranger the mail that asks to
verify, for a buyer who is known and signed in the mails to both sides. The reference inserts the very rows that were
written, of one order in one durable transaction each, into a file with the same history and indexes.
"""

import asyncio
import logging
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tortoise import Tortoise

from models import Buyer, Cart, CartLine, Device, DiscountCode, Order, OutboxMessage, Product, Shop, Surcharge
from models.order_form import OrderForm
from services import carts, database, orders, settings, visitors
from tests.bench import fill
from tests.bench.frame import Reading

HISTORIES = (1_000, 100_000)  # orders that are there before
PRODUCTS = 2_000
PLACED, LINES = 100, 3
LEAST_TIMES_RAW, MOST_TIMES_SQLITE = 0.08, 2
# What an order writes, in an order in which each row's own ones are there before it.
TABLES = ("buyer", "terms_version", "order", "order_line", "order_charge", "order_event", "link", "outbox_message")


@dataclass
class Placed:
    """Seconds of each order, and how many statements the last one took."""

    seconds: list[float]
    statements: int


def run() -> Iterator[Reading]:
    """Strangers and known buyers on SQLite with a short and a long history, then on PostgreSQL."""
    for history in HISTORIES:
        with tempfile.TemporaryDirectory(prefix="pedido-bench-") as folder:
            yield from _on_sqlite(Path(folder), history)


def _on_sqlite(folder: Path, history: int) -> Iterator[Reading]:
    source = fill.shop(history, PRODUCTS)
    for is_known in (False, True):
        data = fill.copy(source, folder / f"known-{is_known}")
        placed = asyncio.run(_place(data, "", is_known=is_known))
        raw = _write_raw(data / "pedido.db", fill.copy(source, folder / f"raw-{is_known}") / "pedido.db")
        times = _rate(placed.seconds) / _rate(raw)
        yield Reading(
            f"placing: {'known buyer' if is_known else 'stranger'}, {history:,} orders before",
            "1/s",
            [1 / one for one in placed.seconds],
            f"≥ {LEAST_TIMES_RAW} × raw",
            times >= LEAST_TIMES_RAW,
            f"raw {_rate(raw):,.0f}/s: {times:.3f} ×; {placed.statements} statements each",
        )


def _rate(seconds: Sequence[float]) -> float:
    return len(seconds) / sum(seconds)


async def _place(data: Path, url: str, *, is_known: bool) -> Placed:
    settings.load(data=data, **({"database_url": url} if url else {}))
    await database.connect(settings.current().database_url)
    try:
        carts_of = await _prepare(is_known=is_known)
        before = await Order.all().count()
        seconds, statements = [], 0
        for place, (token, cart_id, total) in enumerate(carts_of):
            with _counted() as counted:
                begin = time.perf_counter()
                await orders.place(cart_id, token, _form(0 if is_known else place), shown_total=total)
                seconds.append(time.perf_counter() - begin)
            statements = len(counted)
        await _check(before, is_known=is_known)
        return Placed(seconds, statements)
    finally:
        await database.close_database()


async def _prepare(*, is_known: bool) -> list[tuple[str, int, Decimal]]:
    """Open carts, each of a browser of its own: by what it is known, the cart's id and its total."""
    await Surcharge.create(title="Small order", code="SMALL", kind="fixed", amount="7.50")
    await DiscountCode.create(code="TEN", kind="percent", amount="10", title="Ten percent")
    buyer = await Buyer.create(email=_form(0).email, name="Marta Gil", verified_at=NOW) if is_known else None
    products = await Product.filter(active=True, is_parent=False, parent_id=None).limit(PLACED * LINES)
    prepared = []
    for place in range(PLACED):
        token = f"browser-{place}"
        device = await Device.create(token_hash=visitors.mark(token), buyer=buyer)
        cart = await Cart.create(device=device, discount_code="TEN")
        for product in products[place * LINES : (place + 1) * LINES]:
            await CartLine.create(cart=cart, product=product, quantity=product.minimum_quantity * product.pack_size * 10)
        prepared.append((token, cart.id, (await carts.load(token)).quote.total))
    return prepared
