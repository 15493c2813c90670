"""The status of ten thousand orders at once, in a shop with a million, while somebody asks for a page."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from models import Order, OrderEvent, Status
from services import database, orders, settings
from tests.bench import fill
from tests.bench.frame import Reading

CHANGED = 10_000
RUNS = 3
MUST_SECONDS = 10.0
ASK_EVERY_SECONDS = 0.05


def run() -> Iterator[Reading]:
    """Change them to and fro, and count what was written."""
    with TemporaryDirectory(prefix="pedido-bench-") as place:
        data = fill.copy(fill.shop(), Path(place) / "data")
        seconds, waits, processor = asyncio.run(_measure(data))
    yield Reading(
        f"status of {CHANGED:,} orders",
        "s",
        seconds,
        f"≤ {MUST_SECONDS:.0f} s",
        max(seconds) <= MUST_SECONDS,
        f"{processor:.1f} s of processor time each",
    )
    yield Reading("  another read meanwhile", "ms", waits)


async def _measure(data: Path) -> tuple[list[float], list[float], float]:
    settings.load(data=data)
    await database.connect(settings.current().database_url)
    try:
        ids = [row["id"] for row in await Order.all().order_by("-id").limit(CHANGED).values("id")]
        seconds: list[float] = []
        waits: list[float] = []
        used = time.process_time()
        asking = asyncio.create_task(_keep_asking(waits))
        for number in range(RUNS):
            seconds.append(await _change(ids, (Status.ERROR, Status.PROCESSED)[number % 2]))
        asking.cancel()
        return seconds, waits, (time.process_time() - used) / RUNS
    finally:
        await database.close_database()


async def _change(ids: list[int], status: Status) -> float:
    events, so_already = await OrderEvent.all().count(), await Order.filter(id__in=ids, status=status).count()
    began = time.perf_counter()
    results = await orders.change_status(ids, status, by=fill.SELLER)
    took = time.perf_counter() - began
    changed = sum(result.done for result in results)
    are_right = await Order.filter(id__in=ids, status=status).count() == CHANGED == changed + so_already
    if not are_right or await OrderEvent.all().count() != events + changed:
        raise AssertionError(f"{changed} orders of {CHANGED} were changed")
    return took


async def _keep_asking(waits: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await Order.get(id=1)
        waits.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(ASK_EVERY_SECONDS)
