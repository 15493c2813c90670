"""Money: integers in the database, `Decimal` in Python, half-up rounding everywhere.

Amounts (line totals, charges, totals) are whole minor units of their currency; unit prices are ten-thousandths of
its major unit, because a screw may cost 0.0125.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.numbers import format_currency, get_currency_precision, get_decimal_symbol
from tortoise import Model, fields

from models import order_columns

UNIT_PRICE_STEP = Decimal("0.0001")
MAX_UNIT_PRICE = Decimal("99999999.9999")
ENOUGH_WITHOUT_DECIMALS = 1000
MINUS = "\N{MINUS SIGN}"
DIGIT_WIDE, SIGN_WIDE = "\N{FIGURE SPACE}", "\N{PUNCTUATION SPACE}"


def step(currency: str) -> Decimal:
    """The smallest amount of `currency` (ISO 4217), for example `Decimal('0.01')` for EUR."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def round_amount(amount: Decimal, currency: str) -> Decimal:
    """Round half-up to what can be paid in `currency`."""
    return amount.quantize(step(currency), rounding=ROUND_HALF_UP)


def round_unit_price(price: Decimal) -> Decimal:
    """Round half-up to four decimals."""
    return price.quantize(UNIT_PRICE_STEP, rounding=ROUND_HALF_UP)


def to_minor(amount: Decimal, currency: str) -> int:
    """Whole minor units of an amount: `Decimal('12.34')` EUR is 1234. Half-up."""
    return int(round_amount(amount, currency).scaleb(get_currency_precision(currency)))


def from_minor(minor: int, currency: str) -> Decimal:
    """The amount behind whole minor units: 1234 EUR is `Decimal('12.34')`."""
    return order_columns.amount(minor, currency)


def parse_decimal(text: str) -> Decimal:
    """Read a plain decimal a person typed, with `.` or `,` as its decimal sign.

    Raises ValueError when it is not a finite number.
    """
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number


@lru_cache(maxsize=4096)
def show_amount(amount: Decimal, currency: str, language: str) -> str:
    """An amount as people of `language` write it: `€12.34`, `12,34 €`."""
    return format_currency(amount, currency, locale=language).replace("-", MINUS)


def show_rough_amount(amount: Decimal, currency: str, language: str) -> str:
    """An amount where there is little room: from a thousand on without its decimals."""
    if abs(amount) < ENOUGH_WITHOUT_DECIMALS:
        return show_amount(amount, currency, language)
    pattern = Locale.parse(language).currency_formats["standard"].pattern.replace(".00", "")
    shown = format_currency(amount, currency, format=pattern, locale=language, currency_digits=False)
    return shown.replace("-", MINUS)


def show_unit_price(price: Decimal, currency: str, language: str) -> str:
    """A unit price with two to four decimals, as many as it needs."""
    precision = get_currency_precision(currency)
    needed = max(precision, -int(price.normalize().as_tuple().exponent))
    pattern = "¤#,##0." + "0" * needed if language.startswith("en") else "#,##0." + "0" * needed + "\xa0¤"
    return format_currency(price, currency, format=pattern, locale=language, currency_digits=False)


def below_each_other(shown: Sequence[str], language: str) -> list[str]:
    """The prices of one column, filled up with spaces so that their decimal signs stand below each other."""
    sign = re.escape(get_decimal_symbol(language))
    found = [re.search(rf"{sign}(\d+)\D*$", price) for price in shown]
    decimals = [len(match[1]) if match else 0 for match in found]
    most = max(decimals, default=0)
    return [_filled(price, most - few, is_whole=not few) for price, few in zip(shown, decimals, strict=True)]


def _filled(price: str, missing: int, *, is_whole: bool) -> str:
    """A price with as much space behind its last digit as so many decimals would take."""
    space = (SIGN_WIDE if is_whole and missing else "") + DIGIT_WIDE * missing
    return re.sub(r"(\d)(\D*)$", rf"\g<1>{space}\2", price)


class UnitPriceField(fields.BigIntField):
    """A unit price: `Decimal` with four decimals in Python, ten-thousandths as an integer in the database."""

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> int | None:
        if value is None:
            return None
        return int(round_unit_price(Decimal(value)).scaleb(order_columns.DECIMALS_KEPT))

    def to_python_value(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        return order_columns.unit_price(value)
