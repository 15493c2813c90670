"""The wall clock, which people and time servers set: deliveries are due by it, and follow it when it is set back."""

import logging
import time
from datetime import UTC, datetime, timedelta

from tortoise.expressions import Q

from models import DeliveryAttempt, MessageStatus, OutboxMessage
from services.database import unit_of_work
from services.retries import KEEP_TRYING

logger = logging.getLogger(__name__)

NOTICED = timedelta(seconds=5)  # less is what a time server corrects every day


class WallClock:
    """Compares the wall clock with one that nobody can set."""

    def __init__(self) -> None:
        self._difference = _difference()

    def set_back(self) -> timedelta:
        """By how much it was set back since the last time this was asked; zero if it was not."""
        before, self._difference = self._difference, _difference()
        back = before - self._difference
        return back if back > NOTICED else timedelta()


def _difference() -> timedelta:
    return timedelta(seconds=time.time() - time.monotonic())


@unit_of_work
async def follow(back: timedelta) -> None:
    """Let what waits not wait longer because the clock was set back."""
    logger.warning("The clock was set back by %s; what waits to be delivered follows it", back)
    await catch_up(datetime.now(UTC))


async def catch_up(now: datetime) -> None:
    """Make due what was written or tried at a time that is still to come: the clock was set back since.

    Nothing is tried for longer than it would be without that. Call it inside a unit of work; it may be repeated.
    """
    waiting = OutboxMessage.filter(status=MessageStatus.PENDING)
    tried = await DeliveryAttempt.filter(finished_at__gt=now).values_list("message_id", flat=True)
    await waiting.filter(Q(created_at__gt=now) | Q(id__in=list(set(tried))), due_at__gt=now).update(due_at=now)
    await waiting.filter(expires_at__gt=now + KEEP_TRYING).update(expires_at=now + KEEP_TRYING)
