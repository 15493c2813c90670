"""How soon fifty open desks show a request, and what each further desk costs the database."""

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from pages.desk.guard import cookie_name
from services import seller_sessions
from tests.bench import fill, live_route
from tests.bench.frame import Reading, quantile
from tests.e2e import seeding
from tests.e2e.shop_process import ROOT, ShopProcess
from tests.soak import tampered

ORDERS, PRODUCTS = 10_000, 1_000
DESKS, REQUESTS, A_SECOND = 50, 200, 20
MUST_MS = 300
LONGEST_SECONDS = 120.0


def run() -> Iterator[Reading]:
    """Twenty requests a second with one desk open, then with fifty; each desk must have shown each request."""
    with tempfile.TemporaryDirectory(prefix="pedido-bench-") as folder:
        shop = ShopProcess(Path(folder), program=tampered.program(live_route.offer))
        fill.copy(fill.shop(ORDERS, PRODUCTS), shop.data)
        seeding.in_data_folder(shop, lambda: sign_in(shop))
        shop.start()
        try:
            alone, statements_alone = measured(shop, 1)
            many, statements = measured(shop, DESKS)
        finally:
            shop.stop()
    yield Reading("from commit to one desk", "ms", alone)
    must = f"p95 ≤ {MUST_MS} ms"
    yield Reading(f"from commit to each of {DESKS} desks", "ms", many, must, quantile(many, 0.95) <= MUST_MS)
    told = f"with one desk {statements_alone / REQUESTS:.1f}"
    yield Reading(f"statements for a request, {DESKS} desks", "", [statements / REQUESTS], beside=told)


def measured(shop: ShopProcess, desks: int, *, at: ShopProcess | None = None) -> tuple[list[float], int]:
    """How long each desk (of another process of the shop, if one is named) took to show each request, in milliseconds.

    Also how many statements the shop's process asked the database to execute meanwhile.
    """
    address = (at or shop).address
    command = [sys.executable, "-m", "tests.bench.desks", address, cookie_name(), shop.owner_token, str(desks)]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout
        if watching.stdout.readline() != "ready\n":
            raise AssertionError("the desks did not open")
        asked = {"number": REQUESTS, "a_second": A_SECOND}
        answer = httpx.get(f"{shop.address}{live_route.PATH}", params=asked, timeout=LONGEST_SECONDS).json()
        told: dict[str, float] = answer["told"]
        seen, _errors = watching.communicate(f"{max(told)}\n")
    waits = [wait for desk in json.loads(seen) for wait in _waits(told, desk)]
    return waits, int(answer["statements"])


def _waits(told: Mapping[str, float], desk: Mapping[str, float]) -> Iterator[float]:
    """After how many milliseconds a desk showed each request, or newer ones alone: it may have left the page by then.

    The last one must be there.
    """
    shown_at = math.inf
    for number, at in sorted(told.items(), reverse=True):
        shown_at = min(shown_at, desk.get(number, math.inf))
        if shown_at == math.inf:
            raise AssertionError(f"a desk does not show {number}")
        yield 1000 * (shown_at - at)


async def sign_in(shop: ShopProcess) -> None:
    """Let the owner in."""
    shop.owner_token = await seller_sessions.open_session(fill.OWNER_ID, browser="Chromium")
