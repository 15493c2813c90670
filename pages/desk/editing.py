"""Editing one thing of a list in a dialog: a form that saves, and a way to delete it that asks first."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from models.errors import ShopError
from models.text import _
from pages.components.dialog import Dialog, ask
from pages.components.elements import Button, box, paragraph
from pages.components.form import Form
from pages.components.form_values import Field, Values
from pages.components.toasts import toast
from pages.desk import guard


@dataclass(frozen=True)
class Removal:
    """How something is deleted: the question, what it means, and the deed."""

    title: str
    text: str
    act: Callable[[], Awaitable[None]]


async def edit(
    title: str,
    fields: Sequence[Field],
    save: Callable[[Values], Awaitable[object]],
    *,
    text: str = "",
    submit: str = "",
    removal: Removal | None = None,
) -> bool:
    """Open a dialog with `fields`; return whether something was saved or deleted. `submit` is a verb ("Save").

    What `save` refuses with FieldErrors stands at its field, and the dialog stays open.
    """
    dialog = Dialog(title, wide=True)

    async def accept(values: Values) -> None:
        await save(values)
        dialog.close(values)

    async def remove() -> None:
        if removal is not None and await confirmed(removal):
            dialog.close({})

    with dialog:
        if text:
            paragraph(text, "muted small")
        form = Form(
            fields,
            on_submit=guard.signed_in(accept),
            submit=submit,
            secondary=_("Cancel"),
            on_secondary=dialog.close,
        )
        if removal is not None:
            with form, box("start"):
                Button(_("Delete"), guard.signed_in(remove), "quiet danger")
    return await dialog.answer() is not None


async def confirmed(removal: Removal) -> bool:
    """Ask, then delete; return whether it was done."""
    if await guard.answered(ask(removal.title, removal.text, confirm=_("Delete"), danger=True)) is None:
        return False
    try:
        await removal.act()
    except ShopError as error:
        toast(str(error), "bad")
        return False
    return True
