"""A shop on PostgreSQL with one and with two processes: the whole way of buyers, and how soon open desks show requests.

In both cases both processes run, and the same two programs play eight buyers at once: at one process, or at one each.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from services import copying, database
from tests.bench import buyer_flow, fill, live, live_route
from tests.bench.frame import Reading
from tests.e2e import seeding
from tests.e2e.shop_process import ROOT, ShopProcess
from tests.servers.postgres import DURABLE, postgres
from tests.soak import tampered
from tests.soak.pair import Pair, two_processes
from tests.soak.stores import PostgresDatabase

ORDERS, PRODUCTS = 10_000, 1_000
FLOWS, AT_ONCE, RUNS = 40, 8, 3
DESKS = 10
LAST = 'SELECT max(id) FROM "order"'


def run() -> Iterator[Reading]:
    """Measure one and two in turn; each acknowledged request is looked for in the database and on each desk."""
    with tempfile.TemporaryDirectory(prefix="pedido-bench-") as folder, _pair(Path(folder)) as pair:
        products = [id_ for (id_,) in pair.read(buyer_flow.SIMPLE)[:3]]
        one, two = [pair.first, pair.first], [pair.first, pair.second]
        _rate(pair, two, products)  # what is read once is read by now
        rates = [(_rate(pair, one, products), _rate(pair, two, products)) for _run in range(RUNS)]
        here, _statements = live.measured(pair.first, DESKS)
        there, _statements = live.measured(pair.first, DESKS, at=pair.second)
    alone, together = zip(*rates, strict=True)
    yield Reading("buyer's flow on PostgreSQL, 8 at a time, one process", "/s", alone)
    times = ", ".join(f"{second / first:.2f}" for first, second in rates)
    yield Reading("  the same, two processes", "/s", together, beside=f"times one process, run by run: {times}")
    yield Reading(f"from commit to each of {DESKS} desks of the same process", "ms", here)
    yield Reading(f"  to each of {DESKS} desks of the other process", "ms", there)


@contextmanager
def _pair(folder: Path) -> Iterator[Pair]:
    source = fill.shop(ORDERS, PRODUCTS)
    with postgres(fsync=DURABLE) as server:
        store = PostgresDatabase(server)

        def prepare(shop: ShopProcess) -> None:
            fill.copy(source, shop.data)
            asyncio.run(_fill_server(shop.database, shop.database_url))
            seeding.in_data_folder(shop, lambda: live.sign_in(shop))

        with two_processes(folder, store, prepare, program=tampered.program(live_route.offer)) as pair:
            yield pair


async def _fill_server(file: Path, url: str) -> None:
    await database.bring_up_to_date(url)
    await copying.fill_server(file, url)


def _rate(pair: Pair, processes: Sequence[ShopProcess], products: Sequence[int]) -> float:
    """Requests a second, with as many buyers at each of these processes."""
    known = pair.count(LAST)
    shares = [str(FLOWS // len(processes)), str(AT_ONCE // len(processes)), *map(str, products)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.buyers", process.address, *shares],
            cwd=ROOT,
            env=os.environ,
            stdout=subprocess.PIPE,
        )
        for process in processes
    ]
    told = [json.loads(buyers.communicate()[0]) for buyers in running]
    acknowledged = sum(len(took["each"]) for took in told)
    for sql in (buyer_flow.NEW, buyer_flow.MAILS):
        count = pair.count(sql.replace(":known", str(known)))
        if not count == acknowledged == FLOWS:
            raise AssertionError(f"of {FLOWS} requests {acknowledged} were sent, and {count} are there: {sql}")
    slowest: float = max(took["all"] for took in told)
    return FLOWS / slowest
