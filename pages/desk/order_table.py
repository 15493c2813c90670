"""The table of orders: its columns, its rows in words, and the filters beside it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache

from models import Shop, Status
from models.order import VERIFIED_WORDS
from models.order_filter import NEWEST_FIRST, Flag, OrderFilter
from models.text import _
from pages.components.filters import Filter
from pages.components.table import Column, PageRequest, Row, Table
from pages.components.written_rows import WrittenRows, write
from pages.desk import show, trail
from services import order_list, shared_reads
from services.order_list import PAGE_SIZE, OrderPage, OrderRow

ALWAYS_SHOWN = "number"
NOT_USUAL = ("phone", "reference", "zone", "requested", "received", "confirmed")  # columns to be chosen
DATES = {"date_from": "from", "date_to": "to"}  # the panel's names and the address's


def columns() -> list[Column]:
    """All columns that can be shown, newest first when nothing else is asked for."""
    return [
        Column("number", _("Order"), sortable="down", phone="subtitle"),
        Column("buyer", _("Buyer"), sortable="up", phone="title", width="20ch"),
        Column("status", _("Status"), sortable="up", phone="right_sub"),
        Column("references", _("References"), width="11ch"),
        Column("price", _("Price"), sortable="down", align="right"),
        Column("discounts", _("Discounts"), sortable="down", align="right"),
        Column("surcharges", _("Surcharges"), sortable="down", align="right"),
        Column("total", _("Total"), sortable="down", align="right", phone="right"),
        Column("phone", _("Phone")),
        Column("reference", _("Reference"), width="16ch"),
        Column("zone", _("Zone"), width="16ch"),
        Column("requested", _("Requested for")),
        Column("received", _("Received")),
        Column("confirmed", _("Confirmed")),
        Column("comments", _("Comments"), unseen=True),
        Column("marks", _("Sent")),
    ]


def columns_from(wanted: Collection[str]) -> tuple[str, ...]:
    """The names of the columns to show, in their order: those that are wanted, or the usual ones if none is known."""
    names = _names()
    chosen = [name for name in names if name in wanted or (name == ALWAYS_SHOWN and wanted)]
    return tuple(chosen if set(wanted) & set(names) else [name for name in names if name not in NOT_USUAL])


@cache  # an open desk asks with each change
def _names() -> tuple[str, ...]:
    return tuple(column.name for column in columns())


def usual_columns() -> list[Column]:
    """The columns where nobody chooses any."""
    return [column for column in columns() if column.name not in NOT_USUAL]


async def find(order_filter: OrderFilter, shop: Shop, came_from: str) -> tuple[OrderPage, WrittenRows]:
    """The page of the orders a filter finds, with its rows; desks that show the same share both.

    `came_from` is what an order is told of this list.
    """

    async def found() -> tuple[OrderPage, WrittenRows]:
        page = await order_list.page(order_filter)
        return page, write(row(order, shop, came_from) for order in page.rows)

    return await shared_reads.once(("order rows", order_filter, shop.time_zone, shop.currency, came_from), found)


def show_page(
    table: Table,
    page: OrderPage,
    rows: WrittenRows,
    order_filter: OrderFilter,
    *,
    total: int | None,
    is_live: bool,
) -> None:
    """Show a page of the orders a filter finds; with `is_live`, those not seen before slide in.

    `total` is how many match, where it is known already.
    """
    table.show(
        rows,
        total=total,
        page=page.page,
        page_size=PAGE_SIZE,
        sort=shown_sort(order_filter),
        descending=order_filter.descending,
        live=is_live,
        ends=page.ends,
    )


def row(order: OrderRow, shop: Shop, came_from: str = "") -> Row:
    """An order as a row; it is bold until a seller has looked at it."""
    return {
        "id": order.id,
        "href": trail.address(order.number, came_from),
        "new": order.verification.is_received and order.opened_at is None,
        "number": _number(order, shop),
        "buyer": _buyer(order),
        "status": {"text": _(order.status.label), "tag": order.status.tone, "title": _confirmed(order, shop)},
        "references": {"text": order.references, "title": order.references, "quiet": True},
        "price": _amount(order, order.lines_total, shop),
        "discounts": _amount(order, order.discounts, shop, may_miss=True),
        "surcharges": _amount(order, order.surcharges, shop, may_miss=True),
        "total": {"text": _amount(order, order.total, shop), "strong": True},
        "phone": order.phone,
        "reference": {"text": order.buyer_reference, "title": order.buyer_reference},
        "zone": {"text": order.zone, "title": order.zone},
        "requested": show.day(order.requested_date, shop) if order.requested_date else "",
        "received": _time(order.received_at, shop),
        "confirmed": _time(order.confirmed_at, shop),
        "comments": {"icon": "comment", "title": order.comments} if order.comments else "",
        "marks": {"marks": show.marks(order, shop)},
    }


def _number(order: OrderRow, shop: Shop) -> show.Cell:
    sent = show.full_time(order.created_at, shop)
    cell = {"text": order.number, "mono": True, "sub": show.short_time(order.created_at, shop), "title": sent}
    if order.duplicate_of_id:
        cell |= {"icon": "warning", "title": _("{time} – possible duplicate").format(time=sent)}
    return cell


def _buyer(order: OrderRow) -> show.Cell:
    contact = [order.name] if order.company else []
    return {
        "tick": show.TICKS[order.verification],
        "text": order.company or order.name,
        "sub": " · ".join(filter(None, [*contact, order.phone])),
        "title": " · ".join(filter(None, [order.company, order.name, order.phone])),
    }


def _confirmed(order: OrderRow, shop: Shop) -> str:
    return _("confirmed {time}").format(time=show.full_time(order.confirmed_at, shop)) if order.confirmed_at else ""


def _time(moment: datetime | None, shop: Shop) -> show.Cell:
    return {"text": show.short_time(moment, shop), "title": show.full_time(moment, shop)} if moment else {"text": ""}


def _amount(order: OrderRow, minor: int, shop: Shop, *, may_miss: bool = False) -> str:
    if order.prices_hidden or (may_miss and not minor):
        return show.NOTHING
    return show.amount(minor, order.currency, shop)


def filters() -> list[Filter]:
    """What the panel asks; the figures above the table are filters too."""
    verified = {"yes": _("Yes"), "no": _("No"), "override": _("By hand")}
    return [
        Filter("search", _("Search"), "search", placeholder=_("Number, company, SKU, phone")),
        Filter("date", _("Date"), "dates"),
        Filter("status", _("Status"), "chips", tuple((s.value, _(s.label)) for s in Status), several=True),
        Filter("buyer", _("Buyer"), "pick", placeholder=_("Anyone")),
        Filter("verified", _("Verified"), "chips", tuple((word, verified[word]) for word in VERIFIED_WORDS)),
        Filter("exported", _("Exported"), "chips", (("yes", _("Yes")), ("no", _("Received, not yet")))),
        Filter("flag", "", "chips", tuple((flag.value, _(flag.label)) for flag in Flag), set_elsewhere=True),
        Filter("sku", _("Product"), "search", set_elsewhere=True),
    ]


def shown_sort(order_filter: OrderFilter) -> str:
    """The column that is marked as sorted: newest first goes by the number."""
    return "number" if order_filter.sort == NEWEST_FIRST else order_filter.sort


def turned(order_filter: OrderFilter, asked: PageRequest, shown: OrderPage | None = None) -> OrderFilter:
    """The filter with the page and sorting that were asked for; a page beside the `shown` one begins or ends there."""
    is_newest = asked.sort in {"", "number"} and asked.descending
    sort = NEWEST_FIRST if is_newest else asked.sort or order_filter.sort
    turned = replace(order_filter, page=asked.page, at="", sort=sort, descending=asked.descending)
    is_sorted_so = (sort, asked.descending) == (order_filter.sort, order_filter.descending)
    return replace(turned, at=shown.place_of(asked.page)) if shown and is_sorted_so else turned


def panel_values(order_filter: OrderFilter) -> dict[str, str]:
    """The filter as the panel's values."""
    names = {name: key for key, name in DATES.items()}
    return {names.get(name, name): value for name, value in order_filter.criteria().items()}


def from_panel(values: Mapping[str, str], before: OrderFilter) -> OrderFilter:
    """The filter the panel's values ask for: its first page, sorted as before."""
    sorting = {name: value for name, value in before.query().items() if name in {"sort", "order"}}
    return OrderFilter.parse({DATES.get(key, key): value for key, value in values.items()} | sorting, before.time_zone)
