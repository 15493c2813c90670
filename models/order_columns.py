"""The columns of a file of orders: from which field of an order, or of one of its lines, each is filled."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from babel.numbers import get_currency_precision

from models.csv_style import Cell

DECIMALS_KEPT = 4  # of unit prices


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    DATE = "date"
    AMOUNT = "amount"
    UNIT_PRICE = "unit_price"
    VERIFICATION = "verification"


@dataclass(frozen=True)
class Column:
    """A column of a file, and the title it has there."""

    name: str
    title: str


@dataclass(frozen=True)
class Source:
    """A field of an order, or of its line."""

    field: str
    kind: Kind = Kind.TEXT
    of_line: bool = False


SOURCES = {
    "order_number": Source("number"),
    "created_at": Source("created_at", Kind.TIME),
    "status": Source("status"),
    "buyer": Source("name"),
    "company": Source("company"),
    "email": Source("email"),
    "verified": Source("verification", Kind.VERIFICATION),
    "phone": Source("phone"),
    "buyer_reference": Source("buyer_reference"),
    "references": Source("references"),
    "lines_total": Source("lines_total", Kind.AMOUNT),
    "discounts": Source("discounts", Kind.AMOUNT),
    "surcharges": Source("surcharges", Kind.AMOUNT),
    "total": Source("total", Kind.AMOUNT),
    "currency": Source("currency"),
    "comments": Source("comments"),
    "zone": Source("zone"),
    "confirmed_at": Source("confirmed_at", Kind.TIME),
    "line_no": Source("line_no", Kind.NUMBER, of_line=True),
    "sku": Source("sku", of_line=True),
    "name": Source("name", of_line=True),
    "quantity": Source("quantity", Kind.NUMBER, of_line=True),
    "unit": Source("unit", of_line=True),
    "unit_price": Source("unit_price", Kind.UNIT_PRICE, of_line=True),
    "line_total": Source("line_total", Kind.AMOUNT, of_line=True),
    "requested_date": Source("requested_date", Kind.DATE),
    "vat_number": Source("vat_number"),
    "delivery_street": Source("delivery_street"),
    "delivery_postcode": Source("delivery_postcode"),
    "delivery_city": Source("delivery_city"),
    "delivery_country": Source("delivery_country"),
    "invoice_street": Source("invoice_street"),
    "invoice_postcode": Source("invoice_postcode"),
    "invoice_city": Source("invoice_city"),
    "invoice_country": Source("invoice_country"),
}


@cache
def places(currency: str) -> int:
    """How many decimals an amount has."""
    return get_currency_precision(currency)


def amount(minor: int, currency: str) -> Decimal:
    """The amount behind whole minor units: 1234 EUR is `Decimal('12.34')`."""
    return Decimal(minor).scaleb(-places(currency))


def unit_price(stored: int) -> Decimal:
    """The price behind its ten-thousandths."""
    return Decimal(stored).scaleb(-DECIMALS_KEPT)


def with_decimals(price: Decimal, currency: str) -> Decimal:
    """`price` with the decimals of `currency`, or up to four where it needs them."""
    needed = max(places(currency), -int(price.normalize().as_tuple().exponent))
    return price.quantize(Decimal(1).scaleb(-needed))


def cell(kind: Kind, value: Any, currency: str, words: Mapping[str, str], *, is_hidden: bool) -> Cell:
    """What a field holds as a cell; hidden prices are empty. `words` are those of verifications."""
    match kind:
        case Kind.AMOUNT:
            return None if is_hidden else amount(value, currency)
        case Kind.UNIT_PRICE:
            return None if value is None else with_decimals(value, currency)
        case Kind.VERIFICATION:
            return words[value]
        case Kind.TEXT:
            return str(value)
        case _:
            known: Cell = value
            return known
