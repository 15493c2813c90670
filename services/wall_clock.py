"""The wall clock, which people and time servers set: deliveries are due by it, and follow it when it is set back."""

import logging
import time
from datetime import datetime, timedelta

from models import DeliveryAttempt, MessageStatus, OutboxMessage
from services.database import unit_of_work

logger = logging.getLogger(__name__)

NOTICED = timedelta(seconds=5)  # less is what a time server corrects every day
ROWS_AT_ONCE = 500


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


async def set_back_while_off(now: datetime) -> timedelta:
    """By how much the clock was set back while no process looked, as far as what was written then shows it."""
    written = await OutboxMessage.all().order_by("-created_at").first().values("created_at")
    tried = await DeliveryAttempt.all().order_by("-id").first().values("finished_at")
    moments: list[datetime] = [moment for row in (written, tried) if row for moment in row.values()]
    return max([now, *moments]) - now


@unit_of_work
async def follow(back: timedelta) -> None:
    """Let what waits not wait longer because the clock was set back."""
    logger.warning("The clock was set back by %s; what waits to be delivered follows it", back)
    await bring_forward(back)


async def bring_forward(period: timedelta) -> None:
    """Make everything that waits due, and given up, so much earlier; call it inside a unit of work."""
    if not period:
        return
    waiting = await OutboxMessage.filter(status=MessageStatus.PENDING).only("id", "due_at", "expires_at")
    for message in waiting:
        message.due_at -= period
        message.expires_at -= period
    if waiting:
        await OutboxMessage.bulk_update(waiting, ["due_at", "expires_at"], batch_size=ROWS_AT_ONCE)
