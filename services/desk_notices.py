"""What a seller has to know before anything else: told at the top of the desk while it is so."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from models import Shop, TransferTarget
from models.text import _, ngettext
from services import backups, disk, held, settings, shared_reads
from services.database import shielded


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
        await _about_held(),
        await asyncio.to_thread(_about_backups, shop.created_at, datetime.now(UTC)),
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


def _about_backups(since: datetime, now: datetime) -> Notice | None:
    if not backups.is_too_old(backups.last(), since, now):
        return None
    text = _("There has been no good backup for more than two days.")
    return Notice(text, "wait", "/desk/parameters", _("Back up now"))
