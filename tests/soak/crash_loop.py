"""Crash loop: requests go on while the program is killed, and mail and SFTP are down for the first half.

Of two processes of a shop each is killed in turn, and who was served by it goes on at the other.
"""

import asyncio
import itertools
import math
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pages.http import DEVICE_COOKIE
from services import tokens
from tests.e2e.shop_process import PROGRAM, ShopProcess
from tests.servers import Door, SmtpTestServer, SshTestServer, openssh, smtp_server
from tests.servers.postgres import DURABLE, postgres
from tests.soak import buying, leases, promises, shops, tampered
from tests.soak.frame import ASK_DATABASE_SECONDS, Figure, Outcome, wait_for
from tests.soak.pair import beside
from tests.soak.post_office import PostOffice
from tests.soak.promises import MOST_NAMED, Promised
from tests.soak.stores import PostgresDatabase, Rows, SqliteFile, Store
from tests.soak.strikes import MOST_SECONDS_LATER, Strikes
from tests.soak.wire import Device, LostError, surely

MOST_DUPLICATES_A_KILL = 4

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Size:
    """How many requests, at which rate, killed how often, and how long deliveries may take after the last request.

    The kills go round among the `processes` of the shop.
    """

    requests: int
    kills: int
    processes: int = 1
    a_second: float = 5.0
    settle_seconds: float = 300.0

    @property
    def seconds(self) -> float:
        """How long requests are sent."""
        return self.requests / self.a_second


LONG = Size(requests=1000, kills=20)
LONG_PAIR = Size(requests=1000, kills=20, processes=2)
SHORT = Size(requests=25, kills=2, settle_seconds=60)
SHORT_PAIR = Size(requests=12, kills=2, processes=2, settle_seconds=60)


def run(size: Size, seed: int, *, store: Store | None = None, tampering: Callable[[], None] | None = None) -> Outcome:
    """Run the experiment; `tampering` takes a guard out of the program."""
    program = tampered.program(tampering) if tampering else PROGRAM
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder, smtp_server() as mails, openssh() as depot:
        loop = CrashLoop(size, seed, store or SqliteFile(), mails, depot)
        return asyncio.run(loop.run(Path(folder), program))


def run_on_postgres(size: Size, seed: int, *, stops: int, tampering: Callable[[], None] | None = None) -> Outcome:
    """The same on PostgreSQL, whose server is stopped at once so many times besides."""
    with postgres(fsync=DURABLE) as server:
        return run(size, seed, store=PostgresDatabase(server, stops), tampering=tampering)


