"""When a delivery that did not work is tried again, and how fast a lane goes after an outage."""

import random
import time
from datetime import datetime, timedelta

BACKOFF: tuple[timedelta, ...] = (
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
)
JITTER = 0.2  # each delay is up to this much shorter or longer
KEEP_TRYING = timedelta(hours=72)
FEWEST_ATTEMPTS = len(BACKOFF)  # also when the machine was off all the time, or its clock jumped
FULL_SPEED = 64  # deliveries a second from which on nothing is held back any more


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts (from 1)."""
    delay = BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]
    return delay * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreading load, not a secret


def next_try_at(attempts: int, now: datetime, expires_at: datetime) -> datetime:
    """After the pause, but once more before the message is given up at `expires_at`."""
    soon = now + backoff(attempts)
    return min(soon, expires_at) if expires_at > now else soon


def is_over(attempts: int, now: datetime, expires_at: datetime) -> bool:
    """Whether it was tried long and often enough to be given up."""
    return now >= expires_at and attempts >= FEWEST_ATTEMPTS


class SlowStart:
    """After an outage a lane takes one delivery in the first second, then two, four, and so on.

    A server that has just come back is not run down by everything that waited for it.
    """

    def __init__(self) -> None:
        self._begun_at: float | None = None
        self._was_down = True  # as far as anybody knows who has just started

    def server_is_down(self) -> None:
        """A delivery found nobody there."""
        self._was_down = True

    def server_is_back(self) -> None:
        """A delivery that had waited arrived: the first one after an outage begins slowly, those after it go on."""
        if self._was_down and self._rate() >= FULL_SPEED:
            self._begun_at = time.monotonic()
        self._was_down = False

    def pause(self) -> float:
        """Seconds to wait before the next delivery."""
        rate = self._rate()
        return 1 / rate if rate < FULL_SPEED else 0.0

    def _rate(self) -> int:
        """Deliveries a second."""
        if self._begun_at is None:
            return FULL_SPEED
        seconds = int(time.monotonic() - self._begun_at)
        return FULL_SPEED if seconds >= FULL_SPEED.bit_length() else 1 << seconds
