"""Alarms: mails that tell the management what did not go out, written with the failure itself."""

from datetime import UTC, datetime, timedelta

from models import OutboxMessage, Purpose, TransferTarget
from services import mails, outbox, parameters

AT_MOST_EVERY = timedelta(hours=1)  # about the same trouble of the same target


async def target_paused(target: TransferTarget, reason: str) -> None:
    """Say that nothing goes to a target until somebody mends what is wrong; call it inside a unit of work."""
    await _tell(mails.target_paused(await parameters.current(), target, reason))


async def file_given_up(target: TransferTarget, file_name: str, reason: str) -> None:
    """Say that a file did not reach a target and is not tried again; call it inside a unit of work."""
    await _tell(mails.file_given_up(await parameters.current(), target, file_name, reason))


async def export_failed(profile: str, reason: str) -> None:
    """Say that a profile's schedule could not be kept; call it inside a unit of work."""
    await _tell(mails.export_failed(await parameters.current(), profile, reason))


async def _tell(mail: mails.Mail) -> None:
    lately = datetime.now(UTC) - AT_MOST_EVERY
    if await OutboxMessage.filter(purpose=Purpose.ALARM, title=mail.subject, created_at__gt=lately).exists():
        return
    shop = await parameters.current()
    for address in shop.management_emails:
        await outbox.write_mail(Purpose.ALARM, mail, address, shop)