class CrashLoop:
    """One run: the people, the outage, the strikes, and the judgement."""

    def __init__(self, size: Size, seed: int, store: Store, mails: SmtpTestServer, depot: SshTestServer) -> None:
        self._size, self._seed, self._store, self._mails, self._depot = size, seed, store, mails, depot
        self._random = random.Random(seed)
        self._post_office = PostOffice(mails)
        self._promised = Promised()
        self._unserved: list[str] = []
        self._emails = [self._new_email(number) for number in range(size.requests)]
        self._known = {email: tokens.new() for email in self._emails if email.startswith("known")}  # device tokens

    async def run(self, folder: Path, program: Sequence[str]) -> Outcome:
        """Open the shop, let everybody come, strike, and look at what is left."""
        mail_door, depot_door = doors = Door(self._mails.port), Door(self._depot.port)
        smtp_url = f"smtp://127.0.0.1:{mail_door.port}"
        self._shop = ShopProcess(folder, smtp_url=smtp_url, program=program, settings=self._store.settings())
        shops.open_shop(self._shop, known=self._known, depot=shops.Depot(self._depot, depot_door.port))
        self._processes = [self._shop]
        for number in range(1, self._size.processes):
            self._processes.append(beside(self._shop, folder / f"beside-{number}", program))
            self._processes[-1].set({"PEDIDO_SMTP_URL": smtp_url})
        if self._is_shared:
            leases.watch(self._read)
        files = self._depot.root / shops.FOLDER
        most_later = math.inf if self._is_shared else MOST_SECONDS_LATER  # the other has work while one starts
        self._strikes = [Strikes(process, self._store, files, most_later) for process in self._processes]
        try:
            for strikes in self._strikes:
                await strikes.start()
            self._begun_at = time.monotonic()
            self._until = self._begun_at + self._size.seconds + self._size.settle_seconds
            buyers = [self._buy(number, email) for number, email in enumerate(self._emails)]
            await asyncio.gather(self._end_outage(doors), self._strike(), self._confirm_all(), *buyers)
            for strikes in self._strikes:
                await strikes.watched()
            await wait_for(self._is_all_delivered, self._until, every=ASK_DATABASE_SECONDS)
            return self._judge()
        finally:
            for strikes in self._strikes:
                await strikes.stop_watching()
            for process in self._processes:
                process.stop()
            for door in doors:
                await door.close()

    def _new_email(self, number: int) -> str:
        """A buyer's address; half of them are known to the shop, so that their requests are received at once."""
        return f"{self._random.choice(('known', 'new'))}{number}@sol.example"

    async def _end_outage(self, doors: Sequence[Door]) -> None:
        await asyncio.sleep(self._size.seconds / 2)
        for door in doors:
            await door.open()

    async def _strike(self) -> None:
        """Once there is something to lose, kill the program at random moments, and stop the database's server."""
        in_turn = itertools.cycle(self._strikes)
        blows: list[Callable[[], Awaitable[None]]] = [self._store.stop_at_once] * self._store.stops
        blows += [lambda: next(in_turn).kill_and_restart()] * self._size.kills
        self._random.shuffle(blows)
        moments = sorted(self._random.uniform(0, self._size.seconds) for _blow in blows)
        await wait_for(lambda: self._promised.placed, self._until)
        for moment, blow in zip(moments, blows, strict=True):
            await asyncio.sleep(max(0.0, self._begun_at + moment - time.monotonic()))
            await blow()

    async def _buy(self, number: int, email: str) -> None:
        await asyncio.sleep(number / self._size.a_second)
        address = self._processes[number % len(self._processes)].address
        device = Device(address, {DEVICE_COOKIE: self._known[email]} if email in self._known else {})
        try:
            await self._surely(device, lambda: buying.send_request(device, email))
            self._promised.placed.add(email)
            if email not in self._known:
                await self._verify(device, email)
        except (LostError, buying.RefusedError) as error:
            self._unserved.append(f"{email}: {error}")
        finally:
            await device.leave()

    async def _verify(self, device: Device, email: str) -> None:
        links = await wait_for(lambda: self._post_office.links(email, "verify"), self._until)
        if not links:
            raise LostError("no mail to verify the address came")
        await self._press_button(device, links[0])
        self._promised.verified.add(email)

    async def _confirm_all(self) -> None:
        """The seller confirms each order when its notice has come."""
        device = Device(self._shop.address)
        try:
            for position in range(self._size.requests):
                text = await self._press_button(device, await self._notice(position))
                self._promised.confirmed.update(buying.ORDER_NUMBER.findall(text)[:1])
        except (LostError, buying.RefusedError) as error:
            self._unserved.append(f"the seller: {error}")
        finally:
            await device.leave()

    async def _notice(self, position: int) -> str:
        """The link to confirm in the notice at a position, in the order they come."""
        for path in await wait_for(lambda: self._notices()[position:], self._until):
            return path
        raise LostError(f"only {position} notices came")

    async def _press_button(self, device: Device, path: str) -> str:
        return await self._surely(device, lambda: buying.press_button(device, path))

    async def _surely(self, device: Device, step: Callable[[], Awaitable[Answer]]) -> Answer:
        """Do a step until the shop answers, each time it does not at the next of its processes."""
        addresses = [process.address for process in self._processes]

        async def tried() -> Answer:
            try:
                return await step()
            except LostError:
                device.move(addresses[addresses.index(device.address) - 1])
                raise

        return await surely(tried, self._until)

    def _notices(self) -> list[str]:
        return self._post_office.links(shops.MANAGEMENT[0], "orders/confirm")

    def _is_all_delivered(self) -> bool:
        return self._read("SELECT count(*) FROM outbox_message WHERE status IN ('pending', 'sending')") == [(0,)]

    @property
    def _is_shared(self) -> bool:
        return self._size.processes > 1

    def _read(self, query: str) -> Rows:
        return self._store.read(self._shop, query)

    def _judge(self) -> Outcome:
        read = self._read
        found, rows = promises.orders(read), promises.messages(read)
        lost = promises.lost(self._promised, found)
        without_rows = promises.without_rows(found, rows, self._known)
        deliveries = [
            *promises.mails(rows, self._mails.messages),
            *promises.files(rows, self._depot.root / shops.FOLDER),
        ]
        duplicates = promises.duplicates(self._mails.messages)
        figures: dict[str, Figure] = {
            "acknowledged": len(self._promised.placed),
            "lost": sum(len(wrong.names) for wrong in lost),
            "without rows": sum(len(wrong.names) for wrong in without_rows),
            "mails": len(self._mails.messages) - duplicates,
            "duplicates": duplicates,
            "files": len(list((self._depot.root / shops.FOLDER).iterdir())),
            "kills": self._size.kills,
            "cut deliveries": sum(strikes.leases for strikes in self._strikes),
            "slowest start s": max(strikes.slowest_start for strikes in self._strikes),
            "clean start s": max(strikes.clean_start for strikes in self._strikes),
            "slowest resumption s": max(strikes.slowest_resumption for strikes in self._strikes),
            "seconds": time.monotonic() - self._begun_at,
        }
        broken = [str(wrong) for wrong in (*lost, *without_rows, *deliveries)]
        if self._is_shared:
            figures["taken over"] = leases.taken_over(read)
            broken += map(str, leases.broken(read))
        for strikes, process in zip(self._strikes, self._processes, strict=True):
            broken += [*strikes.broken, *process.trouble()[:MOST_NAMED]]
        if duplicates > MOST_DUPLICATES_A_KILL * self._size.kills:
            broken.append(f"{duplicates} mails came twice")
        return Outcome(self._seed, figures, [*broken, *self._unserved])
