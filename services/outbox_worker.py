"""The worker that delivers what the outbox holds.

Each mail server and each transfer target is a lane of its own, in which a process makes one delivery at a time, so that
one that is slow or down costs the others nothing. A row is claimed by a conditional update, delivered outside any
transaction, and finished only by the claim that holds it. Where a shop has several processes, a claim is a lease that
its holder renews: whoever can no longer renew it stops delivering, and another takes over once it has run out.
"""

import asyncio
import contextlib
import functools
import logging
import posixpath
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic

from tortoise.expressions import F, Q
from tortoise.functions import Min
from tortoise.queryset import ValuesQuery

from models import Channel, DeliveryAttempt, MessageStatus, OutboxMessage, Pause, TransferTarget
from models.errors import NotFoundError, ShopError, StorageError
from models.text import _
from services import alarms, bell, database, live, mails, parameters, pauses, targets, wall_clock
from services.database import shielded, unit_of_work
from services.pauses import MAIL_LANE, Lane
from services.retries import SlowStart, is_over, next_try_at
from services.statements import Answer, Statement, Value
from services.transports import NEEDS_MENDING, OUTAGE, TransportError, smtp

logger = logging.getLogger(__name__)

LONGEST_SLEEP_SECONDS = 30.0
LEASE = timedelta(minutes=6)  # longer than any delivery takes: a file has five minutes
# Where other processes may take over: renewed as long as its holder lives, so that they need not wait for long.
SHORT_LEASE = timedelta(seconds=30)
RENEWED_EVERY_SECONDS = 6.0
STORAGE_PAUSE_SECONDS = 2.0  # while the disk is full or the database is away
MAX_ERROR_LENGTH = 500
MAX_REMOTE_NAME = 255  # of a longer one the end tells more
WRONG_KEY_FILE = "key-file"
PAUSING = NEEDS_MENDING | {WRONG_KEY_FILE}

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
HELD_UP = OfLane[list[dict[str, int]]](
    lambda status, now, **lane: (
        OutboxMessage.filter(status=status, due_at__gt=now, **lane, last_code__in=list(OUTAGE)).limit(1).values("id")
    )
)

_lanes: dict[Lane, asyncio.Task[None]] = {}
_slow_starts: defaultdict[Lane, SlowStart] = defaultdict(SlowStart)


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: where the message is now, in words, and the kind of trouble or the server's number."""

    status: MessageStatus
    text: str
    code: str = ""
    pauses_lane: bool = False

    @property
    def succeeded(self) -> bool:
        """Whether the message needs no further attempt."""
        return self.status in {MessageStatus.SENT, MessageStatus.CAPTURED}


async def run() -> None:
    """Deliver what is due, for as long as the program runs."""
    rung, clock = bell.listen(), wall_clock.WallClock()
    await _surely(take_over)
    try:
        while True:
            rung.clear()
            if back := clock.set_back():
                await _surely(functools.partial(wall_clock.follow, back))
            pause = await _look_for_work()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):  # unlike `wait_for`, never deaf to the program's end
                    await rung.wait()
    finally:
        await _stop_lanes()


async def _surely(write: Callable[[], Awaitable[None]]) -> None:
    """Write, however long the disk is full or the database is away: what is not written down would go out twice."""
    while True:
        try:
            return await write()
        except StorageError:
            await asyncio.sleep(STORAGE_PAUSE_SECONDS)
        except Exception:
            logger.exception("What has become of a delivery could not be written; it is tried again after a pause")
            await asyncio.sleep(LONGEST_SLEEP_SECONDS)


@unit_of_work
async def take_over() -> None:
    """Begin where the process before this one ended, which may have died: what it was sending is due.

    Where other processes may be sending, it is due when its lease has run out. The mail server may be another one
    since, so mail is tried again even if it was paused.
    """
    now = datetime.now(UTC)
    await wall_clock.catch_up(now)
    if not database.is_shared():
        await OutboxMessage.filter(status=MessageStatus.SENDING).update(
            status=MessageStatus.PENDING, lease_token="", leased_until=None, due_at=now
        )
    await pauses.lift(MAIL_LANE)


