"""What would come into a cart, in words: its rows, its sum, and what is left to be cleared up."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from models import Shop
from models.money import round_amount
from models.text import _, ngettext, spoken
from pages.shop import show, show_cart
from pages.shop.show import Shown
from services.cart_lines import KeptLine, fitting_quantity
from services.quick_order import Kind, Row


def row(told: Row, pictures: Mapping[int, str], shop: Shop) -> Shown:
    """One row as the list shows it."""
    shown: Shown = {"key": told.key, "kind": told.kind.value, "text": told.text, "remarks": list(told.remarks)}
    if told.line:
        return shown | _line(told.line, pictures, shop)
    numbers = ", ".join(map(str, told.numbers))
    return shown | {
        "line": _("line {numbers}").format(numbers=numbers) if numbers else "",
        "choices": [_choice(line, shop) for line in told.choices],
    }


def _line(line: KeptLine, pictures: Mapping[int, str], shop: Shop) -> Shown:
    wanted = line.wanted
    price = show.price_of(line.unit_price, shop)
    file = pictures.get(wanted.product_id) or pictures.get(line.parent_id or 0, "")
    return {
        "sku": wanted.sku,
        "name": wanted.name,
        "href": show.product_address(wanted.sku),
        "initials": show.initials(wanted.name, wanted.sku),
        "picture": show.thumb(file),
        "unit": f"/ {wanted.unit}" if wanted.unit else _("each"),
        "packs": show.pack_words(line.pack_size, spoken()),
        "hint": show_cart.next_break(line, shop),
        "quantity": wanted.quantity,
        "pack": max(line.pack_size, 1),
        "min": fitting_quantity(1, line.pack_size, line.minimum_quantity),
        "price": price,
        "total": show.amount(_total(line, shop), shop) if price else show.instead_of_price(line.unit_price, shop),
    }


def _choice(line: KeptLine, shop: Shop) -> Shown:
    price = show.price_of(line.unit_price, shop)
    return {"id": line.wanted.product_id, "sku": line.wanted.sku, "name": line.wanted.name, "price": price}


def sum_words(rows: Iterable[Row], shop: Shop) -> str:
    """How many products were found, and what they cost together: "17 products, €123.40"; "" for none."""
    lines = [told.line for told in rows if told.line]
    if not lines:
        return ""
    count = ngettext("{n} product", "{n} products", len(lines)).format(n=show.number(len(lines), spoken()))
    if shop.prices_hidden:
        return count
    return f"{count}, {show.amount(sum((_total(line, shop) for line in lines), Decimal(0)), shop)}"


def rest_words(rows: Sequence[Row], shop: Shop) -> str:
    """How many rows cannot be added as they are."""
    n = sum(told.kind is not Kind.FOUND for told in rows)
    words = ngettext("{n} row is not added: choose or leave it out.", "{n} rows are not added: choose or leave out.", n)
    return words.format(n=show.number(n, spoken())) if n else ""


def left_out(n: int, shop: Shop) -> str:
    """How many lines asked for nothing."""
    words = ngettext(
        "{n} line without a quantity or product was left out.",
        "{n} lines without a quantity or product were left out.",
        n,
    )
    return words.format(n=show.number(n, spoken())) if n else ""


def _total(line: KeptLine, shop: Shop) -> Decimal:
    return round_amount((line.unit_price or Decimal(0)) * line.wanted.quantity, shop.currency)
