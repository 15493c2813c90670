"""Two processes of one shop: what one does the other's pages see, and what is to happen once happens once."""

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from pages.desk.guard import cookie_name
from pages.http import DEVICE_COOKIE
from services import duty, throttle, tokens
from tests.e2e import buying as in_browser
from tests.e2e import people
from tests.e2e.shop_process import ShopProcess, wait_until
from tests.servers import Door, SshTestServer, free_port, openssh, silent_server
from tests.servers.postgres import PostgresServer
from tests.servers.proxies import Proxy, StartProxy, caddy, nginx
from tests.soak import buying, leases, process_name, selling, shops, tampered
from tests.soak.frame import wait_for
from tests.soak.pair import Pair, beside, two_processes
from tests.soak.stores import PostgresDatabase
from tests.soak.wire import Device, OpenPage

SOON_SECONDS = 15.0  # a very busy machine; `tests.bench` tells how soon it is
LATE_SECONDS = 2.0
LONG_SECONDS = 30.0
PROXIES: dict[str, StartProxy] = {"caddy": caddy, "nginx": nginx}
VISITORS = 30  # until one was led to each process
KNOWN = {f"known{n}@sol.example": tokens.new() for n in range(4)}  # device tokens
ON_DUTY = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {duty.LOCK} AND granted"
WAITING = "SELECT count(*) FROM outbox_message WHERE status IN ('pending', 'sending')"
SENDING = "SELECT count(*) FROM outbox_message WHERE status = 'sending'"
ATTEMPTS = "SELECT count(*), count(DISTINCT message_id) FROM delivery_attempt"
DRAFTS = "SELECT count(*) FROM cart WHERE draft::text LIKE '%Half a name%'"


@pytest.fixture(scope="module")
def depot() -> Iterator[SshTestServer]:
    """Where the files of orders end up."""
    with openssh() as server:
        yield server


@pytest.fixture(scope="module")
def door(depot: SshTestServer) -> Iterator[Door]:
    """The way there, shut until it is opened; who opens it shuts it."""
    way = Door(depot.port)
    yield way
    asyncio.run(way.close())


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer, depot: SshTestServer, door: Door
) -> Iterator[Pair]:
    """A shop with two processes, whose leases are short."""
    store = asyncio.run(PostgresDatabase(postgres_server).empty_one())
    assert isinstance(store, PostgresDatabase)

    def prepare(shop: ShopProcess) -> None:
        shops.open_shop(shop, known=KNOWN, depot=shops.Depot(depot, door.port))
        leases.watch(lambda query: store.read(shop, query))

    program = tampered.program(tampered.named_and_patient_with_short_leases)
    with two_processes(tmp_path_factory.mktemp("pair"), store, prepare, program=program) as running:
        yield running


def orders(page: OpenPage) -> int:
    return len(page.props("paged_table")["rows"])


def shows(page: OpenPage, number: str) -> bool:
    return number in str(page.props("paged_table")["rows"])


async def a_request(shop: ShopProcess, email: str) -> str:
    known = {DEVICE_COOKIE: KNOWN[email]} if email in KNOWN else {}
    device = Device(shop.address, known)
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
    sent = [a_request(process, f"n{n}@sol.example") for n in range(4) for process in pair.both()]
    await asyncio.gather(*sent)
    assert await wait_for(lambda: pair.count(WAITING) == 0, time.monotonic() + LONG_SECONDS)
    [(attempts, messages)] = pair.read(ATTEMPTS)
    assert attempts == messages >= len(sent)
    assert leases.taken_over(pair.read) == 0


async def test_who_signs_out_on_one_leaves_the_pages_of_the_other(pair: Pair) -> None:
    await selling.sign_in(pair.first)
    token = pair.first.owner_token
    async with selling.desk(pair.first, "/desk/account", token=token) as here, selling.desk(pair.second) as there:
        await here.send("button", "click", words="Sign out everywhere")
        assert (await there.until(lambda: there.went_to, SOON_SECONDS)).startswith("/desk/sign-in")
    await selling.sign_in(pair.first)  # again, for those who come after
    pair.second.owner_token = pair.first.owner_token


async def test_what_a_killed_process_did_the_other_takes_over_and_does_once(
    pair: Pair, depot: SshTestServer, door: Door
) -> None:
    backups = pair.first.data / "backups"
    assert await wait_for(lambda: list(backups.glob("*.zip")), time.monotonic() + LONG_SECONDS)
    assert len(list(backups.glob("*.zip"))) == pair.count(ON_DUTY) == 1
    for made in backups.glob("*.zip"):
        made.unlink()
    with silent_server() as silence:
        await door.open(silence)
        await sending_on(pair.first, [pair.second], pair, "known0@sol.example")
        await asyncio.sleep(tampered.SHORT_LEASE_SECONDS + 1)
        assert (leases.taken_over(pair.read), pair.count(SENDING)) == (0, 1), "a lease is renewed"
        await asyncio.to_thread(pair.first.kill)
        await door.shut()
        await door.open(depot.port)
        assert await wait_for(lambda: pair.count(WAITING) == 0, time.monotonic() + LONG_SECONDS)
    await door.shut()
    assert leases.taken_over(pair.read) == 1
    assert [*map(str, leases.broken(pair.read))] == []
    assert len(list((depot.root / shops.FOLDER).iterdir())) == 1
    assert await wait_for(lambda: list(backups.glob("*.zip")), time.monotonic() + LONG_SECONDS), "housekeeping goes on"
    assert pair.count(ON_DUTY) == 1
    await asyncio.to_thread(pair.first.start)


