"""What is asked of tables that grow is found through indexes, also where no list is shown."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from models import MessageStatus, Order, Product, Shop, TermsVersion
from models.text import fold
from services import privacy, product_orders, terms_versions
from tests import order_rows
from tests.plans import Query, not_led, queries

__all__ = ["queries"]

MARTA = "marta@sol.example"

Ask = Callable[[Order, Product], Awaitable[object]]


async def lines_of(product: Product) -> None:
    await (await product_orders.way(product.id)).ids(50)


@pytest.mark.parametrize(
    "ask",
    [
        lambda order, _product: privacy.forget_mails(MARTA, [order.id]),
        lambda _order, product: lines_of(product),
        lambda _order, _product: terms_versions.every(),
    ],
    ids=["mails to a buyer", "orders of a product", "orders by versions of the rules"],
)
async def test_an_index_leads_to_what_is_asked_of_large_tables(ask: Ask, queries: list[Query], shop: Shop) -> None:
    rules = await TermsVersion.create(sha256="0" * 64, rules={}, created_at=datetime.now(UTC))
    product = await Product.create(sku="FR-200", name="Folding rule", sort_name=fold("Folding rule"))
    order = await order_rows.order(terms_version_id=rules.id)
    await order_rows.line(order, product_id=product.id)
    await order_rows.message(order, MessageStatus.SENT, recipient=MARTA)
    await order_rows.message(None, MessageStatus.PENDING, recipient=MARTA)
    queries.clear()

    await ask(order, product)

    assert queries
    assert await not_led(queries) == []
