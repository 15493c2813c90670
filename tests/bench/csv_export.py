"""A CSV of many orders, a row for each line, from the press of the button to the last byte in the browser.

Beside it stand the SQLite shell, which writes the same join of the same file as it is stored, and Python's `csv.writer`
over the same cursor.
"""

import asyncio
import csv
import hashlib
import resource
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

import httpx

from models import Dialect, Shape, order_csv
from models.days import start_of
from models.file_layout import Layout
from models.order_columns import SOURCES
from pages import forms
from pages.desk.guard import cookie_name
from services import backups, settings
from services.exports import writing
from services.exports.growing import GrowingFile
from tests.bench import fill
from tests.bench.frame import P95, Reading, quantile
from tests.e2e.shop_process import ShopProcess
from tests.form_token import of_page
from tests.soak import selling

SIZES = (100_000, 1_000_000)
MOST_TIMES_THE_SHELL, MOST_MEGABYTES, MOST_TO_FIRST_BYTE, MOST_TIMES_IDLE = 2.5, 64, 0.3, 1.5
OTHER_PAGES = ("/", "/desk/exports")
LEAST_VISITS = 60  # of each page, idle and meanwhile: a small file is exported several times
BETWEEN_VISITS = 0.1
RESTING_SECONDS = 3.0  # between two exports: pages are told of the first one
SETTLING_SECONDS, QUICK_ANSWERS = 300.0, 5
MEGABYTE = 2**20
TIME_ZONE = "Europe/Madrid"
DIALOG_SECONDS = DOWNLOAD_SECONDS = 900.0


@dataclass
class Downloaded:
    """What a browser got, and when; `memory` is what the program and its helper took more than before, at most."""

    sha256: str
    rows: int
    first_byte: float
    seconds: float
    memory: float
    visits: dict[str, list[float]]


def run() -> Iterator[Reading]:
    """Each size through the browser's way, then the process that writes alone, on both engines."""
    with tempfile.TemporaryDirectory(prefix="pedido-bench-") as folder:
        shop = ShopProcess(Path(folder))
        fill.copy(fill.shop(), shop.data)
        settings.load(data=shop.data)
        _have_todays_backup(shop)
        shop.start()
        try:
            _settle(shop)
            asyncio.run(_sign_in(shop))
            idle = asyncio.run(_idle(shop))
            for orders in SIZES:
                yield from _through_the_browser(shop, orders, idle)
        finally:
            shop.stop()
        yield from _on_both_engines(shop.data, SIZES[0])


def _through_the_browser(shop: ShopProcess, orders: int, idle: dict[str, list[float]]) -> Iterator[Reading]:
    since = _since(shop, orders)
    exports = _exports(shop, since)
    shell, cursor = _shell(shop.database, since), _cursor(shop.database, since)
    seconds = [one.seconds for one in exports]
    times = median(seconds) / shell
    name = f"CSV of {orders:,} orders"
    yield Reading(
        f"{name}: press to last byte",
        "s",
        seconds,
        f"≤ {MOST_TIMES_THE_SHELL} × the shell",
        times <= MOST_TIMES_THE_SHELL,
        f"sqlite3 shell {shell:.2f} s: {times:.2f} ×; csv.writer {cursor:.2f} s: {cursor / shell:.2f} × the shell",
    )
    first, memory = [one.first_byte for one in exports], [one.memory for one in exports]
    yield Reading(f"{name}: first byte", "s", first, f"≤ {MOST_TO_FIRST_BYTE} s", max(first) <= MOST_TO_FIRST_BYTE)
    yield Reading(f"{name}: memory", "MB", memory, f"≤ {MOST_MEGABYTES} MB", max(memory) <= MOST_MEGABYTES)
    for path in OTHER_PAGES:
        visits = _visits(exports, path)
        times = quantile(visits, P95) / quantile(idle[path], P95)
        yield Reading(
            f"{name}: {path} meanwhile",
            "ms",
            [1000 * one for one in visits],
            f"p95 ≤ {MOST_TIMES_IDLE} × idle",
            times <= MOST_TIMES_IDLE,
            f"idle p95 {1000 * quantile(idle[path], P95):.0f} ms: {times:.2f} ×",
        )


def _exports(shop: ShopProcess, since: str) -> list[Downloaded]:
    """Export the same again and again, until other pages were visited often enough meanwhile."""
    exports: list[Downloaded] = []
    while min(len(_visits(exports, path)) for path in OTHER_PAGES) < LEAST_VISITS:
        if exports:
            time.sleep(RESTING_SECONDS)
        exports.append(asyncio.run(_download(shop, since)))
        _check(shop, exports[-1], since)
    return exports


