"""Buyers who browse a running shop and sellers at its desk, in a process of their own.

    python -m tests.soak.browsing

reads what `Asked` holds from standard input, as JSON, and prints what came of it, as `Came`.
"""

import asyncio
import json
import random
import secrets
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count

from tests.soak import buying
from tests.soak.light import LightBrowser, network
from tests.soak.wire import Device, LostError

WORDS = ("screw", "hammer", "glove", "drill", "steel", "cable", "m8", "box", "tape", "pump")
LETTERS_TYPED = (2, 3)  # when a suggestion is asked for
LOOKS = ("/", "/?page=2", "/?page=3", "/?sort=name")
DESK_LOOKS = ("/desk", "/desk?status=pending", "/desk?status=confirmed", "/desk/products", "/desk/deliveries")
SEARCHES, CART_CHANGES = 0.25, 0.25  # of all that buyers do; what is left are pages


@dataclass(frozen=True)
class Asked:
    """Who comes: buyers and sellers, who are all there after `arriving_seconds`, and stay for `staying_seconds`.

    Every `sending_seconds` one more buyer comes and sends a request, if that is not 0.
    """

    address: str
    seller_cookies: Mapping[str, str]
    products: Sequence[tuple[int, str]]  # id and SKU of some that may be added one at a time
    buyers: int
    desks: int
    arriving_seconds: float
    staying_seconds: float
    thinking_seconds: tuple[float, float]  # between two things that one of them does: so long at least, and at most
    sending_seconds: float
    seed: int


@dataclass
class Came:
    """How long pages, suggestions and changes of carts took, in seconds, once all were there; what was done in all."""

    pages: list[float] = field(default_factory=list)
    desk_pages: list[float] = field(default_factory=list)
    suggestions: list[float] = field(default_factory=list)
    cart_changes: list[float] = field(default_factory=list)
    added: int = 0
    sent: int = 0
    errors: list[str] = field(default_factory=list)


class Crowd:
    """All of them."""

    def __init__(self, asked: Asked) -> None:
        self.asked, self.came = asked, Came()
        self._net = network()
        began = time.monotonic()
        self._all_there_at = began + asked.arriving_seconds
        self._ends_at = self._all_there_at + asked.staying_seconds

    async def browse(self) -> Came:
        """Come, stay and go."""
        asked = self.asked
        coming = [self._buyer(random.Random(f"{asked.seed} buyer {n}")) for n in range(asked.buyers)]
        coming += [self._seller(random.Random(f"{asked.seed} seller {n}")) for n in range(asked.desks)]
        await asyncio.gather(*coming, self._sending())
        await self._net.close()
        return self.came

    async def _buyer(self, chance: random.Random) -> None:
        browser = LightBrowser(self._net, self.asked.address)
        wanted = iter(chance.sample(self.asked.products, len(self.asked.products)))

        async def do() -> None:
            what = chance.random()
            if what < CART_CHANGES and browser.has("product_grid"):
                product, _sku = next(wanted)
                took = await browser.ask("product_grid", "add", {"id": product, "quantity": 1})
                self.came.added += 1
                self._note(self.came.cart_changes, took)
            elif what < CART_CHANGES + SEARCHES:
                word = chance.choice(WORDS)
                for letters in LETTERS_TYPED:
                    self._note(self.came.suggestions, await browser.get(f"/suggestions?q={word[:letters]}"))
                self._note(self.came.pages, await browser.open(f"/?q={word}"))
            else:
                _product, sku = chance.choice(self.asked.products)
                path = chance.choice([*LOOKS, f"/product/{sku}"])
                self._note(self.came.pages, await browser.open(path))

        await self._stay(browser, chance, do)

    async def _seller(self, chance: random.Random) -> None:
        browser = LightBrowser(self._net, self.asked.address, self.asked.seller_cookies)

        async def do() -> None:
            self._note(self.came.desk_pages, await browser.open(chance.choice(DESK_LOOKS)))

        await self._stay(browser, chance, do)

    async def _stay(self, browser: LightBrowser, chance: random.Random, do: Callable[[], Awaitable[None]]) -> None:
        """Do something, think, do something else; the page stays open meanwhile, and must not lose its line."""
        await asyncio.sleep(chance.uniform(0, self.asked.arriving_seconds))
        is_first = True
        while time.monotonic() < self._ends_at:
            try:
                if not (is_first or browser.is_connected):
                    self.came.errors.append("an open page lost its connection")
                await do()
                is_first = False
            except LostError as error:
                self.came.errors.append(str(error))
            await asyncio.sleep(
                min(chance.uniform(*self.asked.thinking_seconds), max(0.0, self._ends_at - time.monotonic()))
            )
        await browser.leave()

    async def _sending(self) -> None:
        """Requests that the open desks are told of."""
        if not self.asked.sending_seconds:
            return
        for number in count():
            await asyncio.sleep(self.asked.sending_seconds)
            if time.monotonic() > self._ends_at:
                return
            device = Device(self.asked.address)
            try:
                _product, sku = self.asked.products[number % len(self.asked.products)]
                await buying.send_request(device, f"{secrets.token_hex(8)}@bench.example", sku)
                self.came.sent += 1
            except LostError as error:
                self.came.errors.append(str(error))
            finally:
                await device.leave()

    def _note(self, kept: list[float], seconds: float) -> None:
        if time.monotonic() > self._all_there_at:
            kept.append(round(seconds, 4))


async def main() -> None:
    """Let them come, and tell."""
    came = await Crowd(Asked(**json.load(sys.stdin))).browse()
    print(json.dumps(asdict(came)))


if __name__ == "__main__":
    asyncio.run(main())
