"""Prices and pictures of products, as the desk writes them."""

from collections.abc import Iterable
from decimal import Decimal
from urllib.parse import quote

from babel.numbers import format_decimal, get_currency_precision

from models import Shop
from models.money import below_each_other
from models.text import spoken
from pages.desk.show import NOTHING
from services import picture_files

MAX_DECIMALS = 4


def unit_price(price: Decimal | None, shop: Shop) -> str:
    """A unit price for a column, without its currency and with as many decimals as it needs; a dash for none."""
    if price is None:
        return NOTHING
    least = get_currency_precision(shop.currency)
    pattern = "#,##0." + "0" * least + "#" * (MAX_DECIMALS - least)
    return format_decimal(price, format=pattern, locale=spoken())


def price_column(prices: Iterable[Decimal | None], shop: Shop) -> list[str]:
    """Unit prices that stand below each other."""
    return below_each_other([unit_price(price, shop) for price in prices], spoken())


def thumb(file: str) -> str:
    """The address of a small picture, or ""."""
    return f"/media/{picture_files.thumb(file)}" if file else ""


def shop_address(sku: str) -> str:
    """The page of a product that buyers see."""
    return f"/product/{quote(sku, safe='')}"
