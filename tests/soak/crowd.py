"""A thousand buyers browse and twenty desks are open for half an hour: memory, event loop, and pages.

Buyers think for 20 to 40 seconds between two things they do. Their browsers have the shop's files already.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from pages.desk.guard import cookie_name
from services import seller_sessions
from tests.bench import fill
from tests.bench.frame import quantile
from tests.e2e import seeding
from tests.e2e.shop_process import ROOT, ShopProcess
from tests.soak.browsing import Asked, Came
from tests.soak.frame import Figure, Outcome

ORDERS, PRODUCTS = 100_000, 2_000
PROCESSES = 2  # that the buyers come from
SENDING_SECONDS = 10.0
MOST_MB, MOST_GROWTH = 450.0, 1.1
MOST_LAG_SECONDS, LAG_SHARE = 0.1, 0.99
MOST_PAGE_MS = 300.0
SAMPLES = 30
PATIENCE_SECONDS = 120
MB = 1_000_000
TOKEN = "a-token-for-whoever-watches-over-it"
LAG = "pedido_event_loop_lag_seconds"
SIMPLE = """
    SELECT id, sku FROM product
    WHERE active AND NOT is_parent AND parent_id IS NULL AND pack_size = 1 AND minimum_quantity = 1 ORDER BY id
"""
NEW_LINES = "SELECT count(*) FROM cart_line l JOIN cart c ON c.id = l.cart_id WHERE l.id > ? AND c.status = 'open'"
NEW_ORDERS = 'SELECT count(*) FROM "order" WHERE id > ?'

Measured = Mapping[str, float]


@dataclass(frozen=True)
class Crowd:
    """How many come, within how long, and for how long they stay together."""

    buyers: int
    desks: int
    arriving_seconds: float
    staying_seconds: float
    thinking_seconds: tuple[float, float] = (20.0, 40.0)


LONG = Crowd(1000, 20, 120, 1800)


@dataclass(frozen=True)
class Seen:
    """What came of a crowd; memory in MB at even distances, from the moment that all were there."""

    came: Came
    memory: Sequence[float]
    lag_within: float  # the share of the looks at the event loop that were not later than they may be
    longest_lag: str
    connected: int
    processor_share: float  # of one core
    load: float  # of the whole machine: others may be at work
    trouble: Sequence[str]

    @property
    def growth(self) -> float:
        """How much more memory the last third took than the third in the middle, on average."""
        third = max(1, len(self.memory) // 3)
        middle, last = self.memory[-2 * third : -third], self.memory[-third:]
        return (sum(last) / len(last)) / (sum(middle) / len(middle))


def run(crowd: Crowd, seed: int) -> Outcome:
    """Let them come; what must be reached is what the figures are compared with."""
    seen = watched(crowd, seed)
    return Outcome(seed, _figures(crowd, seen), tuple(_broken(seen)))


def watched(crowd: Crowd, seed: int) -> Seen:
    """Let them come to a shop of a hundred thousand orders, and watch it; what they did must stand in its database."""
    with tempfile.TemporaryDirectory(prefix="pedido-crowd-") as folder:
        shop = ShopProcess(Path(folder), settings={"PEDIDO_METRICS_TOKEN": TOKEN})
        fill.copy(fill.shop(ORDERS, PRODUCTS), shop.data)
        seeding.in_data_folder(shop, lambda: _sign_in(shop))
        [(last_line,)] = shop.read("SELECT coalesce(max(id), 0) FROM cart_line")
        [(last_order,)] = shop.read('SELECT max(id) FROM "order"')
        shop.start()
        try:
            seen = _watched(shop, crowd, seed)
        finally:
            shop.stop()
        written = shop.read(NEW_LINES, last_line)[0][0], shop.read(NEW_ORDERS, last_order)[0][0]
        told = seen.came.added, seen.came.sent
        if any(there < acknowledged for there, acknowledged in zip(written, told, strict=True)):
            seen.came.errors.append(f"{told} lines and requests were acknowledged, {written} are there")
        return replace(seen, trouble=shop.trouble())


def _watched(shop: ShopProcess, crowd: Crowd, seed: int) -> Seen:
    with _browsing(shop, crowd, seed) as coming:
        time.sleep(crowd.arriving_seconds)
        before, used, began = _measured(shop), shop.processor_seconds(), time.monotonic()
        memory, connected = [], []
        for sample in range(SAMPLES):
            time.sleep(max(0.0, began + crowd.staying_seconds * (sample + 1) / SAMPLES - time.monotonic()))
            memory.append(shop.memory_bytes() / MB)
            connected.append(_measured(shop)["pedido_pages_connected"])
        after, taken = _measured(shop), time.monotonic() - began
        share = (shop.processor_seconds() - used) / taken
        came = _together([Came(**json.loads(one.communicate()[0])) for one in coming])
    within, longest = _lag(before, after)
    return Seen(came, memory, within, longest, int(sorted(connected)[SAMPLES // 2]), share, os.getloadavg()[2], ())


@contextmanager
def _browsing(shop: ShopProcess, crowd: Crowd, seed: int) -> Iterator[list[subprocess.Popen[str]]]:
    """The processes of those who come; the first has the desks, and sends requests."""
    products = [(int(id_), str(sku)) for id_, sku in shop.read(SIMPLE)]
    come: list[subprocess.Popen[str]] = []
    try:
        for number in range(PROCESSES):
            first = number == 0
            asked = Asked(
                address=shop.address,
                seller_cookies={cookie_name(): shop.owner_token},
                products=products,
                buyers=crowd.buyers // PROCESSES,
                desks=crowd.desks if first else 0,
                arriving_seconds=crowd.arriving_seconds,
                staying_seconds=crowd.staying_seconds,
                thinking_seconds=crowd.thinking_seconds,
                sending_seconds=SENDING_SECONDS if first else 0,
                seed=seed + number,
            )
            come.append(_process(asked))
        yield come
    finally:
        for process in come:
            process.kill()
            process.wait()


def _process(asked: Asked) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.soak.browsing"],
        cwd=ROOT,
        env=os.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    process.stdin.write(json.dumps(asdict(asked)))
    process.stdin.close()
    process.stdin = None  # so that `communicate` does not look for it
    return process


def _together(parts: Sequence[Came]) -> Came:
    """What came of several processes, as of one."""
    told = [asdict(part) for part in parts]
    return Came(**{name: sum((one[name] for one in told[1:]), told[0][name]) for name in told[0]})


def _measured(shop: ShopProcess) -> Measured:
    """What stands at `/metrics`, by name and label."""
    answer = httpx.get(
        f"{shop.address}/metrics", headers={"authorization": f"Bearer {TOKEN}"}, timeout=PATIENCE_SECONDS
    )
    families = text_string_to_metric_families(answer.raise_for_status().text)
    samples = (sample for family in families for sample in family.samples)
    return {" ".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}


def _lag(before: Measured, after: Measured) -> tuple[float, str]:
    """Which share of the looks at the loop was in time, and within how many seconds all were."""
    counted = {
        float(name.split()[1]): value - before[name]
        for name, value in after.items()
        if name.startswith(f"{LAG}_bucket")
    }
    all_looks = max(counted.values())
    longest = min(seconds for seconds, looks in counted.items() if looks == all_looks)
    return counted[MOST_LAG_SECONDS] / all_looks, f"{longest:g} s"


def _figures(crowd: Crowd, seen: Seen) -> dict[str, Figure]:
    came = seen.came
    return {
        "minutes": crowd.staying_seconds / 60,
        "pages connected": seen.connected,
        "pages": len(came.pages),
        "page p95 ms": _p95(came.pages),
        "desk p95 ms": _p95(came.desk_pages),
        "suggestion p95 ms": _p95(came.suggestions),
        "cart p95 ms": _p95(came.cart_changes),
        "requests": came.sent,
        "errors": len(came.errors),
        f"% of lags within {MOST_LAG_SECONDS:g} s": 100 * seen.lag_within,
        "all within": seen.longest_lag,
        "most MB": max(seen.memory),
        "memory MB": " ".join(f"{mb:.0f}" for mb in seen.memory),
        "% of a core": 100 * seen.processor_share,
        "load of the machine": seen.load,
    }


def _broken(seen: Seen) -> Iterator[str]:
    if max(seen.memory) > MOST_MB:
        yield f"it took {max(seen.memory):.0f} MB"
    if seen.growth > MOST_GROWTH:
        yield f"memory grew by {100 * (seen.growth - 1):.0f} % from the second third to the last"
    if seen.lag_within < LAG_SHARE:
        yield f"the event loop was late {100 * (1 - seen.lag_within):.1f} times of a hundred"
    for name, seconds in (("pages", seen.came.pages), ("pages of the desk", seen.came.desk_pages)):
        if _p95(seconds) > MOST_PAGE_MS:
            yield f"five of a hundred {name} took longer than {_p95(seconds):.0f} ms"
    yield from sorted(set(seen.came.errors))[:5]
    yield from seen.trouble[:5]


def _p95(seconds: Sequence[float]) -> float:
    return 1000 * quantile(seconds, 0.95) if seconds else math.inf  # none came


async def _sign_in(shop: ShopProcess) -> None:
    shop.owner_token = await seller_sessions.open_session(fill.OWNER_ID, browser="Chromium")
