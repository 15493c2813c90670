"""Postal addresses: where the goods go, and where the invoice goes if that is elsewhere."""

from functools import lru_cache
from typing import Any

from babel import Locale
from babel.core import get_global
from tortoise import fields

from models.text import _, fold

DELIVERY, INVOICE = "delivery", "invoice"
INVOICE_DIFFERS = "invoice_differs"  # the tick that asks for an invoice address
LENGTHS = {"street": 160, "postcode": 16, "city": 80, "country": 2}
ADDRESS_LENGTHS = {f"{kind}_{part}": length for kind in (DELIVERY, INVOICE) for part, length in LENGTHS.items()}
MAX_VAT_LENGTH = 24
BUSINESS_COLUMNS = ("vat_number", *ADDRESS_LENGTHS)
# What an erased order keeps of them: a country tells nobody who it was.
PERSONAL_COLUMNS = tuple(name for name in BUSINESS_COLUMNS if not name.endswith("_country"))
NOT_NAMED = {"fr": {"CQ": "Sercq"}}  # in Babel's data, which has a few names in English alone
NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


class Business:
    """The columns of a buyer, and of an order, that say where to deliver and whom to invoice.

    An invoice address without a street is the delivery address. Countries are two letters ("ES").
    """

    vat_number = fields.CharField(max_length=MAX_VAT_LENGTH, default="", db_default="")
    delivery_street = fields.CharField(max_length=LENGTHS["street"], default="", db_default="")
    delivery_postcode = fields.CharField(max_length=LENGTHS["postcode"], default="", db_default="")
    delivery_city = fields.CharField(max_length=LENGTHS["city"], default="", db_default="")
    delivery_country = fields.CharField(max_length=LENGTHS["country"], default="", db_default="")
    invoice_street = fields.CharField(max_length=LENGTHS["street"], default="", db_default="")
    invoice_postcode = fields.CharField(max_length=LENGTHS["postcode"], default="", db_default="")
    invoice_city = fields.CharField(max_length=LENGTHS["city"], default="", db_default="")
    invoice_country = fields.CharField(max_length=LENGTHS["country"], default="", db_default="")


def address(holder: Any, kind: str, language: str) -> str:
    """An address as it stands on a letter, several lines; "" if none was given."""
    street, postcode, city, country = (getattr(holder, f"{kind}_{part}") for part in LENGTHS)
    if not street:
        return ""
    lines = (street, " ".join(filter(None, [postcode, city])), country_names(language).get(country, country))
    return "\n".join(filter(None, lines))


def settle(texts: dict[str, str], *, invoice_differs: bool, usual_country: str | None = None) -> dict[str, str]:
    """Empty the addresses nobody gave, and return a sentence for each field that one still lacks.

    `usual_country` is the one a form is filled in with: whoever chose another one has begun a delivery address. Where
    it is not told, a country alone begins none.
    """
    begun = [texts[f"{DELIVERY}_{part}"] for part in LENGTHS if part != "country"]
    if usual_country is not None and texts[f"{DELIVERY}_country"] != usual_country:
        begun.append(texts[f"{DELIVERY}_country"])
    has_delivery = any(begun)
    return _settle(texts, DELIVERY, is_given=has_delivery) | _settle(texts, INVOICE, is_given=invoice_differs)


def _settle(texts: dict[str, str], kind: str, *, is_given: bool) -> dict[str, str]:
    """Not every country has postcodes."""
    if not is_given:
        texts.update({f"{kind}_{part}": "" for part in LENGTHS})
        return {}
    needed = {
        f"{kind}_street": _("Please tell us the street and number."),
        f"{kind}_city": _("Please tell us the city."),
        f"{kind}_country": _("Please choose the country."),
    }
    return {name: sentence for name, sentence in needed.items() if not _is_told(name, texts[name])}


def _is_told(name: str, text: str) -> bool:
    return text in country_names("en") if name.endswith("_country") else bool(text)


@lru_cache(maxsize=32)
def country_names(language: str) -> dict[str, str]:
    """The countries by their two letters, sorted by their names in a language: the same in each language."""
    names = {**Locale.parse("en").territories, **NOT_NAMED.get(language, {}), **Locale.parse(language).territories}
    countries = [(code, name) for code, name in names.items() if code.isalpha() and code not in NO_COUNTRIES]
    return dict(sorted(countries, key=lambda country: fold(country[1])))


def country_of(time_zone: str) -> str:
    """The country a time zone lies in, as two letters; "" for one of the whole world."""
    country = str(get_global("zone_territories").get(time_zone, ""))
    return country if country.isalpha() and country not in NO_COUNTRIES else ""