async def _look_for_work() -> float:
    try:
        waits = await _waits()
        for lane, seconds in waits.items():
            if seconds <= 0 and lane not in _lanes:
                _lanes[lane] = asyncio.create_task(_run_lane(lane))
        idle = [seconds for lane, seconds in waits.items() if lane not in _lanes]
        return min([LONGEST_SLEEP_SECONDS, *idle])
    except StorageError:
        return STORAGE_PAUSE_SECONDS
    except Exception:
        logger.exception("The outbox could not look for what is due")
        return LONGEST_SLEEP_SECONDS


async def _stop_lanes() -> None:
    """What is cut off in the middle is delivered again after the next start, under the same name."""
    lanes = list(_lanes.values())
    for lane in lanes:
        lane.cancel()
    await asyncio.gather(*lanes, return_exceptions=True)
    _slow_starts.clear()


async def _run_lane(lane: Lane) -> None:
    try:
        has_more = True
        while has_more and (message := await _claim(lane)):
            await _deliver(message)
            await asyncio.sleep(_slow_starts[lane].pause())
            has_more = await _has_more(lane)  # to look takes no turn at writing, as to claim does
    except StorageError:
        await asyncio.sleep(STORAGE_PAUSE_SECONDS)
    except Exception:
        logger.exception("A lane of the outbox stopped; it goes on after a pause")
        await asyncio.sleep(LONGEST_SLEEP_SECONDS)
    finally:
        del _lanes[lane]
        bell.ring()


@shielded
async def _has_more(lane: Lane) -> bool:
    """Whether something in a lane waits and is due; what a lease has run out of is found later (see `_waits`)."""
    return bool(await HAS_MORE.run(lane, MessageStatus.PENDING, datetime.now(UTC)))


@unit_of_work
async def _claim(lane: Lane) -> OutboxMessage | None:
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
async def _leased(message: OutboxMessage) -> AsyncIterator[asyncio.Future[None]]:
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


async def _deliver(message: OutboxMessage) -> None:
    live.delivery_changed(message.order_id)
    started_at = datetime.now(UTC)
    async with _leased(message) as lost:
        outcome = await _tried_until(lost, message)
        if outcome is None:
            logger.warning("Delivery %s was cut off, because its lease was lost", message.id)
            return
        if outcome.code in OUTAGE:
            _slow_starts[pauses.lane_of(message)].server_is_down()
        await _surely(lambda: _finish(message, outcome, started_at))  # or it would go out twice
    live.delivery_changed(message.order_id)


async def _tried_until(lost: asyncio.Future[None], message: OutboxMessage) -> Outcome | None:
    """What came of an attempt; None if the lease was lost meanwhile, and another process may be at it."""
    attempt = asyncio.create_task(_tried(message))
    either: tuple[asyncio.Future[Any], ...] = (attempt, lost)
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        return attempt.result() if attempt.done() else None
    finally:
        attempt.cancel()
        await asyncio.gather(attempt, return_exceptions=True)


async def _tried(message: OutboxMessage) -> Outcome:
    try:
        return await _send(message)
    except TransportError as error:
        return _after_failure(message, str(error), error.code, permanent=error.permanent)
    except StorageError as error:
        return _after_failure(message, str(error), "storage", permanent=False)
    except NotFoundError as error:  # the target was deleted
        return _after_failure(message, str(error), "gone", permanent=True)
    except ShopError as error:  # a saved password that this key file cannot read
        return _after_failure(message, str(error), WRONG_KEY_FILE, permanent=True)
    except Exception:
        logger.exception("Delivery %s failed in a way nobody foresaw", message.id)
        return _after_failure(message, _("An unexpected error; it is in the log."), "bug", permanent=False)


async def _send(message: OutboxMessage) -> Outcome:
    content = bytes(message.content)
    if message.channel is Channel.TRANSFER:
        target = await targets.get(message.target_id or 0)
        return Outcome(MessageStatus.SENT, await targets.deliver(target, message.title, content))
    server = parameters.smtp_server(await parameters.current())
    if server is None:
        return Outcome(MessageStatus.CAPTURED, _("No mail server is set up: kept here to be read."))
    sender = mails.sender_of(content)
    answer = await smtp.send(server, sender=sender, recipient=message.recipient, content=content)
    return Outcome(MessageStatus.SENT, answer, code=answer.partition(" ")[0])


def _after_failure(message: OutboxMessage, text: str, code: str, *, permanent: bool) -> Outcome:
    if code in PAUSING:
        return Outcome(MessageStatus.PENDING, text, code, pauses_lane=True)
    given_up = permanent or is_over(message.attempts, datetime.now(UTC), message.expires_at)
    return Outcome(MessageStatus.FAILED if given_up else MessageStatus.PENDING, text, code)


