"""What becomes of what waits when a lane goes on."""

from datetime import UTC, datetime, timedelta

from models import MessageStatus, OutboxMessage
from services import pauses
from tests import order_rows

SOON = datetime.now(UTC) + timedelta(minutes=40)


async def test_what_was_tried_is_due_and_what_was_put_off_stays_put_off(database: None) -> None:
    tried = await order_rows.message(None, MessageStatus.PENDING, due_at=SOON, last_error="wrong password")
    put_off = await order_rows.message(None, MessageStatus.PENDING, due_at=SOON)
    await pauses.begin(pauses.MAIL_LANE, "auth", "wrong password")
    await pauses.lift(pauses.MAIL_LANE)
    now = datetime.now(UTC)
    assert (await OutboxMessage.get(id=tried.id)).due_at <= now
    assert (await OutboxMessage.get(id=put_off.id)).due_at == SOON
    assert all(message.expires_at > now for message in await OutboxMessage.all())
