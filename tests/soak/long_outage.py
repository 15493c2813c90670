"""Long outage: mail and SFTP are down for days, with time in a hurry.

What is back before 72 hours are over gets everything. What comes back later finds everything given up, told on the
desk, and delivered by the ledger's *Try again* on all that failed.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pages.http import DEVICE_COOKIE
from services import tokens
from services.retries import FEWEST_ATTEMPTS
from tests.e2e.shop_process import ShopProcess
from tests.servers import Door, SmtpTestServer, SshTestServer, openssh, smtp_server
from tests.soak import buying, promises, selling, shops, tampered
from tests.soak.frame import Outcome, wait_for
from tests.soak.wire import Device

IN_TIME_HOURS, TOO_LATE_HOURS = 71.0, 73.0
SECONDS_AN_HOUR = 3600 / tampered.HURRY
SETTLE_SECONDS = 60.0  # the slow start is not in a hurry
WAITING = "SELECT count(*) FROM outbox_message WHERE status IN ('pending', 'sending')"
BEGUN = f"SELECT count(*) FROM outbox_message WHERE attempts > {FEWEST_ATTEMPTS} OR status = 'failed'"
ALARMS = "SELECT count(*) FROM outbox_message WHERE purpose = 'alarm'"

Told = tuple[Mapping[str, int], Sequence[str]]  # the figures, and what does not hold


def run(
    seed: int,
    *,
    orders: int,
    hours: Sequence[float] = (IN_TIME_HOURS, TOO_LATE_HOURS),
    tampering: Callable[[], None] = tampered.in_a_hurry,
) -> Outcome:
    """Let `orders` requests come at the beginning of outages that last so many `hours`."""
    figures: dict[str, int | float | str] = {"orders": orders}
    broken: list[str] = []
    for outage, told in zip(hours, asyncio.run(_outages(orders, hours, tampering)), strict=True):
        figures |= {f"{name} after {outage:g} h": figure for name, figure in told[0].items()}
        broken += [f"after {outage:g} h {sentence}" for sentence in told[1]]
    return Outcome(seed, figures, broken)


async def _outages(orders: int, hours: Sequence[float], tampering: Callable[[], None]) -> list[Told]:
    """Outages side by side, each of a shop of its own: most of the time nothing happens."""
    return await asyncio.gather(*(_outage(orders, outage, tampering) for outage in hours))


async def _outage(orders: int, hours: float, tampering: Callable[[], None]) -> Told:
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder, smtp_server() as mails, openssh() as depot:
        return await Outage(orders, hours, mails, depot).run(Path(folder), tampered.program(tampering))


class Outage:
    """One outage: the requests, the silence, and what has come of them."""

    def __init__(self, orders: int, hours: float, mails: SmtpTestServer, depot: SshTestServer) -> None:
        self._orders, self._hours, self._mails, self._depot = orders, hours, mails, depot
        self._broken: list[str] = []

    async def run(self, folder: Path, program: Sequence[str]) -> Told:
        """Return the figures, and what does not hold."""
        doors = Door(self._mails.port), Door(self._depot.port)
        known = {f"known{number}@sol.example": tokens.new() for number in range(self._orders)}
        self._shop = ShopProcess(folder, smtp_url=f"smtp://127.0.0.1:{doors[0].port}", program=program)
        shops.open_shop(self._shop, known=known, depot=shops.Depot(self._depot, doors[1].port))
        await asyncio.to_thread(self._shop.start)
        try:
            begun_at = time.monotonic()
            await asyncio.gather(*(self._send(email, token) for email, token in known.items()))
            await wait_for(lambda: self._count(BEGUN), time.monotonic() + SETTLE_SECONDS)  # a busy machine is late
            await asyncio.sleep(begun_at + self._hours * SECONDS_AN_HOUR - time.monotonic())
            given_up = await self._end(doors)
            return {"given up": given_up, "mails": len(self._mails.messages), "files": len(self._files())}, self._broken
        finally:
            await asyncio.to_thread(self._shop.stop)
            for door in doors:
                await door.close()

    async def _end(self, doors: Sequence[Door]) -> int:
        """The servers come back; return how many deliveries had been given up by then."""
        if self._hours > IN_TIME_HOURS:
            await self._until_zero(f"{WAITING} AND purpose <> 'alarm'")
        given_up = self._count(selling.GIVEN_UP)
        for door in doors:
            await door.open()
        if self._hours > IN_TIME_HOURS:
            await self._retry_all(given_up)
        await self._until_zero(WAITING)
        self._judge(given_up)
        return given_up

    async def _send(self, email: str, token: str) -> None:
        device = Device(self._shop.address, {DEVICE_COOKIE: token})
        await buying.send_request(device, email)
        await device.leave()

    async def _retry_all(self, given_up: int) -> None:
        """See what the desk tells, and press Try again on everything in the ledger that failed."""
        async with selling.desk(self._shop) as page:
            if not selling.tells_failures(page, given_up):
                self._broken.append("the desk does not tell that deliveries have failed")
        await selling.retry_failed(self._shop)

    async def _until_zero(self, query: str) -> None:
        await wait_for(lambda: not self._count(query), time.monotonic() + SETTLE_SECONDS)

    def _judge(self, given_up: int) -> None:
        found, rows = promises.orders(self._shop.read), promises.messages(self._shop.read)
        if len(found) != self._orders:
            self._broken.append(f"{len(found)} orders of {self._orders} are there")
        expected = 0 if self._hours <= IN_TIME_HOURS else len(rows)
        if given_up != expected:
            self._broken.append(f"{given_up} deliveries were given up, not {expected}")
        if given_up and not self._count(ALARMS):
            self._broken.append("no mail tells of the files that were given up")
        if len(self._files()) != self._orders:
            self._broken.append(f"{len(self._files())} files of {self._orders} have arrived")
        mails = len(rows) - self._orders + self._count(ALARMS)
        if len(self._mails.messages) != mails:
            self._broken.append(f"{len(self._mails.messages)} mails of {mails} have arrived")

    def _files(self) -> list[Path]:
        return list((self._depot.root / shops.FOLDER).glob("*.csv"))

    def _count(self, query: str) -> int:
        return int(self._shop.read(query)[0][0])
