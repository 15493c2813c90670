"""Crash loop: requests go on while the program is killed, and mail and SFTP are down for the first half."""

import asyncio
import functools
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pages.http import DEVICE_COOKIE
from services import tokens
from tests.e2e.shop_process import PROGRAM, ShopProcess
from tests.servers import Door, SmtpTestServer, SshTestServer, openssh, smtp_server
from tests.servers.postgres import DURABLE, postgres
from tests.soak import buying, promises, shops, tampered
from tests.soak.frame import Figure, Outcome, wait_for
from tests.soak.post_office import PostOffice
from tests.soak.promises import MOST_NAMED, Promised
from tests.soak.stores import PostgresDatabase, SqliteFile, Store
from tests.soak.strikes import Strikes
from tests.soak.wire import Device, LostError, surely

MOST_DUPLICATES_A_KILL = 4


@dataclass(frozen=True)
class Size:
    """How many requests, at which rate, killed how often, and how long deliveries may take after the last request."""

    requests: int
    kills: int
    a_second: float = 5.0
    settle_seconds: float = 300.0

    @property
    def seconds(self) -> float:
        """How long requests are sent."""
        return self.requests / self.a_second


LONG = Size(requests=1000, kills=20)
SHORT = Size(requests=25, kills=2, settle_seconds=60)


def run(size: Size, seed: int, *, store: Store | None = None, tampering: Callable[[], None] | None = None) -> Outcome:
    """Run the experiment; `tampering` takes a guard out of the program."""
    program = tampered.program(tampering) if tampering else PROGRAM
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder, smtp_server() as mails, openssh() as depot:
        loop = CrashLoop(size, seed, store or SqliteFile(), mails, depot)
        return asyncio.run(loop.run(Path(folder), program))


def run_on_postgres(size: Size, seed: int, *, stops: int) -> Outcome:
    """The same on PostgreSQL, whose server is stopped at once so many times besides."""
    with postgres(fsync=DURABLE) as server:
        return run(size, seed, store=PostgresDatabase(server, stops))


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
        self._strikes = Strikes(self._shop, self._store, self._depot.root / shops.FOLDER)
        try:
            await self._strikes.start()
            self._begun_at = time.monotonic()
            self._until = self._begun_at + self._size.seconds + self._size.settle_seconds
            buyers = [self._buy(number, email) for number, email in enumerate(self._emails)]
            await asyncio.gather(self._end_outage(doors), self._strike(), self._confirm_all(), *buyers)
            await self._strikes.watched()
            await wait_for(self._is_all_delivered, self._until)
            return self._judge()
        finally:
            await self._strikes.stop_watching()
            self._shop.stop()
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
        blows = [self._strikes.kill_and_restart] * self._size.kills + [self._store.stop_at_once] * self._store.stops
        self._random.shuffle(blows)
        moments = sorted(self._random.uniform(0, self._size.seconds) for _blow in blows)
        await wait_for(lambda: self._promised.placed, self._until)
        for moment, blow in zip(moments, blows, strict=True):
            await asyncio.sleep(max(0.0, self._begun_at + moment - time.monotonic()))
            await blow()

    async def _buy(self, number: int, email: str) -> None:
        await asyncio.sleep(number / self._size.a_second)
        device = Device(self._shop.address, {DEVICE_COOKIE: self._known[email]} if email in self._known else {})
        try:
            await surely(lambda: buying.send_request(device, email), self._until)
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
        return await surely(lambda: buying.press_button(device, path), self._until)

    def _notices(self) -> list[str]:
        return self._post_office.links(shops.MANAGEMENT[0], "orders/confirm")

    def _is_all_delivered(self) -> bool:
        waiting = "SELECT count(*) FROM outbox_message WHERE status IN ('pending', 'sending')"
        return self._store.read(self._shop, waiting) == [(0,)]

    def _judge(self) -> Outcome:
        read = functools.partial(self._store.read, self._shop)
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
            "cut deliveries": self._strikes.leases,
            "slowest start s": self._strikes.slowest_start,
            "clean start s": self._strikes.clean_start,
            "slowest resumption s": self._strikes.slowest_resumption,
            "seconds": time.monotonic() - self._begun_at,
        }
        broken = [str(wrong) for wrong in (*lost, *without_rows, *deliveries)]
        if duplicates > MOST_DUPLICATES_A_KILL * self._size.kills:
            broken.append(f"{duplicates} mails came twice")
        return Outcome(
            self._seed, figures, [*broken, *self._strikes.broken, *self._unserved, *self._shop.trouble()[:MOST_NAMED]]
        )
