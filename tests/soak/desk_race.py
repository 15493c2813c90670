"""Two sellers change and confirm the same orders at the same time, while the owner exports them."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

from models import EventKind, Purpose, Seller, Status, Verification
from services import seller_sessions
from services.database import unit_of_work
from tests import order_rows
from tests.e2e import seeding
from tests.e2e.shop_process import ShopProcess
from tests.soak import histories, selling
from tests.soak.histories import Histories
from tests.soak.promises import MessageRow, Wrong, wrongs
from tests.soak.wire import OpenPage

SELLERS = ("ines@norte.example", "pau@norte.example")
LARGEST_TOTAL = 100_000
HANDFUL = 20  # orders that are changed with one action
# Sorted otherwise than actions go through orders, so that changes come before and behind what is being read.
EXPORTED = "/desk?search=desk-&sort=total"


class DeskRace:
    """The race for so many orders, of which some are confirmed as well."""

    def __init__(self, shop: ShopProcess, chance: random.Random, *, orders: int, confirmed: int) -> None:
        self._shop, self._chance = shop, chance
        self._numbers = [f"DESK-{number:05}" for number in range(1, orders + 1)]
        self._confirmed = chance.sample(self._numbers, confirmed)
        self._ids: dict[str, int] = {}
        self._tokens: list[str] = []  # of the sellers' sessions
        self._files: list[bytes] = []

    def prepare(self) -> None:
        """Write the sellers and the orders; the shop is not running yet."""
        seeding.in_data_folder(self._shop, self._prepare)

    async def run(self) -> None:
        """Let them all work until both sellers have changed every order. Raises LostError."""
        changes = asyncio.gather(self._change_all(), self._confirm_some())
        await asyncio.gather(changes, self._keep_exporting(changes))

    @property
    def exports(self) -> int:
        """How many files the owner got."""
        return len(self._files)

    def judge(self, told: Histories, rows: list[MessageRow]) -> list[Wrong]:
        """What does not hold of the orders, their histories, what goes out for them, and the files."""
        written = {number: Counter[str]() for number in self._numbers}
        numbers = {order_id: number for number, order_id in self._ids.items()}
        for row in rows:
            if row.order_id in numbers:
                written[numbers[row.order_id]][row.effect[0]] += 1
        return wrongs(
            {
                "orders that were not exported and confirmed as often as that was told": (
                    number for number in self._numbers if not self._happened_once(number, told.counts[number])
                ),
                "changes without one set of rows of the outbox": (
                    number for number, found in written.items() if found != _effects(told.counts[number])
                ),
                "exports of a state that never was": self._torn(told),
            }
        )

    async def _prepare(self) -> None:
        await self._write_orders()
        for email in SELLERS:
            seller = await Seller.create(email=email, password_hash="")
            self._tokens.append(await seller_sessions.open_session(seller.id))

    @unit_of_work
    async def _write_orders(self) -> None:
        for number in self._numbers:
            order = await order_rows.order(
                number=number, verification=Verification.VERIFIED, total=self._chance.randrange(LARGEST_TOTAL)
            )
            self._ids[number] = order.id

    async def _change_all(self) -> None:
        """Both sellers move the same handfuls at the same moment, each to another status."""
        ids = self._chance.sample(list(self._ids.values()), len(self._ids))
        async with self._desks("/desk") as pages:
            for start in range(0, len(ids), HANDFUL):
                handful = ids[start : start + HANDFUL]
                questions = await asyncio.gather(*(selling.choose_status(page, handful) for page in pages))
                statuses = self._chance.sample(list(Status), len(pages))
                await asyncio.gather(*map(selling.change_status, pages, questions, statuses))

    async def _confirm_some(self) -> None:
        """Both sellers press the same button at the same moment."""
        for number in self._confirmed:
            async with self._desks(f"/desk/orders/{number}") as pages:
                await asyncio.gather(*map(selling.confirm, pages))

    @asynccontextmanager
    async def _desks(self, path: str) -> AsyncIterator[list[OpenPage]]:
        """The same page, opened by each seller."""
        async with AsyncExitStack() as desks:
            opened = (selling.desk(self._shop, path, token=token) for token in self._tokens)
            yield [await desks.enter_async_context(desk) for desk in opened]

    async def _keep_exporting(self, changes: "asyncio.Future[tuple[None, None]]") -> None:
        device = selling.sellers_device(self._shop, self._shop.owner_token)
        try:
            async with device.open(EXPORTED) as page:
                while not changes.done():
                    self._files.append(await selling.export_all(device, page))
        finally:
            await device.leave()

    def _happened_once(self, number: str, events: Counter[str]) -> bool:
        confirmed = events[EventKind.CONFIRMED] == (number in self._confirmed)
        return confirmed and events[EventKind.EXPORTED] == len(self._files)

    def _torn(self, told: Histories) -> Iterator[str]:
        """The files, named by their place, that show a state that never was, or one before that of the file before."""
        earliest = 0
        for place, file in enumerate(self._files, 1):
            moment = told.moment(histories.exported(file), earliest)
            if moment is None:
                yield str(place)
            else:
                earliest = moment


def _effects(events: Counter[str]) -> Counter[str]:
    """The mails that follow from what happened to an order, by what they are for."""
    return Counter({Purpose.CONFIRMED.value: events[EventKind.CONFIRMED]})
