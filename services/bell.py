"""The bell that wakes the outbox's worker."""

import asyncio

_rung = asyncio.Event()


def ring() -> None:
    """Tell the worker that something may be due."""
    _rung.set()


def listen() -> asyncio.Event:
    """What `ring` sets from now on; the worker asks once, because an event belongs to the loop it is waited for in."""
    global _rung  # noqa: PLW0603 - one worker in a process
    _rung = asyncio.Event()
    return _rung
