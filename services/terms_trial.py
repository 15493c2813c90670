"""The simulator of the terms of sale: what an order would be charged, by the very rules that price carts and orders."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from models import Shop
from models.errors import FieldErrors
from models.pricing import PriceList, Quote, Terms, WantedLine, quote
from models.text import _
from services import amounts, parameter_checks, parameters, terms
from services.database import shielded

MAX_CODE_LENGTH = 40
MAX_VALUE_LENGTH = 20

Values = Mapping[str, object]


async def zones() -> tuple[str, ...]:
    """The zones buyers choose from now."""
    return (await _saved_terms(await parameters.current())).zones


async def run(values: Values) -> Quote:
    """What an order with products worth `value` is charged in a `zone`, with a `code`, on a `day` (ISO; empty: today).

    Only what is saved counts. Raises FieldErrors.
    """
    shop = await parameters.current()
    saved = await _saved_terms(shop)
    asked = _checked(values, shop, saved)
    line = WantedLine(0, "", "", 1, asked["value"])
    return quote([line], saved, code=asked["code"], zone=asked["zone"], today=asked["day"])


@shielded
async def _saved_terms(shop: Shop) -> Terms:
    return await terms.load(PriceList(shop.currency))


def _checked(values: Values, shop: Shop, saved: Terms) -> dict[str, Any]:
    checks: dict[str, Callable[[object], object]] = {
        "value": lambda written: _value(written, shop.currency),
        "zone": lambda written: _zone(written, saved.zones),
        "code": parameter_checks.text(MAX_CODE_LENGTH),
        "day": lambda written: parameter_checks.optional_day(written) or parameters.today(shop),
    }
    found: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, check in checks.items():
        try:
            found[name] = check(values.get(name) or "")
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise FieldErrors(errors)
    return found


def _value(written: object, currency: str) -> Decimal:
    return amounts.positive_money(written, currency)


def _zone(written: object, zones_now: tuple[str, ...]) -> str:
    if written and written not in zones_now:
        raise ValueError(_("This zone is no longer there. Choose another."))
    return str(written)
