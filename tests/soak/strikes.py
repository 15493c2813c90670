"""Kills of a running shop: what each leaves behind, and how the shop comes back from it."""

import asyncio
import time
from pathlib import Path

from tests.e2e.shop_process import ShopProcess
from tests.soak import promises
from tests.soak.frame import ASK_DATABASE_SECONDS, wait_for
from tests.soak.stores import Store

MOST_SECONDS_LATER = 5.0


class Strikes:
    """Starts a shop, kills it and starts it again; `broken` says what did not hold meanwhile."""

    def __init__(self, shop: ShopProcess, store: Store, depot: Path, most_later: float = MOST_SECONDS_LATER) -> None:
        """`depot` is the folder its files end up in; a start after a kill may take so much longer than a clean one."""
        self._shop, self._store, self._depot, self._most_later = shop, store, depot, most_later
        self.clean_start = 0.0
        self._watch: asyncio.Task[None] | None = None
        self.slowest_start = 0.0
        self.slowest_resumption = 0.0
        self.leases = 0  # deliveries that were on their way when the program died
        self.broken: list[str] = []

    async def start(self) -> None:
        """Start it for the first time, which tells how long that takes."""
        self.clean_start = await self._start()

    async def kill_and_restart(self) -> None:
        """Kill it without warning, look at what is left, and start it at once."""
        await self.stop_watching()
        self._shop.kill()
        leases = await asyncio.to_thread(self._look)
        seconds = await self._start()
        self.slowest_start = max(self.slowest_start, seconds)
        if seconds > self.clean_start + self._most_later:
            self.broken.append(f"a start took {seconds:.1f} s, a clean one {self.clean_start:.1f} s")
        self._watch = asyncio.create_task(self._watch_resumption(leases, time.monotonic()))

    async def stop_watching(self) -> None:
        """Let go of what the last start is still watched for, because another strike comes before it was due."""
        if self._watch:
            self._watch.cancel()
            await asyncio.wait([self._watch])
            self._watch = None

    async def watched(self) -> None:
        """Wait until the last start was watched to its end."""
        if self._watch:
            await self._watch

    async def _start(self) -> float:
        begun_at = time.monotonic()
        await asyncio.to_thread(self._shop.start)
        return time.monotonic() - begun_at

    def _look(self) -> set[str]:
        """Judge what the dead program left; return the claims of what it was delivering."""
        with self._store.after_kill(self._shop) as read:
            self.broken += self._store.trouble(read)
            self.broken += map(str, promises.incomplete_files(read, self._depot))
            leases = read("SELECT lease_token FROM outbox_message WHERE status = 'sending'")
        self.leases += len(leases)
        return {str(token) for (token,) in leases}

    async def _watch_resumption(self, leases: set[str], answered_at: float) -> None:
        def is_resumed() -> bool:
            rows = self._store.read(self._shop, "SELECT lease_token FROM outbox_message WHERE status = 'sending'")
            return not leases & {str(token) for (token,) in rows}

        until = answered_at + self._store.resumes_within
        if not await wait_for(is_resumed, until, every=ASK_DATABASE_SECONDS):
            self.broken.append(f"work did not resume within {self._store.resumes_within:.0f} s")
        self.slowest_resumption = max(self.slowest_resumption, time.monotonic() - answered_at)
