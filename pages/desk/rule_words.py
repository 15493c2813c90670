"""Surcharges and discount codes in words, as they are stored and as a version of the rules has them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from models import DiscountKind, SurchargeKind
from models.days import date_locale
from models.money import show_amount
from models.text import _, spoken

Number = Decimal | str


def money(amount: Number, currency: str) -> str:
    """An amount in the language of whoever looks."""
    return show_amount(Decimal(amount), currency, spoken())


def percent(share: Number) -> str:
    """A percentage in the language of whoever looks."""
    return f"{format_decimal(Decimal(share), locale=spoken())} %"


def surcharge(kind: SurchargeKind, amount: Number, tranches: Sequence[Sequence[Number]], currency: str) -> str:
    """What a surcharge comes to; a tranche is where it begins and ends, and its amount."""
    if kind is SurchargeKind.TRANCHES:
        return " · ".join(
            _("{start}–{end}: {amount}").format(start=_short(start), end=_short(end), amount=money(charged, currency))
            for start, end, charged in tranches
        )
    return percent(amount) if kind is SurchargeKind.PERCENT else money(amount, currency)


def discount(kind: DiscountKind, amount: Number, currency: str) -> str:
    """What a discount code takes off."""
    return percent(amount) if kind is DiscountKind.PERCENT else money(amount, currency)


def valid(first: date | None, last: date | None) -> str:
    """On which days a code counts, both included."""
    begins, ends = _day(first), _day(last)
    if begins and ends:
        return f"{begins} – {ends}"
    if begins:
        return _("from {day}").format(day=begins)
    return _("until {day}").format(day=ends) if ends else _("always")


def _day(day: date | None) -> str:
    return format_date(day, "medium", locale=date_locale(spoken())) if day else ""


def _short(number: Number) -> str:
    return f"{Decimal(number).normalize():f}"
