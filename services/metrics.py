"""What is measured while the program runs, for whoever watches over it; `pages/metrics.py` tells it at `/metrics`."""

from datetime import UTC, datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from tortoise.functions import Count, Min

from models import MessageStatus, OutboxMessage

NOT_DONE = (MessageStatus.PENDING, MessageStatus.SENDING, MessageStatus.FAILED, MessageStatus.HELD)

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

loop_lag = Histogram(
    "pedido_event_loop_lag_seconds",
    "How much too late the event loop came to what was due",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
    registry=REGISTRY,
)
slow_callbacks = Counter(
    "pedido_slow_callbacks", "How often something held the event loop for more than 50 ms", registry=REGISTRY
)
page_seconds = Histogram(
    "pedido_page_seconds",
    "How long it took to build and answer a page",
    ["side"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
    registry=REGISTRY,
)
pages = Gauge("pedido_pages", "Open pages that are kept for browsers", registry=REGISTRY)
pages_connected = Gauge("pedido_pages_connected", "Those of them whose browser is connected", registry=REGISTRY)
orders_placed = Counter("pedido_orders_placed", "Requests that buyers sent since the start", registry=REGISTRY)
outbox = Gauge("pedido_outbox_messages", "Deliveries that are not done", ["status"], registry=REGISTRY)
oldest_due = Gauge(
    "pedido_outbox_oldest_due_seconds", "For how long the oldest delivery that is due has waited", registry=REGISTRY
)


async def text() -> bytes:
    """Everything as it is now, in the text format of Prometheus."""
    await _look_at_outbox()
    return generate_latest(REGISTRY)


async def _look_at_outbox() -> None:
    messages = OutboxMessage.filter(status__in=list(NOT_DONE))
    rows = await messages.annotate(number=Count("id"), oldest=Min("due_at")).group_by("status").values(
        "status", "number", "oldest"
    )  # fmt: skip
    counted = {row["status"]: row for row in rows}
    for status in NOT_DONE:
        outbox.labels(status.value).set(counted[status]["number"] if status in counted else 0)
    waiting = counted.get(MessageStatus.PENDING)
    oldest_due.set(max(0.0, (datetime.now(UTC) - waiting["oldest"]).total_seconds()) if waiting else 0)
