"""From the start of the program to its first page, of a shop that exists and of a new one; and its memory when idle."""

import compileall
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

from tests.bench import fill
from tests.bench.beside import Side
from tests.bench.frame import Reading
from tests.e2e.shop_process import ROOT, ShopProcess

ORDERS, PRODUCTS = 1000, 2000
RUNS = 3
MOST_SECONDS, MOST_MB = 2.0, 130.0
IDLE_SECONDS = 3.0
LIBRARIES = "from nicegui import ui; import fastapi, tortoise, numpy, time; print(time.process_time())"


def run() -> Iterator[Reading]:
    """Start the program again and again, compiled as its set-up leaves it."""
    for room in ("models", "services", "pages"):
        compileall.compile_dir(ROOT / room, quiet=1)
    starts = [_start(is_new=False) for _run in range(RUNS)]
    new = [_start(is_new=True) for _run in range(RUNS)]
    libraries = [_libraries() for _run in range(RUNS)]
    beside = f"importing the libraries alone takes {sorted(libraries)[RUNS // 2]:.2f} s of processor time"
    waited = [seconds for seconds, _worked, _memory in starts]
    memory = [bytes_ / 1_000_000 for _seconds, _worked, bytes_ in starts]
    yield _reading("start to first page, a shop of 2,000 products", "s", waited, MOST_SECONDS, beside)
    yield Reading("of this, processor time", "s", [worked for _seconds, worked, _memory in starts])
    yield _reading("start to first page, a new shop", "s", [seconds for seconds, *_rest in new], MOST_SECONDS)
    yield Reading("of this, processor time", "s", [worked for _seconds, worked, _memory in new])
    yield _reading("idle memory after the first page", "MB", memory, MOST_MB)


def _reading(what: str, unit: str, values: list[float], most: float, beside: str = "") -> Reading:
    middle = sorted(values)[len(values) // 2]
    return Reading(what, unit, values, must=f"≤ {most} {unit}", holds=middle <= most, beside=beside)


def _start(*, is_new: bool) -> tuple[float, float, int]:
    """Start a shop; return after how many seconds its first page came, the work until then, and its idle memory."""
    with tempfile.TemporaryDirectory() as folder:
        shop = ShopProcess(Path(folder))
        if not is_new:
            fill.copy(fill.shop(ORDERS, PRODUCTS), shop.data)
        began = time.perf_counter()
        shop.start()
        try:
            status = _first_page(shop.port)
            waited = time.perf_counter() - began
            assert status == (503 if is_new else 200), "a new shop says that it is being set up"
            side = Side(shop.port, shop.pid)
            worked = side.processor
            time.sleep(IDLE_SECONDS)
            return waited, worked, side.memory
        finally:
            shop.stop()


def _first_page(port: int) -> int:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def _libraries() -> float:
    """Seconds of work to import what the program is built on, without any of ours."""
    command = [sys.executable, "-c", LIBRARIES]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