@unit_of_work
async def _finish(message: OutboxMessage, outcome: Outcome, started_at: datetime) -> None:
    """End an attempt and write what follows from it; what another claim has taken over meanwhile is left to it."""
    now = datetime.now(UTC)
    target = await TransferTarget.get_or_none(id=message.target_id) if message.target_id else None
    if message.target_id and target is None and not outcome.succeeded:
        outcome = Outcome(MessageStatus.FAILED, _("The transfer target was deleted."), "gone")
    text = outcome.text[:MAX_ERROR_LENGTH]
    held = OutboxMessage.filter(id=message.id, lease_token=message.lease_token)
    is_pending = outcome.status is MessageStatus.PENDING
    counted = message.attempts - 1 if outcome.pauses_lane else message.attempts
    finished = await held.update(
        status=outcome.status,
        attempts=counted,
        lease_token="",
        leased_until=None,
        last_error="" if outcome.succeeded else text,
        last_code=outcome.code,
        due_at=next_try_at(message.attempts, now, message.expires_at) if is_pending else message.due_at,
        finished_at=None if is_pending else now,
    )
    if not finished:
        logger.warning("Delivery %s was taken over before it ended", message.id)
        return
    await DeliveryAttempt.create(
        message_id=message.id,
        number=0 if outcome.pauses_lane else message.attempts,
        started_at=started_at,
        finished_at=now,
        succeeded=outcome.succeeded,
        text=text,
        code=outcome.code,
        remote_name=posixpath.join(target.folder, message.title)[-MAX_REMOTE_NAME:] if target else "",
        size=len(bytes(message.content)),
    )
    if outcome.succeeded:
        await _end_outage(message, now)
    elif outcome.pauses_lane:
        await _pause(message, target, outcome)
    elif outcome.status is MessageStatus.FAILED and target:
        await alarms.file_given_up(target, message.title, text)


async def _pause(message: OutboxMessage, target: TransferTarget | None, outcome: Outcome) -> None:
    await pauses.begin(pauses.lane_of(message), outcome.code, outcome.text[:MAX_ERROR_LENGTH])
    if target:  # when it is mail that stands still, no mail can tell
        await alarms.target_paused(target, outcome.text)


async def _end_outage(message: OutboxMessage, now: datetime) -> None:
    """The server answers again: what waits because it did not is due, and goes out slowly at first."""
    lane = pauses.lane_of(message)
    is_held_up = bool(await HELD_UP.run(lane, MessageStatus.PENDING, now))
    if is_held_up:
        waiting = pauses.messages_of(lane).filter(status=MessageStatus.PENDING, last_code__in=list(OUTAGE))
        await waiting.filter(due_at__gt=now).update(due_at=now)
    if is_held_up or message.last_code in OUTAGE:
        _slow_starts[lane].server_is_back()


@shielded
async def _waits() -> dict[Lane, float]:
    """The lanes that are not paused and have something to do, with the seconds until it is due."""
    now, agreed, paused = datetime.now(UTC), await database.agreed_time(), await _paused_lanes()
    found = [(row, _seconds_until(row["soonest"], now)) for row in await WAITING.run(MessageStatus.PENDING)]
    # What another process is sending is ours when its lease runs out.
    found += [(row, _lease_left(row["soonest"], agreed)) for row in await LEASED.run(MessageStatus.SENDING)]
    waits: dict[Lane, float] = {}
    for row, seconds in found:
        lane = row["target_id"] or MAIL_LANE
        if lane not in paused:
            waits[lane] = min(seconds, waits.get(lane, seconds))
    return waits


def _soonest(status: MessageStatus, column: str) -> ValuesQuery[Any]:
    """The first moment in a column of each lane, None if there is none."""
    found = OutboxMessage.filter(status=status).annotate(soonest=Min(column)).group_by("target_id")
    return found.values("target_id", "soonest")


def _seconds_until(moment: datetime, now: datetime) -> float:
    return (moment - now).total_seconds()


def _lease_left(leased_until: datetime | None, agreed: datetime) -> float:
    return _seconds_until(leased_until, agreed) if leased_until else 0.0


async def _paused_lanes() -> set[Lane]:
    return {row["lane"] for row in await PAUSED.run()}
