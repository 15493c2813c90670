"""Strangers at mailed links: scanners open each and change nothing, random tokens open none and soon have to wait."""

import asyncio
import hashlib
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import httpx

from services import throttle, tokens
from tests.e2e import mails
from tests.e2e.shop_process import PROGRAM, ShopProcess
from tests.form_token import FormToken
from tests.soak import buying, shops, tampered
from tests.soak.frame import Outcome, wait_for
from tests.soak.wire import Device

KNOWN = "ana@sol.example"
LINK = re.compile(r"https?://[^/\s]+(/(verify|orders/confirm|orders/csv|request|sign-in)/[\w-]+)")
KINDS = ("verify", "orders/confirm", "orders/csv", "request", "sign-in")
AT_ONCE = 100
MAIL_SECONDS = 20.0
UNDELIVERED = "SELECT count(*) FROM outbox_message WHERE status IN ('pending', 'sending')"


@dataclass(frozen=True)
class Size:
    """How often each link is opened, and how many tokens are tried."""

    openings: int
    tokens: int


LONG = Size(openings=100, tokens=100_000)
SHORT = Size(openings=10, tokens=500)


def run(size: Size, seed: int, *, tampering: Callable[[], None] | None = None) -> Outcome:
    """Run the experiment; `tampering` takes a guard out of the program."""
    program = tampered.program(tampering) if tampering else PROGRAM
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder:
        # Who says where they come from is not believed here: all strangers are one.
        shop = ShopProcess(Path(folder), program=program, settings={"PEDIDO_TRUSTED_PROXIES": ""})
        buyers_device = tokens.new()
        shops.open_shop(shop, known={KNOWN: buyers_device})
        shop.start()
        try:
            return asyncio.run(_experiment(size, seed, shop, buyers_device))
        finally:
            shop.kill()


async def _experiment(size: Size, seed: int, shop: ShopProcess, buyers_device: str) -> Outcome:
    await _order(shop, KNOWN, buyers_device)
    await _order(shop, "somebody@sol.example", tokens.new())
    async with httpx.AsyncClient(base_url=shop.address, auth=FormToken()) as browser:
        await browser.post("/sign-in", data={"email": KNOWN})
    await wait_for(lambda: set(_links(shop)) == set(KINDS), time.monotonic() + MAIL_SECONDS)
    await wait_for(lambda: shop.read(UNDELIVERED) == [(0,)], time.monotonic() + MAIL_SECONDS)
    links = _links(shop)
    before = _contents(shop.database)
    broken = [f"no mail brought a link of the kind {kind}" for kind in KINDS if kind not in links]
    async with httpx.AsyncClient(base_url=shop.address, timeout=60) as scanner:
        for path in links.values():
            for method in ("GET", "HEAD"):
                answers = [await scanner.request(method, path) for _opening in range(size.openings // 2)]
                if worst := max((answer.status_code for answer in answers if answer.status_code != 405), default=0):
                    broken += [f"{method} of a link was answered with {worst}"] if worst >= 400 else []
    changed = [name for name, digest in _contents(shop.database).items() if before.get(name) != digest]
    broken += [f"opening links changed the table {name}" for name in changed]
    began = time.monotonic()
    statuses = await _guess(shop, size.tokens)
    hits = sum(status < 400 for status in statuses)
    waits = sum(status == 429 for status in statuses)
    if hits:
        broken.append(f"{hits} random tokens opened something")
    limit = throttle.UNKNOWN_LINK
    spans = 1 + (time.monotonic() - began) // limit.seconds  # each begins with as many and those on the way
    if waits < len(statuses) - spans * (limit.times + AT_ONCE):
        broken.append(f"only {waits} of {len(statuses)} guesses were told to wait")
    if max(statuses) >= 500:
        broken.append("a guess was answered with a 5xx")
    return Outcome(seed, {"links": len(links), "guesses": len(statuses), "hits": hits, "told to wait": waits}, broken)


async def _order(shop: ShopProcess, email: str, device_token: str) -> None:
    device = Device(shop.address, {"pedido_device": device_token})
    await buying.send_request(device, email)
    await device.leave()


async def _guess(shop: ShopProcess, guesses: int) -> list[int]:
    """Try random tokens, each as from another address."""
    statuses: list[int] = []
    left = iter(range(guesses))

    async def stranger() -> None:
        async with httpx.AsyncClient(base_url=shop.address, timeout=60) as browser:
            for number in left:
                forged = {"x-forwarded-for": f"198.51.{number // 250 % 250}.{number % 250}"}
                path = f"/{KINDS[number % len(KINDS)]}/{tokens.new()}"
                statuses.append((await browser.request("GET", path, headers=forged)).status_code)

    await asyncio.gather(*(stranger() for _one in range(AT_ONCE)))
    return statuses


def _links(shop: ShopProcess) -> dict[str, str]:
    """A link of each kind that went out by mail, the newest."""
    found: dict[str, str] = {}
    for (content,) in shop.read("SELECT content FROM outbox_message WHERE channel = 'mail' ORDER BY id"):
        words = mails.words(message_from_bytes(content, policy=policy.default))
        found |= {kind: path for path, kind in LINK.findall(words)}
    return found


def _contents(file: Path) -> dict[str, str]:
    """What each table of a database holds, in short."""
    with closing(sqlite3.connect(file)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: _digest(database.execute(f'SELECT * FROM "{name}"')) for name in names}


def _digest(rows: Iterable[object]) -> str:
    return hashlib.sha256("\n".join(map(repr, rows)).encode(errors="replace")).hexdigest()


def looking_verifies() -> None:
    """Opening the verification page verifies."""
    from fastapi import Request  # noqa: PLC0415 - in the program's process

    from pages.shop import verify  # noqa: PLC0415 - as above

    async def show(request: Request, token: str) -> object:
        return await verify.verify(request, token)

    verify.show = show  # type: ignore[assignment] # a guard is taken out


def guesses_for_free() -> None:
    """Nobody counts the links that open nothing."""
    throttle.count = lambda *_limit_and_keys: None
