"""What a seller waits for in shops of a thousand to a million orders, and the picture of it.

    python -m tests.bench.growth

measures and draws `docs/performance-growth.svg`.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from models import Buyer, Order, Status
from models.order_filter import OrderFilter
from services import (
    buyer_list,
    database,
    deliveries,
    housekeeping,
    neighbours,
    order_details,
    order_list,
    order_sums,
    orders,
    parameters,
    product_orders,
    settings,
)
from services.buyer_list import BuyerFilter
from services.deliveries import DeliveryFilter
from tests.bench import fill
from tests.bench.frame import Reading
from tests.e2e.shop_process import ROOT

SIZES = (1_000, 10_000, 100_000, 1_000_000)
PRODUCTS = 10_000
RUNS = 9
CHANGED = 50
MOST_TIMES = math.log(SIZES[-1]) / math.log(SIZES[0])  # what grows as log n has doubled at the largest
PICTURE = ROOT / "docs" / "performance-growth.svg"

Job = Callable[[], Awaitable[object]]
Times = dict[str, list[list[float]]]  # milliseconds of each run, for each size, by job


def run() -> Iterator[Reading]:
    """Each job at each size; beside the largest stands how many times as long it takes as in the smallest."""
    for job, of_sizes in _measured().items():
        for size, values in zip(SIZES, of_sizes, strict=True):
            times = median(values) / median(of_sizes[0])
            is_last = size == SIZES[-1]
            yield Reading(
                f"{job}, {size:,} orders",
                "ms",
                values,
                f"≤ {MOST_TIMES:.0f} × of {SIZES[0]:,}" if is_last else "",
                times <= MOST_TIMES if is_last else None,
                f"{times:.2f} ×" if is_last else "",
            )


def _measured() -> Times:
    times: Times = {}
    for size in SIZES:
        with TemporaryDirectory(prefix="pedido-bench-") as place:
            data = fill.copy(fill.shop(size, PRODUCTS), Path(place) / "data")
            for job, values in asyncio.run(_measure(data)).items():
                times.setdefault(job, []).append(values)
    return times


async def _measure(data: Path) -> dict[str, list[float]]:
    settings.load(data=data)
    await database.connect(settings.current().database_url)
    try:
        return {name: [await _time(job) for _run in range(RUNS)] for name, job in (await _jobs()).items()}
    finally:
        await database.close_database()


async def _time(job: Job) -> float:
    begin = time.perf_counter()
    await job()
    return 1000 * (time.perf_counter() - begin)


async def _jobs() -> Mapping[str, Job]:
    """What sellers do, each without what open desks share."""
    shop = await parameters.current()
    middle = await Order.get(id=await Order.all().count() // 2)

    def looked_at(**query: str) -> Job:
        asked = OrderFilter.parse(query, shop.time_zone)
        return lambda: order_list._page(asked)

    everything = OrderFilter.parse({}, shop.time_zone)
    newest = [row.id for row in (await order_list._page(everything)).rows]
    buyer = await Buyer.get(id=middle.buyer_id)
    turn = iter(range(10**9))

    async def change_status() -> None:
        """Of so many orders, to and fro."""
        to = (Status.PROCESSED, Status.ERROR)[next(turn) % 2]
        results = await orders.change_status(newest[:CHANGED], to, by=fill.SELLER)
        if len(results) != CHANGED:
            raise AssertionError(f"{len(results)} orders were changed")

    async def deliveries_of(number: str) -> None:
        """A notice and a file were sent of an order."""
        found = await deliveries._search(DeliveryFilter.parse({"search": number}))
        if [row.order_number for row in found.rows] != [number, number]:
            raise AssertionError(f"{found.rows} were found for {number}")

    async def buyers_called(company: str) -> None:
        found = await buyer_list._search(BuyerFilter.parse({"search": company}))
        if company not in [row.company for row in found.rows]:
            raise AssertionError(f"{found.rows} were found for {company}")

    return {
        "desk: first page": looked_at(),
        "desk: last page": looked_at(page="-1"),
        "desk: waiting, dearest first": looked_at(flag="waiting", sort="total"),
        "desk: one buyer's": looked_at(buyer="7"),
        "desk: search for a company": looked_at(search=middle.company),
        "desk: search for a number": looked_at(search=middle.number),
        "desk: figures": lambda: order_list._figures(shop, fill.UNTIL),
        "desk: sums (a moment later)": lambda: order_sums._add_up(everything),
        "order: page": lambda: order_details.by_number(middle.number),
        "order: previous and next": lambda: neighbours.of(middle.id, everything),
        "status of 50 orders": change_status,
        "deliveries: first page": lambda: deliveries._page(DeliveryFilter.parse({})),
        "deliveries: search for a number": lambda: deliveries_of(middle.number),
        "product: its orders": lambda: product_orders.page(1, 1),
        "an hour’s cleaning, nothing stale (nobody waits)": lambda: housekeeping.clean_up(fill.UNTIL),
        "buyers: first page": lambda: buyer_list._page(BuyerFilter.parse({})),
        "buyers: search for a company": lambda: buyers_called(buyer.company),
    }


def draw(times: Mapping[str, Sequence[float]]) -> str:
    """The picture: milliseconds of each job at each size, both on logarithmic scales."""
    width, height, left, top = 900, 460, 60, 20
    across = (width - left - 300) / (len(SIZES) - 1)

    def x(place: int) -> float:
        return left + across * place

    def y(milliseconds: float) -> float:
        return top + (height - top - 40) * (1 - (math.log10(max(milliseconds, 0.1)) + 1) / 5)  # 0.1 ms to 10 s

    lines = [
        f'<line x1="{left}" x2="{x(len(SIZES) - 1)}" y1="{y(n):.0f}" y2="{y(n):.0f}" stroke="#8884"/>'
        f'<text x="{left - 8}" y="{y(n) + 4:.0f}" text-anchor="end">{label}</text>'
        for n, label in ((0.1, "0.1 ms"), (1, "1 ms"), (10, "10 ms"), (100, "100 ms"), (1000, "1 s"), (10_000, "10 s"))
    ]
    lines += [f'<text x="{x(p):.0f}" y="{height - 14}" text-anchor="middle">{n:,}</text>' for p, n in enumerate(SIZES)]
    last_first = sorted(times.items(), key=lambda job: -job[1][-1])
    for place, (job, values) in enumerate(last_first):
        color = f"hsl({360 * place // len(times)} 55% 45%)"
        points = " ".join(f"{x(p):.1f},{y(value):.1f}" for p, value in enumerate(values))
        beside = top + 12 + place * (height - top - 60) / max(len(times) - 1, 1)
        end_x, end_y = x(len(SIZES) - 1), y(values[-1])
        lines.append(
            f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>'
            f'<line x1="{end_x:.0f}" y1="{end_y:.1f}" x2="{end_x + 40:.0f}" y2="{beside:.1f}" stroke="{color}"'
            ' stroke-opacity=".5"/>'
            f'<text x="{end_x + 46:.0f}" y="{beside + 4:.1f}" fill="{color}">{job}: {values[-1]:,.1f} ms</text>'
        )
    style = "<style>text{font:12px system-ui,sans-serif}</style>"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" fill="#667">'
    return f"{head}{style}{''.join(lines)}</svg>\n"


if __name__ == "__main__":
    measured = _measured()
    PICTURE.write_text(draw({job: [median(values) for values in of] for job, of in measured.items()}), "utf-8")
