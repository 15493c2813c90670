"""The order form a buyer fills in, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from models.address import checked_address
from models.errors import FieldErrors
from models.text import _, is_clean

LENGTHS = {
    "name": 120,
    "company": 120,
    "email": 254,
    "phone": 40,
    "buyer_reference": 80,
    "comments": 4000,
    "zone": 80,
}
REQUIRED = ("name", "email")


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

    @classmethod
    def checked(cls, values: Mapping[str, object]) -> Self:
        """Read what was typed. Raises FieldErrors with a sentence for each field that cannot be taken."""
        texts = {name: str(values.get(name) or "").strip() for name in LENGTHS}
        errors = {name: problem for name, text in texts.items() if (problem := _problem(name, text))}
        if "email" not in errors:
            try:
                texts["email"] = buyers_address(texts["email"])
            except ValueError as error:
                errors["email"] = str(error)
        if values.get("privacy_accepted") is not True:
            errors["privacy_accepted"] = _("Please read and accept the privacy policy.")
        if errors:
            raise FieldErrors(errors)
        return cls(**texts, privacy_accepted=True)


def buyers_address(text: str) -> str:
    """A buyer's address as it is stored, in small letters. Raises ValueError with a sentence."""
    return checked_address(text).lower()


def _problem(name: str, text: str) -> str:
    if name in REQUIRED and not text:
        return {"name": _("Please tell us your name."), "email": _("Please tell us your e-mail address.")}[name]
    if len(text) > LENGTHS[name]:
        return _("This is too long: at most {n} characters.").format(n=LENGTHS[name])
    if not is_clean(text):
        return _("This contains characters that cannot be stored.")
    return ""
