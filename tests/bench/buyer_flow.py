"""The whole of a buyer's way over real sockets: open the catalogue, three products, checkout, sent."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from tests.bench import fill
from tests.bench.frame import Reading
from tests.e2e.shop_process import ROOT, ShopProcess

ORDERS, PRODUCTS = 10_000, 1_000
FLOWS = 100
RUNS = 3
AT_ONCE = (1, 8)
MUST_RATE, MUST_P95_MS = 25, 400
SIMPLE = (
    'SELECT id FROM "product" WHERE active AND NOT is_parent AND pack_size = 1 AND minimum_quantity = 1 ORDER BY id'
)
NEW = 'SELECT count(*) FROM "order" o WHERE id > :known AND 3 = (SELECT count(*) FROM order_line WHERE order_id = o.id)'
MAILS = "SELECT count(*) FROM outbox_message WHERE order_id > :known AND purpose = 'verify'"


def run() -> Iterator[Reading]:
    """Measure flows one and eight at a time; each acknowledged request is looked for in the database."""
    with tempfile.TemporaryDirectory(prefix="pedido-bench-") as folder:
        shop = ShopProcess(Path(folder))
        fill.copy(fill.shop(ORDERS, PRODUCTS), shop.data)
        products = _ids(shop, SIMPLE)[:3]
        shop.start()
        try:
            _flows(shop, 20, 1, products)  # what is read once is read by now
            for at_once in AT_ONCE:
                yield from _measured(shop, at_once, products)
        finally:
            shop.stop()


def _measured(shop: ShopProcess, at_once: int, products: Sequence[int]) -> Iterator[Reading]:
    rates, costs, seconds = [], [], []
    for _run in range(RUNS):
        used = shop.processor_seconds()
        all_seconds, each = _flows(shop, FLOWS, at_once, products)
        rates.append(FLOWS / all_seconds)
        seconds += each
        costs.append((shop.processor_seconds() - used) / FLOWS * 1000)
    milliseconds = [1000 * value for value in seconds]
    many = f"{at_once} at a time"
    rate = Reading(f"buyer's flow, {many}", "/s", rates, f"≥ {MUST_RATE}/s", min(rates) >= MUST_RATE)
    yield rate
    spent = Reading(f"  from the catalogue to sent, {many}", "ms", milliseconds, f"p95 ≤ {MUST_P95_MS} ms")
    yield Reading(**(vars(spent) | {"holds": spent.p95 <= MUST_P95_MS}))
    yield Reading(f"  processor time of the shop for each, {many}", "ms", costs)


def _flows(shop: ShopProcess, flows: int, at_once: int, products: Sequence[int]) -> tuple[float, list[float]]:
    """Let buyers order; how long all took, and each."""
    [known] = _ids(shop, 'SELECT max(id) FROM "order"')
    command = [sys.executable, "-m", "tests.bench.buyers", shop.address, str(flows), str(at_once), *map(str, products)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, check=True, capture_output=True, text=True)
    with closing(sqlite3.connect(shop.database)) as database:
        for sql in (NEW, MAILS):
            [(count,)] = database.execute(sql, {"known": known})
            if count != flows:
                raise AssertionError(f"{flows} requests were sent, and {count} are there: {sql}")
    took = json.loads(done.stdout)
    return took["all"], took["each"]


def _ids(shop: ShopProcess, sql: str) -> list[int]:
    with closing(sqlite3.connect(shop.database)) as database:
        return [id_ for (id_,) in database.execute(sql)]
