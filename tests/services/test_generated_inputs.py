"""Whatever a browser sends as a filter, a setting or an order: it is taken, or refused in words, on both databases.

`PEDIDO_TEST_EXAMPLES` says how many of each are tried.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Order, OrderCharge, OrderLine, Shop
from models.errors import ShopError
from models.order_filter import OrderFilter
from models.order_form import LENGTHS, OrderForm
from services import carts, database, engines, order_list, orders, parameters, tokens
from tests.e2e import seeding
from tests.servers.postgres import empty

EXAMPLES = int(os.environ.get("PEDIDO_TEST_EXAMPLES", "60"))
ODD = st.sampled_from(
    ["", " ", "0", "-1", "1e9", "99999999999999999999", "2026-02-30", "2026-11-28", "0001-01-01", "9999-12-31", "a\0b",
     "\ud800", "'; DROP TABLE x; --", "%", "_", "\\", "<b>", "=1+1", "é" * 300, "x" * 5000, "true", "None", "desc"]
)  # fmt: skip
TEXT = ODD | st.text(max_size=60)
NUMBERS = st.integers() | st.floats(allow_nan=True) | st.lists(st.integers(), max_size=3)
ANYTHING = TEXT | st.none() | st.booleans() | NUMBERS
FILTERS = st.dictionaries(
    st.sampled_from(
        ["search", "from", "to", "date_from", "date_to", "status", "buyer", "verified", "exported", "sku", "flag",
         "page", "sort", "descending", "q"]
    ),
    TEXT,
)  # fmt: skip
SETTINGS = st.dictionaries(
    st.sampled_from(
        ["name", "color", "cover_text", "away_text", "away_from", "away_until", "away_text:de", "contact", "language",
         "currency", "time_zone", "price_note", "prices_hidden",
         "management_emails", "order_prefix", "unverified_days", "retention_years", "mail_host", "mail_port",
         "mail_security", "mail_username", "mail_password", "mail_sender", "mail_reply_to", "no_such"]
    ),
    TEXT | st.booleans(),
    min_size=1,
)  # fmt: skip
GOOD = {"name": "Marta", "email": "marta@sol.example", "privacy_accepted": True}
FORMS = st.dictionaries(st.sampled_from([*LENGTHS, "privacy_accepted"]), ANYTHING).map(lambda typed: GOOD | typed)
QUANTITIES = st.lists(st.integers(-5, 2_000_000), min_size=1, max_size=4)

Work = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture
def work(database_url: str) -> Iterator[Work]:
    """Runs what is async on a shop with a few products, in one event loop."""

    async def begin() -> None:
        if engines.is_postgres(database_url):
            await empty(database_url)
        await database.open_database(database_url)
        await Shop.create(id=1, name="Norte", currency="EUR", management_emails=["orders@norte.example"])
        await seeding.products()

    with asyncio.Runner() as runner:
        try:
            runner.run(begin())
            yield runner.run
        finally:
            runner.run(database.close_database())


def test_any_filter_finds_a_page(work: Work) -> None:
    @given(FILTERS)
    @settings(max_examples=EXAMPLES)
    def each(query: dict[str, str]) -> None:
        chosen = OrderFilter.parse(query, "Europe/Madrid")
        page = work(order_list.page(chosen))
        assert page.page >= 1
        assert OrderFilter.parse(chosen.query(), "Europe/Madrid") == chosen

    each()


def test_any_setting_is_stored_or_refused(work: Work) -> None:
    @given(SETTINGS)
    @settings(max_examples=EXAMPLES)
    def each(values: dict[str, object]) -> None:
        before = work(parameters.current())
        try:
            work(parameters.save(values))
        except ShopError:
            after = work(parameters.current())
            assert {name: getattr(after, name) for name in after._meta.db_fields} == {
                name: getattr(before, name) for name in before._meta.db_fields
            }

    each()


def test_any_order_is_refused_or_adds_up(work: Work) -> None:
    placed = []

    @given(FORMS, QUANTITIES)
    @settings(max_examples=EXAMPLES)
    def each(typed: dict[str, object], quantities: list[int]) -> None:
        try:
            placed.append(work(_order(typed, quantities)))
        except ShopError:
            return
        work(_adds_up(placed[-1]))

    each()
    assert placed


async def _order(typed: dict[str, object], quantities: list[int]) -> int:
    form, device = OrderForm.checked(typed), tokens.new()
    for product_id, quantity in enumerate(quantities, 1):
        await carts.add(device, product_id, quantity)
    view = await carts.load(device)
    assert view.cart_id is not None
    return (await orders.place(view.cart_id, device, form, shown_total=view.quote.total)).order_id


async def _adds_up(order_id: int) -> None:
    """Reckoned anew from what is stored, by no rule of the program's."""
    order, lines = await Order.get(id=order_id), await OrderLine.filter(order_id=order_id)
    for line in lines:
        exact = (line.unit_price or Decimal(0)) * line.quantity
        assert Decimal(line.line_total) / 100 == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    charges = sum(charge.amount for charge in await OrderCharge.filter(order_id=order_id))
    assert order.lines_total == sum(line.line_total for line in lines)
    assert order.total == order.lines_total + charges == order.lines_total + order.discounts + order.surcharges
