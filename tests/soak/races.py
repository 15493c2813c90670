"""Races: many want the same thing at the same moment, and it happens once.

A cart is sent from all tabs of a device at once, the link that verifies an address is pressed many times at once, and
two sellers change the same orders while a third exports them.
"""

import asyncio
import functools
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from pages.http import DEVICE_COOKIE
from services import tokens
from tests.e2e.shop_process import PROGRAM, ShopProcess
from tests.servers import SmtpTestServer, SshTestServer, openssh, smtp_server
from tests.servers.postgres import QUICK, postgres
from tests.soak import buying, promises, shops, tampered
from tests.soak.desk_race import DeskRace
from tests.soak.frame import Figure, Outcome, wait_for
from tests.soak.histories import Histories
from tests.soak.post_office import PostOffice
from tests.soak.promises import MOST_NAMED, Promised
from tests.soak.stores import PostgresDatabase, SqliteFile, Store
from tests.soak.wire import Device, LostError, OpenPage

AT_ONCE = 10  # carts, or links, that are raced for
ONCE = {"placed": 1, "verified": 1}  # what the history of a received request tells, how often
MAIL_SECONDS = 60.0


@dataclass(frozen=True)
class Size:
    """How many carts are sent from how many tabs, how many links are pressed how often, and how many orders changed.

    Some of those orders are confirmed besides.
    """

    carts: int
    tabs: int
    links: int
    presses: int
    orders: int
    confirmed: int


LONG = Size(carts=200, tabs=10, links=100, presses=50, orders=1000, confirmed=50)
SHORT = Size(carts=2, tabs=6, links=1, presses=12, orders=120, confirmed=2)


def run(size: Size, seed: int, *, store: Store | None = None, tampering: Callable[[], None] | None = None) -> Outcome:
    """Run the experiment; `tampering` takes a guard out of the program."""
    program = tampered.program(tampering) if tampering else PROGRAM
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder, smtp_server() as mails, openssh() as depot:
        return asyncio.run(Races(size, seed, store or SqliteFile(), mails).run(Path(folder), depot, program))


def run_on_postgres(size: Size, seed: int) -> Outcome:
    """The same on PostgreSQL."""
    with postgres(fsync=QUICK) as server:
        return run(size, seed, store=PostgresDatabase(server, stops=0))


class Races:
    """One run: the three races, and the judgement."""

    def __init__(self, size: Size, seed: int, store: Store, mails: SmtpTestServer) -> None:
        self._size, self._seed, self._store, self._mails = size, seed, store, mails
        self._post_office = PostOffice(mails)
        self._new = [f"new{number}@sol.example" for number in range(size.links)]
        self._known = {f"known{number}@sol.example": tokens.new() for number in range(size.carts - size.links)}
        self._placed: set[str] = set()  # whose request a tab was told of as sent
        self._verified: set[str] = set()
        self._broken: list[str] = []

    async def run(self, folder: Path, depot: SshTestServer, program: Sequence[str]) -> Outcome:
        """Open the shop, run one race after the other, and look at what is left."""
        smtp_url = f"smtp://127.0.0.1:{self._mails.port}"
        self._shop = ShopProcess(folder, smtp_url=smtp_url, program=program, settings=self._store.settings())
        shops.open_shop(self._shop, known=self._known, depot=shops.Depot(depot, depot.port))
        chance, size = random.Random(self._seed), self._size
        self._desk_race = DeskRace(self._shop, chance, orders=size.orders, confirmed=size.confirmed)
        self._desk_race.prepare()
        await asyncio.to_thread(self._shop.start)
        try:
            await _in_groups(self._race_for_cart(email) for email in (*self._new, *self._known))
            await _in_groups(self._race_for_link(email) for email in self._new)
            await self._desk_race.run()
            return self._judge()
        finally:
            await asyncio.to_thread(self._shop.stop)

    async def _race_for_cart(self, email: str) -> None:
        """Press Send request in all tabs at once: each must be told of the one order."""
        device = Device(self._shop.address, {DEVICE_COOKIE: self._known[email]} if email in self._known else {})
        try:
            await buying.put_in_cart(device, "FR-200")
            async with AsyncExitStack() as tabs:
                opened = (device.open("/checkout") for _tab in range(self._size.tabs))
                pages = [await tabs.enter_async_context(tab) for tab in opened]
                told = await asyncio.gather(*(self._press_send(page, email) for page in pages))
            numbers = [buying.ORDER_NUMBER.findall((await device.get(path)).text)[:1] for path in told]
            if numbers != numbers[:1] * self._size.tabs:
                self._broken.append(f"the tabs of {email} were told of different orders")
        except (LostError, buying.RefusedError) as error:
            self._broken.append(f"a tab of {email} was refused: {error}")
        finally:
            await device.leave()

    async def _press_send(self, page: OpenPage, email: str) -> str:
        path = await buying.press_send(page, email)
        self._placed.add(email)
        return path

    async def _race_for_link(self, email: str) -> None:
        """Press the button behind a mailed link many times at once: one press verifies, the others change nothing."""
        device = Device(self._shop.address)
        try:
            [path] = await wait_for(lambda: self._post_office.links(email, "verify"), time.monotonic() + MAIL_SECONDS)
            await device.get(path)
            answers = await asyncio.gather(*(device.post(path) for _press in range(self._size.presses)))
            self._verified.add(email)
            news = sum("Already verified" not in answer.text for answer in answers)
            if news != 1:
                self._broken.append(f"{news} presses of the link of {email} changed something")
        except LostError as error:
            self._broken.append(f"a press of the link of {email} was lost: {error}")
        finally:
            await device.leave()

    def _judge(self) -> Outcome:
        read = functools.partial(self._store.read, self._shop)
        found, rows, told = promises.orders(read), promises.messages(read), Histories(read)
        buyers = {*self._new, *self._known}
        verified = self._verified | (self._placed & set(self._known))
        sent = [order for order in found if order.email in buyers]
        wrong = [
            *promises.lost(Promised(placed=self._placed, verified=verified), sent),
            *promises.without_rows(sent, rows, self._known),
            *promises.wrongs(
                {
                    "requests not placed and verified once": (
                        order.number for order in sent if told.counts[order.number] != ONCE
                    ),
                    "histories with a gap": told.broken(),
                }
            ),
            *self._desk_race.judge(told, rows),
        ]
        figures: dict[str, Figure] = {
            "carts": self._size.carts,
            "tabs": self._size.carts * self._size.tabs,
            "requests": len(sent),
            "links": self._size.links,
            "presses": self._size.links * self._size.presses,
            "orders at the desk": self._size.orders,
            "changes": len(told.steps),
            "exports": self._desk_race.exports,
        }
        return Outcome(self._seed, figures, [*self._broken, *map(str, wrong), *self._shop.trouble()[:MOST_NAMED]])


async def _in_groups(races: Iterable[Awaitable[None]]) -> None:
    """Run them all, so many at a time as memory allows."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def run(race: Awaitable[None]) -> None:
        async with turn:
            await race

    await asyncio.gather(*map(run, races))
