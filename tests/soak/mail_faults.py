"""Mail faults: the mail server fails in each way at each step of the conversation, and is mended after that.

Each fault meets the mails of one request. What may help to try again is delivered by itself once the server is mended.
What was refused for good is given up at once and told on the desk, and goes out with *Try again*. A mail comes twice
only if the server had it whole, up to the final dot, and then both are the same.
"""

import asyncio
import itertools
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

from pages.http import DEVICE_COOKIE
from services import tokens
from tests.e2e.shop_process import ShopProcess
from tests.servers import Door, Fault, ReceivedMail, SinkStep, smtp_sink
from tests.soak import buying, promises, selling, shops, tampered
from tests.soak.frame import Figure, Outcome, wait_for
from tests.soak.wire import Device, LostError, OpenPage

Spot = tuple[SinkStep, Fault]

STEPS: tuple[SinkStep, ...] = get_args(SinkStep)
FAULTS: tuple[Fault, ...] = get_args(Fault)
EVERYTHING: Sequence[Spot] = tuple(itertools.product(STEPS, FAULTS))
SETTLE_SECONDS = 60.0
MOST_SECONDS_TO_TELL = 5.0


def each_fault_once(seed: int) -> list[Spot]:
    """Each fault at a step of its own, one of them at the final dot."""
    chance = random.Random(seed)
    steps: list[SinkStep] = ["dot", *chance.sample(STEPS[:-1], len(FAULTS) - 1)]
    return list(zip(steps, chance.sample(FAULTS, len(FAULTS)), strict=True))


def run(
    seed: int, spots: Sequence[Spot] = EVERYTHING, *, tampering: Callable[[], None] = tampered.impatient
) -> Outcome:
    """Let these faults come one after the other."""
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder:
        return asyncio.run(MailFaults(seed, spots).run(Path(folder), tampered.program(tampering)))


class MailFaults:
    """One run: a shop, and the door behind which its mail server changes."""

    def __init__(self, seed: int, spots: Sequence[Spot]) -> None:
        self._seed, self._spots = seed, spots
        self._buyers = {f"known{number}@sol.example": tokens.new() for number in range(len(spots))}
        self._mails = self._repeated = self._given_up = 0
        self._slowest_telling = 0.0

    async def run(self, folder: Path, program: Sequence[str]) -> Outcome:
        """Open the shop, and strike once for each buyer."""
        self._door = Door()
        smtp_url = f"smtp://127.0.0.1:{self._door.port}"
        self._shop = ShopProcess(folder, smtp_url=smtp_url, program=program)
        shops.open_shop(self._shop, known=self._buyers)
        try:
            await asyncio.to_thread(self._shop.start)
            broken = []
            for (step, fault), email in zip(self._spots, self._buyers, strict=True):
                broken += [f"{fault} at {step}: {sentence}" for sentence in await self._strike(step, fault, email)]
            return Outcome(self._seed, self._figures(), [*broken, *self._shop.trouble()])
        finally:
            await asyncio.to_thread(self._shop.stop)
            await self._door.close()

    async def _strike(self, step: SinkStep, fault: Fault, email: str) -> list[str]:
        """Let one fault meet the mails of one request, then mend it; return what does not hold."""
        with smtp_sink({step: fault}) as spoiled, smtp_sink() as mended:
            async with selling.desk(self._shop) as page:
                await self._door.open(spoiled.port)
                order_id = await self._send_request(email)
                wrong = await self._see_it_fail(order_id, fault, page)
            await self._door.shut()
            await self._door.open(mended.port)
            if fault == "5xx":
                await selling.retry_failed(self._shop)
            await wait_for(lambda: not self._count(order_id, "status <> 'sent'"), time.monotonic() + SETTLE_SECONDS)
            await self._door.shut()
            return wrong + self._judge(order_id, step, spoiled.mails, mended.mails)

    async def _send_request(self, email: str) -> int:
        device = Device(self._shop.address, {DEVICE_COOKIE: self._buyers[email]})
        await buying.send_request(device, email)
        await device.leave()
        return next(order.id for order in promises.orders(self._shop.read) if order.email == email)

    async def _see_it_fail(self, order_id: int, fault: Fault, page: OpenPage) -> list[str]:
        """Wait until each mail has met the fault, or one if it met with silence, which holds up those behind it."""
        mails = 1 if fault == "stall" else self._count(order_id)
        until = time.monotonic() + SETTLE_SECONDS
        if not await wait_for(lambda: self._count(order_id, "last_error <> ''") >= mails, until):
            return ["no mail has met the fault"]
        return await self._see_it_given_up(order_id, page) if fault == "5xx" else []

    async def _see_it_given_up(self, order_id: int, page: OpenPage) -> list[str]:
        mails, refused_at = self._count(order_id), time.monotonic()
        given_up = self._count(order_id, "status = 'failed' AND attempts = 1")
        if given_up < mails:
            return [f"{given_up} mails of {mails} were given up at the first attempt"]
        try:
            await page.until(lambda: selling.tells_failures(page, mails), MOST_SECONDS_TO_TELL)
        except LostError:
            return [f"the desk did not tell within {MOST_SECONDS_TO_TELL:.0f} s what was given up"]
        self._slowest_telling = max(self._slowest_telling, time.monotonic() - refused_at)
        self._given_up += given_up
        return []

    def _judge(
        self, order_id: int, step: SinkStep, refused: Sequence[ReceivedMail], taken: Sequence[ReceivedMail]
    ) -> list[str]:
        """What is wrong with the mails that the spoiled server had whole, and with those that the mended one took."""
        rows = [row for row in promises.messages(self._shop.read) if row.order_id == order_id]
        mails = [*refused, *taken]
        repeated = promises.duplicates(mails)
        self._mails += len(taken)
        self._repeated += repeated
        wrong = [*promises.mails(rows, taken), *promises.mails(rows, mails)]
        sentences = list(dict.fromkeys(map(str, wrong)))
        if unfounded := promises.duplicates(taken) if step == "dot" else repeated:
            sentences.append(f"{unfounded} mails came twice")
        return sentences

    def _count(self, order_id: int, condition: str = "true") -> int:
        """How many of an order's mails are so."""
        query = f"SELECT count(*) FROM outbox_message WHERE order_id = ? AND {condition}"
        return int(self._shop.read(query, order_id)[0][0])

    def _figures(self) -> dict[str, Figure]:
        return {
            "faults": len(self._spots),
            "mails": self._mails,
            "given up at once": self._given_up,
            "slowest telling s": self._slowest_telling,
            "repeated at the dot": self._repeated,
        }
