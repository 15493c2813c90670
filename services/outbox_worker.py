"""The worker that delivers what the outbox holds.

Each mail server and each transfer target is a lane of its own, in which a process makes one delivery at a time, so that
one that is slow or down costs the others nothing. A message is claimed (see `outbox_claims`), delivered outside any
transaction, and finished only by the claim that holds it.
"""

import asyncio
import contextlib
import functools
import logging
import posixpath
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import Channel, DeliveryAttempt, MessageStatus, OutboxMessage, TransferTarget
from models.errors import NotFoundError, ShopError, StorageError
from models.text import _
from services import alarms, bell, database, live, mails, outbox_claims, parameters, pauses, targets, wall_clock
from services.database import unit_of_work
from services.outbox_claims import OfLane
from services.pauses import MAIL_LANE, Lane
from services.retries import SlowStart, is_over, next_try_at
from services.transports import NEEDS_MENDING, OUTAGE, TransportError, smtp

logger = logging.getLogger(__name__)

LONGEST_SLEEP_SECONDS = 30.0
STORAGE_PAUSE_SECONDS = 2.0  # while the disk is full or the database is away
MAX_ERROR_LENGTH = 500
MAX_REMOTE_NAME = 255  # of a longer one the end tells more
WRONG_KEY_FILE = "key-file"
PAUSING = NEEDS_MENDING | {WRONG_KEY_FILE}

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
        except Exception:  # a bug, or a database that is odd: never given up
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
        waits = await outbox_claims.waits()
        for lane, seconds in waits.items():
            if seconds <= 0 and lane not in _lanes:
                _lanes[lane] = asyncio.create_task(_run_lane(lane))
        idle = [seconds for lane, seconds in waits.items() if lane not in _lanes]
        return min([LONGEST_SLEEP_SECONDS, *idle])
    except StorageError:
        return STORAGE_PAUSE_SECONDS
    except Exception:  # the loop goes on whatever happens
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
        while has_more and (message := await outbox_claims.claim(lane)):
            await _deliver(message)
            await asyncio.sleep(_slow_starts[lane].pause())
            has_more = await outbox_claims.has_more(lane)  # to look takes no turn at writing, as to claim does
    except StorageError:
        await asyncio.sleep(STORAGE_PAUSE_SECONDS)
    except Exception:  # a bug must not stop this lane for ever
        logger.exception("A lane of the outbox stopped; it goes on after a pause")
        await asyncio.sleep(LONGEST_SLEEP_SECONDS)
    finally:
        del _lanes[lane]
        bell.ring()


async def _deliver(message: OutboxMessage) -> None:
    live.delivery_changed(message.order_id)
    started_at = datetime.now(UTC)
    async with outbox_claims.leased(message) as lost:
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
    except Exception:  # a bug: it is tried again later
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
