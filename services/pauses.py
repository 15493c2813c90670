"""Lanes of the outbox that stand still: a wrong password, key or certificate helps no attempt, so none is made.

A lane is a transfer target, or the mail server. It goes on as soon as somebody has mended what was wrong.
"""

from datetime import UTC, datetime

from tortoise.queryset import QuerySet

from models import MessageStatus, OutboxMessage, Pause
from services.retries import KEEP_TRYING

MAIL_LANE = 0  # targets are lanes by their id

Lane = int


def lane_of(message: OutboxMessage) -> Lane:
    """The lane a message waits in."""
    return message.target_id or MAIL_LANE


def messages_of(lane: Lane) -> QuerySet[OutboxMessage]:
    """Everything that is or was in a lane."""
    return OutboxMessage.filter(target_id=lane) if lane else OutboxMessage.filter(target_id__isnull=True)


async def every() -> list[Pause]:
    """The lanes that stand still, the longest first."""
    return await Pause.all().order_by("since", "id")


async def of(lane: Lane) -> Pause | None:
    """The pause of a lane, None while it goes on."""
    return await Pause.get_or_none(lane=lane)


async def begin(lane: Lane, code: str, reason: str) -> None:
    """Let a lane stand still; call it inside a unit of work."""
    pause, is_new = await Pause.get_or_create(
        lane=lane, defaults={"code": code, "reason": reason, "since": datetime.now(UTC)}
    )
    if not is_new and pause.reason != reason:
        await Pause.filter(lane=lane).update(code=code, reason=reason)


async def lift(lane: Lane) -> None:
    """Let a lane go on, with all the time a new delivery has; call it inside a unit of work and `bell.ring` after."""
    now = datetime.now(UTC)
    if await Pause.filter(lane=lane).delete():
        waiting = messages_of(lane).filter(status=MessageStatus.PENDING)
        await waiting.update(expires_at=now + KEEP_TRYING)
        await waiting.exclude(last_error="").update(due_at=now)  # what was put off on purpose was not tried yet
