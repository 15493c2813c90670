"""One buyer: who they are, and their orders; live."""

from collections.abc import Awaitable, Mapping
from urllib.parse import quote, urlencode

from fastapi import Request
from nicegui import ui

from models import Shop, Standing, postal, query_values
from models.errors import NotFoundError
from models.order_filter import OrderFilter
from models.text import _, spoken
from pages.components.elements import Button, box, h2, link, link_button
from pages.components.simple_table import Facts
from pages.components.table import PageRequest, Selection, Table
from pages.desk import approve_buyer, guard, order_actions, order_table, show
from pages.desk.buyer_sections import BuyerMonths, BuyerNotes
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.erase_buyer import ask_and_erase
from pages.frame import page_head
from services import buyer_groups, buyer_list, live
from services.buyer_list import BuyerRow


def register() -> None:
    """Declare the page."""
    desk_page("/desk/buyers/{buyer_id}", buyer)


async def buyer(visit: Visit, request: Request) -> None:
    """Build the page of a buyer."""
    buyer_id = query_values.number(request.path_params["buyer_id"])
    if buyer_id is None:
        raise NotFoundError(_("There is no such buyer."))
    shown = BuyerSheet(visit.shop, await buyer_list.get(buyer_id))
    with frame(visit, shown.name, "/desk/buyers"):
        await shown.build()
    live.orders.subscribe(guard.told(shown.changed))
    live.deliveries.subscribe(guard.told(shown.changed))


class BuyerSheet:
    """An open page of a buyer, and the elements that show it."""

    def __init__(self, shop: Shop, row: BuyerRow) -> None:
        self.shop, self.row = shop, row
        self.name = row.company or row.name or row.email
        self.filter = OrderFilter(shop.time_zone, buyer=str(row.id))
        self.months, self.notes = BuyerMonths(row.id, shop), BuyerNotes(row.id, shop)

    async def build(self) -> None:
        """Make the elements and fill them."""
        link(_("‹ Buyers"), "/desk/buyers", "crumb")
        with page_head(self.name):
            self.approve_button = Button(_("Approve"), guard.signed_in(self._approve), "primary")
            self.refuse_button = Button(_("Refuse"), guard.signed_in(self._refuse), "quiet danger")
            self.group_button = Button(_("Group"), guard.signed_in(self._choose_group))
            self.new_order = link_button(_("New order"), f"/desk/new-order?buyer={self.row.id}")
            link_button(_("Download data"), f"/desk/buyers/{self.row.id}/data", download=True)
            self.erase_button = Button(_("Erase"), guard.signed_in(self._erase), "quiet danger")
        with box("stack"):
            with box("two"):
                with box("panel pad"):
                    h2(_("Buyer"))
                    self.facts = Facts(label=_("Buyer"))
                with box("stack"):
                    await self.months.build()
                    await self.notes.build(is_there=self.row.erased_at is None)
            self.table = Table(
                order_table.usual_columns(),
                label=_("Orders of this buyer"),
                on_page=guard.signed_in(self._page_asked),
                on_action=guard.signed_in(self._action_chosen),
                actions=order_actions.offered(),
                empty=(_("No orders"), _("What this buyer sends appears here by itself.")),
            )
        await self.refresh()

    async def refresh(self, *, is_live: bool = False) -> None:
        """Show the buyer and their orders as they are now."""
        asked = self.filter
        page, rows = await order_table.find(asked, self.shop, urlencode(asked.query()))
        if asked != self.filter:
            return
        self.facts.show(_facts(self.row, self.shop, await buyer_groups.names()))
        is_there, standing = self.row.erased_at is None, self.row.standing
        is_asked = self.shop.asks_approval or standing is Standing.WAITING
        self.approve_button.set_visibility(
            is_there and standing is not Standing.APPROVED and (is_asked or standing is Standing.REFUSED)
        )
        self.refuse_button.set_visibility(is_there and standing is not Standing.REFUSED)
        self.group_button.set_visibility(is_there)
        self.new_order.set_visibility(is_there)
        self.erase_button.set_visibility(is_there)
        self._shown = page
        order_table.show_page(self.table, page, rows, asked, total=self.row.orders_count, is_live=is_live)

    async def changed(self) -> None:
        """Something happened to orders, deliveries or buyers."""
        try:
            self.row = await buyer_list.get(self.row.id)
        except NotFoundError:
            return
        await self.months.refresh()
        await self.notes.refresh()
        await self.refresh(is_live=True)

    async def _approve(self) -> None:
        await self._changed_by(approve_buyer.approve(self.row))

    async def _refuse(self) -> None:
        await self._changed_by(approve_buyer.refuse(self.row))

    async def _choose_group(self) -> None:
        await self._changed_by(approve_buyer.choose_group(self.row))

    async def _changed_by(self, act: Awaitable[bool]) -> None:
        if await act:
            await self.changed()

    async def _erase(self) -> None:
        if await ask_and_erase(self.row.id):
            ui.navigate.to(f"/desk/buyers/{self.row.id}")  # nothing of what stood here is left

    async def _page_asked(self, asked: PageRequest) -> None:
        self.filter = order_table.turned(self.filter, asked, self._shown)
        await self.refresh()

    async def _action_chosen(self, key: str, selection: Selection) -> None:
        await order_actions.run_on(key, self.shop, selection, self.filter)


def _facts(row: BuyerRow, shop: Shop, groups: Mapping[int, str]) -> list[Mapping[str, str]]:
    if row.erased_at:
        return [
            {"label": _("Name"), "text": row.name, "sub": show.full_time(row.erased_at, shop)},
            {"label": _("Orders"), "text": show.number(row.orders_count, shop)},
        ]
    verified = (
        _("verified {time}").format(time=show.full_time(row.verified_at, shop))
        if row.verified_at
        else _("not verified")
    )
    value = show.full_amount(row.orders_value, shop.currency, shop) if row.orders_value else ""
    return [
        {
            "label": _("Name"),
            "text": row.name or show.NOTHING,
            "tick": "yes" if row.verified_at else "no",
            "sub": verified,
        },
        {"label": _("Standing"), "text": _(row.standing.label), "tag": row.standing.tone},
        {"label": _("Group"), "text": groups.get(row.group_id or 0, "")},
        {"label": _("E-mail"), "text": row.email, "href": f"mailto:{quote(row.email, safe='@')}"},
        {"label": _("Phone"), "text": row.phone, "href": f"tel:{show.dialled(row.phone)}"},
        {"label": _("VAT number"), "text": row.vat_number},
        {"label": _("Delivery address"), "text": postal.address(row, postal.DELIVERY, spoken())},
        {"label": _("Invoice address"), "text": postal.address(row, postal.INVOICE, spoken())},
        {"label": _("Zone"), "text": row.zone},
        {"label": _("Known since"), "text": show.full_time(row.created_at, shop)},
        {"label": _("Orders"), "text": " · ".join(filter(None, [show.number(row.orders_count, shop), value]))},
    ]
