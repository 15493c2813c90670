"""The test mail: sent like every other mail, and watched until it has arrived or failed."""

from dataclasses import dataclass

from models import MessageStatus, OutboxMessage, Purpose, Shop
from models.address import checked_address
from models.errors import FieldErrors, NotFoundError
from models.text import _
from services import bell, live, mails, outbox, parameters, pauses
from services.database import unit_of_work


@dataclass(frozen=True)
class Trial:
    """Where a test mail is. `tone` is wait, look, ok or bad."""

    text: str
    tone: str


async def send(address: str) -> int:
    """Send a test mail to `address`, even if mail is paused; return the id of its message.

    Raises FieldErrors (`recipient`).
    """
    try:
        recipient = checked_address(address)
    except ValueError as error:
        raise FieldErrors({"recipient": str(error)}) from None
    message_id = await _write(await parameters.current(), recipient)
    live.delivery_changed(None)
    bell.ring()
    return message_id


async def result(message_id: int) -> Trial:
    """What has become of a test mail. Raises NotFoundError."""
    message = await OutboxMessage.get_or_none(id=message_id, purpose=Purpose.TEST)
    if message is None:
        raise NotFoundError(_("This delivery is no longer there."))
    pause = await pauses.of(pauses.MAIL_LANE)
    if pause and message.status is MessageStatus.PENDING:
        text = _("The test mail did not go out: {reason} All mails wait until this is mended.")
        return Trial(text.format(reason=pause.reason), "bad")
    return Trial(_in_words(message), message.status.tone)


@unit_of_work
async def _write(shop: Shop, recipient: str) -> int:
    await pauses.lift(pauses.MAIL_LANE)
    return (await outbox.write_mail(Purpose.TEST, mails.test(shop), recipient, shop)).id


def _in_words(message: OutboxMessage) -> str:
    match message.status:
        case MessageStatus.SENT:
            text = _("The mail server has taken the test mail for {recipient}. Look into that mailbox.")
        case MessageStatus.CAPTURED:
            text = _("No mail server is set up, so the test mail is kept here: read it under Deliveries.")
        case MessageStatus.FAILED:
            text = _("The test mail did not go out: {reason}")
        case _ if message.last_error:
            text = _("Not yet: {reason} It is tried again by itself; the attempts stand under Deliveries.")
        case _:
            text = _("The test mail for {recipient} is on its way …")
    return text.format(recipient=message.recipient, reason=message.last_error)
