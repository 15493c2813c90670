"""The questions about an order that a seller answers for its buyer."""

from dataclasses import replace
from typing import Any

from models import Shop, postal
from models.order_form import LENGTHS, OrderForm
from models.postal import INVOICE, INVOICE_DIFFERS
from models.text import _
from pages.components.form_values import Field
from pages.shop import buyer_fields

Answers = dict[str, str | bool]


def answers(form: OrderForm) -> Answers:
    """A form as answers to the questions."""
    texts: dict[str, Any] = {name: getattr(form, name) for name in LENGTHS}
    wanted = form.requested_date.isoformat() if form.requested_date else ""
    return {**texts, "requested_date": wanted, INVOICE_DIFFERS: bool(postal.address(form, INVOICE, "en"))}


def fields(known: Answers, shop: Shop, zones: tuple[str, ...], *, with_email: bool) -> list[Field]:
    """The questions, with what is known already."""
    who = buyer_fields.contact(known, with_email=with_email)
    who[0] = replace(who[0], heading=_("Buyer"))
    where = buyer_fields.delivery(known, shop)
    where[0] = replace(where[0], heading=_("Delivery"))
    asked = [*who, *where, *_zone(known, zones), _wished_day(known), *buyer_fields.invoice(known, shop), *_words(known)]
    unfilled = (replace(field, autocomplete="off", doubt=None) for field in asked)  # the seller's browser knows others
    return [replace(field, max_length=LENGTHS.get(field.name, field.max_length)) for field in unfilled]


def _zone(known: Answers, zones: tuple[str, ...]) -> list[Field]:
    chosen = str(known.get("zone", ""))
    names = dict.fromkeys([*zones, *filter(None, [chosen])])
    options = (("", _("No zone")), *((name, name) for name in names))
    return [Field("zone", _("Zone"), "select", chosen, options=options)] if names else []


def _wished_day(known: Answers) -> Field:
    wished = str(known.get("requested_date", ""))
    return Field("requested_date", _("Requested delivery date"), "date", wished)


def _words(known: Answers) -> list[Field]:
    reference, comments = str(known.get("buyer_reference", "")), str(known.get("comments", ""))
    return [
        Field("buyer_reference", _("Reference of the buyer"), value=reference),
        Field("comments", _("Comments"), "textarea", comments),
    ]