async def sending_on(process: ShopProcess, others: Sequence[ShopProcess], pair: Pair, email: str) -> None:
    """A known buyer's request, whose file is on its way from this process: the others stand still meanwhile."""
    for other in others:
        os.kill(other.pid, signal.SIGSTOP)
    try:
        await a_request(process, email)
        assert await wait_for(lambda: pair.count(SENDING) == 1, time.monotonic() + LONG_SECONDS)
    finally:
        for other in others:
            os.kill(other.pid, signal.SIGCONT)


async def test_a_process_without_signals_and_leases_shows_nothing_and_takes_what_another_holds(
    pair: Pair, door: Door, tmp_path: Path
) -> None:
    bad = beside(pair.first, tmp_path / "bad", tampered.program(tampered.deaf_and_greedy))
    try:
        await asyncio.to_thread(bad.start)
        with silent_server() as silence:
            await door.open(silence)
            async with selling.desk(bad) as desk, selling.desk(pair.second) as other:
                before = orders(desk)
                await sending_on(pair.first, [pair.second, bad], pair, "known1@sol.example")
                await other.until(lambda: orders(other) == before + 1, SOON_SECONDS)
                await asyncio.sleep(LATE_SECONDS)
                assert orders(desk) == before
                assert [*map(str, leases.broken(pair.read))] == []
                await a_request(bad, "leo@sol.example")
                assert await wait_for(lambda: leases.broken(pair.read), time.monotonic() + SOON_SECONDS)
    finally:
        await asyncio.to_thread(bad.stop)
        await door.shut()


@asynccontextmanager
async def led_to(process: ShopProcess, proxy: Proxy, cookies: Mapping[str, str]) -> AsyncIterator[Device]:
    """Somebody whom the proxy has led to this process, first and last."""

    async def is_there() -> bool:
        return (await device.get("/health")).headers[process_name.HEADER] == str(process.port)

    for _visitor in range(VISITORS):
        device = Device(proxy.address, cookies)
        try:
            if await is_there():
                yield device
                assert await is_there()
                return
        finally:
            await device.leave()
    raise AssertionError("nobody was led there")


@pytest.mark.parametrize(("name", "email"), [("caddy", "known2@sol.example"), ("nginx", "known3@sol.example")])
async def test_behind_a_proxy_a_buyer_on_one_and_a_seller_on_the_other_see_each_other_live(
    pair: Pair, name: str, email: str, tmp_path: Path
) -> None:
    ports = [process.port for process in pair.both()]
    seller, buyer = {cookie_name(): pair.second.owner_token}, {DEVICE_COOKIE: KNOWN[email]}
    with PROXIES[name](tmp_path, ports, free_port()) as proxy:
        async with (
            led_to(pair.first, proxy, buyer) as visitor,
            led_to(pair.second, proxy, seller) as colleague,
            colleague.open("/desk") as desk,
        ):
            # Not by their number: what a process without signals has taken, the desk may see only with the next one.
            path = await buying.send_request(visitor, email)
            [[number]] = pair.read('SELECT number FROM "order" ORDER BY id DESC LIMIT 1')
            await desk.until(lambda: shows(desk, str(number)), SOON_SECONDS)
            async with visitor.open(path) as request, colleague.open(f"/desk/orders/{number}") as order:
                shown = str(request.find("request_steps"))
                await selling.confirm(order)
                await request.until(lambda: str(request.find("request_steps")) != shown, SOON_SECONDS)


def test_who_orders_on_a_process_that_is_stopped_goes_on_at_the_other(pair: Pair, tmp_path: Path) -> None:
    ports = [process.port for process in pair.both()]
    with caddy(tmp_path, ports, free_port()) as proxy, sync_playwright() as playwright:
        browser = people.launch(playwright)
        context = browser.new_context(base_url=proxy.address, ignore_https_errors=True, locale="en-GB")
        page = context.new_page()
        in_browser.put_in_cart(page)
        people.visit(page, "/checkout")
        in_browser.field(page, "Name").fill("Half a name")
        wait_until(lambda: pair.count(DRAFTS) == 1)
        its = process_of(page, pair)
        page.evaluate("window.isBefore = true")
        its.stop()
        page.wait_for_function("!window.isBefore && window.did_handshake", timeout=1000 * LONG_SECONDS)
        expect(in_browser.field(page, "Name")).to_have_value("Half a name")
        expect(in_browser.cart_button(page)).to_have_accessible_name(re.compile("1"))
        in_browser.fill_form(page, "half@sol.example")
        in_browser.send(page)
        assert process_of(page, pair) is not its
        browser.close()


def process_of(page: Page, pair: Pair) -> ShopProcess:
    """The process that a browser is led to."""
    port = page.request.get("/health").headers[process_name.HEADER]
    return next(process for process in pair.both() if str(process.port) == port)
