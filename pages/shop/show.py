"""Products, carts and amounts in words: what services know, made ready to be shown in the shop's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from models import Shop, StockShown, pricing
from models.catalog_field import CATEGORY_SEPARATOR
from models.catalog_search import Search
from models.days import date_locale
from models.money import below_each_other, show_amount, show_unit_price, step
from models.pricing import QuantityBreak
from models.text import _, spoken
from services import picture_files
from services.cart_lines import fitting_quantity
from services.catalog import ListedProduct
from services.product_view import ProductView, Variant

TEN_THOUSANDTHS = 10_000  # unit prices have up to four decimals
NO_VALUE = "–"  # an option that a variant does not have

Shown = dict[str, Any]


@dataclass(frozen=True)
class Window:
    """What a list of products depends on of a shop, as its buyer sees it."""

    currency: str
    prices_hidden: bool
    instead_of_prices: str
    stock_shown: StockShown


def window(shop: Shop) -> Window:
    """The shop's window."""
    return Window(shop.currency, shop.prices_hidden, shop.instead_of_prices, shop.stock_shown)


@lru_cache(maxsize=4096)
def unit_price(price: Decimal, currency: str, language: str) -> str:
    """A unit price as it stands on a card; remembered, because a page shows many and writing one takes a while."""
    return show_unit_price(price, currency, language)


@lru_cache(maxsize=4096)
def number(quantity: int, language: str) -> str:
    """A whole number with the language's thousands sign."""
    return format_decimal(quantity, locale=language)


def amount(value: Decimal, shop: Shop) -> str:
    """An amount of the shop's currency."""
    return show_amount(value, shop.currency, spoken())


def price_of(price: Decimal | None, shop: Shop | Window) -> str:
    """A unit price, or nothing where none is told."""
    return "" if price is None or shop.prices_hidden else unit_price(price, shop.currency, spoken())


def instead_of_price(price: Decimal | None, shop: Shop | Window) -> str:
    """What stands where a price would, if none is told."""
    if price is None or shop.prices_hidden:
        return shop.instead_of_prices or _("Price on request")
    return ""


def unit_words(unit: str, pack_size: int, language: str) -> str:
    """What a price is for, and how many make a pack: "each", "pair", "each · pack of 72", "kg · pack of 5"."""
    return " · ".join(filter(None, [unit or _("each"), pack_words(pack_size, language)]))


def pack_words(pack_size: int, language: str) -> str:
    """How many make a pack, if one has to order whole packs."""
    return _("pack of {n}").format(n=number(pack_size, language)) if pack_size > 1 else ""


def initials(name: str, sku: str) -> str:
    """Two letters for a product without a picture."""
    letters = [word[0] for word in name.split() if word[0].isalpha()][:2]
    if len(letters) < 2:
        letters = [c for c in name if c.isalnum()][:2]
    return "".join(letters or [c for c in sku if c.isalnum()][:2]).upper()


def product_address(sku: str) -> str:
    """The page of a product."""
    return f"/product/{quote(sku, safe='')}"


def catalog_address(search: Search) -> str:
    """The page of a search."""
    query = urlencode(search.query())
    return f"/?{query}" if query else "/"


def trail(category: str, words: str) -> list[tuple[str, str]]:
    """The categories above a product, from the top, each with its address; `words` is the path as it is read."""
    own, names = (path.split(CATEGORY_SEPARATOR) if path else [] for path in (category, words))
    paths = [CATEGORY_SEPARATOR.join(own[: depth + 1]) for depth in range(len(own))]
    return [(name, catalog_address(Search(category=path))) for name, path in zip(names, paths, strict=True)]


def break_hint(breaks: Iterable[QuantityBreak], shop: Shop | Window) -> str:
    """The first quantity from which a product costs less."""
    first = min(breaks, key=lambda step: step.quantity, default=None)
    if first is None or shop.prices_hidden:
        return ""
    return _("from {quantity}: {price}").format(
        quantity=number(first.quantity, spoken()), price=price_of(first.price, shop)
    )


def card(product: ListedProduct, shop: Shop | Window) -> Shown:
    """A product as a card of the list."""
    least = fitting_quantity(1, product.pack_size, product.minimum_quantity)
    breaks = () if product.is_parent else product.breaks
    unit = pricing.unit_price(product.price, breaks, least)
    price = price_of(unit, shop)
    if price and product.has_several_prices:
        price = _("from {price}").format(price=price)
    return {
        "id": product.id,
        "sku": product.sku,
        "href": product_address(product.link_sku),
        "name": product.name,
        "initials": initials(product.name, product.sku),
        "picture": thumb(product.picture),
        "price": price,
        "instead": instead_of_price(unit, shop),
        "unit": unit_words(product.unit, 1 if product.is_parent else product.pack_size, spoken()),
        "hint": break_hint((step for step in breaks if step.quantity > least), shop),
        "pack": max(product.pack_size, 1),
        "min": least,
        "choose": _("Choose options") if product.is_parent else "",
    }


