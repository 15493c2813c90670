"""Claims: which message of which lane a process delivers next, and for how long it is that process's.

A row is claimed by a conditional update. Where a shop has several processes, a claim is a lease that its holder renews:
whoever can no longer renew it stops delivering, and another takes over once it has run out.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Generic

from tortoise.expressions import F, Q
from tortoise.functions import Min
from tortoise.queryset import ValuesQuery

from models import MessageStatus, OutboxMessage, Pause
from models.errors import StorageError
from services import database
from services.database import shielded, unit_of_work
from services.pauses import MAIL_LANE, Lane
from services.statements import Answer, Statement, Value

LEASE = timedelta(minutes=6)  # longer than any delivery takes: a file has five minutes
# Where other processes may take over: renewed as long as its holder lives, so that they need not wait for long.
SHORT_LEASE = timedelta(seconds=30)
RENEWED_EVERY_SECONDS = 6.0

PAUSED = Statement[list[dict[str, Lane]]](lambda: Pause.all().values("lane"))
WAITING = Statement[list[dict[str, Any]]](lambda status: _soonest(status, "due_at"))
LEASED = Statement[list[dict[str, Any]]](lambda status: _soonest(status, "leased_until"))
CLAIMED = Statement[int](
    lambda status, token, until, more, id_, found, held: OutboxMessage.filter(
        id=id_, status=found, lease_token=held
    ).update(status=status, lease_token=token, leased_until=until, attempts=F("attempts") + more)
)


class OfLane(Generic[Answer]):
    """A statement about one lane, which is the last thing it is narrowed by: mail has no target."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self._mail = Statement[Answer](lambda *asked: make(*asked, target_id__isnull=True))
        self._file = Statement[Answer](lambda *asked: make(*asked[:-1], target_id=asked[-1]))

    async def run(self, lane: Lane, *asked: Value) -> Answer:
        """What `make` gives for what is asked."""
        return await (self._mail.run(*asked) if lane == MAIL_LANE else self._file.run(*asked, lane))


def _first(waits: MessageStatus, now: datetime, is_sent: MessageStatus, agreed: datetime, **lane: Any) -> Any:
    """The first that waits and is due, or whose lease has run out, by the time that all processes agree on."""
    has_run_out = Q(leased_until__lt=agreed) | Q(leased_until__isnull=True)
    is_due = Q(status=waits, due_at__lte=now) | Q(Q(status=is_sent), has_run_out)
    # Said once more, lest all that ever went this way is read: no index serves two kinds of them, each with a time.
    found = OutboxMessage.filter(is_due, **lane, status__in=[waits, is_sent]).order_by("due_at", "id")
    return found.select_for_update(skip_locked=True).first()


FIRST = OfLane[OutboxMessage | None](_first)
HAS_MORE = OfLane[list[dict[str, int]]](
    lambda status, now, **lane: OutboxMessage.filter(status=status, due_at__lte=now, **lane).limit(1).values("id")
)


@shielded
async def waits() -> dict[Lane, float]:
    """The lanes that are not paused and have something to do, with the seconds until it is due."""
    now, agreed, paused = datetime.now(UTC), await database.agreed_time(), await _paused_lanes()
    found = [(row, _seconds_until(row["soonest"], now)) for row in await WAITING.run(MessageStatus.PENDING)]
    # What another process is sending is ours when its lease runs out.
    found += [(row, _lease_left(row["soonest"], agreed)) for row in await LEASED.run(MessageStatus.SENDING)]
    soonest: dict[Lane, float] = {}
    for row, seconds in found:
        lane = row["target_id"] or MAIL_LANE
        if lane not in paused:
            soonest[lane] = min(seconds, soonest.get(lane, seconds))
    return soonest


def _soonest(status: MessageStatus, column: str) -> ValuesQuery[Any]:
    """The first moment in a column of each lane, None if there is none."""
    found = OutboxMessage.filter(status=status).annotate(soonest=Min(column)).group_by("target_id")
    return found.values("target_id", "soonest")


def _seconds_until(moment: datetime, now: datetime) -> float:
    return (moment - now).total_seconds()


def _lease_left(leased_until: datetime | None, agreed: datetime) -> float:
    return _seconds_until(leased_until, agreed) if leased_until else 0.0


@shielded
async def has_more(lane: Lane) -> bool:
    """Whether something in a lane waits and is due; what a lease has run out of is found later (see `waits`)."""
    return bool(await HAS_MORE.run(lane, MessageStatus.PENDING, datetime.now(UTC)))


@unit_of_work
async def claim(lane: Lane) -> OutboxMessage | None:
    """The first of a lane that is due, from here on ours; None if there is none, or another process was quicker."""
    if lane in await _paused_lanes():
        return None
    lease, agreed = SHORT_LEASE if database.is_shared() else LEASE, await database.agreed_time()
    message = await FIRST.run(lane, MessageStatus.PENDING, datetime.now(UTC), MessageStatus.SENDING, agreed)
    if message is None:
        return None
    as_found = message.id, message.status, message.lease_token
    message.lease_token = secrets.token_hex(16)
    message.leased_until = await database.agreed_time() + lease
    claimed = await CLAIMED.run(MessageStatus.SENDING, message.lease_token, message.leased_until, 1, *as_found)
    message.attempts += 1
    return message if claimed else None


@asynccontextmanager
async def leased(message: OutboxMessage) -> AsyncIterator[asyncio.Future[None]]:
    """Keep the lease on a message for as long as the block lasts, where other processes would take it over.

    What it gives is done once that is not possible any more.
    """
    if not database.is_shared():
        yield asyncio.get_running_loop().create_future()
        return
    keeping = asyncio.create_task(_keep(message))
    try:
        yield keeping
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def _keep(message: OutboxMessage) -> None:
    """Renew a lease again and again; it is lost when another process has it, or might have, by a clock nobody can set.

    That is so when the database was out of reach, or this process stood still, for longer than a lease lasts.
    """
    clock, leased_until = asyncio.get_running_loop(), message.leased_until or datetime.now(UTC)
    until = clock.time() + (leased_until - await database.agreed_time()).total_seconds()
    with contextlib.suppress(TimeoutError):
        while True:
            async with asyncio.timeout_at(until):
                await asyncio.sleep(RENEWED_EVERY_SECONDS)
                with contextlib.suppress(StorageError):  # the next time may be in time
                    until = await _renewed(message)


@shielded  # no unit of work: it must not wait for its turn behind a long one, which claims wait for too
async def _renewed(message: OutboxMessage) -> float:
    """Until when a lease is ours, by the event loop's clock; it is over if another process has taken the message."""
    asked_at = asyncio.get_running_loop().time()
    leased_until = await database.agreed_time() + SHORT_LEASE
    held = OutboxMessage.filter(id=message.id, lease_token=message.lease_token)
    return asked_at + SHORT_LEASE.total_seconds() if await held.update(leased_until=leased_until) else asked_at


async def _paused_lanes() -> set[Lane]:
    return {row["lane"] for row in await PAUSED.run()}
