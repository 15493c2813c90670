"""An order in the words of a mail: who asked, what for, and what it costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from models import Order, OrderCharge, OrderLine, Shop, Verification
from models.days import date_locale
from models.money import from_minor, show_amount, show_unit_price
from models.postal import DELIVERY, INVOICE, address
from models.text import _, spoken

NO_AMOUNT = "–"


@dataclass(frozen=True)
class Row:
    """One row of a summary: words at the left with a quiet note, an amount at the right ("" if there is none)."""

    title: str
    note: str = ""
    amount: str = ""


@dataclass(frozen=True)
class OrderSummary:
    """What the templates show of an order. Everything is text and not escaped yet."""

    title: str
    facts: tuple[tuple[str, str], ...]  # (what, the words)
    lines: tuple[Row, ...]
    sums: tuple[Row, ...]  # subtotal and charges; empty if the total says it all
    total: Row | None  # None where prices are hidden
    comments: str = ""


def summarise(
    shop: Shop,
    order: Order,
    lines: Sequence[OrderLine],
    charges: Sequence[OrderCharge],
    *,
    with_buyer: bool = False,
    for_management: bool = False,
) -> OrderSummary:
    """Put an order into words: the buyer's own words only `with_buyer`, how they are known only `for_management`."""
    language = spoken()
    sent = (_("Sent"), local_time(order.created_at, shop, language))
    buyer = _buyer_facts(order, language, for_management=for_management) if with_buyer else []
    return OrderSummary(
        title=_("Order {number}").format(number=order.number),
        facts=tuple((what, words) for what, words in (sent, *buyer) if words),
        lines=tuple(_line(line, order, language) for line in lines),
        sums=() if order.prices_hidden or not charges else tuple(_sums(order, charges, language)),
        total=_total(order, language),
        comments=order.comments if with_buyer else "",
    )


def shown_total(order: Order, language: str) -> str:
    """The order's total as people write it, or "" where prices are hidden."""
    return "" if order.prices_hidden else _amount(order.total, order, language)


def local_time(moment: datetime, shop: Shop, language: str) -> str:
    """A moment on the shop's clock, in words."""
    local = moment.astimezone(ZoneInfo(shop.time_zone))
    locale = date_locale(language)
    return f"{format_date(local, 'long', locale)}, {format_time(local, 'short', locale=locale)}"


def _buyer_facts(order: Order, language: str, *, for_management: bool) -> Iterable[tuple[str, str]]:
    yield _("Name"), order.name
    yield _("Company"), order.company
    yield _("E-mail"), _email(order) if for_management else order.email
    yield _("Phone"), order.phone
    yield _("Own reference") if not for_management else _("Buyer's reference"), order.buyer_reference
    yield _("VAT number"), order.vat_number
    yield _("Delivery address"), _in_one_line(order, DELIVERY, language)
    yield _("Invoice address"), _in_one_line(order, INVOICE, language)
    yield _("Zone"), order.zone
    yield _("Requested for"), _date(order.requested_date, language) if order.requested_date else ""


def _in_one_line(order: Order, kind: str, language: str) -> str:
    return address(order, kind, language).replace("\n", ", ")


def _date(day: date, language: str) -> str:
    return format_date(day, "long", date_locale(language))


def _email(order: Order) -> str:
    mark = "✓ " if order.verification is Verification.VERIFIED else ""
    return f"{order.email}  {mark}({_(order.verification.label)})"


def _line(line: OrderLine, order: Order, language: str) -> Row:
    quantity = " ".join(filter(None, (format_decimal(line.quantity, locale=language), line.unit)))
    if order.prices_hidden:
        return Row(line.name, line.sku, quantity)
    if line.unit_price is None:
        return Row(line.name, f"{line.sku} · {quantity}", NO_AMOUNT)
    price = show_unit_price(line.unit_price, order.currency, language)
    return Row(line.name, f"{line.sku} · {quantity} × {price}", _amount(line.line_total, order, language))


def _sums(order: Order, charges: Sequence[OrderCharge], language: str) -> Iterable[Row]:
    yield Row(_("Subtotal"), "", _amount(order.lines_total, order, language))
    for charge in charges:
        yield Row(charge.title, charge.reason, _amount(charge.amount, order, language))


def _total(order: Order, language: str) -> Row | None:
    total = shown_total(order, language)
    return Row(_("Total"), order.price_note, total) if total else None


def _amount(minor: int, order: Order, language: str) -> str:
    return show_amount(from_minor(minor, order.currency), order.currency, language)
