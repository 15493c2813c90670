"""The section of Parameters about backups: when the last good one was, fetching it, and making one now."""

import asyncio

from babel.units import format_unit

from models import AuditKind, Shop
from models.errors import ShopError
from models.text import _, spoken
from pages.components.elements import Button, box, h2, link_button, paragraph, text
from pages.components.toasts import toast
from pages.desk import guard, show
from services import audit, backups


class Backups:
    """The section and what it shows of the last backup."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    async def build(self) -> None:
        """Make the section."""
        with box("panel pad", tag="section"):
            h2(_("Backup"))
            with box("stack"):
                paragraph(
                    _(
                        "The database, the pictures and the exports in one file, made by itself each day; the last {n} "
                        "are kept. The key file is not in it: keep a copy of that elsewhere."
                    ).format(n=backups.KEPT),
                    "muted small",
                )
                self.last = box("line")
                with box("line"):
                    Button(_("Back up now"), guard.signed_in(self._back_up))
        await self._show()

    async def _show(self) -> None:
        last = await asyncio.to_thread(backups.last)
        self.last.clear()
        with self.last:
            if last is None:
                text(_("There is no backup yet."), "grow")
                return
            words = _("Last good backup: {time} · {size}")
            time = show.full_time(last.made_at, self.shop)
            text(words.format(time=time, size=_size(last.size, self.shop)), "grow")
            link_button(_("Download"), f"/desk/backups/{last.path.name}", "small", download=True)

    async def _back_up(self) -> None:
        try:
            made = await backups.make()
            await audit.note(AuditKind.BACKED_UP, await guard.seller(), made.path.name)
        except ShopError as error:
            toast(str(error), "bad")
        else:
            toast(_("Backed up, and read back whole."))
        await self._show()


def _size(size: int, shop: Shop) -> str:
    megabytes = max(size / 1_000_000, 0.1)
    return str(format_unit(round(megabytes, 1), "megabyte", "short", locale=spoken()))
