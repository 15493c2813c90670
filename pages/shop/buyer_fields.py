"""The questions about a buyer: the same in the order form and in their account."""

from collections.abc import Mapping
from dataclasses import replace

from models import Shop, postal, vat
from models.postal import DELIVERY, INVOICE, INVOICE_DIFFERS
from models.text import _, spoken
from pages.components.form import Field

AUTOCOMPLETE = {"street": "address-line1", "postcode": "postal-code", "city": "address-level2", "country": "country"}
PURPOSES = {DELIVERY: "shipping", INVOICE: "billing"}  # as browsers call them

Answers = Mapping[str, str | bool]


def contact(answers: Answers, *, with_email: bool = True) -> list[Field]:
    """Who it is; in the account the address stays, for it is what a buyer is known by."""
    fields = [
        Field("name", _("Name"), value=_text(answers, "name"), required=True, autocomplete="name", width="half"),
        Field("company", _("Company"), value=_text(answers, "company"), autocomplete="organization", width="half"),
        Field(
            "email",
            _("E-mail"),
            "email",
            _text(answers, "email"),
            required=True,
            autocomplete="email",
            width="half",
        ),
        Field("phone", _("Phone"), "tel", _text(answers, "phone"), autocomplete="tel", width="half"),
        Field(
            "vat_number",
            _("VAT number"),
            value=_text(answers, "vat_number"),
            autocomplete="off",
            width="half",
            doubt=vat_doubt(answers),
        ),
    ]
    return [field for field in fields if with_email or field.name != "email"]


def delivery(answers: Answers, shop: Shop) -> list[Field]:
    """Where to."""
    return _address(DELIVERY, answers, shop)


def usual_country(answers: Answers, shop: Shop) -> str:
    """The delivery country a form is filled in with: the one told before, else the shop's."""
    return _country(DELIVERY, answers, shop)


def invoice(answers: Answers, shop: Shop) -> list[Field]:
    """Whom to invoice, if that is elsewhere."""
    differs = answers.get(INVOICE_DIFFERS) is True
    tick = Field(INVOICE_DIFFERS, _("The invoice goes to another address"), "checkbox", differs)
    return [tick, *_address(INVOICE, answers, shop, shown_with=INVOICE_DIFFERS)]


def vat_doubt(answers: Answers) -> str:
    """What is to be said about the form of the VAT number, "" if nothing is."""
    countries = (_text(answers, f"{kind}_country") for kind in (INVOICE, DELIVERY))
    return vat.doubt(_text(answers, "vat_number"), next(filter(None, countries), ""))


def _address(kind: str, answers: Answers, shop: Shop, *, shown_with: str = "") -> list[Field]:
    countries = tuple(postal.country_names(spoken()).items())
    country = _country(kind, answers, shop)
    is_needed = bool(shown_with)  # an address that somebody says is another one
    asked = {
        "street": Field("", _("Street and number"), required=is_needed),
        "postcode": Field("", _("Postcode"), width="third"),
        "city": Field("", _("City"), width="two-thirds", required=is_needed),
        "country": Field("", _("Country"), "select", country, options=countries, shared_as="countries"),
    }
    return [
        replace(
            field,
            name=f"{kind}_{part}",
            value=field.value or _text(answers, f"{kind}_{part}"),
            autocomplete=f"{PURPOSES[kind]} {AUTOCOMPLETE[part]}",
            shown_with=shown_with,
        )
        for part, field in asked.items()
    ]


def _country(kind: str, answers: Answers, shop: Shop) -> str:
    return _text(answers, f"{kind}_country") or postal.country_of(shop.time_zone)


def _text(answers: Answers, name: str) -> str:
    return str(answers.get(name, ""))
