"""What a seller has to know before anything else: told at the top of the desk while it is so."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from models import Buyer, MessageStatus, OutboxMessage, Shop, Standing, TransferTarget
from models.text import _, ngettext
from services import backups, disk, held, pauses, settings, shared_reads
from services.database import shielded

FAILURES_TOLD = timedelta(days=7)


@dataclass(frozen=True)
class Notice:
    """A sentence, how bad it is (`wait` or `bad`), and the page to do something about it on, if there is one."""

    text: str
    tone: str
    address: str = ""
    link_text: str = ""


async def current(shop: Shop) -> tuple[Notice, ...]:
    """What there is to tell now, the worst first."""
    return await shared_reads.once("desk notices", lambda: _read(shop))


@shielded
async def _read(shop: Shop) -> tuple[Notice, ...]:
    found = (
        await asyncio.to_thread(_about_disk),
        await _about_passwords(shop),
        await _about_pauses(),
        await _about_failures(datetime.now(UTC)),
        await _about_held(),
        await _about_waiting(),
        await asyncio.to_thread(_about_backups, shop.created_at, datetime.now(UTC)),
        _about_encryption(),
    )
    return tuple(notice for notice in found if notice)


def _about_disk() -> Notice | None:
    if not disk.is_nearly_full():
        return None
    room = disk.free_bytes() // 1_000_000
    text = _("The disk is nearly full: {n} MB are left. Without room no request can be taken. Please make room.")
    return Notice(text.format(n=room), "bad")


async def _about_passwords(shop: Shop) -> Notice | None:
    """After a restore without the key: what may be signed in to has a user name, but no password any more."""
    if shop.mail_username and not shop.mail_password and not settings.current().smtp_url:
        text = _("The password of the mail server is missing since a backup was restored. Please enter it again.")
        return Notice(text, "bad", "/desk/parameters", _("Parameters"))
    if target := await TransferTarget.filter(password="", private_key="").first():
        text = _("The password of {target} is missing since a backup was restored. Please enter it again.")
        return Notice(text.format(target=target.name), "bad", "/desk/terms-of-sale", _("Terms of sale"))
    return None


async def _about_pauses() -> Notice | None:
    """The lane that has stood still the longest; its own page says what to do."""
    paused = await pauses.every()
    if not paused:
        return None
    if paused[0].lane == pauses.MAIL_LANE:
        text = _("Mails are paused until this is mended: {reason}").format(reason=paused[0].reason)
        return Notice(text, "bad", "/desk/parameters", _("Parameters"))
    target = await TransferTarget.get_or_none(id=paused[0].lane)
    text = _("Transfers to {target} are paused until this is mended: {reason}")
    shown = text.format(target=target.name if target else "", reason=paused[0].reason)
    return Notice(shown, "bad", f"/desk/terms-of-sale/targets/{paused[0].lane}", _("Mend it"))


async def _about_failures(now: datetime) -> Notice | None:
    """What was given up lately; older failures stay among the figures of Purchase orders."""
    failed = OutboxMessage.filter(status=MessageStatus.FAILED, finished_at__gt=now - FAILURES_TOLD)
    count = await failed.count()
    if not count:
        return None
    text = ngettext(
        "{n} delivery has failed and is not tried again by itself.",
        "{n} deliveries have failed and are not tried again by themselves.",
        count,
    ).format(n=count)
    return Notice(text, "bad", "/desk/deliveries?status=failed", _("Look at them"))


async def _about_held() -> Notice | None:
    count = await held.count()
    if not count:
        return None
    text = ngettext(
        "{n} delivery is held since a backup was restored.",
        "{n} deliveries are held since a backup was restored.",
        count,
    ).format(n=count)
    return Notice(text, "wait", "/desk/deliveries?status=held", _("Look at them"))


async def _about_waiting() -> Notice | None:
    count = await Buyer.filter(standing=Standing.WAITING).count()
    if not count:
        return None
    text = ngettext("{n} buyer waits for your approval.", "{n} buyers wait for your approval.", count).format(n=count)
    return Notice(text, "wait", "/desk/buyers?standing=waiting", _("Look at them"))


def _about_backups(since: datetime, now: datetime) -> Notice | None:
    if not backups.is_too_old(backups.last(), since, now):
        return None
    text = _("There has been no good backup for more than two days.")
    return Notice(text, "wait", "/desk/parameters", _("Back up now"))


def _about_encryption() -> Notice | None:
    chosen = settings.current()
    if chosen.is_https or urlsplit(chosen.public_url).hostname in {"localhost", "127.0.0.1", "::1"}:
        return None
    text = _("This shop is reached unencrypted (http): others on the way can read along. README says how to mend it.")
    return Notice(text, "wait")
