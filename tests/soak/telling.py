"""What an answer tells of an address: known and unknown ones get the same words in the same time."""

import asyncio
import math
import random
import re
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Annotated

import httpx
from fastapi import BackgroundTasks, Form, Request, Response

from models import Buyer, Seller
from services import passwords, tokens
from services.database import unit_of_work
from tests.e2e import mails, seeding
from tests.e2e.shop_process import PROGRAM, ShopProcess
from tests.form_token import of_page
from tests.soak import buying, shops, tampered
from tests.soak.frame import Figure, Outcome, wait_for
from tests.soak.wire import Device

MOST_MS_APART = 5.0
SLOW_SECONDS = 0.1  # so much that it shows on a busy machine too
REST_SECONDS = 0.03  # what the answer left to be done is done before the next is timed
MAIL_SECONDS = 20.0
LINK = re.compile(r"https?://[^/\s]+(/verify/[\w-]+)")
NEWEST_MAIL = "SELECT content FROM outbox_message WHERE purpose = 'verify' ORDER BY id DESC LIMIT 1"

Ask = Callable[[str], Awaitable[str]]


@dataclass(frozen=True)
class Size:
    """How many addresses of each sort are asked about, by which forms.

    On a machine that is busy with other tests the medians may be further apart, if the times as a whole are the same.
    """

    samples: int
    may_be_busy: bool
    forms: Sequence[str] = ("sign-in", "resend", "desk sign-in", "reset")


LONG = Size(samples=200, may_be_busy=False)
SHORT = Size(samples=24, may_be_busy=True)
ONE = replace(SHORT, samples=40, forms=("sign-in",))
SURELY_APART = 4.0  # standard deviations: by chance about once in thirty thousand times


def run(size: Size, seed: int, *, tampering: Callable[[], None] | None = None) -> Outcome:
    """Run the experiment; `tampering` takes a guard out of the program."""
    program = tampered.program(tampering) if tampering else PROGRAM
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder:
        shop = ShopProcess(Path(folder), program=program)
        known = [f"known-{number:04}@sol.example" for number in range(size.samples)]
        shops.open_shop(shop, known={address: tokens.new() for address in known})
        seeding.in_data_folder(shop, lambda: _sellers(known))
        shop.start()
        try:
            return asyncio.run(_experiment(size, seed, shop))
        finally:
            shop.kill()


async def _experiment(size: Size, seed: int, shop: ShopProcess) -> Outcome:
    broken: list[str] = []
    figures: dict[str, Figure] = {}
    asking = Asking(shop)
    await asking.order()
    asked = {
        "sign-in": asking.sign_in,
        "resend": asking.correct,
        "desk sign-in": asking.desk_sign_in,
        "reset": asking.reset,
    }
    for name in size.forms:
        ask = asked[name]
        times, same = await _compare(size.samples, random.Random(seed), ask)
        later = _median_ms(times["known"]) - _median_ms(times["other"])
        figures[f"{name}: known later by ms"] = later
        if not same:
            broken.append(f"{name} answers known and unknown addresses differently")
        if abs(later) > MOST_MS_APART and not (size.may_be_busy and _are_mixed(times["known"], times["other"])):
            broken.append(f"{name} tells known from unknown addresses by {later:.1f} ms")
    return Outcome(seed, {"samples": size.samples} | figures, broken)


@unit_of_work
async def _sellers(addresses: Sequence[str]) -> None:
    """Sellers with one password, which nobody types."""
    password_hash = await passwords.hashed(tokens.new())
    for address in addresses:
        await Seller.create(email=address, password_hash=password_hash)


async def _compare(samples: int, chance: random.Random, ask: Ask) -> tuple[dict[str, list[float]], bool]:
    """The seconds each answer took, by sort of address, and whether all say the same but for the address."""
    asked = [(sort, f"{sort}-{number:04}@sol.example") for number in range(samples) for sort in ("known", "other")]
    chance.shuffle(asked)
    times: dict[str, list[float]] = {"known": [], "other": []}
    answers = set()
    for sort, address in asked:
        began = time.perf_counter()
        answers.add((await ask(address)).replace(address, "…"))
        times[sort].append(time.perf_counter() - began)
        await asyncio.sleep(REST_SECONDS)
    return times, len(answers) == 1


def _are_mixed(some: Sequence[float], others: Sequence[float]) -> bool:
    """Whether neither sort's times surely come after the other's (the test of Mann and Whitney)."""
    pairs = len(some) * len(others)
    later = sum(one > other for one in some for other in others)
    deviation = math.sqrt(pairs * (len(some) + len(others) + 1) / 12)
    return abs(later - pairs / 2) < SURELY_APART * deviation


def _median_ms(seconds: Sequence[float]) -> float:
    return statistics.median(seconds) * 1000


class Asking:
    """Somebody who types addresses, each time from elsewhere."""

    def __init__(self, shop: ShopProcess) -> None:
        self._shop = shop
        self._device_token = tokens.new()
        self._asked = 0

    async def order(self) -> None:
        """Send a request whose address can be corrected."""
        device = Device(self._shop.address, {"pedido_device": self._device_token})
        await buying.send_request(device, "typo@sol.example")
        await device.leave()

    async def sign_in(self, address: str) -> str:
        """Ask for a link that signs in."""
        return await self._post("/sign-in", address)

    async def correct(self, address: str) -> str:
        """Have the verification mailed to this address instead."""
        path = await wait_for(self._link, time.monotonic() + MAIL_SECONDS)
        return await self._post(f"{path}/address", address)

    async def desk_sign_in(self, address: str) -> str:
        """Guess a seller's password."""
        return await self._post("/desk/sign-in", address, password="lantern under seven kettles")

    async def reset(self, address: str) -> str:
        """Have a link for a new password mailed to a seller."""
        return await self._post("/desk/forgot", address)

    def _link(self) -> str:
        [(content,)] = self._shop.read(NEWEST_MAIL)
        found = LINK.search(mails.words(message_from_bytes(content, policy=policy.default)))
        return found[1] if found else ""

    async def _post(self, path: str, address: str, **more: str) -> str:
        if not self._asked:
            async with httpx.AsyncClient(base_url=self._shop.address) as browser:
                page = await browser.get("/sign-in", headers=self._headers())
                self._form_token = of_page(page.text)
        self._asked += 1
        # A connection of its own: what is done after an answer would hold up the next on the same one.
        async with httpx.AsyncClient(base_url=self._shop.address, verify=False) as browser:
            answer = await browser.post(
                path, data={"email": address, "form_token": self._form_token, **more}, headers=self._headers()
            )
        return f"{answer.status_code} {answer.text}"

    def _headers(self) -> dict[str, str]:
        return {
            "cookie": f"pedido_device={self._device_token}",
            "x-forwarded-for": f"11.1.{self._asked // 250}.{self._asked % 250}",
        }


def looking_up_first() -> None:
    """Whether an address is known is looked up, and the mail written, before the answer, with a server that is slow."""
    from pages.shop import sign_in  # noqa: PLC0415 - in the program's process
    from services import buyer_sign_in  # noqa: PLC0415 - as above

    ask = sign_in.ask

    async def at_once(request: Request, work: BackgroundTasks, email: Annotated[str, Form()] = "") -> Response:
        await buyer_sign_in.ask(email)
        if await Buyer.exists(email=email):
            await asyncio.sleep(SLOW_SECONDS)
        return await ask(request, work, email)

    sign_in.ask = at_once  # type: ignore[assignment] # a guard is taken out