def panel(product: ProductView, shop: Shop) -> Shown:
    """A product's page."""
    choices = _choices(product.variants)
    variants = [_variant(variant, choices[variant.id], shop) for variant in product.variants]
    names = list(choices[product.variants[0].id]) if len(variants) > 1 else []
    values = {name: list(dict.fromkeys(variant["options"][name] for variant in variants)) for name in names}
    prices = [price for price in map(_first_price, product.variants) if price is not None]
    lowest = price_of(min(prices), shop) if prices else ""
    several = lowest and len(set(prices)) > 1
    return {
        "name": product.name,
        "sku": product.sku,
        "initials": initials(product.name, product.sku),
        "from": _("from {price}").format(price=lowest) if several else lowest or instead_of_price(None, shop),
        "note": shop.price_note,
        "pictures": [{"url": picture(file), "thumb": thumb(file)} for file in product.pictures],
        "options": [{"name": name, "values": values[name]} for name in names],
        "variants": variants,
        "start": product.chosen,
        "money": {
            "locale": spoken(),
            "currency": shop.currency,
            "digits": -int(step(shop.currency).as_tuple().exponent),
        },
    }


def _choices(variants: Sequence[Variant]) -> dict[int, dict[str, str]]:
    """What tells each variant from the others, by its id: every option they have, or else their SKUs."""
    names = list(dict.fromkeys(name for variant in variants for name in variant.options))
    choices = {variant.id: {name: variant.options.get(name) or NO_VALUE for name in names} for variant in variants}
    if len({tuple(choice.values()) for choice in choices.values()}) == len(choices):
        return choices
    return {variant.id: {_("Variant"): variant.sku} for variant in variants}


def _variant(variant: Variant, options: dict[str, str], shop: Shop) -> Shown:
    return {
        "id": variant.id,
        "sku": variant.sku,
        "href": product_address(variant.sku),
        "options": options,
        "price": price_of(_first_price(variant), shop),
        "instead": instead_of_price(variant.price, shop),
        "unit": unit_words(variant.unit, variant.pack_size, spoken()),
        "pack": max(variant.pack_size, 1),
        "min": _least(variant),
        "sold": _sold(variant, spoken()),
        "stock": stock_words(variant.stock, shop),
        "out": shop.stock_shown is not StockShown.HIDDEN and variant.stock is not None and variant.stock <= 0,
        "breaks": _breaks(variant, shop),
        "tiers": _tiers(variant, shop),
        "picture": picture(variant.picture),
    }


def _least(variant: Variant) -> int:
    """The smallest quantity that can be ordered."""
    return fitting_quantity(1, variant.pack_size, variant.minimum_quantity)


def _first_price(variant: Variant) -> Decimal | None:
    """What one unit costs in the smallest quantity; None for "on request"."""
    return pricing.unit_price(variant.price, variant.breaks, _least(variant))


def _sold(variant: Variant, language: str) -> str:
    if variant.minimum_quantity > max(variant.pack_size, 1):
        return _("Minimum quantity {n}").format(n=number(variant.minimum_quantity, language))
    return ""


def stock_words(stock: int | None, shop: Shop) -> str:
    """What is said of the stock, as the seller chose."""
    if stock is None or shop.stock_shown is StockShown.HIDDEN:
        return ""
    if stock <= 0:
        return _("Not in stock at the moment")
    if shop.stock_shown is StockShown.NUMBER:
        return _("{n} in stock").format(n=number(stock, spoken()))
    return _("Few left") if stock <= shop.few_left else _("In stock")


def _breaks(variant: Variant, shop: Shop) -> list[Shown]:
    """What each quantity costs, from the smallest that can be ordered; nothing if they all cost the same."""
    least, price = _least(variant), _first_price(variant)
    above = [step for step in variant.breaks if step.quantity > least]
    if price is None or not above:
        return []
    steps = [QuantityBreak(least, price), *sorted(above, key=lambda step: step.quantity)]
    label = _("from {n}")
    prices = [price_of(step.price, shop) for step in steps]
    return [
        {
            "from": step.quantity,
            "label": label.format(n=number(step.quantity, spoken())),
            "price": price,
            "aligned": aligned,
        }
        for step, price, aligned in zip(steps, prices, below_each_other(prices, spoken()), strict=True)
    ]


def _tiers(variant: Variant, shop: Shop) -> list[list[int]]:
    """From which quantity one unit costs how many ten-thousandths, to reckon with; nothing where no price is told."""
    price = _first_price(variant)
    if price is None or shop.prices_hidden:
        return []
    steps = [QuantityBreak(0, price), *sorted(variant.breaks, key=lambda break_: break_.quantity)]
    return [[break_.quantity, int(break_.price * TEN_THOUSANDTHS)] for break_ in steps]


def moment(at: datetime, shop: Shop) -> str:
    """A date and time in the shop's time zone."""
    here = at.astimezone(ZoneInfo(shop.time_zone))
    locale = date_locale(spoken())
    return f"{format_date(here, 'medium', locale=locale)}, {format_time(here, 'short', locale=locale)}"


def day(wanted: date, shop: Shop) -> str:
    """A day in the shop's language."""
    return format_date(wanted, "medium", locale=date_locale(spoken()))


def picture(file: str) -> str:
    """The address of a picture, or ""."""
    return f"/media/{file}" if file else ""


def thumb(file: str) -> str:
    """The address of a small picture, or ""."""
    return f"/media/{picture_files.thumb(file)}" if file else ""


def counts(search: Search, total_found: int, shown: int, language: str) -> str:
    """Which part of what was found a page shows: "25–48 of 1,284"."""
    if not shown:
        return ""
    first = (search.page - 1) * search.page_size + 1
    return _("{first}–{last} of {total}").format(
        first=number(first, language), last=number(first + shown - 1, language), total=number(total_found, language)
    )
