"""The buyers: who they are, whether they are verified, and what they have asked for; live."""

from dataclasses import replace
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from models import Shop
from models.text import _, spoken
from pages.components.elements import box
from pages.components.filters import Filter, FilterButton, Filters
from pages.components.table import Column, PageRequest, Row, Table
from pages.desk import guard, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.frame import page_head
from services import buyer_list, live
from services.buyer_list import BuyerFilter, BuyerRow


def register() -> None:
    """Declare the page."""
    desk_page("/desk/buyers", buyers)


async def buyers(visit: Visit, request: Request) -> None:
    """Build the list as its address says."""
    listed = BuyerList(visit.shop, BuyerFilter.parse(request.query_params))
    with frame(visit, _("Buyers"), "/desk/buyers"):
        await listed.build()
    live.orders.subscribe(guard.signed_in(listed.changed))


class BuyerList:
    """An open list: what it filters, and the elements that show it."""

    def __init__(self, shop: Shop, buyer_filter: BuyerFilter) -> None:
        self.shop, self.filter = shop, buyer_filter

    async def build(self) -> None:
        """Make the elements and fill them."""
        with page_head(_("Buyers")):
            FilterButton()
        with box("cols"):
            self.table = Table(_columns(), label=_("Buyers"), on_page=guard.signed_in(self._page_asked))
            Filters(
                _filters(),
                on_change=guard.signed_in(self._filter_changed),
                values={"search": self.filter.search, "verified": self.filter.verified},
            )
        await self.refresh()

    async def refresh(self, *, is_live: bool = False) -> None:
        """Show what the filter finds now, unless another filter has been set meanwhile."""
        asked = self.filter
        page = await buyer_list.page(asked, self.shop)
        if asked != self.filter:
            return
        self.table.set_empty(*_empty(asked))
        self.table.show(
            [_row(buyer, self.shop) for buyer in page.rows],
            total=page.total,
            page=page.page,
            page_size=buyer_list.PAGE_SIZE,
            sort=asked.sort,
            descending=asked.descending,
            live=is_live,
        )

    async def changed(self) -> None:
        """An order came, or a buyer verified."""
        await self.refresh(is_live=True)

    async def _set(self, buyer_filter: BuyerFilter) -> None:
        self.filter = buyer_filter
        query = urlencode(buyer_filter.query())
        ui.navigate.history.replace(f"/desk/buyers?{query}" if query else "/desk/buyers")
        await self.refresh()

    async def _page_asked(self, asked: PageRequest) -> None:
        sort = asked.sort or buyer_list.LATEST_FIRST
        await self._set(replace(self.filter, page=asked.page, sort=sort, descending=asked.descending))

    async def _filter_changed(self, values: dict[str, str]) -> None:
        await self._set(replace(self.filter, search=values["search"], verified=values["verified"], page=1))


def _columns() -> list[Column]:
    return [
        Column("buyer", _("Buyer"), sortable=True, phone="title", width="30ch"),
        Column("email", _("E-mail"), sortable=True, phone="subtitle", width="32ch"),
        Column("phone", _("Phone")),
        Column("orders", _("Orders"), sortable=True, align="right"),
        Column("last_order", _("Last order"), sortable=True, align="right", phone="right_sub"),
        Column("value", _("Value"), sortable=True, align="right", phone="right"),
    ]


def _row(buyer: BuyerRow, shop: Shop) -> Row:
    value = show.plain_amount(buyer.orders_value, shop.currency, spoken()) if buyer.orders_value else show.NOTHING
    return {
        "id": buyer.id,
        "href": f"/desk/buyers/{buyer.id}",
        "buyer": {
            "tick": "yes" if buyer.verified_at else "no",
            "text": buyer.company or buyer.name or buyer.email,
            "sub": buyer.name if buyer.company else "",
        },
        "email": show.NOTHING if buyer.erased_at else buyer.email,
        "phone": buyer.phone,
        "orders": show.number(buyer.orders_count, shop),
        "last_order": show.short_time(buyer.last_order_at, shop) if buyer.last_order_at else show.NOTHING,
        "value": {"text": value, "strong": True},
    }


def _filters() -> list[Filter]:
    return [
        Filter("search", _("Search"), "search", placeholder=_("Name, company, e-mail, phone")),
        Filter("verified", _("Verified"), "chips", (("yes", _("Yes")), ("no", _("No")))),
    ]


def _empty(buyer_filter: BuyerFilter) -> tuple[str, str]:
    if buyer_filter.search or buyer_filter.verified:
        return _("No buyer matches"), _("Take a filter away, or reset them all.")
    return _("No buyers yet"), _("Whoever sends a request is listed here, with all they have asked for.")
