"""My lists: the orders a buyer sends again and again, each under a name."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import ui

from models import Buyer, Shop, query_values
from models.errors import ShopError
from models.order_list import MAX_LIST_NAME
from models.text import _, spoken
from pages.components.dialog import Dialog, ask
from pages.components.elements import Button, box, link, link_button, paragraph
from pages.components.form import Field, Form, Values
from pages.components.simple_table import SimpleTable
from pages.components.toasts import toast
from pages.frame import page_head
from pages.shop import show, visitor
from pages.shop.preview import PreviewOnPage
from pages.shop.shop_page import Visit, frame, shop_page, summary
from services import order_lists, throttle, visitors
from services.order_lists import ListedList, OpenedList

PATH = "/account/lists"


def register() -> None:
    """Declare the pages."""
    shop_page(PATH, _lists)
    shop_page(PATH + "/{list_id}", _one_list)


async def _lists(visit: Visit, request: Request) -> Response | None:
    buyer = visit.visitor.buyer
    if buyer is None:
        return RedirectResponse("/sign-in", status_code=303)
    lists = await order_lists.all_of_buyer(buyer.id)
    with frame(visit, _("My lists"), await summary(visit)):
        _way_back()
        with page_head(_("My lists"), buyer.email):
            link_button(_("Quick order"), "/quick-order")
        with box("panel"):
            empty = _("You have no list yet. “Save as list” stands in the cart, in a request and in Quick order.")
            table = SimpleTable(
                [(_("List"), "left"), (_("Products"), "right"), (_("Changed"), "left")],
                label=_("My lists"),
                empty=empty,
            )
            table.show(_row(one, visit.shop) for one in lists)
    return None


def _row(one: ListedList, shop: Shop) -> Mapping[str, object]:
    name = {"text": one.name, "href": f"{PATH}/{one.id}", "strong": True}
    return {
        "id": one.id,
        "cells": [name, show.number(one.products, spoken()), show.moment(one.changed_at, shop)],
        "act": "",
    }


async def _one_list(visit: Visit, request: Request) -> Response | None:
    buyer = visit.visitor.buyer
    if buyer is None:
        return RedirectResponse("/sign-in", status_code=303)
    opened = await order_lists.load(buyer.id, query_values.number(request.path_params["list_id"]) or 0, visit.prices)
    with frame(visit, opened.name, await summary(visit)):
        shown = ListOnPage(visit, buyer, opened)
    await shown.show(opened)

    return None


class ListOnPage:
    """A list that can be changed, renamed, deleted, and brought into the cart."""

    def __init__(self, visit: Visit, buyer: Buyer, opened: OpenedList) -> None:
        self._visit, self._buyer, self._id, self._name = visit, buyer, opened.id, opened.name
        _way_back(to_lists=True)
        with page_head(opened.name):
            Button(_("Rename"), self._rename, "quiet")
            Button(_("Delete"), self._delete, "quiet danger")
        empty = {"title": _("This list is empty"), "text": _("Save another list from the cart or from Quick order.")}
        self._preview = PreviewOnPage(visit, title=_("Products"), empty=empty, on_change=self._keep, is_kept=True)

    async def show(self, opened: OpenedList) -> None:
        """Show what is on the list today."""
        await self._preview.show(opened.preview)

    async def _keep(self, quantities: Mapping[int, int]) -> None:
        await must_be(self._visit, self._buyer)
        visitor.spend(throttle.CART, throttle.CART_ADDRESS)
        await order_lists.change(self._buyer.id, self._id, quantities)

    async def _rename(self) -> None:
        async def rename(name: str) -> None:
            await must_be(self._visit, self._buyer)
            await order_lists.rename(self._buyer.id, self._id, name)
            ui.navigate.reload()

        await _ask_name(_("Rename this list"), self._name, rename)

    async def _delete(self) -> None:
        title = _("Delete “{name}”?").format(name=self._name)
        if await ask(title, confirm=_("Delete"), danger=True) is None:
            return
        try:
            await must_be(self._visit, self._buyer)
            await order_lists.delete(self._buyer.id, self._id)
        except ShopError as error:
            toast(str(error), "bad")
        else:
            ui.navigate.to(PATH)


def save_button(visit: Visit, quantities: Callable[[], Mapping[int, int]], kind: str = "quiet") -> None:
    """A button that keeps what a page shows as a list, for a buyer who is signed in."""
    buyer = visit.visitor.buyer
    if buyer is None:
        return

    async def save(name: str) -> None:
        await must_be(visit, buyer)
        visitor.spend(throttle.CART, throttle.CART_ADDRESS)
        await order_lists.save(buyer.id, name, quantities())
        toast(_("Saved. It stands in My lists."))

    Button(_("Save as list"), lambda: _ask_name(_("Save as list"), "", save), kind)


async def must_be(visit: Visit, buyer: Buyer) -> None:
    """Raise ShopError unless this device still is the buyer's: a page may outlive a sign-out in another tab."""
    now = (await visitors.load(visit.token)).buyer
    if now is None or now.id != buyer.id:
        raise ShopError(_("You are signed out. Please sign in again."))


async def _ask_name(title: str, name: str, use: Callable[[str], Awaitable[None]]) -> None:
    dialog = Dialog(title)

    async def take(values: Values) -> None:
        await use(str(values["name"]))
        dialog.close(values)

    with dialog:
        paragraph(_("For example “Weekly order”."), "muted")
        field = Field("name", _("Name"), value=name, required=True, max_length=MAX_LIST_NAME, autocomplete="off")
        Form([field], submit=_("Save list"), on_submit=take, secondary=_("Cancel"), on_secondary=dialog.close)
    await dialog.answer()


def _way_back(*, to_lists: bool = False) -> None:
    with box("crumbs", tag="nav"):
        link(_("My requests"), "/account", "crumb")
        if to_lists:
            link(_("My lists"), PATH, "crumb")
