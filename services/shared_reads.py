"""Reads that many open pages need at the same moment, done once for all of them until something changes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from models.text import spoken
from services import live

T = TypeVar("T")

MOST_KEPT = 200
LONGEST_SECONDS = 60.0  # "today" moves on by itself

_Reads = dict[Hashable, tuple[float, asyncio.Task[Any]]]
_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, _Reads] = WeakKeyDictionary()


async def once(key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
    """What `read` gives, read once for all who ask with this `key` in a language before the next live event.

    What comes back is shared: do not change it. An error is told to those who waited, and not kept.
    """
    return await _once((live.generation, key), read)


async def once_of_catalog(key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
    """The same for what only depends on the catalogue and its prices: an order does not have it read again."""
    return await _once(("catalog", live.catalog_generation, key), read)


async def _once(key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
    reads = _by_loop.setdefault(asyncio.get_running_loop(), {})
    now, kept = time.monotonic(), (spoken(), key)
    begun = reads.pop(kept, None)
    if begun is None or now - begun[0] > LONGEST_SECONDS or _failed(begun[1]):
        begun = now, asyncio.ensure_future(_awaited(read))
    reads[kept] = begun  # as the newest: what was asked for long ago is forgotten first
    _forget_old(reads)
    return cast(T, await asyncio.shield(begun[1]))


async def _awaited(read: Callable[[], Awaitable[T]]) -> T:
    return await read()


def _failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _forget_old(reads: _Reads) -> None:
    while len(reads) > MOST_KEPT:
        del reads[next(iter(reads))]
