"""The order form a buyer fills in, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from models import postal
from models.address import checked_address
from models.errors import FieldErrors
from models.postal import ADDRESS_LENGTHS, INVOICE_DIFFERS, MAX_VAT_LENGTH
from models.text import _, is_clean

LENGTHS = {
    "name": 120,
    "company": 120,
    "email": 254,
    "phone": 40,
    "buyer_reference": 80,
    "comments": 4000,
    "zone": 80,
    "vat_number": MAX_VAT_LENGTH,
    "requested_date": len("2026-11-22"),
    **ADDRESS_LENGTHS,
}
REQUIRED = ("name", "email")
LATEST_DELIVERY = timedelta(days=730)


@dataclass(frozen=True)
class OrderForm:
    """Who asks, and what they want to say with it. `email` is lower-case and of a strict form."""

    name: str
    company: str
    email: str
    phone: str
    buyer_reference: str
    comments: str
    zone: str
    privacy_accepted: bool
    vat_number: str = ""
    requested_date: date | None = None
    delivery_street: str = ""
    delivery_postcode: str = ""
    delivery_city: str = ""
    delivery_country: str = ""
    invoice_street: str = ""
    invoice_postcode: str = ""
    invoice_city: str = ""
    invoice_country: str = ""

    @classmethod
    def checked(
        cls, values: Mapping[str, object], *, today: date | None = None, usual_country: str | None = None
    ) -> Self:
        """Read what a buyer typed. Raises FieldErrors with a sentence for each field that cannot be taken.

        `usual_country` is the delivery country that nobody has chosen, as in `postal.settle`.
        """
        return cls._checked(values, today, usual_country, has_accepted=values.get("privacy_accepted") is True)

    @classmethod
    def by_seller(cls, values: Mapping[str, object], *, today: date | None = None) -> Self:
        """Read what a seller typed for a buyer, who has accepted nothing here. Raises FieldErrors as `checked` does."""
        return cls._checked(values, today, None, has_accepted=None)

    @classmethod
    def _checked(
        cls, values: Mapping[str, object], today: date | None, usual_country: str | None, *, has_accepted: bool | None
    ) -> Self:
        """`has_accepted` is None where nobody is asked to accept anything."""
        texts = {name: str(values.get(name) or "").strip() for name in LENGTHS}
        differs = values.get(INVOICE_DIFFERS) is True
        errors = postal.settle(texts, invoice_differs=differs, usual_country=usual_country)
        wanted, errors["requested_date"] = _requested(texts.pop("requested_date"), today or datetime.now(UTC).date())
        errors |= {name: wrong for name, text in texts.items() if (wrong := problem(name, text))}
        errors = {name: wrong for name, wrong in errors.items() if wrong}
        if "email" not in errors:
            try:
                texts["email"] = buyers_address(texts["email"])
            except ValueError as error:
                errors["email"] = str(error)
        if has_accepted is False:
            errors["privacy_accepted"] = _("Please read and accept the privacy policy.")
        if errors:
            raise FieldErrors(errors)
        return cls(**texts, requested_date=wanted, privacy_accepted=has_accepted is True)


def buyers_address(text: str) -> str:
    """A buyer's address as it is stored, in small letters. Raises ValueError with a sentence."""
    return checked_address(text).lower()


def _requested(text: str, today: date) -> tuple[date | None, str]:
    """The day a delivery is wished for, and what is wrong with it."""
    if not text:
        return None, ""
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        return None, _("Write a date, like 2026-11-22.")
    if wanted < today:
        return None, _("This day is over. Please choose another one.")
    if wanted > today + LATEST_DELIVERY:
        return None, _("This day is too far away. Please choose another one.")
    return wanted, ""


def problem(name: str, text: str) -> str:
    """What is wrong with the text of a field, "" if nothing is."""
    if name in REQUIRED and not text:
        return {"name": _("Please tell us your name."), "email": _("Please tell us your e-mail address.")}[name]
    if len(text) > LENGTHS[name]:
        return _("This is too long: at most {n} characters.").format(n=LENGTHS[name])
    if not is_clean(text):
        return _("This contains characters that cannot be stored.")
    return ""
