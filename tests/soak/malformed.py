"""Malformed messages on the live connection: whatever a socket is told, nothing breaks, and the log stays calm."""

import asyncio
import json
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e import seeding
from tests.e2e.shop_process import PROGRAM, ShopProcess
from tests.soak import buying, selling, tampered
from tests.soak.frame import Outcome
from tests.soak.wire import Device, LostError, OpenPage

SHOP_PAGES = ("/", "/product/FR-200", "/cart", "/checkout")
DESK_PAGES = (
    "/desk",
    "/desk/products",
    "/desk/products/1",
    "/desk/import",
    "/desk/buyers",
    "/desk/deliveries",
    "/desk/exports",
    "/desk/reports",
    "/desk/terms-of-sale",
    "/desk/parameters",
)
EVENTS = ("event", "ack", "javascript_response", "log", "handshake", "connect", "disconnect", "", "x\0y")
DEEP = 200
SETTLE_SECONDS = 0.5


@dataclass(frozen=True)
class Size:
    """How many messages are sent in all."""

    messages: int


LONG = Size(messages=2000)
SHORT = Size(messages=200)


def run(size: Size, seed: int, *, tampering: Callable[[], None] | None = None) -> Outcome:
    """Run the experiment; `tampering` takes a guard out of the program."""
    program = tampered.program(tampering) if tampering else PROGRAM
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder:
        shop = ShopProcess(Path(folder), program=program)
        seeding.open_shop(shop)
        shop.start()
        try:
            return asyncio.run(_experiment(size, seed, shop))
        finally:
            shop.kill()


async def _experiment(size: Size, seed: int, shop: ShopProcess) -> Outcome:
    chance = random.Random(seed)
    pages = [(path, Device(shop.address)) for path in SHOP_PAGES]
    pages += [(path, selling.sellers_device(shop)) for path in DESK_PAGES]
    for _path, device in pages[: len(SHOP_PAGES)]:
        await buying.put_in_cart(device, "FR-200")
    broken: list[str] = []
    each = -(-size.messages // len(pages))
    for path, device in pages:
        broken += await _pester(path, device, each, chance)
        if (await device.get(path)).status_code != 200:
            broken.append(f"afterwards {path} cannot be opened")
        await device.leave()
    await asyncio.sleep(SETTLE_SECONDS)
    broken += sorted({f"the log tells of a bug: {line}" for line in shop.trouble()})[:5]
    return Outcome(seed, {"messages": each * len(pages), "pages": len(pages)}, broken)


async def _pester(path: str, device: Device, messages: int, chance: random.Random) -> list[str]:
    left = messages
    while left:
        try:
            async with device.open(path) as page:
                while left:
                    left -= 1
                    await page.tell(*_message(page, chance))
                await asyncio.sleep(SETTLE_SECONDS)
        except LostError as error:
            if "50" in str(error).rpartition(": ")[2]:
                return [f"{path} was answered with {error}"]
    return []


def _message(page: OpenPage, chance: random.Random) -> tuple[str, Any]:
    """An event's name and what is sent with it: mostly near the truth, where it hurts."""
    if chance.random() < 0.3:
        return chance.choice(EVENTS), _odd(chance)
    listeners = [(int(key), known) for key, element in page.elements.items() for known in element.get("events", [])]
    message: dict[str, Any] = {"client_id": page.client_id, "id": 1, "listener_id": "x", "args": []}
    if listeners:
        element_id, listener = chance.choice(listeners)
        message |= {"id": element_id, "listener_id": listener["listener_id"]}
    message["args"] = [_text(chance) for _argument in range(chance.choice((0, 1, 1, 1, 2, 30)))]
    if chance.random() < 0.3:
        message[chance.choice(list(message))] = _odd(chance)
    if chance.random() < 0.2:
        del message[chance.choice(list(message))]
    return "event", message


def _text(chance: random.Random) -> Any:
    """An argument as pages write them: JSON in a string; or not."""
    kind = chance.random()
    if kind < 0.1:
        return chance.choice(["{", "", "\\", '"\\ud800"', "[" * 2000, "nan", None, 7, {"a": 1}])
    return json.dumps(_odd(chance))


def _odd(chance: random.Random) -> Any:
    """A value that nobody expects."""
    deep: Any = 1
    for _level in range(DEEP):
        deep = [deep]
    return chance.choice(
        [
            None,
            True,
            -1,
            0,
            2**31,
            2**63 - 1,
            1e308,
            "",
            "x" * 5000,
            "a\0b",
            "\u202e",
            "../../x",
            [],
            {},
            [None],
            [[1], {"a": []}],
            {"id": 10**15, "quantity": -(10**15)},
            {"id": "1", "quantity": None},
            {"id": 1, "quantity": 1.5},
            {"page": "x", "sort": [], "size": {}},
            {"": {"": {"": []}}},
            {"name": 1, "email": ["x"], "privacy_accepted": "yes"},
            deep,
        ]
    )


def without_the_door() -> None:
    """The framework's handlers get every message as it comes."""
    from pages import socket_door  # noqa: PLC0415 - in the program's process

    socket_door.tighten = lambda: None