def _visits(exports: Iterable[Downloaded], path: str) -> list[float]:
    return [seconds for one in exports for seconds in one.visits[path]]


def _on_both_engines(data: Path, orders: int) -> Iterator[Reading]:
    """Processor and wall time of the process that writes: the same orders, the same bytes."""
    ids = range(fill.ORDERS - orders + 1, fill.ORDERS + 1)
    layout = Layout.of(Shape.LINES, Dialect.MACHINE, language="en", time_zone="Europe/Madrid")
    file = data / "exports" / "alone"
    settings.load(data=data)
    own = [_alone(ids, layout, file) for _run in range(3)]
    yield Reading(f"CSV of {orders:,} orders: its process alone, SQLite", "s", [seconds for seconds, _sha in own])
    with fill.postgres() as url:
        settings.load(data=data, database_url=url)
        server = [_alone(ids, layout, file) for _run in range(3)]
    if {sha for _seconds, sha in own + server} != {own[0][1]}:
        raise AssertionError("the engines do not write the same bytes")
    times = min(server)[0] / min(own)[0]
    yield Reading(
        f"CSV of {orders:,} orders: its process alone, PostgreSQL",
        "s",
        [seconds for seconds, _sha in server],
        "≤ 2 × SQLite",
        times <= 2,
        f"{times:.2f} × SQLite",
    )


def _alone(ids: range, layout: Layout, file: Path) -> tuple[float, str]:
    begin = time.monotonic()
    written = asyncio.run(writing.write_large(GrowingFile(file), ids, layout))
    return time.monotonic() - begin, written.sha256


def _have_todays_backup(shop: ShopProcess) -> None:
    """Put a file where today's backup would be: to make that of a million orders takes longer than what is measured."""
    now = datetime.now(UTC).strftime(backups.TIME_IN_NAME)
    (shop.data / "backups").mkdir(exist_ok=True)
    (shop.data / "backups" / f"{backups.DAILY_PREFIX}{now}{backups.SUFFIX}").touch()


def _settle(shop: ShopProcess) -> None:
    """Wait for what a shop does when it is opened: it cleans up, and makes its index."""
    until = time.monotonic() + SETTLING_SECONDS
    quick = 0
    while quick < QUICK_ANSWERS and time.monotonic() < until:
        begin = time.monotonic()
        httpx.get(shop.address, timeout=SETTLING_SECONDS)
        quick = quick + 1 if time.monotonic() - begin < 1 else 0


async def _sign_in(shop: ShopProcess) -> None:
    async with httpx.AsyncClient(base_url=shop.address, headers={"origin": shop.address}) as browser:
        token = of_page((await browser.get("/desk/sign-in")).text)
        answers = {"email": fill.SELLER, "password": fill.PASSWORD, forms.FIELD: token}
        answer = await browser.post("/desk/sign-in", data=answers)
    shop.owner_token = answer.cookies[cookie_name()]


async def _idle(shop: ShopProcess) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {path: [] for path in OTHER_PAGES}
    async with _browser(shop) as browser:
        for _visit in range(LEAST_VISITS):
            await _visit_others(browser, seconds)
    return seconds


def _browser(shop: ShopProcess) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=shop.address, cookies={cookie_name(): shop.owner_token}, timeout=60)


async def _visit_others(browser: httpx.AsyncClient, seconds: dict[str, list[float]]) -> None:
    for path in OTHER_PAGES:
        begin = time.monotonic()
        answer = await browser.get(path)
        answer.raise_for_status()
        seconds[path].append(time.monotonic() - begin)
        await asyncio.sleep(BETWEEN_VISITS)


