"""The ledger of deliveries, and each delivery by itself with what it carried; live."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from models import Channel, Shop
from models.errors import ShopError
from models.text import _, ngettext
from pages.components.elements import box
from pages.components.filters import Filter, FilterButton, Filters
from pages.components.table import Action, Column, PageRequest, Row, Selection, Table
from pages.components.toasts import toast
from pages.desk import delivery, guard, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.held_deliveries import HeldNotice, release
from pages.frame import page_head
from services import deliveries, held, live, outbox
from services.deliveries import DeliveryFilter, DeliveryRow


def register() -> None:
    """Declare the ledger and the page of a delivery."""
    desk_page("/desk/deliveries", ledger)
    delivery.register()


async def ledger(visit: Visit, request: Request) -> None:
    """Build the ledger as its address says."""
    shown = Ledger(visit.shop, DeliveryFilter.parse(request.query_params))
    with frame(visit, _("Deliveries"), "/desk/deliveries"):
        await shown.build()
    live.deliveries.subscribe(guard.told(shown.changed))
    live.orders.subscribe(guard.told(shown.changed))


class Ledger:
    """An open ledger: what it filters, and the elements that show it."""

    def __init__(self, shop: Shop, delivery_filter: DeliveryFilter) -> None:
        self.shop, self.filter = shop, delivery_filter

    async def build(self) -> None:
        """Make the elements and fill them."""
        with page_head(_("Deliveries")):
            FilterButton()
        self.held = HeldNotice()
        with box("cols"):
            self.table = Table(
                _columns(),
                label=_("Deliveries"),
                on_page=guard.signed_in(self._page_asked),
                on_action=guard.signed_in(self._action_chosen),
                actions=_actions(0),
            )
            Filters(
                _filters(),
                on_change=guard.signed_in(self._filter_changed),
                values={name: value for name, value in self.filter.query().items() if name not in {"page", "at"}},
            )
        await self.refresh()

    async def refresh(self, *, is_live: bool = False) -> None:
        """Show what the filter finds now, unless another filter has been set meanwhile."""
        asked = self.filter
        page, held_back = await deliveries.page(asked), await held.count()
        if asked != self.filter:
            return
        self.page = page
        self.held.show(held_back)
        self.table.set_actions(_actions(held_back))
        self.table.set_empty(*_empty(asked))
        self.table.show(
            [_row(row, self.shop) for row in page.rows],
            total=page.total,
            page=page.page,
            page_size=deliveries.PAGE_SIZE,
            live=is_live,
            ends=page.ends,
            is_more=page.is_more,
        )

    async def changed(self) -> None:
        """Something was sent, or failed."""
        await self.refresh(is_live=True)

    async def _set(self, delivery_filter: DeliveryFilter) -> None:
        self.filter = delivery_filter
        query = urlencode(delivery_filter.query())
        ui.navigate.history.replace(f"/desk/deliveries?{query}" if query else "/desk/deliveries")
        await self.refresh()

    async def _page_asked(self, asked: PageRequest) -> None:
        await self._set(replace(self.filter, page=asked.page, at=self.page.place_of(asked.page)))

    async def _filter_changed(self, values: Mapping[str, str]) -> None:
        self.table.clear_selection()
        await self._set(DeliveryFilter.parse(values))

    async def _action_chosen(self, key: str, selection: Selection) -> None:
        chosen = None if selection.all_matching else selection.ids
        if key == "release":
            await release(await deliveries.to_release(self.filter, chosen))
        else:
            await self._try_again(await deliveries.to_try_again(self.filter, chosen))
        self.table.clear_selection()

    async def _try_again(self, message_ids: list[int]) -> None:
        tried = 0
        for message_id in message_ids:
            try:
                await outbox.retry(message_id)
                tried += 1
            except ShopError:
                continue  # on its way just now, which is what was asked for
        if tried:
            toast(ngettext("{n} delivery is tried again.", "{n} deliveries are tried again.", tried).format(n=tried))
        else:
            toast(_("There was nothing to try again: all of these have arrived, are held or are on their way."))


def _actions(held_back: int) -> list[Action]:
    release_them = [Action("release", _("Release"))] if held_back else []
    return [Action("retry", _("Try again")), *release_them]


def _columns() -> list[Column]:
    return [
        Column("what", _("What"), phone="title", width="27ch"),
        Column("recipient", _("To"), phone="subtitle", width="24ch"),
        Column("order", _("Order")),
        Column("status", _("Where it is"), phone="right_sub", width="19ch"),
        Column("attempts", _("Attempts"), align="right"),
        Column("when", _("When"), align="right", phone="right"),
    ]


def _row(row: DeliveryRow, shop: Shop) -> Row:
    return {
        "id": row.id,
        "href": f"/desk/deliveries/{row.id}",
        "what": {"text": _(row.purpose.label), "sub": row.title, "title": row.title},
        "recipient": {"text": row.recipient, "sub": show.channel(row.channel), "title": row.recipient},
        "order": _order(row.order_number) if row.order_number else show.NOTHING,
        "status": {**show.delivery_tag(row), "sub": row.reason, "title": row.reason},
        "attempts": show.number(row.attempts, shop),
        "when": {
            "text": show.short_time(row.created_at, shop),
            "title": show.full_time(row.created_at, shop),
            "sub": show.next_try(row, shop),
        },
    }


def _order(number: str) -> show.Cell:
    return {"text": number, "mono": True, "href": show.order_address(number)}


def _filters() -> list[Filter]:
    status = {
        "waiting": _("Waiting"),
        "delivered": _("Delivered"),
        "kept": _("Kept here"),
        "failed": _("Failed"),
        "held": _("Held"),
    }
    return [
        Filter("search", _("Search"), "search", placeholder=_("Recipient, subject, order")),
        Filter("status", _("Where it is"), "chips", tuple((word, status[word]) for word in deliveries.STATUS_WORDS)),
        Filter("channel", _("Way"), "chips", tuple((channel.value, show.channel(channel)) for channel in Channel)),
    ]


def _empty(delivery_filter: DeliveryFilter) -> tuple[str, str]:
    if delivery_filter.query():
        return _("No delivery matches"), _("Take a filter away, or reset them all.")
    return _("Nothing has gone out yet"), _("Each mail and each file is listed here from the moment it is written.")
