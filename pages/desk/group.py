"""One group of buyers: its percentage, and its price list, edited by hand or brought by a spreadsheet; live."""

import asyncio

from fastapi import Request
from nicegui import ui

from models import BuyerGroup, Shop, query_values
from models.errors import NotFoundError, ShopError
from models.text import _, ngettext
from pages.components.dialog import ask
from pages.components.elements import Button, box, h2, link, link_button
from pages.components.form_values import Field, Values
from pages.components.table import Action, Column, PageRequest, Row, Selection, Table
from pages.components.toasts import toast
from pages.components.upload import Answer, Upload
from pages.desk import groups, guard, product_words, show, uploads
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.editing import Removal, edit
from pages.desk.price_list_preview import ask_to_import
from pages.frame import page_head
from services import buyer_groups, catalog_import, live, price_lists
from services.buyer_groups import PriceRow
from services.catalog_import import inbox

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.ods"
CHANGE, TAKE_OUT = "change", "take_out"


def register() -> None:
    """Declare the page."""
    desk_page(groups.PATH + "/{group_id}", group)


async def group(visit: Visit, request: Request) -> None:
    """Build the page of a group."""
    shown = GroupSheet(visit.shop, await buyer_groups.get(query_values.number(request.path_params["group_id"]) or 0))
    with frame(visit, shown.group.name, "/desk/buyers"):
        await shown.build()
    live.catalog.subscribe(guard.told(shown.refresh))


class GroupSheet:
    """An open page of a group, and the elements that show it."""

    def __init__(self, shop: Shop, group: BuyerGroup) -> None:
        self.shop, self.group = shop, group
        self._page = 1
        self._rows: dict[int, PriceRow] = {}

    async def build(self) -> None:
        """Make the elements and fill them."""
        link(_("‹ Groups"), groups.PATH, "crumb")
        with page_head(self.group.name, _percent_words(self.group)):
            link_button(_("Its buyers"), f"/desk/buyers?group={self.group.id}", "quiet")
            Button(_("Edit"), guard.signed_in(self._edit), "quiet")
            Button(_("New price"), guard.signed_in(self._new_price), "primary")
        with box("stack"):
            with box("panel pad", tag="section"):
                h2(_("Price list from a spreadsheet"))
                self.upload = Upload(
                    uploads.CATALOGUE_PATH,
                    label=_("Drop a price list here"),
                    hint=_("CSV or XLSX with SKU and price. Nothing is written before you have seen what it does."),
                    accept=ACCEPTED,
                    max_bytes=catalog_import.MAX_BYTES,
                    on_done=guard.signed_in(self._uploaded),
                    small=True,
                )
            self.table = Table(
                _columns(),
                label=_("Prices of this group"),
                on_page=guard.signed_in(self._page_asked),
                on_action=guard.signed_in(self._action_chosen),
                actions=[Action(CHANGE, _("Change price")), Action(TAKE_OUT, _("Take out"), danger=True)],
                empty=(_("No prices of its own"), _("Its buyers pay the list prices, less the percentage.")),
            )
        await self.refresh()

    async def refresh(self) -> None:
        """Show the prices as they are now."""
        page = await buyer_groups.prices(self.group.id, self._page)
        self._page, self._rows = page.page, {row.id: row for row in page.rows}
        self.table.show(
            [_row(row, self.shop) for row in page.rows],
            total=page.total,
            page=page.page,
            page_size=buyer_groups.PAGE_SIZE,
        )

    async def _page_asked(self, asked: PageRequest) -> None:
        self._page = asked.page
        await self.refresh()

    async def _edit(self) -> None:
        async def save(values: Values) -> None:
            await buyer_groups.save(self.group.id, values, by=(await guard.seller()).email)

        async def delete() -> None:
            await buyer_groups.delete(self.group.id, by=(await guard.seller()).email)

        text = _("Its buyers pay the list prices then. Requests already sent keep their prices.")
        removal = Removal(_("Delete the group and its prices?"), text, delete)
        if not await edit(self.group.name, groups.fields(self.group), save, removal=removal):
            return
        try:
            await buyer_groups.get(self.group.id)
        except NotFoundError:
            ui.navigate.to(groups.PATH)
        else:
            ui.navigate.reload()

    async def _new_price(self) -> None:
        await self._ask_price(None)

    async def _ask_price(self, row: PriceRow | None) -> None:
        async def save(values: Values) -> None:
            await buyer_groups.set_price(self.group.id, values, by=(await guard.seller()).email)

        fields = [
            Field("sku", _("SKU"), value=row.sku if row else "", required=True, readonly=row is not None),
            Field("price", _("Price"), "money", f"{row.price:f}" if row else "", required=True, max_length=20),
        ]
        if await edit(row.name if row else _("New price"), fields, save):
            toast(_("Saved. Requests already sent keep their prices."))

    async def _action_chosen(self, key: str, selection: Selection) -> None:
        chosen = sorted(selection.ids)
        if key == TAKE_OUT:
            await self._take_out(None if selection.all_matching else chosen)
        elif selection.all_matching or len(chosen) != 1 or chosen[0] not in self._rows:
            toast(_("Choose one row to change its price."))
        else:
            await self._ask_price(self._rows[chosen[0]])

    async def _take_out(self, chosen: list[int] | None) -> None:
        title = _("Take all prices out of this list?") if chosen is None else _take_out_title(len(chosen))
        text = _("These products cost the list price then, less the percentage of the group.")
        if await guard.answered(ask(title, text, confirm=_("Take out"), danger=True)) is None:
            return
        try:
            await buyer_groups.take_out(self.group.id, chosen, by=(await guard.seller()).email)
        except ShopError as error:
            toast(str(error), "bad")
        self.table.clear_selection()

    async def _uploaded(self, answer: Answer) -> None:
        token = str(answer.get("file") or "")
        try:
            name, content = await asyncio.to_thread(inbox.open_file, token)
            plan = await price_lists.plan(self.group.id, name, content)
            if await ask_to_import(plan, self.shop):
                await self.refresh()
        except ShopError as error:
            toast(str(error), "bad")
        finally:
            await asyncio.to_thread(inbox.forget, token)
            if not self.upload.is_deleted:
                self.upload.reset()


def _percent_words(group: BuyerGroup) -> str:
    return _("{percent} off the list prices").format(percent=show.percent(group.off)) if group.off else ""


def _take_out_title(count: int) -> str:
    return ngettext("Take {n} price out of this list?", "Take {n} prices out of this list?", count).format(n=count)


def _columns() -> list[Column]:
    return [
        Column("sku", _("SKU"), phone="subtitle", width="22ch"),
        Column("name", _("Name"), phone="title", width="40ch"),
        Column("listed", _("List price"), align="right", phone="right_sub"),
        Column("price", _("Price of the group"), align="right", phone="right"),
    ]


def _row(row: PriceRow, shop: Shop) -> Row:
    return {
        "id": row.id,
        "href": f"/desk/products/{row.product_id}",
        "sku": {"text": row.sku, "mono": True, "title": row.sku},
        "name": {"text": row.name, "title": row.name},
        "listed": {"text": product_words.unit_price(row.list_price, shop), "quiet": True},
        "price": {"text": product_words.unit_price(row.price, shop), "strong": True},
    }