async def _download(shop: ShopProcess, since: str) -> Downloaded:
    visits: dict[str, list[float]] = {path: [] for path in OTHER_PAGES}
    memory = _Memory(shop)
    async with selling.desk(shop, f"/desk?from={since}") as page, _browser(shop) as browser, _browser(shop) as other:
        await page.send("paged_table", "act", {"key": "csv", "ids": [], "all": True})
        await page.until(lambda: page.find("modal"), DIALOG_SECONDS)
        memory.begin()
        others = asyncio.create_task(_go_on(lambda: _visit_others(other, visits)))
        watching = asyncio.create_task(_go_on(memory.look))
        begin, page.saved_from = time.monotonic(), ""
        await page.send("form", "send", {"shape": Shape.LINES, "dialect": Dialect.MACHINE})
        address = await page.until(lambda: page.saved_from, DIALOG_SECONDS)
        digest, rows, first = hashlib.sha256(), 0, 0.0
        async with browser.stream("GET", address, timeout=DOWNLOAD_SECONDS) as answer:
            async for part in answer.aiter_bytes():
                first = first or time.monotonic() - begin
                digest.update(part)
                rows += part.count(b"\n")
        seconds = time.monotonic() - begin
        for task in (others, watching):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    return Downloaded(digest.hexdigest(), rows - 1, first, seconds, memory.most, visits)


async def _go_on(act: Callable[[], Awaitable[None]]) -> None:
    while True:
        await act()


class _Memory:
    """What the program and the processes it starts take, in megabytes more than at the beginning."""

    def __init__(self, shop: ShopProcess) -> None:
        self._program = shop.pid
        self._before = self.most = 0.0

    def begin(self) -> None:
        self._before = self._now()

    async def look(self) -> None:
        self.most = max(self.most, self._now() - self._before)
        await asyncio.sleep(0.05)

    def _now(self) -> float:
        children = Path(f"/proc/{self._program}/task/{self._program}/children").read_text().split()
        program = str(self._program)
        begun = [
            child for child in children if _command(child) != _command(program)
        ]  # until then it has the program's memory
        return sum(map(_pages, [program, *begun])) * resource.getpagesize() / MEGABYTE


def _command(process: str) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""  # it has ended


def _pages(process: str) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0


def _since(shop: ShopProcess, orders: int) -> str:
    """The day since when there are about so many orders, "" for all."""
    if orders == fill.ORDERS:
        return ""
    [(day,)] = shop.read(f'SELECT substr(created_at, 1, 10) FROM "order" ORDER BY id DESC LIMIT 1 OFFSET {orders}')
    return str(day)


def _wanted(database: Path, since: str) -> str:
    """The condition of the orders since a day on the shop's clock: they are numbered as they were made."""
    begin = start_of(date.fromisoformat(since), TIME_ZONE).astimezone(UTC) if since else ""
    with closing(sqlite3.connect(database)) as connection:
        [first] = connection.execute('SELECT min(id) FROM "order" WHERE created_at >= ?', [str(begin)]).fetchone()
    return f"o.id >= {first}"


def _check(shop: ShopProcess, got: Downloaded, since: str) -> None:
    """The rows are those of the database, and the bytes those of an export that counts, with all its marks."""
    joined = f'"order" o JOIN order_line ON order_id = o.id WHERE {_wanted(shop.database, since)}'
    [(orders, rows)] = shop.read(f"SELECT count(DISTINCT o.id), count(*) FROM {joined}")
    [newest] = shop.read("SELECT id, sha256, orders, undone_at FROM export ORDER BY id DESC LIMIT 1")
    [(marks,)] = shop.read(f"SELECT count(*) FROM exported_order WHERE export_id = {newest[0]}")
    if (got.rows, *newest[1:], marks) != (rows, got.sha256, orders, None, orders):
        raise AssertionError(f"{got.rows} rows of {rows}; {newest} with {marks} marks, wanted {orders}; {got.sha256}")


def _join(database: Path, since: str) -> str:
    cells = ", ".join(
        f'{"l" if SOURCES[name].of_line else "o"}."{SOURCES[name].field}"' for name in order_csv.LINE_COLUMNS
    )
    lines = "CROSS JOIN order_line l ON l.order_id = o.id"
    return f'SELECT {cells} FROM "order" o {lines} WHERE {_wanted(database, since)} ORDER BY o.id, l.line_no'


def _shell(database: Path, since: str) -> float:
    """How long the SQLite shell takes to write the same rows into a file."""
    with tempfile.TemporaryFile(dir=database.parent) as file:
        begin = time.monotonic()
        subprocess.run(["sqlite3", "-csv", str(database), _join(database, since)], stdout=file, check=True)
        return time.monotonic() - begin


def _cursor(database: Path, since: str) -> float:
    """How long Python takes to do it with `csv.writer` over a cursor."""
    with closing(sqlite3.connect(database)) as connection, (database.parent / "cursor.csv").open("w") as file:
        begin = time.monotonic()
        csv.writer(file).writerows(connection.execute(_join(database, since)))
        return time.monotonic() - begin
