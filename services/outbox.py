"""The outbox: rows written with what caused them, each for one recipient, with its bytes and its name fixed.

The worker that delivers them is `outbox_worker`.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import Channel, MessageStatus, Order, OutboxMessage, Purpose, Shop, TransferTarget
from models.errors import NotFoundError, ShopError
from models.text import _
from services import bell, live, mails, parameters, pauses
from services.database import unit_of_work
from services.retries import KEEP_TRYING

ORDERS_AT_ONCE = 100


TRIED_AGAIN = (MessageStatus.PENDING, MessageStatus.CAPTURED, MessageStatus.FAILED)


class NotFailedError(ShopError):
    """A delivery cannot be tried again while it is tried, and not once it has arrived."""


def mail_to(
    purpose: Purpose,
    mail: mails.Mail,
    recipient: str,
    shop: Shop,
    *,
    order: Order | None = None,
    export_id: int | None = None,
    due_at: datetime | None = None,
) -> OutboxMessage:
    """A mail to one address, finished to its last byte and not written yet. See `write_mail`."""
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
    return OutboxMessage(
        channel=Channel.MAIL,
        purpose=purpose,
        identity=message_id,
        **_of(order),
        export_id=export_id,
        recipient=recipient,
        title=mail.subject[:250],
        content=content,
        due_at=due_at or now,
        created_at=now,
        expires_at=now + KEEP_TRYING,
    )


async def write_mail(
    purpose: Purpose,
    mail: mails.Mail,
    recipient: str,
    shop: Shop,
    *,
    order: Order | None = None,
    export_id: int | None = None,
    due_at: datetime | None = None,
) -> OutboxMessage:
    """Write a mail to one address; call it inside a unit of work and `bell.ring` after.

    It goes out at `due_at`, at once if that is left out.
    """
    message = mail_to(purpose, mail, recipient, shop, order=order, export_id=export_id, due_at=due_at)
    await message.save()
    return message


async def write_file(
    target: TransferTarget, name: str, content: bytes, *, order: Order | None = None, export_id: int | None = None
) -> OutboxMessage:
    """Write a file of an order or of an export for one target; call it inside a unit of work and `bell.ring` after."""
    now = datetime.now(UTC)
    return await OutboxMessage.create(
        channel=Channel.TRANSFER,
        purpose=Purpose.TRANSFER,
        identity=f"file:{target.id}:{name}:{secrets.token_hex(4)}",
        **_of(order),
        export_id=export_id,
        target=target,
        recipient=target.name,
        title=name,
        content=content,
        due_at=now,
        created_at=now,
        expires_at=now + KEEP_TRYING,
    )


def _of(order: Order | None) -> dict[str, Any]:
    """The columns that tell which order a message belongs to."""
    return {"order_id": order.id, "order_number": order.number} if order else {}


async def write_again(message: OutboxMessage) -> bool:
    """Make a message due now, with the same name and bytes; False while it is on its way.

    Call it inside a unit of work and `bell.ring` after.
    """
    now = datetime.now(UTC)
    idle = OutboxMessage.filter(id=message.id).exclude(status=MessageStatus.SENDING)
    return bool(
        await idle.update(status=MessageStatus.PENDING, due_at=now, expires_at=now + KEEP_TRYING, finished_at=None)
    )


async def retry(message_id: int) -> None:
    """Try a delivery again at once, even if its lane is paused: somebody may have mended what was wrong elsewhere.

    Raises ShopError if it is on its way just now or has arrived meanwhile, or if its content is gone.
    """
    order_id = await _retry(message_id)
    live.delivery_changed(order_id)
    bell.ring()


async def retry_failed(order_ids: Sequence[int]) -> tuple[int, int]:
    """Try again what failed of these orders, and nothing that has arrived.

    Returns how many deliveries are tried again, and how many cannot be, because what went out is no longer kept.
    """
    tried = gone = 0
    for start in range(0, len(order_ids), ORDERS_AT_ONCE):
        failed = _failed_of(order_ids[start : start + ORDERS_AT_ONCE])
        for row in await failed.values("id"):
            try:
                await retry(row["id"])
                tried += 1
            except NotFailedError:
                continue  # which is what was asked for
            except ShopError:
                gone += 1
    return tried, gone


def _failed_of(order_ids: Sequence[int]) -> QuerySet[OutboxMessage]:
    """What was given up, and what waits for another try."""
    is_tried_again = Q(status=MessageStatus.PENDING) & ~Q(last_error="")
    found = OutboxMessage.filter(Q(status=MessageStatus.FAILED) | is_tried_again, order_id__in=list(order_ids))
    return found.order_by("id")


@unit_of_work
async def _retry(message_id: int) -> int | None:
    message = await OutboxMessage.get_or_none(id=message_id)
    if message is None:
        raise NotFoundError(_("This delivery is no longer there."))
    if not message.content:
        raise ShopError(_("What went out then is no longer kept. Open the order, and send it from there."))
    if message.status not in TRIED_AGAIN:
        is_sent = message.status is MessageStatus.SENT
        raise NotFailedError(_("It has arrived meanwhile.") if is_sent else _("It is on its way just now."))
    await write_again(message)
    await pauses.lift(pauses.lane_of(message))
    return message.order_id
