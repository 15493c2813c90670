"""A shop brought back from a backup: it is whole, silent until what it holds is released, and then sends just that."""

import asyncio
import functools
import time
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.shop_process import ShopProcess
from tests.servers import SmtpTestServer
from tests.soak import promises, selling
from tests.soak.frame import wait_for
from tests.soak.promises import MOST_NAMED, Promised
from tests.soak.stores import Store

SETTLE_SECONDS = 60.0
UNSENT = "SELECT count(*) FROM outbox_message WHERE status IN ('held', 'pending', 'sending')"


@dataclass(frozen=True)
class Backup:
    """A backup, and whose requests had been acknowledged before it was begun."""

    file: Path
    placed: frozenset[str]


class RestoredShop:
    """A shop from a backup, with a mail server of its own and the depot as it was left: empty.

    `broken` says what does not hold.
    """

    def __init__(self, shop: ShopProcess, store: Store, mails: SmtpTestServer, depot: Path) -> None:
        self._shop, self._store, self._mails, self._depot = shop, store, mails, depot
        self._read = functools.partial(store.read, shop)
        self.held: list[promises.MessageRow] = []
        self.broken: list[str] = []

    async def prove(self, backup: Backup, key_file: Path, silent_seconds: float) -> None:
        """Restore it, run it for a while, and release what it holds; nothing is asked of what is broken already."""
        await self._restore(backup, key_file)
        if self.broken:
            return
        try:
            await self._stay_silent(silent_seconds)
            if not self.broken:
                await self._release()
        finally:
            await asyncio.to_thread(self._shop.stop)
        self.broken += self._shop.trouble()[:MOST_NAMED]

    async def _restore(self, backup: Backup, key_file: Path) -> None:
        await asyncio.to_thread(self._shop.command, "restore", str(backup.file), "--key-file", str(key_file))
        found, rows = promises.orders(self._read), promises.messages(self._read)
        self.held = [row for row in rows if row.status == "held"]
        self.broken += [
            *self._store.trouble(self._read),
            *map(str, promises.lost(Promised(placed=set(backup.placed)), found)),
            *map(str, promises.without_rows(found, rows, {order.email for order in found})),
        ]

    async def _stay_silent(self, seconds: float) -> None:
        await asyncio.to_thread(self._shop.start)
        if await wait_for(self._went_out, time.monotonic() + seconds):
            self.broken.append("something went out before it was released")

    async def _release(self) -> None:
        await selling.sign_in(self._shop)
        await selling.release_held(self._shop)
        await wait_for(lambda: self._read(UNSENT) == [(0,)], time.monotonic() + SETTLE_SECONDS)
        went_out = promises.mails(self.held, self._mails.messages) + promises.files(self.held, self._depot)
        self.broken += map(str, went_out)
        if twice := promises.duplicates(self._mails.messages):
            self.broken.append(f"{twice} mails came twice")

    def _went_out(self) -> int:
        return len(self._mails.messages) + len(list(self._depot.iterdir()))
