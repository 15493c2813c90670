"""The catalogue's list is made ready once for all who see the same, and for nobody else."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from models import StockShown
from models.catalog_search import Search
from models.text import speak
from pages.components.prepared import Prepared, prepare
from pages.shop import catalog
from pages.shop.show import Window
from services import live
from services.catalog import CatalogPage, ListedProduct

WINDOW = Window("EUR", prices_hidden=False, instead_of_prices="", stock_shown=StockShown.NUMBER)
PRODUCT = ListedProduct(
    id=7, sku="A-1", link_sku="A-1", name="</script><b>Saw", price=Decimal("1234.5"), is_parent=False,
    has_several_prices=False, unit="", pack_size=1, minimum_quantity=1, breaks=(), stock=3, picture="",
)  # fmt: skip
PAGE = CatalogPage(search=Search(), products=(PRODUCT,), total=1, found=1, categories=(), mark=("list", 1))


def told(shown: Prepared) -> dict[str, Any]:
    return dict(json.loads(shown.json))


async def made(page: CatalogPage = PAGE, window: Window = WINDOW) -> Prepared:
    return await catalog._prepared(page, window)


async def test_all_who_see_the_same_share_it() -> None:
    assert await made() is await made()


async def test_another_price_list_language_or_window_shows_its_own() -> None:
    mine = await made()
    group = replace(PAGE, products=(replace(PRODUCT, price=Decimal(1)),), mark=("group", 1))
    hidden = replace(WINDOW, prices_hidden=True, instead_of_prices="Sign in to see prices")
    speak("de")
    german = await made()
    speak("")

    prices = [told(one)["products"][0]["price"] for one in (mine, await made(group), await made(window=hidden), german)]
    assert prices == ["€1,234.50", "€1.00", "", "1.234,50\xa0€"]
    assert told(await made(window=hidden))["products"][0]["instead"] == "Sign in to see prices"
    assert "1,234" not in (await made(window=hidden)).json
    assert told(german)["title"] == "Alle Produkte"


async def test_a_change_makes_it_anew() -> None:
    before = await made()
    live.catalog_changed()
    assert await made() is not before


def test_no_word_of_a_product_ends_the_script_it_stands_in() -> None:
    shown = prepare({"name": "</script><!--<script>"})
    assert "<" not in shown.json
    assert told(shown) == {"name": "</script><!--<script>"}
