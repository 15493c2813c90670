"""What a seller chooses from: currencies, time zones and languages, with names people know."""

import functools
import zoneinfo
from dataclasses import dataclass
from datetime import date

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies

from models.text import LANGUAGES as SPOKEN
from models.text import _, spoken

Choices = tuple[tuple[str, str], ...]

# Files and texts can be in these, pages and mails in the first ones.
LANGUAGES = (*SPOKEN, "it", "pt", "nl", "ca", "cs", "da", "fi", "hu", "pl", "ro", "sv")
COMMON_CURRENCIES = ("EUR", "USD", "GBP", "CHF")
ZONE_AREAS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
# Any past day: currencies that begin to be used later come with a newer babel.
CURRENCIES_OF_DATE = date(2024, 1, 1)


@dataclass(frozen=True)
class Guess:
    """What a seller from a certain place would choose; empty where that is not clear."""

    language: str
    currency: str
    time_zone: str


def currencies() -> Choices:
    """The currencies in use somewhere, the common ones first: `("EUR", "EUR – Euro")`."""
    return _currencies(spoken())


@functools.cache
def _currencies(language: str) -> Choices:
    territories = Locale("en").territories
    used = {
        code
        for territory in map(str, territories)
        for code in get_territory_currencies(territory, CURRENCIES_OF_DATE, CURRENCIES_OF_DATE)
    }
    codes = [*COMMON_CURRENCIES, *sorted(used - set(COMMON_CURRENCIES))]
    return tuple((code, f"{code} – {get_currency_name(code, locale=language)}") for code in codes)


@functools.cache
def zones() -> Choices:
    """The time zones by name: `("Europe/Madrid", "Europe / Madrid")`, and UTC."""
    names = sorted(name for name in zoneinfo.available_timezones() if name.split("/")[0] in ZONE_AREAS)
    return (*((name, name.replace("_", " ").replace("/", " / ")) for name in names), ("UTC", "UTC"))


def languages() -> Choices:
    """The languages in their own words: `("de", "Deutsch")`; those that pages are not in say so."""
    not_spoken = _("{language} (pages and mails in English)")
    return tuple(
        (code, name if code in SPOKEN else not_spoken.format(language=name)) for code, name in _language_names()
    )


@functools.cache
def _language_names() -> Choices:
    return tuple((code, str(Locale(code).get_display_name(code)).capitalize()) for code in LANGUAGES)


def guess(accept_language: str) -> Guess:
    """Guess the choices from what a browser says about its reader ("es-ES,es;q=0.9")."""
    wanted = accept_language.partition(",")[0].partition(";")[0].strip()
    try:
        locale = Locale.parse(wanted, sep="-")
    except (ValueError, UnknownLocaleError):
        return Guess(LANGUAGES[0], "", "")
    territory = locale.territory or ""
    used = get_territory_currencies(territory, CURRENCIES_OF_DATE, CURRENCIES_OF_DATE) if territory else []
    language = locale.language if locale.language in LANGUAGES else LANGUAGES[0]
    return Guess(language, used[0] if used else "", _zone_of(territory))


def _zone_of(territory: str) -> str:
    known = dict(zones())
    found: list[str] = [zone for zone in get_global("territory_zones").get(territory, []) if zone in known]
    european = [zone for zone in found if zone.startswith("Europe/")]
    if european:
        return sorted(european)[0]
    return found[0] if len(found) == 1 else ""
