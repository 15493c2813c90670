"""What is asked of tables that grow is found through indexes, also where no list is shown."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from models import (
    Channel,
    MessageStatus,
    Order,
    OutboxMessage,
    Product,
    Protocol,
    Purpose,
    Shop,
    TermsVersion,
    TransferTarget,
    Trigger,
)
from models.text import fold
from services import database, outbox_claims, privacy, product_orders, terms_versions
from services.pauses import MAIL_LANE
from tests import order_rows
from tests.order_rows import NOON
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


@pytest.mark.sqlite_only
async def test_what_waits_for_a_target_is_found_however_much_has_gone_there(queries: list[Query], shop: Shop) -> None:
    target = await TransferTarget.create(name="ERP", protocol=Protocol.SFTP, host="h", port=22, trigger=Trigger.BY_HAND)
    await OutboxMessage.bulk_create(
        OutboxMessage(
            channel=Channel.TRANSFER,
            purpose=Purpose.TRANSFER,
            identity=str(place),
            target_id=(place % 2 and target.id) or None,
            recipient="ERP",
            title="2026-00001.csv",
            content=b"",
            status=MessageStatus.SENT,
            created_at=NOON,
            due_at=NOON,
            expires_at=NOON,
        )
        for place in range(3000)
    )
    await database.look_at_sizes()
    for lane in (target.id, MAIL_LANE):
        queries.clear()
        now = datetime.now(UTC)
        assert await outbox_claims.FIRST.run(lane, MessageStatus.PENDING, now, MessageStatus.SENDING, now) is None
        [(text, values)] = queries
        _count, steps = await OutboxMessage._meta.db.execute_query(f"EXPLAIN QUERY PLAN {text}", list(values))
        assert all("status=?" in step["detail"] for step in steps if "outbox_message" in step["detail"]), lane
