"""The buyers: who they are, whether they are verified, and what they have asked for; live."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from models import Shop, Standing
from models.text import _, fold, spoken
from pages.components.elements import box, link_button
from pages.components.filters import Filter, FilterButton, Filters
from pages.components.table import Column, PageRequest, Row, Table
from pages.desk import guard, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.frame import page_head
from services import buyer_groups, buyer_list, live
from services.buyer_list import BuyerFilter, BuyerRow

ASKED = ("search", "verified", "standing", "group")  # the values of the panel


def register() -> None:
    """Declare the page."""
    desk_page("/desk/buyers", buyers)


async def buyers(visit: Visit, request: Request) -> None:
    """Build the list as its address says."""
    listed = BuyerList(visit.shop, BuyerFilter.parse(request.query_params), await buyer_groups.names())
    with frame(visit, _("Buyers"), "/desk/buyers"):
        await listed.build()
    live.orders.subscribe(guard.told(listed.changed))


class BuyerList:
    """An open list: what it filters, and the elements that show it."""

    def __init__(self, shop: Shop, buyer_filter: BuyerFilter, groups: Mapping[int, str]) -> None:
        self.shop, self.filter, self.groups = shop, buyer_filter, groups

    async def build(self) -> None:
        """Make the elements and fill them."""
        with page_head(_("Buyers")):
            link_button(_("Groups and price lists"), "/desk/groups")
            FilterButton()
        with box("cols"):
            self.table = Table(_columns(), label=_("Buyers"), on_page=guard.signed_in(self._page_asked))
            Filters(
                _filters(),
                on_change=guard.signed_in(self._filter_changed),
                values={name: self.filter.query().get(name, "") for name in ASKED},
                pick_labels={"group": self.groups.get(self.filter.group or 0, "")},
                on_suggest=self._suggest,
            )
        await self.refresh()

    async def refresh(self, *, is_live: bool = False) -> None:
        """Show what the filter finds now, unless another filter has been set meanwhile."""
        asked = self.filter
        page, self.groups = await buyer_list.page(asked), await buyer_groups.names()
        if asked != self.filter:
            return
        self.page = page
        self.table.set_empty(*_empty(asked))
        self.table.show(
            [_row(buyer, self.shop, self.groups) for buyer in page.rows],
            total=page.total,
            page=page.page,
            page_size=buyer_list.PAGE_SIZE,
            sort=asked.sort,
            descending=asked.descending,
            live=is_live,
            ends=page.ends,
            is_more=page.is_more,
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
        is_sorted_so = (sort, asked.descending) == (self.filter.sort, self.filter.descending)
        at = self.page.place_of(asked.page) if is_sorted_so else ""
        await self._set(replace(self.filter, page=asked.page, at=at, sort=sort, descending=asked.descending))

    async def _filter_changed(self, values: dict[str, str]) -> None:
        asked = BuyerFilter.parse(values)
        await self._set(replace(asked, sort=self.filter.sort, descending=self.filter.descending))

    async def _suggest(self, _name: str, text: str) -> list[tuple[str, str]]:
        if not await guard.current_session():
            return []
        return [(str(id_), name) for id_, name in self.groups.items() if fold(text) in fold(name)]


def _columns() -> list[Column]:
    return [
        Column("buyer", _("Buyer"), sortable="up", phone="title", width="30ch"),
        Column("email", _("E-mail"), sortable="up", phone="subtitle", width="26ch"),
        Column("group", _("Group"), width="18ch"),
        Column("orders", _("Orders"), sortable="down", align="right"),
        Column("last_order", _("Last order"), sortable="down", align="right", phone="right_sub"),
        Column("value", _("Value"), sortable="down", align="right", phone="right"),
    ]


def _row(buyer: BuyerRow, shop: Shop, groups: Mapping[int, str]) -> Row:
    value = show.plain_amount(buyer.orders_value, shop.currency, spoken()) if buyer.orders_value else show.NOTHING
    return {
        "id": buyer.id,
        "href": f"/desk/buyers/{buyer.id}",
        "buyer": {
            "tick": "yes" if buyer.verified_at else "no",
            "text": buyer.company or buyer.name or buyer.email,
            "sub": buyer.name if buyer.company else "",
        },
        "email": {"text": show.NOTHING if buyer.erased_at else buyer.email, "sub": buyer.phone},
        "new": buyer.standing is Standing.WAITING,
        "group": _group(buyer, groups),
        "orders": show.number(buyer.orders_count, shop),
        "last_order": show.short_time(buyer.last_order_at, shop) if buyer.last_order_at else show.NOTHING,
        "value": {"text": value, "strong": True},
    }


def _group(buyer: BuyerRow, groups: Mapping[int, str]) -> dict[str, str]:
    """The group, and the standing where a seller has to know it."""
    name = groups.get(buyer.group_id or 0, "")
    is_told = buyer.standing in (Standing.WAITING, Standing.REFUSED)
    return {"text": _(buyer.standing.label), "tag": buyer.standing.tone, "sub": name} if is_told else {"text": name}


def _filters() -> list[Filter]:
    return [
        Filter("search", _("Search"), "search", placeholder=_("Name, company, e-mail, phone")),
        Filter("verified", _("Verified"), "chips", (("yes", _("Yes")), ("no", _("No")))),
        Filter("standing", _("Standing"), "chips", tuple((one.value, _(one.label)) for one in Standing)),
        Filter("group", _("Group"), "pick", placeholder=_("Any")),
    ]


def _empty(buyer_filter: BuyerFilter) -> tuple[str, str]:
    if any(name in buyer_filter.query() for name in ASKED):
        return _("No buyer matches"), _("Take a filter away, or reset them all.")
    return _("No buyers yet"), _("Whoever sends a request is listed here, with all they have asked for.")
