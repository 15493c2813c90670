"""What a piece of work costs besides its time: how late the event loop comes, and how much memory is added."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

EVERY_SECONDS = 0.005
MB = 1_000_000


@dataclass
class Watched:
    """What was seen: times in seconds, memory in MB."""

    lags: list[float] = field(default_factory=list)  # by how much each of many short waits was too long
    wall: float = 0.0
    processor: float = 0.0
    memory: float = 0.0  # at most, above what it was before


@asynccontextmanager
async def watched() -> AsyncIterator[Watched]:
    """Watch the event loop and this process as long as the block runs."""
    seen = Watched()
    watching = asyncio.create_task(_watch(seen))
    wall, processor = time.perf_counter(), time.process_time()
    try:
        yield seen
    finally:
        seen.wall, seen.processor = time.perf_counter() - wall, time.process_time() - processor
        watching.cancel()


async def _watch(seen: Watched) -> None:
    before = memory()
    while True:
        due = time.perf_counter() + EVERY_SECONDS
        await asyncio.sleep(EVERY_SECONDS)
        seen.lags.append(time.perf_counter() - due)
        seen.memory = max(seen.memory, memory() - before)


def memory() -> float:
    """The memory this process has now, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MB
