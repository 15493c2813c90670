"""The exports: who took which orders out and when; each file again, and each export taken back; live."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from fastapi import Request

from models import Export, Shop, query_values
from models.errors import ShopError
from models.order_filter import OrderFilter
from models.text import _
from pages.components.elements import box, h2, link, link_button
from pages.components.simple_table import SimpleTable
from pages.components.toasts import toast
from pages.desk import guard, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.profile_section import ProfileSection
from pages.frame import page_head
from services import exports, live
from services.exports import ExportPage


def register() -> None:
    """Declare the page."""
    desk_page("/desk/exports", exported)


async def exported(visit: Visit, request: Request) -> None:
    """Build the list as its address says."""
    listed = ExportList(visit, *query_values.place(request.query_params))
    with frame(visit, _("Exports"), "/desk"):
        await listed.build()
    live.orders.subscribe(guard.told(listed.refresh))
    live.deliveries.subscribe(guard.told(listed.refresh))


class ExportList:
    """An open page of exports."""

    def __init__(self, visit: Visit, page: int, at: str) -> None:
        self.visit, self.page, self.at = visit, page, at
        self.profiles = ProfileSection(visit)

    async def build(self) -> None:
        """Make the elements and fill them."""
        link(_("‹ Purchase orders"), "/desk", "crumb")
        with page_head(_("Exports"), _("Each file is kept for {n} days.").format(n=exports.FILES_KEPT.days)):
            pass
        with box("stack loose"):
            await self.profiles.build()
            self._build_list()
        self.pager = box("line")
        await self._show_page()

    def _build_list(self) -> None:
        with box("panel", tag="section"):
            h2(_("Files"))
            self.table = SimpleTable(
                [(_("File"), "left"), (_("Orders"), "right"), (_("Which"), "left"), (_("When"), "left")],
                label=_("Exports"),
                empty=_("Nothing has been exported yet. Choose orders on the desk, and download them."),
                on_act=guard.signed_in(self._undo),
            )

    async def refresh(self) -> None:
        """Show the profiles and the exports as they are now."""
        await self.profiles.refresh()
        await self._show_page()

    async def _show_page(self) -> None:
        page = await exports.page(self.page, self.at)
        self.table.show(_row(export, page, self.visit.shop) for export in page.rows)
        self.pager.clear()
        with self.pager:
            if not page.is_first:
                link_button(_("‹ Newer"), _address(page, page.page - 1))
            if not page.is_last:
                link_button(_("Older ›"), _address(page, page.page + 1))

    async def _undo(self, export_id: int) -> None:
        try:
            count = await exports.undo(export_id, by=self.visit.seller_email)
        except ShopError as error:
            toast(str(error), "bad")
        else:
            toast(_("Counted as not exported again: {orders}").format(orders=show.orders(count)))


def _address(page: ExportPage, beside: int) -> str:
    """The address of the page before or after."""
    told = query_values.place_told(beside, page.place_of(beside))
    return f"/desk/exports?{urlencode({name: value for name, value in told.items() if value})}"


def _row(export: Export, page: ExportPage, shop: Shop) -> Mapping[str, object]:
    form = f"{_(export.shape.label)} · {_(export.dialect.label)}"
    file: dict[str, object] = {"text": export.file_name, "sub": form}
    if export.id in page.kept:
        file["href"] = show.export_address(export.id)
    else:
        file |= {"quiet": True, "sub": _("The file is no longer kept.")}
    when = {"text": show.full_time(export.created_at, shop), "sub": export.done_by}
    if export.undone_at:
        words = _("taken back {time} by {who}")
        when["sub"] += " · " + words.format(time=show.full_time(export.undone_at, shop), who=export.undone_by)
    cells = [file, show.number(export.orders, shop), _which(export, shop), when]
    return {"id": export.id, "cells": cells, "act": "" if export.undone_at else _("Take back")}


def _which(export: Export, shop: Shop) -> str:
    if not export.order_filter:
        return _("chosen by hand")
    if export.order_filter == exports.NEW:
        return _("new since the export before")
    chosen = OrderFilter.parse(dict(parse_qsl(export.order_filter)), shop.time_zone)
    return " · ".join(words for _name, words in chosen.chips()) or _("all orders")
