"""The section of Parameters about the sellers: who may sign in, inviting, roles and removing."""

from collections.abc import Mapping

from models import Role, Seller
from models.errors import ShopError
from models.text import _
from pages.components.dialog import Dialog
from pages.components.elements import Button, box, h2, paragraph
from pages.components.form_values import Field, Values
from pages.components.simple_table import SimpleTable
from pages.components.toasts import toast
from pages.desk import guard
from pages.desk.editing import Removal, edit
from services import seller_links, sellers


class Sellers:
    """The section and its table."""

    def __init__(self, own_id: int) -> None:
        self.own_id = own_id

    async def build(self) -> None:
        """Make the section."""
        with box("panel", tag="section"):
            h2(_("Sellers"))
            self.table = SimpleTable(
                [(_("E-mail"), "left"), (_("Role"), "left"), ("", "left")],
                label=_("Sellers"),
                on_act=guard.signed_in(self._change),
            )
            with box("pad line"):
                Button(_("Invite a seller"), guard.signed_in(self._invite))
                paragraph(
                    _("Staff work with orders, products and buyers. Owners change the shop itself as well."),
                    "muted small",
                )
        await self._refresh()

    async def _refresh(self) -> None:
        self.table.show(_row(seller, is_own=seller.id == self.own_id) for seller in await sellers.everybody())

    async def _invite(self) -> None:
        link = ""

        async def save(values: Values) -> None:
            nonlocal link
            by = (await guard.seller()).email
            link = await seller_links.invite(str(values["email"]), Role(str(values["role"])), by=by)

        fields = [
            Field("email", _("E-mail"), "email", required=True, max_length=254),
            Field("role", _("Role"), "radio", Role.STAFF.value, required=True, options=_roles()),
        ]
        if await edit(_("Invite a seller"), fields, save, submit=_("Invite")):
            await self._refresh()
            await _show_link(link)

    async def _change(self, seller_id: int) -> None:
        try:
            seller = await sellers.get(seller_id)
        except ShopError as error:
            toast(str(error), "bad")
        else:
            await (self._change_role(seller) if seller.has_come else self._invite_again(seller))
        await self._refresh()

    async def _change_role(self, seller: Seller) -> None:
        async def save(values: Values) -> None:
            await sellers.set_role(seller.id, Role(str(values["role"])), by=(await guard.seller()).email)

        field = Field("role", _("Role"), "radio", seller.role.value, required=True, options=_roles())
        await edit(
            seller.email, [field], save, text=_("A new role asks for signing in again."), removal=_removal(seller)
        )

    async def _invite_again(self, seller: Seller) -> None:
        link = ""

        async def save(_values: Values) -> None:
            nonlocal link
            link = await seller_links.invite_again(seller.id, by=(await guard.seller()).email)

        words = _("Invited, and has not chosen a password yet.")
        await edit(seller.email, [], save, text=words, submit=_("Invite again"), removal=_removal(seller))
        if link:
            await _show_link(link)


def _removal(seller: Seller) -> Removal:
    async def remove() -> None:
        await sellers.remove(seller.id, by=(await guard.seller()).email)

    return Removal(
        _("Remove {email}?").format(email=seller.email),
        _("They are signed out at once and cannot sign in any more. What they did stays in the records."),
        remove,
    )


async def _show_link(link: str) -> None:
    """Show it once, for shops whose mail does not work yet."""
    dialog = Dialog(_("Invited"), wide=True)
    with dialog:
        paragraph(
            _("A mail with this link is on its way. If it does not arrive, hand the link over yourself:"), "muted"
        )
        paragraph(link, "mono wrap")
        with box("form-end"):
            Button(_("Close"), dialog.close, "primary")
    await dialog.answer()


def _row(seller: Seller, *, is_own: bool) -> Mapping[str, object]:
    standing = {"text": _("Invited"), "tag": "wait"} if not seller.has_come else {"text": ""}
    if seller.has_second_factor:
        standing = {"text": _("Second factor"), "tag": "ok"}
    return {
        "id": seller.id,
        "cells": [{"text": seller.email, "sub": _("you") if is_own else ""}, _(seller.role.label), standing],
        "act": "" if is_own else _("Change"),
    }


def _roles() -> tuple[tuple[str, str], ...]:
    return tuple((role.value, _(role.label)) for role in Role)
