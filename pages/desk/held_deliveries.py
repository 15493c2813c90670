"""What a restored backup holds back, above the ledger: how many, and the way to release them all."""

from models.errors import ShopError
from models.text import _, ngettext
from pages.components.dialog import ask
from pages.components.elements import Button, box, text
from pages.components.toasts import toast
from pages.desk import guard
from services import held


class HeldNotice:
    """A notice that is there while anything is held."""

    def __init__(self) -> None:
        self.notice = box("notice wait").props("hidden role=status")
        with self.notice:
            self.words = text("", "grow")
            Button(_("Release all"), guard.signed_in(self._release_all))

    def show(self, count: int) -> None:
        """Say how many are held, or nothing for 0."""
        self.words.set_text(
            ngettext(
                "{n} delivery is held since a backup was restored: it may have gone out already. Look at it first.",
                "{n} deliveries are held since a backup was restored: they may have gone out already. "
                "Look at them first.",
                count,
            ).format(n=count)
        )
        self.notice.props(remove="hidden") if count else self.notice.props("hidden")

    async def _release_all(self) -> None:
        count = await held.count()
        title = ngettext("Release {n} held delivery?", "Release {n} held deliveries?", count).format(n=count)
        question = ask(title, _("They go out now, also those that went out before."), confirm=_("Release"))
        if await guard.answered(question) is not None:
            await release(None)


async def release(message_ids: list[int] | None) -> None:
    """Release some held deliveries, or all for None, and say what came of it."""
    try:
        count = await held.release(message_ids)
    except ShopError as error:
        toast(str(error), "bad")
    else:
        toast(ngettext("{n} delivery goes out now.", "{n} deliveries go out now.", count).format(n=count))
