"""The amounts and percentages a seller types into the terms of sale."""

from decimal import Decimal

from babel.numbers import get_currency_precision

from models.money import parse_decimal, round_amount
from models.text import _

MAX_AMOUNT = Decimal(100_000_000)
PERCENT_STEP = Decimal("0.0001")
HUNDRED = Decimal(100)


def money(value: object, currency: str) -> Decimal:
    """An amount of at least zero, exact in `currency`. Raises ValueError with a sentence."""
    amount = _number(value)
    if amount > MAX_AMOUNT:
        raise ValueError(_("This amount is too large."))
    if amount != round_amount(amount, currency):
        decimals = get_currency_precision(currency)
        raise ValueError(_("{currency} has {n} decimals.").format(currency=currency, n=decimals))
    return amount


def positive_money(value: object, currency: str) -> Decimal:
    """An amount above zero. Raises ValueError with a sentence."""
    amount = money(value, currency)
    if not amount:
        raise ValueError(_("Write an amount above zero."))
    return amount


def percent(value: object) -> Decimal:
    """A percentage above 0, at most 100. Raises ValueError with a sentence."""
    share = _number(value)
    if not 0 < share <= HUNDRED or share != share.quantize(PERCENT_STEP):
        raise ValueError(_("Write a percentage above 0 and up to 100."))
    return share


def stored(number: Decimal) -> str:
    """A number as the database keeps it: a plain decimal."""
    return f"{number:f}"


def _number(value: object) -> Decimal:
    try:
        number = parse_decimal(str(value))
    except ValueError:
        raise ValueError(_("Write an amount, like 12.50.")) from None
    if number < 0:
        raise ValueError(_("Write an amount that is not negative."))
    return number
