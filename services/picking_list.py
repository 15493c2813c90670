"""Picking lists: what somebody fetches, ticks off and signs; without prices, and of several orders in one PDF."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import format_date
from babel.numbers import format_decimal

from models import Order, OrderLine, Shop, postal
from models.days import date_locale
from models.errors import NotFoundError, ShopError
from models.order import MAX_NUMBER_LENGTH
from models.text import _, is_clean, spoken
from services import request_pdf
from services.database import shielded
from services.mails.order_summary import local_time
from services.request_pdf import Head

PAPER = "services.picking_paper"
MOST_AT_ONCE = 100  # orders; each takes a moment to draw


@dataclass(frozen=True)
class PickingSheet(Head):
    """The words of one order's picking list."""

    facts: tuple[tuple[str, str], ...]
    headings: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    comments_label: str
    comments: str
    signed: tuple[str, ...]  # what is written in by hand at the end


async def of_numbers(numbers: Sequence[str], shop: Shop) -> bytes:
    """The picking lists of orders by their numbers as one PDF, in the reader's language. Raises ShopError.

    Orders whose buyer was erased are left out: nothing is delivered for them any more.
    """
    if len(numbers) > MOST_AT_ONCE:
        told = _("Picking lists are made for {n} orders at most. Please choose fewer.")
        raise ShopError(told.format(n=MOST_AT_ONCE))
    can_exist = [number for number in numbers if len(number) <= MAX_NUMBER_LENGTH and is_clean(number)]
    sheets = tuple(_sheet(order, lines, shop) for order, lines in await _read(can_exist))
    if not sheets:
        raise NotFoundError(_("There is no order here that a picking list can be made for."))
    return await request_pdf.drawn(PAPER, sheets)


async def numbers_of(order_ids: Sequence[int]) -> list[str]:
    """The numbers of orders, by which their picking lists are asked for. Raises ShopError for too many."""
    if len(order_ids) > MOST_AT_ONCE:
        told = _("Picking lists are made for {n} orders at most. Please choose fewer.")
        raise ShopError(told.format(n=MOST_AT_ONCE))
    rows = {row["id"]: row["number"] for row in await Order.filter(id__in=list(order_ids)).values("id", "number")}
    return [rows[id_] for id_ in order_ids if id_ in rows]


def file_name(numbers: Sequence[str]) -> str:
    """The name they are saved under."""
    return f"{numbers[0]}-picking-list.pdf" if len(numbers) == 1 else f"picking-lists-{len(numbers)}.pdf"


@shielded
async def _read(numbers: Sequence[str]) -> list[tuple[Order, list[OrderLine]]]:
    """The orders in the order they were asked for, with their lines."""
    found = Order.filter(number__in=list(numbers), locked_at__isnull=True, erased_at__isnull=True)
    orders = {order.number: order for order in await found}
    lines: dict[int, list[OrderLine]] = {order.id: [] for order in orders.values()}
    for line in await OrderLine.filter(order_id__in=list(lines)).order_by("order_id", "line_no"):
        lines[line.order_id].append(line)
    asked = [orders[number] for number in dict.fromkeys(numbers) if number in orders]
    return [(order, lines[order.id]) for order in asked]


def _sheet(order: Order, lines: Sequence[OrderLine], shop: Shop) -> PickingSheet:
    sent = _("Sent: {moment}").format(moment=local_time(order.created_at, shop, spoken()))
    title = _("Picking list {number}").format(number=order.number)
    return PickingSheet(
        **request_pdf.head(shop, language=spoken(), title=title, stages=sent),
        facts=tuple((label, words) for label, words in _facts(order) if words),
        headings=("", _("SKU"), _("Product"), _("Quantity"), _("Unit")),
        lines=tuple(_line(line) for line in lines),
        comments_label=_("Comments"),
        comments=order.comments,
        signed=(_("Picked by"), _("Date")),
    )


def _facts(order: Order) -> list[tuple[str, str]]:
    wanted = order.requested_date
    return [
        (_("Company"), order.company),
        (_("Name"), order.name),
        (_("Phone"), order.phone),
        (_("Reference"), order.buyer_reference),
        (_("Delivery address"), ", ".join(postal.address(order, postal.DELIVERY, spoken()).splitlines())),
        (_("Zone"), order.zone),
        (_("Requested for"), format_date(wanted, "medium", date_locale(spoken())) if wanted else ""),
    ]


def _line(line: OrderLine) -> tuple[str, ...]:
    return "☐", line.sku, line.name, format_decimal(line.quantity, locale=spoken()), line.unit
