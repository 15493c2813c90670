"""The outbox: rows written with what caused them, and the worker that delivers them.

Each mail server and each transfer target is a lane of its own, so that one that is slow or down costs the others
nothing. A row is claimed by a conditional update, delivered outside any transaction, and finished only by the claim
that holds it.
"""

import asyncio
import contextlib
import logging
import random
import secrets
from datetime import UTC, datetime, timedelta

from tortoise.expressions import F
from tortoise.functions import Min
from tortoise.queryset import QuerySet

from models import (
    Channel,
    DeliveryAttempt,
    MessageStatus,
    OutboxMessage,
    Purpose,
    Shop,
    TransferTarget,
)
from models.errors import NotFoundError, ShopError
from models.text import _
from services import live, mails, parameters, targets
from services.database import shielded, unit_of_work
from services.transports import TransportError, smtp

logger = logging.getLogger(__name__)

BACKOFF = (
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
LONGEST_SLEEP_SECONDS = 30.0
MAX_ERROR_LENGTH = 500
MAIL_LANE = 0  # targets are lanes by their id

Lane = int

_something_new = asyncio.Event()
_lanes: dict[Lane, asyncio.Task[None]] = {}


async def write_mail(  # noqa: PLR0913 - a mail, where it goes, and what it belongs to
    purpose: Purpose,
    mail: mails.Mail,
    recipient: str,
    shop: Shop,
    *,
    order_id: int | None = None,
    due_at: datetime | None = None,
) -> OutboxMessage:
    """Write a mail to one address, finished to its last byte; call it inside a unit of work and `wake` after.

    It goes out at `due_at`, at once if that is left out.
    """
    now = datetime.now(UTC)
    sender = parameters.sender(shop)
    message_id = f"<{secrets.token_hex(12)}.{purpose}@{sender.rpartition('@')[2]}>"
    content = mails.build(
        mail,
        shop_name=shop.name,
        sender=sender,
        reply_to=shop.mail_reply_to,
        recipient=recipient,
        message_id=message_id,
        created_at=now,
    )
    return await OutboxMessage.create(
        channel=Channel.MAIL,
        purpose=purpose,
        identity=message_id,
        order_id=order_id,
        recipient=recipient,
        title=mail.subject[:250],
        content=content,
        due_at=due_at or now,
        created_at=now,
        expires_at=now + KEEP_TRYING,
    )


async def write_file(target: TransferTarget, name: str, content: bytes, *, order_id: int | None) -> OutboxMessage:
    """Write a file for one target; call it inside a unit of work and `wake` after."""
    now = datetime.now(UTC)
    return await OutboxMessage.create(
        channel=Channel.TRANSFER,
        purpose=Purpose.TRANSFER,
        identity=f"file:{target.id}:{name}:{secrets.token_hex(4)}",
        order_id=order_id,
        target=target,
        recipient=target.name,
        title=name,
        content=content,
        due_at=now,
        created_at=now,
        expires_at=now + KEEP_TRYING,
    )


async def write_again(message: OutboxMessage) -> bool:
    """Make a message due now, with the same name and bytes; False while it is on its way.

    Call it inside a unit of work and `wake` after.
    """
    now = datetime.now(UTC)
    idle = OutboxMessage.filter(id=message.id).exclude(status=MessageStatus.SENDING)
    return bool(
        await idle.update(status=MessageStatus.PENDING, due_at=now, expires_at=now + KEEP_TRYING, finished_at=None)
    )


async def retry(message_id: int) -> None:
    """Try a delivery again at once. Raises ShopError if it is on its way just now, or its content is gone."""
    order_id = await _retry(message_id)
    live.delivery_changed(order_id)
    wake()


@unit_of_work
async def _retry(message_id: int) -> int | None:
    message = await OutboxMessage.get_or_none(id=message_id)
    if message is None:
        raise NotFoundError(_("This delivery is no longer there."))
    if not message.content:
        raise ShopError(_("What went out then is no longer kept. Open the order, and send it from there."))
    if not await write_again(message):
        raise ShopError(_("It is on its way just now."))
    return message.order_id


def wake() -> None:
    """Tell the worker that something may be due."""
    _something_new.set()


async def run() -> None:
    """Deliver what is due, for as long as the program runs."""
    global _something_new  # noqa: PLW0603 - an event belongs to the loop it is waited for in
    _something_new = asyncio.Event()
    await release_leases()
    try:
        while True:
            _something_new.clear()
            pause = await _look_for_work()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):  # unlike `wait_for`, never deaf to the program's end
                    await _something_new.wait()
    finally:
        await _stop_lanes()


async def _look_for_work() -> float:
    try:
        await _start_lanes()
        return await _seconds_to_next()
    except Exception:
        logger.exception("The outbox could not look for what is due")
        return LONGEST_SLEEP_SECONDS


async def _stop_lanes() -> None:
    """What is cut off in the middle is delivered again after the next start, under the same name."""
    lanes = list(_lanes.values())
    for lane in lanes:
        lane.cancel()
    await asyncio.gather(*lanes, return_exceptions=True)


