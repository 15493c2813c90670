"""A question over the page: a native dialog with a form in it, or whatever a page puts there."""

import asyncio
from collections.abc import Sequence

from nicegui import ui

from models.text import _
from pages.components.elements import h2, paragraph
from pages.components.form import Form
from pages.components.form_values import Field, Values

__all__ = ["Dialog", "ask"]


class Dialog(ui.element, component="modal.js"):
    """A native dialog that opens when it is made and takes itself away when it is closed.

    Fill it with `with Dialog(title) as dialog:`; `await dialog.answer()` gives what `close` was called with, or None
    when it was dismissed (Escape, the cross, a page that went away).
    """

    def __init__(self, title: str, *, wide: bool = False) -> None:
        with ui.context.client.content:
            super().__init__()
        self._answer: asyncio.Future[Values | None] = asyncio.get_running_loop().create_future()
        self.props.update(label=title, wide=wide, words={"close": _("Close")})
        self.on("dismiss", lambda: self.close(None), args=[])
        with self:
            h2(title)

    def close(self, answer: Values | None = None) -> None:
        """End the dialog with `answer`."""
        if not self._answer.done():
            self._answer.set_result(answer)
        if not self.is_deleted:
            self.delete()

    async def answer(self) -> Values | None:
        """Wait until the dialog is closed."""
        return await self._answer

    def _handle_delete(self) -> None:
        if not self._answer.done():
            self._answer.set_result(None)
        super()._handle_delete()


async def ask(
    title: str,
    text: str = "",
    *,
    confirm: str = "",
    fields: Sequence[Field] = (),
    cancel: str = "",
    danger: bool = False,
) -> Values | None:
    """Ask the person in front of the page; return the values of `fields` (perhaps none: {}), or None for "no".

    `confirm` is a verb ("Change status"); `danger` colours it for what cannot be undone.
    """
    dialog = Dialog(title)

    async def accept(values: Values) -> None:
        dialog.close(values)

    with dialog:
        if text:
            paragraph(text, "muted pre")
        Form(
            fields,
            submit=confirm or _("Continue"),
            on_submit=accept,
            secondary=cancel or _("Cancel"),
            on_secondary=dialog.close,
            kind="danger" if danger else "",
        )
    return await dialog.answer()
