"""Deliveries that a restored backup brought back: held, because they may have gone out since the backup was made."""

from collections.abc import Collection
from datetime import UTC, datetime

from models import MessageStatus, OutboxMessage
from models.errors import ShopError
from models.text import _
from services import bell, live
from services.database import unit_of_work
from services.retries import KEEP_TRYING


async def count() -> int:
    """How many deliveries are held."""
    return await OutboxMessage.filter(status=MessageStatus.HELD).count()


async def release(message_ids: Collection[int] | None = None) -> int:
    """Let held deliveries go out, all of them for None; return how many. Raises ShopError if none was held."""
    order_ids = await _release(message_ids)
    if not order_ids:
        raise ShopError(_("None of these is held any more."))
    for order_id in set(order_ids):
        live.delivery_changed(order_id)
    bell.ring()
    return len(order_ids)


@unit_of_work
async def _release(message_ids: Collection[int] | None) -> list[int | None]:
    """Make them due; return the order of each."""
    now = datetime.now(UTC)
    held = OutboxMessage.filter(status=MessageStatus.HELD)
    chosen = held if message_ids is None else held.filter(id__in=list(message_ids))
    order_ids = [row["order_id"] for row in await chosen.values("order_id")]
    await chosen.update(status=MessageStatus.PENDING, due_at=now, expires_at=now + KEEP_TRYING)
    return order_ids
