"""Two processes of one shop: what one does the other's pages see, and what is to happen once happens once."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services import duty, throttle
from tests.e2e import seeding
from tests.e2e.shop_process import ShopProcess
from tests.servers.postgres import PostgresServer
from tests.soak import buying, selling, tampered
from tests.soak.frame import wait_for
from tests.soak.pair import Pair, beside, two_processes
from tests.soak.stores import PostgresDatabase
from tests.soak.wire import Device, OpenPage

SOON_SECONDS = 5.0  # a busy machine; `tests.bench` tells how soon it is
LATE_SECONDS = 2.0
ON_DUTY = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {duty.LOCK} AND granted"
WAITING = "SELECT count(*) FROM outbox_message WHERE status IN ('pending', 'sending')"
ATTEMPTS = "SELECT count(*), count(DISTINCT message_id) FROM delivery_attempt"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Iterator[Pair]:
    """A shop with two processes."""
    store = asyncio.run(PostgresDatabase(postgres_server).empty_one())
    assert isinstance(store, PostgresDatabase)
    with two_processes(tmp_path_factory.mktemp("pair"), store, seeding.open_shop) as running:
        yield running


def orders(page: OpenPage) -> int:
    return len(page.props("paged_table")["rows"])


async def a_request(shop: ShopProcess, email: str) -> str:
    device = Device(shop.address)
    try:
        return await buying.send_request(device, email)
    finally:
        await device.leave()


async def test_what_is_ordered_at_one_is_seen_live_at_both(pair: Pair) -> None:
    async with selling.desk(pair.first) as here, selling.desk(pair.second) as there:
        for number, process in enumerate(pair.both(), 1):
            await a_request(process, f"ana{number}@sol.example")
            for desk in (here, there):
                await desk.until(lambda: orders(desk) == number, SOON_SECONDS)  # noqa: B023 - asked at once


async def test_a_process_that_hears_no_signals_shows_nothing_of_it(pair: Pair, tmp_path: Path) -> None:
    deaf = beside(pair.first, tmp_path / "deaf", tampered.program(tampered.without_signals))
    await asyncio.to_thread(deaf.start)
    try:
        async with selling.desk(deaf) as desk, selling.desk(pair.second) as other:
            before = orders(desk)
            await a_request(pair.first, "leo@sol.example")
            await other.until(lambda: orders(other) == before + 1, SOON_SECONDS)
            await asyncio.sleep(LATE_SECONDS)
            assert orders(desk) == before
    finally:
        await asyncio.to_thread(deaf.stop)


async def test_what_was_counted_on_one_is_over_on_the_other(pair: Pair) -> None:
    here, there = Device(pair.first.address), Device(pair.second.address)
    there._http.headers["x-forwarded-for"] = here._http.headers["x-forwarded-for"]
    for _time in range(throttle.UNKNOWN_LINK.times):
        assert (await here.get("/verify/nothing")).status_code in {404, 410}
    answers = []
    until = time.monotonic() + SOON_SECONDS
    while 429 not in answers and time.monotonic() < until:  # one visit more than it takes counts on
        await asyncio.sleep(LATE_SECONDS / 10)
        answers.append((await there.get("/")).status_code)
        answers.append((await there.get("/verify/nothing")).status_code)
    assert answers[:2] == [200, 429]
    for device in (here, there):
        await device.leave()


async def test_each_delivery_is_done_by_one_process(pair: Pair) -> None:
    orders = [a_request(process, f"n{n}@sol.example") for n in range(4) for process in pair.both()]
    await asyncio.gather(*orders)
    assert await wait_for(lambda: pair.count(WAITING) == 0, time.monotonic() + 30)
    [(attempts, messages)] = pair.store.read(pair.first, ATTEMPTS)
    assert attempts == messages >= len(orders)


async def test_one_process_is_on_duty_and_the_other_when_that_one_is_gone(pair: Pair) -> None:
    backups = pair.first.data / "backups"
    assert await wait_for(lambda: list(backups.glob("*.zip")), time.monotonic() + 30)
    assert len(list(backups.glob("*.zip"))) == pair.count(ON_DUTY) == 1
    for made in backups.glob("*.zip"):
        made.unlink()
    await asyncio.to_thread(pair.first.kill)
    assert await wait_for(lambda: list(backups.glob("*.zip")), time.monotonic() + 30), "housekeeping goes on"
    assert pair.count(ON_DUTY) == 1
    await asyncio.to_thread(pair.first.start)


async def test_who_signs_out_on_one_leaves_the_pages_of_the_other(pair: Pair) -> None:
    await selling.sign_in(pair.first)
    token = pair.first.owner_token
    async with selling.desk(pair.first, "/desk/account", token=token) as here, selling.desk(pair.second) as there:
        await here.send("button", "click", words="Sign out everywhere")
        assert (await there.until(lambda: there.went_to, SOON_SECONDS)).startswith("/desk/sign-in")
