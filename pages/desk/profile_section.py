"""The export profiles among the exports: each with its schedule, its last run, and a button that runs it."""

from nicegui import ui

from models import Export, ExportProfile, Rhythm, Shop
from models.errors import ShopError
from models.text import _, ngettext
from pages.components.dialog import ask
from pages.components.elements import box, h2, link_button
from pages.components.simple_table import SimpleTable
from pages.components.toasts import toast, while_a_file_is_made
from pages.desk import export_profile, guard, profile_fields, show
from pages.desk.desk_page import Visit
from services import export_profiles, profile_exports


class ProfileSection:
    """The list of profiles on the open page of exports."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.shop = visit, visit.shop
        self.may_change = guard.may(visit.seller, export_profile.PATH)

    async def build(self) -> None:
        """Make the section and fill it."""
        with box("panel", tag="section"):
            with box("panel-head"):
                h2(_("Export profiles"))
                if self.may_change:
                    link_button(_("New profile"), export_profile.NEW_ADDRESS, "small")
            self.table = SimpleTable(
                [(_("Name"), "left"), (_("When"), "left"), (_("Where to"), "left"), (_("Last export"), "left")],
                label=_("Export profiles"),
                empty=_(
                    "None yet. A profile is a file as your bookkeeping or warehouse wants it: its columns, titles and "
                    "form, by hand, by mail or on a server, also by itself at a time."
                ),
                on_act=guard.signed_in(self._run),
            )
        await self.refresh()

    async def refresh(self) -> None:
        """Show the profiles as they are now."""
        profiles = await export_profiles.every()
        last = await export_profiles.last_exports(profiles)
        self.table.show(self._row(profile, last.get(profile.id)) for profile in profiles)

    def _row(self, profile: ExportProfile, last: Export | None) -> dict[str, object]:
        form = f"{_(profile.shape.label)} · {_(profile.dialect.label)}"
        name = {"text": profile.name, "strong": True, "sub": form}
        if self.may_change:
            name["href"] = export_profile.address(profile.id)
        cells = [name, _when(profile), _where(profile), _last(profile, last, self.shop)]
        return {"id": profile.id, "cells": cells, "act": _("Export what is new")}

    async def _run(self, profile_id: int) -> None:
        try:
            await self._ask_and_run(await export_profiles.get(profile_id))
        except ShopError as error:
            toast(str(error), "bad")
        await self.refresh()

    async def _ask_and_run(self, profile: ExportProfile) -> None:
        count = await profile_exports.count_new(profile.id)
        if not count:
            toast(_("Nothing is new since the last export of {profile}.").format(profile=profile.name))
            return
        goes_out = bool(profile.recipients or profile.target_id)
        text = _("It goes where the profile says, at once.") if goes_out else _("It is downloaded.")
        title = _("{profile}: export {orders}?").format(profile=profile.name, orders=show.orders(count))
        if await guard.answered(ask(title, text, confirm=_("Export"))) is None:
            return
        me = (await guard.seller()).email
        making = profile_exports.run(profile.id, self.shop, by=me, is_sent=goes_out)
        export = await while_a_file_is_made(making)
        if export is None:
            return
        toast(_("Exported: {orders}").format(orders=show.orders(export.orders)))
        if not goes_out:
            ui.download.from_url(show.export_address(export.id))


def _when(profile: ExportProfile) -> dict[str, object] | str:
    if profile.rhythm is Rhythm.NEVER:
        return _(profile.rhythm.label)
    day = dict(profile_fields.weekdays())[str(profile.weekday)] if profile.rhythm is Rhythm.WEEKLY else _("Every day")
    return {"text": _("{day}, {time}").format(day=day, time=profile.at)}


def _where(profile: ExportProfile) -> dict[str, object] | str:
    count = len(profile.recipients)
    mail = ngettext("{n} address", "{n} addresses", count).format(n=count) if count > 1 else "".join(profile.recipients)
    target = profile.target.name if profile.target else ""
    return {"text": target or mail or show.NOTHING, "sub": mail if target else ""}


def _last(profile: ExportProfile, last: Export | None, shop: Shop) -> dict[str, object] | str:
    cell: dict[str, object] = {"text": show.full_time(last.created_at, shop) if last else show.NOTHING}
    if profile.trouble:
        return cell | {"sub": profile.trouble, "sub_bad": True}
    return cell | {"sub": show.orders(last.orders) if last else ""}
