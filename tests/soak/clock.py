"""Clock: the machine's clock is set back and forward, meets summer time, and jumps to the next year.

At each jump a mail is on its way
to a server that has fallen silent, and others wait behind it; at one of them the program is off. The server refuses
everybody for a while after the jump, and then takes what it gets.
"""

import asyncio
import itertools
import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pages.http import DEVICE_COOKIE
from services import tokens
from services.dispatch import VERIFY_LIFETIME
from services.seller_sessions import LIFETIME as SESSION_LIFETIME
from tests import fake_clock
from tests.e2e.shop_process import ShopProcess
from tests.servers import Door, SmtpTestServer, silent_server, smtp_server
from tests.soak import buying, selling, shops, tampered
from tests.soak.frame import Figure, Outcome, wait_for
from tests.soak.post_office import PostOffice
from tests.soak.wire import Device

TIME_ZONE = ZoneInfo("Europe/Madrid")  # the shop's
HOUR = timedelta(hours=1)
REFUSING_SECONDS = 4.0
MOST_ATTEMPTS = 6  # of a delivery: after 1, 3 and 6 s, once more because of the jump, and once for the silence
SETTLE_SECONDS = 20.0
WAITING = "SELECT count(*) FROM outbox_message WHERE status IN ('pending', 'sending')"
SENDING = "SELECT count(*) FROM outbox_message WHERE status = 'sending'"
ATTEMPTS = "SELECT max(attempts) FROM outbox_message"

JUMPS: Mapping[str, Callable[[datetime], timedelta]] = {  # by how much the clock is wrong then
    "an hour back": lambda _now: -HOUR,
    "another hour back while the program is off": lambda _now: -2 * HOUR,
    "three hours forward": lambda _now: HOUR,
    "summer time": lambda now: _summer_time(now) - timedelta(seconds=2) - now,
    "the next year": lambda now: _summer_time(now) + timedelta(days=365) - now,
}
OFF = {"another hour back while the program is off"}


def run(
    seed: int, jumps: Sequence[str] = tuple(JUMPS), *, tampering: Callable[[], None] = tampered.ten_times_as_fast
) -> Outcome:
    """Let the clock jump so, one jump after the other."""
    with (
        tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder,
        smtp_server() as mails,
        silent_server() as silence,
    ):
        clock = Clock(seed, jumps, mails, silence, Path(folder))
        return asyncio.run(clock.run(tampered.program(tampering)))


def _summer_time(now: datetime) -> datetime:
    """When the clocks of the shop's time zone go forward the next time."""
    hours = (now.replace(minute=0, second=0, microsecond=0) + HOUR * number for number in itertools.count(1))
    return next(hour for hour in hours if _offset(hour) > _offset(hour - HOUR))


def _offset(moment: datetime) -> timedelta:
    return moment.astimezone(TIME_ZONE).utcoffset() or timedelta()


class Clock:
    """One run."""

    def __init__(self, seed: int, jumps: Sequence[str], mails: SmtpTestServer, silence: int, folder: Path) -> None:
        self._random = random.Random(seed)
        self._seed, self._mails, self._silence, self._folder = seed, mails, silence, folder
        self._buyers = {jump: (f"known{number}@sol.example", tokens.new()) for number, jump in enumerate(jumps)}

    async def run(self, program: Sequence[str]) -> Outcome:
        """Open the shop, ask somebody to verify an address, and let the clock jump."""
        door = Door(self._mails.port)
        self._shop = ShopProcess(
            self._folder,
            smtp_url=f"smtp://127.0.0.1:{door.port}",
            program=program,
            settings=fake_clock.settings(self._folder, at_any_moment=True),
        )
        shops.open_shop(self._shop, known=dict(self._buyers.values()))
        await door.open()
        await asyncio.to_thread(self._shop.start)
        try:
            await self._send_request("new@sol.example", tokens.new())
            link = await wait_for(self._link, time.monotonic() + SETTLE_SECONDS)
            broken = [f"{jump}: {wrong}" for jump in self._buyers for wrong in await self._jump(jump, door, link[0])]
            return Outcome(self._seed, self._figures(), [*broken, *self._shop.trouble()])
        finally:
            await asyncio.to_thread(self._shop.stop)
            await door.close()

    async def _jump(self, jump: str, door: Door, link: str) -> list[str]:
        await door.shut()
        await door.open(self._silence)
        await self._send_request(*self._buyers[jump])
        await wait_for(lambda: self._count(SENDING), time.monotonic() + SETTLE_SECONDS)
        await asyncio.sleep(self._random.random())
        if jump in OFF:
            await asyncio.to_thread(self._shop.kill)
        wrong_by = JUMPS[jump](datetime.now(UTC))
        fake_clock.set_wrong(self._folder, wrong_by)
        await door.shut()
        if jump in OFF:
            await asyncio.to_thread(self._shop.start)
        await asyncio.sleep(REFUSING_SECONDS)
        await door.open(self._mails.port)
        await wait_for(lambda: not self._count(WAITING), time.monotonic() + SETTLE_SECONDS)
        return self._stuck() + await self._expired(link, wrong_by)

    async def _send_request(self, email: str, token: str) -> None:
        device = Device(self._shop.address, {DEVICE_COOKIE: token})
        await buying.send_request(device, email)
        await device.leave()

    def _link(self) -> list[str]:
        return PostOffice(self._mails).links("new@sol.example", "verify")

    def _stuck(self) -> list[str]:
        wrong = [f"{waiting} deliveries still wait"] if (waiting := self._count(WAITING)) else []
        if given_up := self._count(selling.GIVEN_UP):
            wrong.append(f"{given_up} deliveries were given up")
        if (attempts := self._count(ATTEMPTS)) > MOST_ATTEMPTS:
            wrong.append(f"a delivery was tried {attempts} times")
        return wrong

    async def _expired(self, link: str, wrong_by: timedelta) -> list[str]:
        """Whether the link that was mailed and the owner's session are good for as long as their rules say."""
        device = selling.sellers_device(self._shop)
        is_open = "Verify user" in (await device.get(link)).text
        is_signed_in = (await device.get("/desk")).url.path == "/desk"
        await device.leave()
        wrong = []
        if is_open != (wrong_by < VERIFY_LIFETIME):
            wrong.append(f"the link to verify {'still works' if is_open else 'no longer works'}")
        if is_signed_in != (wrong_by < SESSION_LIFETIME):
            wrong.append(f"the owner {'is still' if is_signed_in else 'is no longer'} signed in")
        return wrong

    def _figures(self) -> dict[str, Figure]:
        return {"jumps": len(self._buyers), "mails": len(self._mails.messages), "most attempts": self._count(ATTEMPTS)}

    def _count(self, query: str) -> int:
        return int(self._shop.read(query)[0][0] or 0)
