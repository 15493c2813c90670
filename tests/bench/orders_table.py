"""The orders table of a shop with a million orders: twelve ways to look at it, on both engines.

The reference is SQLite's own command line on the same file, told which rows and which index to take.
"""

import asyncio
import re
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from nicegui import json

from models import Shop
from models.order_filter import OrderFilter
from pages.components.table_values import row_for_browser
from pages.desk import order_table
from services import database, order_list, parameters, settings, text_search
from tests.bench import fill
from tests.bench.frame import P95, Reading, quantile

ZONE = "Europe/Madrid"
RUNS = 15
MOST_MS = 20.0
TIMES_OF_SQLITE = 2.0
COLUMNS = ", ".join(f'"{name}"' for name in order_list.ROW_FIELDS)


@dataclass(frozen=True)
class Look:
    """A way to look at the table: its name, the address, and the same in SQL, where `ORDER` follows."""

    name: str
    query: Mapping[str, str]
    where: str
    order: str = "created_at DESC, id DESC"
    is_last: bool = False


def _searched(*words: str) -> str:
    parts = " AND ".join(f'"{part}"' for part in text_search._parts(words))
    found = f"id IN (SELECT rowid FROM order_search WHERE order_search MATCH '{parts}')"
    return " AND ".join([found, *(f"search LIKE '%{word}%'" for word in words)])


LOOKS = (
    Look("everything, newest first", {}, "TRUE"),
    Look("the last page", {"page": "-1"}, "TRUE", is_last=True),
    Look("to be reviewed", {"status": "to_be_reviewed"}, "status = 'to_be_reviewed'"),
    Look("status error, in June", {"status": "error", "from": "2026-06-01", "to": "2026-06-30"},
         "status = 'error' AND created_at >= '2026-05-31 22:00:00' AND created_at < '2026-06-30 22:00:00'"),
    Look("not verified", {"verified": "no"}, "verification = 'unverified'"),
    Look("not exported yet", {"exported": "no"}, "exported_at IS NULL AND received_at IS NOT NULL"),
    Look("waiting, dearest first", {"flag": "waiting", "sort": "total"},
         "confirmed_at IS NULL AND received_at IS NOT NULL AND status IN ('pending', 'to_be_reviewed')",
         "total DESC, id DESC"),
    Look("one buyer, processed", {"buyer": "777", "status": "processed"}, "buyer_id = 777 AND status = 'processed'"),
    Look("search: a company", {"search": "plumbing ångström 19122"}, _searched("plumbing", "angstrom", "19122")),
    Look("search: a SKU", {"search": "LO-003826"}, _searched("lo-003826")),
    Look("search: a phone number", {"search": "34622805929"}, _searched("34622805929")),
    Look("lines of a product, by discount", {"sku": "LO-003826", "sort": "discounts", "order": "up"},
         "id IN (SELECT order_id FROM order_line WHERE sku = 'LO-003826')", "discounts DESC, id DESC"),
)  # fmt: skip
SORTINGS = tuple(
    Look(f"sorted by {sort}", {"sort": sort}, where, order)
    for sort, where, order in (
        ("number", "TRUE", "id DESC"),
        ("buyer", "TRUE", "sort_name DESC, id DESC"),
        ("status", "status = 'error'", "created_at DESC, id DESC"),
        ("price", "TRUE", "lines_total DESC, id DESC"),
        ("discounts", "TRUE", "discounts, id"),
        ("surcharges", "TRUE", "surcharges DESC, id DESC"),
        ("total", "TRUE", "total DESC, id DESC"),
    )
)


Times = dict[str, list[float]]  # milliseconds of each run, by look


def run() -> Iterator[Reading]:
    """Time each look on both engines, beside SQLite's own command line."""
    with TemporaryDirectory() as place:
        data = fill.copy(fill.shop(), Path(place) / "data")
        shell = {look.name: _shell(data / "pedido.db", look) for look in (*LOOKS, *SORTINGS)}
        on_sqlite = asyncio.run(_measure(f"sqlite:///{data / 'pedido.db'}", data, shell))
        beside = {name: f"sqlite3 shell {milliseconds:.2f} ms" for name, (milliseconds, _ids) in shell.items()}
        yield from _readings(on_sqlite, beside)
        with fill.postgres() as url:
            on_postgres = asyncio.run(_measure(url, data, shell))
    yield from _compared(on_postgres, on_sqlite)


def _readings(times: Times, beside: Mapping[str, str]) -> Iterator[Reading]:
    must = f"p95 ≤ {MOST_MS:.0f} ms"
    for name, values in times.items():
        yield Reading(f"orders: {name}", "ms", values, must, quantile(values, P95) <= MOST_MS, beside[name])
    every = [value for values in times.values() for value in values]
    yield Reading("orders: every change of filter, together", "ms", every, must, quantile(every, P95) <= MOST_MS)


def _compared(postgres: Times, sqlite: Times) -> Iterator[Reading]:
    for name, values in postgres.items():
        times = median(values) / median(sqlite[name])
        must = f"≤ {TIMES_OF_SQLITE:.0f} × SQLite"
        told = f"{times:.2f} × SQLite"
        yield Reading(f"orders on PostgreSQL: {name}", "ms", values, must, times <= TIMES_OF_SQLITE, told)


def _shell(file: Path, look: Look) -> tuple[float, list[int]]:
    """Milliseconds of a query in SQLite's command line, and the ids it finds."""
    order = look.order
    if look.is_last:
        order = order.replace("DESC", "ASC")
    query = f'SELECT {COLUMNS} FROM "order" WHERE {look.where} ORDER BY {order} LIMIT 50;'
    said = subprocess.run(
        ["sqlite3", "-readonly", str(file)],
        input=f".timer on\n{query * RUNS}",
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    seconds = [float(value) for value in re.findall(r"^Run Time: real ([\d.]+)", said, re.MULTILINE)]
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        ids = [row[0] for row in connection.execute(query)]
    return sum(seconds) / len(seconds) * 1000, ids[::-1] if look.is_last else ids


async def _measure(url: str, data: Path, expected: Mapping[str, tuple[float, list[int]]]) -> Times:
    """What each look takes in the program, to the rows as they are sent to the browser."""
    settings.load(data=data, database_url=url)
    await database.connect(url)
    try:
        shop = await parameters.current()
        times: Times = {}
        for look in (*LOOKS, *SORTINGS):
            asked = OrderFilter.parse(look.query, ZONE)
            page = await order_list._page(asked)
            assert [row.id for row in page.rows] == expected[look.name][1], look.name
            times[look.name] = [await _time(asked, shop) for _run in range(RUNS)]
        return times
    finally:
        await database.close_database()


async def _time(asked: OrderFilter, shop: Shop) -> float:
    begin = time.perf_counter()
    page = await order_list._page(asked)
    json.dumps([row_for_browser(order_table.row(order, shop)) for order in page.rows])
    return (time.perf_counter() - begin) * 1000
