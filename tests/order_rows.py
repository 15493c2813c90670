"""Orders written straight into the tables, for tests of what reads them."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from models import Channel, MessageStatus, Order, OrderLine, OutboxMessage, Purpose, Verification
from models.buyer import sort_name_of
from models.text import fold

NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)  # a Sunday, noon in Madrid

_numbers = count(1)


async def order(**values: Any) -> Order:
    """An order of Marta Gil of Ferretería Sol, sent on a Sunday at noon unless `values` say otherwise."""
    running = next(_numbers)
    filled: dict[str, Any] = {
        "number": f"2026-{running:05}",
        "name": "Marta Gil",
        "company": "Ferretería Sol S.L.",
        "email": "marta@sol.example",
        "phone": "+34 600 123 456",
        "currency": "EUR",
        "references": "FR-200",
        "created_at": NOON,
    } | values
    if filled.get("verification") in {Verification.VERIFIED, Verification.OVERRIDDEN}:
        filled.setdefault("received_at", filled["created_at"])
    texts = ("number", "company", "name", "email", "phone", "references", "comments")
    filled.setdefault("search", fold(" ".join(filled.get(name, "") for name in texts)))
    filled.setdefault("sort_name", sort_name_of(filled["company"], filled["name"]))
    return await Order.create(**filled)


async def line(order: Order, line_no: int = 1, **values: Any) -> OrderLine:
    """A line of `order`: twelve screwdrivers unless `values` say otherwise."""
    filled: dict[str, Any] = {"sku": "FR-200", "name": "Screwdriver", "quantity": 12, "unit": "piece"} | values
    return await OrderLine.create(order=order, line_no=line_no, **filled)


async def message(order: Order | None, status: MessageStatus, **values: Any) -> OutboxMessage:
    """A mail about `order`, on its way as `status` says."""
    filled: dict[str, Any] = {
        "channel": Channel.MAIL,
        "purpose": Purpose.NOTICE,
        "identity": f"message-{next(_numbers)}",
        "order_number": order.number if order else "",
        "recipient": "orders@norte.example",
        "title": "Order",
        "content": b"",
        "due_at": NOON,
        "created_at": NOON,
        "expires_at": NOON,
    } | values
    return await OutboxMessage.create(order=order, status=status, **filled)
