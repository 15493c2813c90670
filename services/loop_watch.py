"""The watch over the event loop, on which everybody waits: how late it is, and what holds it up."""

import asyncio
import logging
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services import metrics

logger = logging.getLogger(__name__)

BEAT_SECONDS = 0.02
SLOW_SECONDS = 0.05
MOST_CALLS = 8  # told of what holds it


class Beat:
    """The last sign of life of an event loop, and when the next one is due (monotonic)."""

    def __init__(self) -> None:
        self.due_at = time.monotonic() + BEAT_SECONDS


async def run() -> None:
    """Measure how late the loop is, for as long as the program runs; with DEBUG, the log tells what made it late."""
    beat = Beat()
    with _witness(beat):
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            lag = max(0.0, time.monotonic() - beat.due_at)
            metrics.loop_lag.observe(lag)
            if lag > SLOW_SECONDS:
                metrics.slow_callbacks.inc()
                logger.debug("The event loop was held for %.0f ms", lag * 1000)
            beat.due_at = time.monotonic() + BEAT_SECONDS


@contextmanager
def _witness(beat: Beat) -> Iterator[None]:
    """A thread that sees what the loop is at while it is held: afterwards nobody could tell."""
    if not logger.isEnabledFor(logging.DEBUG):
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_look, args=(beat, threading.get_ident(), over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _look(beat: Beat, loop_thread: int, over: threading.Event) -> None:
    told_of = 0.0
    while not over.wait(BEAT_SECONDS):
        due_at = beat.due_at
        frame = sys._current_frames().get(loop_thread)
        if time.monotonic() - due_at > SLOW_SECONDS and due_at != told_of and frame:
            told_of = due_at
            calls = traceback.extract_stack(frame)[-MOST_CALLS:]
            told = " < ".join(f"{call.name} ({Path(call.filename).name}:{call.lineno})" for call in reversed(calls))
            logger.debug("The event loop is held by %s", told)
