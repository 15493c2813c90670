"""Quantity breaks in a cell: `10:4.20|100:3.90`, `10+ = 4,20; 100+ = 3,90`, `qty=10,type=fixed,price=4.20|…`."""

import re
from decimal import Decimal

from models.money import round_unit_price
from models.text import _
from services.catalog_import.numbers import Sign
from services.catalog_import.values import MAX_COUNT, count, price

MAX_BREAKS = 20
BREAK_PART = re.compile(
    r"\D{0,12}?(\d[\d.' ]*?)\s*(?:(?:\+|[-–]\s*\d+)?\s*(?:pcs|stk|uds|st)?\.?\s*[:=@x×]|\+)\s*(.+)", re.IGNORECASE
)


def read(text: str, sign: Sign, list_price: Decimal | None) -> list[list[int | str]]:
    """Read a cell; breaks in percent are worked out from `list_price`.

    Returns `[quantity, price as text]` pairs, ascending. Raises ValueError with a sentence.
    """
    found: dict[int, Decimal] = {}
    for part in parts(text):
        pair = _named_break(part, sign, list_price) if "qty=" in part.replace(" ", "") else _short_break(part, sign)
        if pair:
            found[pair[0]] = pair[1]
    return stored(found)


def stored(found: dict[int, Decimal]) -> list[list[int | str]]:
    """Quantity breaks as the database keeps them; a price from 1 on is the list price and none of them."""
    if len(found) > MAX_BREAKS:
        raise ValueError(_("There are more than {n} quantity breaks.").format(n=MAX_BREAKS))
    return [[quantity, f"{found[quantity].normalize():f}"] for quantity in sorted(found) if quantity > 1]


def parts(text: str) -> list[str]:
    """Cut a cell of quantity breaks into its parts."""
    pieces = [part.strip() for part in re.split(r"[|;\n/]", text)]
    if "qty=" in text.replace(" ", ""):
        return [part for part in pieces if part]
    return [one.strip() for part in pieces for one in re.split(r",\s*(?=\d[\d.]*\s*\+?\s*[:=@x])", part) if one.strip()]


def _short_break(part: str, sign: Sign) -> tuple[int, Decimal]:
    match = BREAK_PART.fullmatch(part)
    if not match:
        raise ValueError(_("“{text}” is not a quantity break like 10:4.20.").format(text=part[:60]))
    quantity = int(re.sub(r"\D", "", match[1]))
    amount = price(match[2], sign)
    _check_break(quantity, amount, part)
    return quantity, amount


def _named_break(part: str, sign: Sign, list_price: Decimal | None) -> tuple[int, Decimal] | None:
    named = dict(pair.split("=", 1) for pair in part.replace(" ", "").split(",") if "=" in pair)
    if named.get("group", "all").lower() not in {"all", "*", "0"}:
        return None  # a price for some buyers only
    quantity = count(named.get("qty", ""), sign)
    amount = price(named.get("price", named.get("value", "")), sign)
    if named.get("type") in {"discount", "percent"}:
        if list_price is None:
            return None
        amount = round_unit_price(list_price * (100 - amount) / 100)
    _check_break(quantity, amount, part)
    return quantity, amount


def _check_break(quantity: int, amount: Decimal, part: str) -> None:
    if not amount or not 0 < quantity <= MAX_COUNT:
        raise ValueError(_("“{text}” is not a quantity break like 10:4.20.").format(text=part[:60]))
