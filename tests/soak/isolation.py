"""Isolation: of five transfer targets one swallows every attempt to connect, and the other four must not notice.

Two shops are at work side by side, so that whatever else the machine does slows both; in one of them the fifth target
is a black hole. The next order comes when the files of the one before have arrived, so that no delivery waits for
another to its own target. Of all deliveries to the other four, 95 of 100 must not take longer beside the black hole,
from the row's being written on, than one and a half times what they take in the sound shop. Among few deliveries chance
alone makes such a difference: the short form allows a second besides; one attempt at the black hole takes ten.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pages.http import DEVICE_COOKIE
from services import tokens
from tests.e2e.shop_process import PROGRAM, ShopProcess
from tests.servers import FtpTestServer, black_hole, vsftpd
from tests.soak import buying, shops, tampered
from tests.soak.frame import Figure, Outcome, wait_for
from tests.soak.wire import Device

OTHERS, FIFTH = ("one", "two", "three", "four"), "five"
MOST_TIMES_AS_LONG = 1.5
FILES = """
    SELECT recipient, created_at, CASE status WHEN 'sent' THEN finished_at END
    FROM outbox_message WHERE channel = 'transfer'
"""


@dataclass(frozen=True)
class Size:
    """How many orders, what they may take longer besides, and how long an order's files are waited for."""

    orders: int
    allowance: float = 0.0
    patience_seconds: float = 60.0


LONG = Size(orders=500)
SHORT = Size(orders=15, allowance=1.0)


def run(size: Size, seed: int, *, tampering: Callable[[], None] | None = None) -> Outcome:
    """Run the experiment; `tampering` takes a guard out of the program."""
    program = tampered.program(tampering) if tampering else PROGRAM
    with (
        tempfile.TemporaryDirectory(prefix="pedido-soak-") as sound_folder,
        tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder,
        vsftpd() as sound_server,
        vsftpd() as server,
        black_hole() as hole,
    ):
        sound = FiveTargets(ShopProcess(Path(sound_folder), program=program), size.orders)
        stricken = FiveTargets(ShopProcess(Path(folder), program=program), size.orders)
        sound.open(sound_server, fifth=sound_server.port)
        stricken.open(server, fifth=hole)
        return asyncio.run(_side_by_side(size, seed, sound, stricken))


class FiveTargets:
    """A shop that puts each order on five targets."""

    def __init__(self, shop: ShopProcess, orders: int) -> None:
        self.shop = shop
        self.orders = 0
        self._buyers = {f"known{number}@sol.example": tokens.new() for number in range(orders)}
        self._to_come = iter(self._buyers.items())

    def open(self, server: FtpTestServer, *, fifth: int) -> None:
        """Make the shop; the fifth target is at another port."""
        ports = dict.fromkeys(OTHERS, server.port) | {FIFTH: fifth}
        for name in ports:
            (server.root / name).mkdir()
        folders = [shops.Folder(name, server, port) for name, port in ports.items()]
        shops.open_shop(self.shop, known=self._buyers, folders=folders)

    async def take_order(self) -> None:
        """Let the next buyer send a request."""
        email, token = next(self._to_come)
        device = Device(self.shop.address, {DEVICE_COOKIE: token})
        await buying.send_request(device, email)
        await device.leave()
        self.orders += 1

    def seconds(self) -> list[float]:
        """How long each delivery to the other four took, or has taken so far."""
        return [_seconds(written_at, sent_at) for written_at, sent_at in self._times(OTHERS)]

    def waiting(self, *names: str) -> int:
        """How many files have not come to these targets."""
        return self.orders * len(names) - sum(sent_at is not None for _written_at, sent_at in self._times(names))

    def _times(self, names: Collection[str]) -> list[tuple[str, str | None]]:
        """When each file for these targets was written, and when it had been sent, if it was."""
        return [(written_at, sent_at) for name, written_at, sent_at in self.shop.read(FILES) if name in names]


async def _side_by_side(size: Size, seed: int, sound: FiveTargets, stricken: FiveTargets) -> Outcome:
    both = (sound, stricken)
    try:
        await asyncio.gather(*(asyncio.to_thread(one.shop.start) for one in both))
        for _order in range(size.orders):
            await asyncio.gather(*(one.take_order() for one in both))
            if not await _have_arrived(size, sound, stricken):
                break
        return _judge(size, seed, sound, stricken)
    finally:
        for one in both:
            await asyncio.to_thread(one.shop.stop)


async def _have_arrived(size: Size, sound: FiveTargets, stricken: FiveTargets) -> bool:
    def nothing_waits() -> bool:
        return not sound.waiting(*OTHERS, FIFTH) and not stricken.waiting(*OTHERS)

    return await wait_for(nothing_waits, time.monotonic() + size.patience_seconds)


def _judge(size: Size, seed: int, sound: FiveTargets, stricken: FiveTargets) -> Outcome:
    usual, beside = _of_95_in_100(sound.seconds()), _of_95_in_100(stricken.seconds())
    waiting, swallowed = stricken.waiting(*OTHERS), stricken.waiting(FIFTH)
    broken = [*sound.shop.trouble(), *stricken.shop.trouble()]
    if beside > max(usual * MOST_TIMES_AS_LONG, usual + size.allowance):
        broken.append(f"beside a black hole deliveries take {beside:.2f} s, otherwise {usual:.2f} s")
    if waiting:
        broken.append(f"{waiting} files have not come to the other four")
    if sound.waiting(*OTHERS, FIFTH):
        broken.append("files have not come in the sound shop")
    if swallowed < stricken.orders:
        broken.append("the black hole has let files through")
    figures: dict[str, Figure] = {
        "orders": stricken.orders,
        "deliveries": len(OTHERS) * stricken.orders - waiting,
        "usual ms": round(usual * 1000),
        "beside a black hole ms": round(beside * 1000),
        "swallowed": swallowed,
    }
    return Outcome(seed, figures, broken)


def _of_95_in_100(seconds: Sequence[float]) -> float:
    """What 95 of 100 deliveries do not take longer than."""
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def _seconds(written_at: str, sent_at: str | None) -> float:
    end = datetime.fromisoformat(sent_at) if sent_at else datetime.now(UTC)
    return (end - datetime.fromisoformat(written_at)).total_seconds()
