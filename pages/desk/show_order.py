"""One order in words: its lines, its sum, its buyer, its history and its deliveries."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from models import (
    EventKind,
    MessageStatus,
    Order,
    OrderCharge,
    OrderEvent,
    OrderLine,
    Shop,
    Verification,
    postal,
    vat,
)
from models.money import below_each_other, show_unit_price
from models.text import _, ngettext, spoken
from pages.desk import show
from services.deliveries import DeliveryRow
from services.order_details import OrderDetails

Shown = dict[str, Any]
BY_THE_BUYER, BY_THE_PROGRAM = "buyer", "system"


def lines(details: OrderDetails, shop: Shop) -> list[Shown]:
    """The lines as rows: the product, how many, at what price."""
    prices = [_unit_price(sent, details.order) for sent in details.lines]
    aligned = below_each_other(prices, spoken())
    return [_line(sent, price, details.order, shop) for sent, price in zip(details.lines, aligned, strict=True)]


def _unit_price(sent: OrderLine, order: Order) -> str:
    if sent.unit_price is None or order.prices_hidden:
        return show.NOTHING
    return show_unit_price(Decimal(sent.unit_price), order.currency, spoken())


def _line(sent: OrderLine, price: str, order: Order, shop: Shop) -> Shown:
    is_priced = sent.unit_price is not None and not order.prices_hidden
    total = show.full_amount(sent.line_total, order.currency, shop) if is_priced else show.NOTHING
    quantity = " ".join(filter(None, [show.number(sent.quantity, shop), sent.unit]))
    product = {"text": sent.name, "sub": sent.sku, "sub_mono": True}
    return {"id": sent.line_no, "cells": [product, quantity, price, {"text": total, "strong": True}]}


def sum_rows(details: OrderDetails, shop: Shop) -> list[Shown]:
    """The rows of the sum, none where no prices were told."""
    order = details.order
    if order.prices_hidden:
        return []
    rows = [{"label": _("Products"), "reason": "", "amount": show.full_amount(order.lines_total, order.currency, shop)}]
    return rows + [_charge(charge, order, shop) for charge in details.charges]


def _charge(charge: OrderCharge, order: Order, shop: Shop) -> Shown:
    label = " ".join(filter(None, [charge.title, f"({charge.code})" if charge.code else ""]))
    return {"label": label, "reason": charge.reason, "amount": show.full_amount(charge.amount, order.currency, shop)}


def total(order: Order, shop: Shop) -> str:
    """The total, or nothing where no prices were told."""
    return "" if order.prices_hidden else show.full_amount(order.total, order.currency, shop)


def buyer(order: Order, shop: Shop) -> list[Mapping[str, str]]:
    """Who sent it, and what they wrote beside the products."""
    company_or_name = {"text": order.company or order.name, "tick": show.TICKS[order.verification]}
    if order.buyer_id:
        company_or_name["href"] = f"/desk/buyers/{order.buyer_id}"
    return [
        {"label": _("Buyer"), "sub": _verified(order, shop), **company_or_name},
        {"label": _("Contact"), "text": order.name if order.company else ""},
        {"label": _("E-mail"), "text": order.email, "href": f"mailto:{quote(order.email, safe='@')}"},
        {"label": _("Phone"), "text": order.phone, "href": f"tel:{show.dialled(order.phone)}"},
        {"label": _("Reference"), "text": order.buyer_reference},
        {"label": _("VAT number"), "text": order.vat_number, "sub": _vat_doubt(order)},
        {"label": _("Delivery address"), "text": postal.address(order, postal.DELIVERY, spoken())},
        {"label": _("Invoice address"), "text": postal.address(order, postal.INVOICE, spoken())},
        {"label": _("Zone"), "text": order.zone},
        {"label": _("Requested for"), "text": show.day(order.requested_date, shop) if order.requested_date else ""},
        {"label": _("Sent"), "text": show.full_time(order.created_at, shop)},
        {"label": _("Received"), "text": show.full_time(order.received_at, shop) if order.received_at else ""},
        {"label": _("Privacy"), "text": _privacy(order, shop)},
        _priced_by(order),
    ]


def _priced_by(order: Order) -> Mapping[str, str]:
    version = order.terms_version_id
    words = {"label": _("Priced by"), "text": show.rules(version) if version else ""}
    return words | ({"href": f"/desk/rules/{version}"} if version else {})


def _vat_doubt(order: Order) -> str:
    country = order.invoice_country or order.delivery_country
    return _("not of the form of a VAT number") if vat.doubt(order.vat_number, country) else ""


def _verified(order: Order, shop: Shop) -> str:
    if order.verification is Verification.UNVERIFIED:
        days = shop.unverified_days
        words = ngettext("not verified – kept for {n} day", "not verified – kept for {n} days", days)
        return words.format(n=days)
    return _(order.verification.label).lower()


def _privacy(order: Order, shop: Shop) -> str:
    if not order.privacy_accepted_at:
        return "" if order.erased_at else _("not asked: the order was made at the desk")
    return _("accepted {time}").format(time=show.full_time(order.privacy_accepted_at, shop))


def tags(order: Order, shop: Shop) -> list[tuple[str, str]]:
    """Where the order stands, as (words, colour) of its tags."""
    shown = [(_(order.status.label), order.status.tone)]
    if not order.verification.is_received:
        shown.append((_("Not verified"), "quiet"))
    if order.is_locked:
        shown.append((_("Erased"), "quiet") if order.erased_at else (_("Locked"), "look"))
    if order.confirmed_at:
        words = _("Confirmed {time} by {who}")
        time = show.full_time(order.confirmed_at, shop)
        shown.append((words.format(time=time, who=order.confirmed_by), "quiet"))
    return shown


def history(details: OrderDetails, shop: Shop) -> list[Shown]:
    """What happened, without the notes."""
    events = [event for event in details.events if event.kind is not EventKind.NOTE]
    return [_entry(event, _happened(event), _told(event), details.order, shop) for event in events]


def _told(event: OrderEvent) -> str:
    """What a change was, line by line."""
    return event.text if event.kind is EventKind.EDITED else ""


def messages(details: OrderDetails, shop: Shop) -> list[Shown]:
    """What was written to the buyer."""
    events = [event for event in details.events if event.kind is EventKind.MESSAGE]
    return [_entry(event, "", event.text, details.order, shop) for event in events]


def notes(details: OrderDetails, shop: Shop) -> list[Shown]:
    """The internal notes."""
    events = [event for event in details.events if event.kind is EventKind.NOTE]
    return [_entry(event, "", event.text, details.order, shop) for event in events]


def _entry(event: OrderEvent, text: str, quoted: str, order: Order, shop: Shop) -> Shown:
    who = {BY_THE_BUYER: order.name, BY_THE_PROGRAM: shop.name}.get(event.actor, event.actor)
    at = show.full_time(event.created_at, shop)
    return {"id": event.id, "text": text, "quote": quoted, "by": who, "at": at}


def _happened(event: OrderEvent) -> str:
    words = {
        EventKind.PLACED: _placed(event),
        EventKind.ADDRESS: _("Address corrected"),
        EventKind.VERIFIED: _("Address verified"),
        EventKind.OVERRIDDEN: _("Accepted without verification"),
        EventKind.CONFIRMED: _("Order processing confirmed"),
        EventKind.EDITED: _("Edited"),
        EventKind.STATUS: _("Status: {text}"),
        EventKind.EXPORTED: _("Downloaded: {text}"),
        EventKind.UNEXPORTED: _("Download taken back: {text}"),
        EventKind.SENT: _("Sent by hand: {text}"),
        EventKind.MESSAGE: _("Message to the buyer"),
        EventKind.LOCKED: _("Buyer erased: locked"),
        EventKind.ERASED: _("Buyer erased"),
    }
    return words.get(event.kind, "{text}").format(text=event.text)


def _placed(event: OrderEvent) -> str:
    if event.actor == BY_THE_BUYER:
        return _("Request sent")
    return _("Made for the buyer, as a copy of {text}") if event.text else _("Made for the buyer")


def delivery(row: DeliveryRow, shop: Shop) -> Shown:
    """A delivery as a row, with the way to try it again."""
    what = {"text": _(row.purpose.label), "sub": row.recipient, "href": f"/desk/deliveries/{row.id}"}
    trouble = row.reason if row.status in {MessageStatus.FAILED, MessageStatus.PENDING} else ""
    at = show.short_time(row.finished_at or row.created_at, shop)
    status = {**show.delivery_tag(row), "sub": trouble, "sub_bad": row.status is MessageStatus.FAILED}
    act = _("Try again") if row.can_be_tried and trouble else ""
    return {"id": row.id, "cells": [what, status, {"text": at, "quiet": True}], "act": act}
