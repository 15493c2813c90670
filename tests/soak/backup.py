"""Backups under load, made by the desk's button and on the command line; each is restored.

Mail and SFTP go down after the first request, so that each backup holds much that has not gone out. In the end the
shop's machine is lost.
"""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pages.http import DEVICE_COOKIE
from services import tokens
from tests.e2e.shop_process import PROGRAM, ShopProcess
from tests.servers import Door, SmtpTestServer, SshTestServer, openssh, smtp_server
from tests.servers.postgres import DURABLE, postgres
from tests.soak import buying, selling, shops, tampered
from tests.soak.frame import Figure, Outcome, wait_for
from tests.soak.promises import MOST_NAMED
from tests.soak.restored import UNSENT, Backup, RestoredShop
from tests.soak.stores import PostgresDatabase, SqliteFile, Store
from tests.soak.wire import Device

BUYERS = 3  # at the same time
LONGEST_PAUSE_SECONDS = 0.5
REQUESTS_A_BACKUP = 50  # at most: more than are sent while one is made
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Size:
    """How many backups, and how long each restored shop is watched before what it holds is released."""

    backups: int
    silent_seconds: float


LONG = Size(backups=10, silent_seconds=5.0)
SHORT = Size(backups=2, silent_seconds=1.0)


def run(size: Size, seed: int, *, store: Store | None = None, tampering: Callable[[], None] | None = None) -> Outcome:
    """Run the experiment; `tampering` takes a guard out of the program."""
    program = tampered.program(tampering) if tampering else PROGRAM
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder, smtp_server() as mails, openssh() as depot:
        backups = Backups(size, seed, store or SqliteFile(), mails, depot)
        return asyncio.run(backups.run(Path(folder), program))


def run_on_postgres(size: Size, seed: int) -> Outcome:
    """The same on PostgreSQL."""
    with postgres(fsync=DURABLE) as server:
        return run(size, seed, store=PostgresDatabase(server))


class Backups:
    """One run: the load, the backups, the loss, and what the backups bring back."""

    def __init__(self, size: Size, seed: int, store: Store, mails: SmtpTestServer, depot: SshTestServer) -> None:
        self._size, self._seed, self._store, self._mails, self._depot = size, seed, store, mails, depot
        self._random = random.Random(seed)
        self._known = {f"known{n}@sol.example": tokens.new() for n in range(size.backups * REQUESTS_A_BACKUP)}
        self._to_come = list(self._known.items())
        self._placed: set[str] = set()
        self._backups: list[Backup] = []
        self._slowest = 0.0
        self._figures: Counter[str] = Counter()
        self._broken: list[str] = []

    async def run(self, folder: Path, program: Sequence[str]) -> Outcome:
        """Make backups of a busy shop, lose it, and bring each of them back."""
        self._folder, self._program = folder, program
        mail_door, depot_door = doors = Door(self._mails.port), Door(self._depot.port)
        self._shop = self._new_shop("shop", self._store, mail_door.port)
        shops.open_shop(self._shop, known=self._known, depot=shops.Depot(self._depot, depot_door.port))
        try:
            await asyncio.to_thread(self._shop.start)
            await self._sell_until_outage(doors)
            await asyncio.gather(self._make_backups(), *(self._buy() for _buyer in range(BUYERS)))
            self._shop.kill()
            await depot_door.open()
            for backup in self._backups:
                await self._bring_back(backup)
            return self._outcome()
        finally:
            self._shop.stop()
            for door in doors:
                await door.close()

    async def _sell_until_outage(self, doors: Sequence[Door]) -> None:
        """What has gone out before the backups must not go out again."""
        for door in doors:
            await door.open()
        await self._send_request()
        await wait_for(lambda: self._store.read(self._shop, UNSENT) == [(0,)], time.monotonic() + PATIENCE_SECONDS)
        for door in doors:
            await door.shut()

    async def _buy(self) -> None:
        """One request after the other, as long as backups are made."""
        while self._to_come and len(self._backups) < self._size.backups:
            await self._send_request()
            await asyncio.sleep(self._random.uniform(0, LONGEST_PAUSE_SECONDS))

    async def _send_request(self) -> None:
        email, token = self._to_come.pop()
        device = Device(self._shop.address, {DEVICE_COOKIE: token})
        try:
            await buying.send_request(device, email)
            self._placed.add(email)
        finally:
            await device.leave()

    async def _make_backups(self) -> None:
        for number in range(self._size.backups):
            await self._some_requests()
            file, placed = self._folder / f"{number}.zip", frozenset(self._placed)
            begun_at = time.monotonic()
            await (self._type_command(file) if number % 2 else self._press_button(file))
            self._slowest = max(self._slowest, time.monotonic() - begun_at)
            self._figures["acknowledged meanwhile"] += len(self._placed - placed)
            self._backups.append(Backup(file, placed))

    async def _some_requests(self) -> None:
        """Wait until more were sent than before, and for a moment nobody chose."""
        before = len(self._placed)
        await wait_for(lambda: len(self._placed) > before, time.monotonic() + PATIENCE_SECONDS)
        await asyncio.sleep(self._random.uniform(0, LONGEST_PAUSE_SECONDS))

    async def _type_command(self, file: Path) -> None:
        await asyncio.to_thread(self._shop.command, "backup", str(file))

    async def _press_button(self, file: Path) -> None:
        content = await selling.back_up(self._shop)
        await asyncio.to_thread(file.write_bytes, content)

    async def _bring_back(self, backup: Backup) -> None:
        depot = self._depot.root / shops.FOLDER
        for left in depot.iterdir():
            left.unlink()
        store = await self._store.empty_one()
        with smtp_server() as mails:
            shop = self._new_shop(f"restored-from-{backup.file.stem}", store, mails.port)
            restored = RestoredShop(shop, store, mails, depot)
            await restored.prove(backup, self._shop.data / "key", self._size.silent_seconds)
            self._figures += Counter(
                held=len(restored.held), mails=len(mails.messages), files=len(list(depot.iterdir()))
            )
        self._broken += [f"{backup.file.name}: {sentence}" for sentence in restored.broken]

    def _new_shop(self, name: str, store: Store, mail_port: int) -> ShopProcess:
        folder = self._folder / name
        folder.mkdir()
        smtp_url = f"smtp://127.0.0.1:{mail_port}"
        return ShopProcess(folder, smtp_url=smtp_url, program=self._program, settings=store.settings())

    def _outcome(self) -> Outcome:
        if not self._figures["acknowledged meanwhile"]:
            self._broken.append("nobody was told anything while backups were made")
        figures: dict[str, Figure] = {
            "backups": len(self._backups),
            "acknowledged": len(self._placed),
            **self._figures,
            "slowest backup s": self._slowest,
        }
        return Outcome(self._seed, figures, [*self._broken, *self._shop.trouble()[:MOST_NAMED]])
