"""A sent request in words: its lines, its sum, and how far it has come."""

from decimal import Decimal
from typing import Any

from models import Order, OrderCharge, OrderLine, Shop, Verification, postal
from models.money import from_minor, show_amount, show_unit_price
from models.text import _, spoken
from pages.shop import show
from services.sent_requests import SentRequest

Shown = dict[str, Any]


def line(sent: OrderLine, order: Order, shop: Shop) -> Shown:
    """A line as it was sent."""
    has_price = sent.unit_price is not None and not order.prices_hidden
    price = show_unit_price(sent.unit_price or Decimal(0), order.currency, spoken()) if has_price else ""
    return {
        "key": sent.line_no,
        "sku": sent.sku,
        "name": sent.name,
        "quantity": " ".join(filter(None, [show.number(sent.quantity, spoken()), sent.unit])),
        "price": price,
        "total": _line_total(sent, order, shop),
    }


def _line_total(sent: OrderLine, order: Order, shop: Shop) -> str:
    if order.prices_hidden:
        return ""
    return _("Price on request") if sent.unit_price is None else _amount(sent.line_total, order, shop)


def sum_rows(request: SentRequest, shop: Shop) -> list[Shown]:
    """The rows of the sum as it was sent, none where no prices were told."""
    order = request.order
    if order.prices_hidden:
        return []
    rows = [{"label": _("Products"), "reason": "", "amount": _amount(order.lines_total, order, shop)}]
    return rows + [_charge(charge, order, shop) for charge in request.charges]


def total(order: Order, shop: Shop) -> str:
    """The total that was sent, or nothing where no prices were told."""
    return "" if order.prices_hidden else _amount(order.total, order, shop)


def note(order: Order) -> str:
    """What stands under the sum."""
    return _("Prices on request: the shop answers with an offer.") if order.prices_hidden else order.price_note


def changed(request: SentRequest, shop: Shop) -> str:
    """That it is not as it was sent, and since when."""
    if request.changed_at is None:
        return ""
    return _("Changed by {shop}: {moment}").format(shop=shop.name, moment=show.moment(request.changed_at, shop))


def facts(order: Order, shop: Shop) -> list[dict[str, str]]:
    """What the buyer wrote; what was left empty is not shown."""
    answers = [
        (_("Name"), order.name),
        (_("Company"), order.company),
        (_("E-mail"), order.email),
        (_("Phone"), order.phone),
        (_("Your reference"), order.buyer_reference),
        (_("VAT number"), order.vat_number),
        (_("Delivery address"), postal.address(order, postal.DELIVERY, spoken())),
        (_("Invoice address"), postal.address(order, postal.INVOICE, spoken())),
        (_("Zone"), order.zone),
        (_("Requested for"), show.day(order.requested_date, shop) if order.requested_date else ""),
        (_("Comments"), order.comments),
    ]
    return [{"label": label, "text": text} for label, text in answers]


def messages(request: SentRequest, shop: Shop) -> list[Shown]:
    """What the seller has written; who of them it was is nobody's business."""
    return [
        {"id": one.id, "text": "", "quote": one.text, "by": shop.name, "at": show.moment(one.created_at, shop)}
        for one in request.messages
    ]


def on_its_way() -> str:
    """What is said when another verification mail was asked for; the same for every address."""
    return _(
        "The mail is on its way. If several went to this address within the hour, it waits a while. Only the link in "
        "the newest mail works."
    )


def stage(order: Order) -> tuple[str, str]:
    """How far a request has come in one word, and the colour of its tag."""
    if order.confirmed_at:
        return _("Confirmed"), "ok"
    return (_("Received"), "look") if order.verification.is_received else (_("Not verified"), "wait")


def steps(order: Order, shop: Shop) -> list[Shown]:
    """Sent, verified, received, confirmed: what is done and what is next."""
    is_received = order.verification.is_received
    known = order.received_at == order.created_at
    by_hand = order.verification is Verification.OVERRIDDEN
    verified = _("Accepted by the shop") if by_hand else _("E-mail address verified")
    verified_note = _("You were signed in") if known and not by_hand else order.email
    received = show.moment(order.received_at, shop) if order.received_at else _("Follows as soon as you are verified")
    confirmed = show.moment(order.confirmed_at, shop) if order.confirmed_at else _("You get a mail when it is")
    told = [
        (
            True,
            _("Made for you by {shop}").format(shop=shop.name) if by_hand and known else _("Request sent"),
            show.moment(order.created_at, shop),
        ),
        (is_received, verified if is_received else _("Verify your e-mail address"), verified_note),
        (is_received, _("Received by {shop}").format(shop=shop.name), received),
        (order.confirmed_at is not None, _("Confirmed"), confirmed),
    ]
    first_open = next((at for at, (is_done, _label, _note) in enumerate(told) if not is_done), len(told))
    return [
        {"label": label, "note": note, **_progress(is_done=is_done, is_next=at == first_open)}
        for at, (is_done, label, note) in enumerate(told)
    ]


def _progress(*, is_done: bool, is_next: bool) -> Shown:
    if is_done:
        return {"state": "done", "spoken": _("done")}
    return {"state": "now", "spoken": _("next")} if is_next else {"state": "later", "spoken": _("later")}


def _charge(charge: OrderCharge, order: Order, shop: Shop) -> Shown:
    return {"label": charge.title, "reason": charge.reason, "amount": _amount(charge.amount, order, shop)}


def _amount(minor: int, order: Order, shop: Shop) -> str:
    return show_amount(from_minor(minor, order.currency), order.currency, spoken())