@unit_of_work
async def release_leases() -> None:
    """Make due what a process that died was sending; call it once, before the worker starts."""
    await OutboxMessage.filter(status=MessageStatus.SENDING).update(
        status=MessageStatus.PENDING, lease_token="", due_at=datetime.now(UTC)
    )


async def _start_lanes() -> None:
    due = OutboxMessage.filter(status=MessageStatus.PENDING, due_at__lte=datetime.now(UTC))
    for target_id in await _read_distinct_targets(due):
        lane = target_id or MAIL_LANE
        if lane not in _lanes:
            _lanes[lane] = asyncio.create_task(_run_lane(lane))


async def _run_lane(lane: Lane) -> None:
    try:
        while message := await _claim(lane):
            await _deliver(message)
    except Exception:
        logger.exception("A lane of the outbox stopped; it goes on after a pause")
        await asyncio.sleep(LONGEST_SLEEP_SECONDS)
    finally:
        del _lanes[lane]
        wake()


@unit_of_work
async def _claim(lane: Lane) -> OutboxMessage | None:
    now = datetime.now(UTC)
    due = OutboxMessage.filter(status=MessageStatus.PENDING, due_at__lte=now)
    mine = due.filter(target_id=lane) if lane else due.filter(target_id__isnull=True)
    message = await mine.order_by("due_at", "id").first()
    if message is None:
        return None
    message.lease_token = secrets.token_hex(16)
    claimed = await OutboxMessage.filter(id=message.id, status=MessageStatus.PENDING).update(
        status=MessageStatus.SENDING, lease_token=message.lease_token, attempts=F("attempts") + 1
    )
    message.attempts += 1
    return message if claimed else None


async def _deliver(message: OutboxMessage) -> None:
    live.delivery_changed(message.order_id)
    started_at = datetime.now(UTC)
    try:
        status, text = await _send(message)
    except TransportError as error:
        status, text = _after_failure(message, error.permanent), str(error)
    except ShopError as error:  # a saved password that this key file cannot read
        status, text = MessageStatus.FAILED, str(error)
    except Exception:
        logger.exception("Delivery %s failed in a way nobody foresaw", message.id)
        status, text = _after_failure(message, permanent=False), _("An unexpected error; it is in the log.")
    await _finish(message, status, text[:MAX_ERROR_LENGTH], started_at)
    live.delivery_changed(message.order_id)


async def _send(message: OutboxMessage) -> tuple[MessageStatus, str]:
    content = bytes(message.content)
    if message.channel is Channel.TRANSFER:
        target = await targets.get(message.target_id or 0)  # told in words if it was deleted
        return MessageStatus.SENT, await targets.deliver(target, message.title, content)
    shop = await parameters.current()
    server = parameters.smtp_server(shop)
    if server is None:
        return MessageStatus.CAPTURED, _("No mail server is set up: kept here to be read.")
    sender = mails.sender_of(content)
    return MessageStatus.SENT, await smtp.send(server, sender=sender, recipient=message.recipient, content=content)


def _after_failure(message: OutboxMessage, permanent: bool) -> MessageStatus:
    given_up = permanent or datetime.now(UTC) >= message.expires_at
    return MessageStatus.FAILED if given_up else MessageStatus.PENDING


@unit_of_work
async def _finish(message: OutboxMessage, status: MessageStatus, text: str, started_at: datetime) -> None:
    """End an attempt; what another process has taken over meanwhile is left to it."""
    now = datetime.now(UTC)
    succeeded = status in {MessageStatus.SENT, MessageStatus.CAPTURED}
    held = OutboxMessage.filter(id=message.id, lease_token=message.lease_token)
    finished = await held.update(
        status=status,
        lease_token="",
        last_error="" if succeeded else text,
        due_at=_next_try_at(message, now) if status is MessageStatus.PENDING else message.due_at,
        finished_at=None if status is MessageStatus.PENDING else now,
    )
    if not finished:
        logger.warning("Delivery %s was taken over before it ended", message.id)
        return
    await DeliveryAttempt.create(
        message_id=message.id,
        number=message.attempts,
        started_at=started_at,
        finished_at=now,
        succeeded=succeeded,
        text=text,
    )


def _next_try_at(message: OutboxMessage, now: datetime) -> datetime:
    """After the pause, but once more before the message is given up."""
    return min(now + backoff(message.attempts), max(message.expires_at, now))


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    delay = BACKOFF[min(attempts, len(BACKOFF)) - 1]
    return delay * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreading load, not a secret


@shielded
async def _read_distinct_targets(due: QuerySet[OutboxMessage]) -> list[int | None]:
    return [row["target_id"] for row in await due.distinct().values("target_id")]


@shielded
async def _seconds_to_next() -> float:
    """Seconds until the next message of an idle lane is due, at most `LONGEST_SLEEP_SECONDS`."""
    waiting = OutboxMessage.filter(status=MessageStatus.PENDING).annotate(soonest=Min("due_at")).group_by("target_id")
    idle: list[datetime] = [
        row["soonest"]
        for row in await waiting.values("target_id", "soonest")
        if (row["target_id"] or MAIL_LANE) not in _lanes
    ]
    if not idle:
        return LONGEST_SLEEP_SECONDS
    return min(max((min(idle) - datetime.now(UTC)).total_seconds(), 0.0), LONGEST_SLEEP_SECONDS)
