"""What buyers find in the catalogue."""

import asyncio
import logging
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest
from tortoise.connection import get_connection

from models import CatalogImport, Category, Picture, Product, Shop
from models.catalog_search import Search, Sort
from models.errors import NotFoundError
from models.pricing import PriceList
from models.text import fold
from services import catalog, catalog_editing, catalog_upkeep, live, product_view
from services.catalog_index import CatalogIndex

LISTED = PriceList("EUR")  # the catalogue's own prices


async def make(sku: str, name: str, price: str | None = "1", **values: Any) -> Product:
    """A product as the import would write it."""
    words = fold(f"{sku} {name} {values.get('ean', '')} {' '.join(values.get('options', {}).values())}")
    decimal = Decimal(price) if price is not None else None
    return await Product.create(sku=sku, name=name, price=decimal, search=words, sort_name=fold(name), **values)


async def skus(**search: Any) -> list[str]:
    """The SKUs a search lists, in order."""
    return [product.sku for product in (await catalog.page(Search(**search), LISTED)).products]


async def shirt() -> Product:
    """A parent with three variants, one of them no longer sold."""
    parent = await make("TS", "T-shirt", None, is_parent=True)
    await make("TS-R", "T-shirt", "12", parent=parent, options={"Colour": "red"}, ean="4006381333931")
    await make("TS-B", "T-shirt", "9.50", parent=parent, options={"Colour": "blue"})
    await make("TS-G", "T-shirt", "1", parent=parent, options={"Colour": "green"}, active=False)
    return parent


async def test_an_empty_catalogue_is_an_empty_page(shop: Shop) -> None:
    page = await catalog.page(Search(), LISTED)
    assert (page.products, page.total, page.categories) == ((), 0, ())


async def test_search_minds_neither_accents_nor_case_and_every_word_must_match(shop: Shop) -> None:
    await make("A-1", "Äpfel, grün")
    await make("A-2", "Äpfel, rot")
    assert await skus(words="APFEL GRUN") == ["A-1"]
    assert await skus(words="äpfel") == ["A-1", "A-2"]
    assert await skus(words="apfel gelb") == []


async def test_signs_with_a_meaning_in_sql_are_only_signs(shop: Shop) -> None:
    await make("P-10", "Wool 10% off")
    await make("P-1000", "Wool 1000 off")
    assert await skus(words="10%") == ["P-10"]
    assert await skus(words="P_1") == []


async def test_an_exact_sku_or_ean_stands_first_then_names_that_begin_with_the_words(shop: Shop) -> None:
    await make("X-1", "A case for the SAW")
    await make("X-2", "Saw, coarse")
    await make("SAW", "Zebra", ean="8412345678905")
    assert await skus(words="saw") == ["SAW", "X-2", "X-1"]
    assert await skus(words="8412345678905") == ["SAW"]


async def test_words_are_found_by_their_beginnings_parts_and_insides(shop: Shop) -> None:
    await make("HX-40", "Holzschraube m8x40")
    await make("HX-41", "Schraube")
    await make("WS", "Wood screw 4 × 50")
    for words in ("holzs", "8x40", "8 x 40", "hx-40", "40", "zschrau"):
        assert await skus(words=words) == ["HX-40"], words
    for words in ("4x50", "4×50", "4 x 50", "wood screw 4 x", "50"):
        assert await skus(words=words) == ["WS"], words
    assert await skus(words="schraube") == ["HX-41", "HX-40"]
    assert await skus(words="0x") == []


@pytest.mark.parametrize(
    "typed", ["hammr", "hammmer", "hanmer", "hmamer", "jammer", "hammerx", "claw hanmer", "hanmer claw", "clwa hamm"]
)
async def test_one_typo_in_a_word_is_forgiven_where_nothing_is_written_like_it(shop: Shop, typed: str) -> None:
    await make("CH-1", "Claw hammer")
    await make("SAW", "Saw")
    page = await catalog.page(Search(words=typed), LISTED)
    assert ([product.sku for product in page.products], page.is_close) == (["CH-1"], True)


async def test_two_typos_and_typos_in_short_words_find_nothing_and_none_are_looked_for_in_vain(shop: Shop) -> None:
    await make("CH-1", "Claw hammer")
    await make("SAW", "Saw")
    await make("HA-1", "Hamper")
    assert await skus(words="hanner") == []
    assert await skus(words="swa") == []
    page = await catalog.page(Search(words="hammer"), LISTED)
    assert ([product.sku for product in page.products], page.is_close) == (["CH-1"], False)


async def test_an_exact_sku_is_found_however_its_letters_are_written(shop: Shop) -> None:
    await make("Ws-40 B", "Zebra")
    await make("X", "A box for ws-40 b")
    (first, _second) = (await catalog.page(Search(words="wS-40 b"), LISTED)).products
    assert first.sku == "Ws-40 B"


async def test_what_is_suggested_is_the_beginning_of_what_is_found(shop: Shop) -> None:
    for number in range(12):
        await make(f"N-{number:02}", f"Nail {number:02}")
    await make("NAI", "Zebra")
    for words in ("nai", "nali", "nail 0", "nothing of it"):
        page = await catalog.page(Search(words=words), LISTED)
        suggested, total = await catalog.suggestions(words, LISTED)
        assert (suggested, total) == (page.products[:10], page.total), words


async def test_products_are_narrowed_to_what_is_sold_in_one_of_several_values_at_once(shop: Shop) -> None:
    await shirt()
    cap = await make("CAP", "Cap", None, is_parent=True)
    await make("CAP-R", "Cap", "5", parent=cap, options={"colour": "Red", "Size": "S"}, stock=0)
    await make("CAP-B", "Cap", "5", parent=cap, options={"colour": "blue", "Size": "L"}, stock=4)
    await make("PEN", "Pen", "1", options={"Colour": "black"}, stock=2)
    everything = await catalog.page(Search(), LISTED)
    assert [(o.name, o.values) for o in everything.options] == [
        ("Colour", ("red", "blue", "black")),
        ("Size", ("S", "L")),
    ]
    assert everything.in_stock == 2
    assert await skus(options=(("Colour", ("red",)),)) == ["CAP", "TS"]
    assert await skus(options=(("Colour", ("red", "black")),)) == ["CAP", "PEN", "TS"]
    assert await skus(options=(("Colour", ("red",)), ("Size", ("L",)))) == []  # the red cap is small
    assert await skus(options=(("Colour", ("red",)),), in_stock=True) == []
    assert await skus(in_stock=True) == ["CAP", "PEN"]
    assert await skus(options=(("Weight", ("1 kg",)),)) == []
    red = await catalog.page(Search(options=(("Colour", ("red",)),)), LISTED)
    assert [(o.name, o.values) for o in red.options] == [("Colour", ("red", "blue", "black"))]


async def test_an_option_that_few_products_have_is_offered_only_where_it_helps(shop: Shop) -> None:
    await shirt()
    for number in range(10):
        await make(f"N-{number}", f"Nail {number}")
    assert (await catalog.page(Search(), LISTED)).options == ()
    assert [option.name for option in (await catalog.page(Search(words="shirt"), LISTED)).options] == ["Colour"]


async def test_what_could_stand_in_for_a_product_has_its_words_and_its_category(shop: Shop) -> None:
    saws = await Category.create(path="Saws", name="Saws")
    await make("A", "Fine Japanese saw", category=saws)
    await make("B", "Plane, Japanese")
    await make("C", "Coarse saw", category=saws)
    await make("D", "Bucket")
    await make("OLD", "Japanese saw", category=saws, active=False)
    assert [product.sku for product in await catalog.alternatives("Japanese saw", "Saws", LISTED)] == ["A", "C", "B"]
    assert await catalog.alternatives("Ladder", "", LISTED) == ()


async def test_a_shop_that_tells_no_stock_is_not_narrowed_by_it(shop: Shop) -> None:
    await make("A", "A")
    assert (await catalog.page(Search(), LISTED)).in_stock is None


async def test_a_change_of_a_product_is_found_at_once(shop: Shop) -> None:
    product = await make("A", "Saw")
    assert await skus(words="saw") == ["A"]
    await catalog_editing.save(product.id, {"sku": "A", "name": "Plane", "price": "4"})
    assert (await skus(words="saw"), await skus(words="plane")) == ([], ["A"])
    await catalog_editing.set_active([product.id], active=False)
    assert await skus(words="plane") == []


async def test_changed_products_alone_are_read_again_and_found_as_if_all_were(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = await shirt()
    saw, plane = await make("A", "Saw"), await make("B", "Saw")
    assert await skus(words="saw") == ["A", "B"]
    everything = catalog_upkeep._read
    monkeypatch.setattr(catalog_upkeep, "_read", None)
    await catalog_editing.save(plane.id, {"sku": "C", "name": "Plane", "price": "4", "category": "Wood > Tools"})
    await catalog_editing.save(saw.id, {"sku": "A", "name": "Saw", "price": "7", "stock": "3", "ean": "4006381333931"})
    await catalog_editing.save(None, {"sku": "D", "name": "Shirt of wool", "price": "9", "active": True})
    await catalog_editing.set_active([parent.id], active=False)
    assert (await skus(words="saw"), await skus(words="pla"), await skus(words="shirt")) == (["A"], ["C"], ["D"])
    await catalog_editing.set_active([parent.id], active=True)
    assert await skus(words="shirt") == ["D", "TS"]
    renewed, anew = await catalog_upkeep.current(), CatalogIndex(await everything())
    for words in ("", "saw", "shirt", "plane", "b", "C", "4006381333931", "pLnae", "red", "wood"):
        for sort in Sort:
            search = Search(words=words, sort=sort)
            assert renewed.find(search, LISTED) == anew.find(search, LISTED), search


async def test_what_is_not_searched_leaves_the_index_as_it_is(shop: Shop) -> None:
    await make("A", "Saw")
    before = await catalog_upkeep.current()
    live.offer_changed()
    assert await catalog_upkeep.current() is before


async def test_a_page_that_was_read_before_a_change_is_told_from_the_one_after_it(shop: Shop) -> None:
    await make("A", "Saw")
    before = await catalog.page(Search(), LISTED)
    live.order_changed(1)
    assert await catalog.page(Search(), LISTED) is before  # an order changes nothing in it
    live.offer_changed()
    after = await catalog.page(Search(), LISTED)
    assert after.mark != before.mark


async def test_an_index_that_cannot_be_made_is_told_and_made_the_next_time(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await make("A", "Saw")
    with monkeypatch.context() as broken:
        broken.setattr(catalog_upkeep, "_read", None)
        await catalog_upkeep.prepare()
    assert "The catalogue could not be read" in caplog.text
    assert await skus(words="saw") == ["A"]


async def test_many_who_search_while_the_index_is_made_get_the_same(shop: Shop) -> None:
    await make("A", "Saw")
    pages = await asyncio.gather(*(catalog.page(Search(words="saw", page_size=24 + n % 2), LISTED) for n in range(20)))
    assert {page.products[0].sku for page in pages} == {"A"}


async def test_an_import_by_another_process_is_found_after_a_while(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await make("A", "Saw")
    assert await skus(words="saw") == ["A"]
    await make("B", "Saw")
    await CatalogImport.create(file_name="f.csv", done_by="command line")
    monkeypatch.setattr(catalog_upkeep, "LOOK_AGAIN_SECONDS", 0)
    assert await skus(words="saw") == ["A", "B"]


async def test_a_large_catalogue_answers_from_the_last_index_while_the_next_is_made(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_upkeep, "LARGE", 1)
    monkeypatch.setattr(catalog_upkeep, "REST", 0)
    await make("A", "Saw")
    assert await skus(words="saw") == ["A"]
    await make("B", "Saw")
    live.catalog_changed()
    assert await skus(words="saw") == ["A"]
    for _look in range(100):
        if await skus(words="saw") == ["A", "B"]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the new product was never found")


async def test_variants_are_listed_by_their_parent_from_the_lowest_price(shop: Shop) -> None:
    await shirt()
    (listed,) = (await catalog.page(Search(), LISTED)).products
    assert (listed.sku, listed.is_parent, listed.price, listed.has_several_prices) == ("TS", True, Decimal("9.5"), True)


async def test_a_parent_is_found_through_its_variants_and_opens_with_the_one_asked_for(shop: Shop) -> None:
    await shirt()
    assert await skus(words="t-shirt red") == ["TS"]
    assert await skus(words="green") == []
    (listed,) = (await catalog.page(Search(words="ts-b"), LISTED)).products
    assert (listed.sku, listed.link_sku) == ("TS", "TS-B")
    (listed,) = (await catalog.page(Search(words="4006381333931"), LISTED)).products
    assert listed.link_sku == "TS-R"


async def test_inactive_products_and_parents_with_nothing_to_sell_are_not_listed(shop: Shop) -> None:
    await make("OFF", "Switched off", active=False)
    parent = await make("P", "Parent", None, is_parent=True)
    await make("P-1", "Parent", parent=parent, active=False)
    assert await skus() == []


async def test_prices_sort_by_the_lowest_variant_and_products_without_a_price_come_last(shop: Shop) -> None:
    await shirt()
    await make("CHEAP", "Cheap", "0.0125")
    await make("DEAR", "Dear", "40")
    await make("ASK", "Ask us", None)
    assert await skus(sort=Sort.CHEAPEST) == ["CHEAP", "TS", "DEAR", "ASK"]
    assert await skus(sort=Sort.DEAREST) == ["DEAR", "TS", "CHEAP", "ASK"]
    assert await skus(sort=Sort.NEWEST) == ["ASK", "DEAR", "CHEAP", "TS"]
    assert await skus(sort=Sort.NAME) == ["ASK", "CHEAP", "DEAR", "TS"]


@pytest.mark.sqlite_only
async def test_what_is_found_is_read_by_its_ids_however_many_products_there_are(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    await shirt()
    await make("SO", "Sock", None, is_parent=True)
    await make("SO-1", "Sock", parent=await Product.get(sku="SO"))
    assert await skus(words="s") == ["SO", "TS"]
    with caplog.at_level(logging.DEBUG, "tortoise.db_client"):
        assert await skus(words="s", page_size=48) == ["SO", "TS"]
    steps = [await _steps(*record.args) for record in caplog.records if record.args]
    assert len(steps) == 3, "the products, the variants, the pictures of both"
    assert not [step for step in chain(*steps) if step.startswith("SCAN") or "active" in step]


async def _steps(query: str, values: Any) -> list[str]:
    """How SQLite goes about a query."""
    _count, rows = await get_connection("sqlite").execute_query(f"EXPLAIN QUERY PLAN {query}", values)
    return [row["detail"] for row in rows]


async def test_categories_count_what_was_found_at_two_levels(shop: Shop) -> None:
    fixings = await Category.create(path="Fixings", name="Fixings", position=1)
    screws = await Category.create(path="Fixings > Screws", name="Screws", position=2)
    torx = await Category.create(path="Fixings > Screws > Torx", name="Torx", position=3)
    await Category.create(path="Empty", name="Empty", position=0)
    tools = await Category.create(path="Fixings tools", name="Fixings tools", position=4)
    for number, category in enumerate([fixings, screws, torx, tools, None]):
        await make(f"S-{number}", f"Thing {number}", category=category)
    page = await catalog.page(Search(category="Fixings"), LISTED)
    assert [(c.name, c.count) for c in page.categories] == [("Fixings", 3), ("Fixings tools", 1)]
    assert [(c.path, c.count) for c in page.categories[0].children] == [("Fixings > Screws", 2)]
    assert (page.total, page.found) == (3, 5)
    assert await skus(category="Fixings > Screws") == ["S-1", "S-2"]
    assert await skus(category="Nowhere") == []
    assert (await catalog.page(Search(words="thing 4"), LISTED)).categories == ()


async def test_pages_hold_a_part_and_a_page_beyond_the_end_is_the_last(shop: Shop) -> None:
    for number in range(30):
        await make(f"N-{number:02}", f"Nail {number:02}")
    page = await catalog.page(Search(page=2), LISTED)
    assert [p.sku for p in page.products] == [f"N-{n}" for n in range(24, 30)]
    beyond = await catalog.page(Search(page=9), LISTED)
    assert (beyond.search.page, len(beyond.products), beyond.total) == (2, 6, 30)
    assert len((await catalog.page(Search(page_size=48), LISTED)).products) == 30


async def test_the_first_picture_is_shown_and_a_parent_borrows_a_variants(shop: Shop) -> None:
    saw = await make("SAW", "A saw")
    await Picture.create(product=saw, position=2, file="second.webp")
    await Picture.create(product=saw, position=1, file="first.webp")
    await Picture.create(product=saw, position=0, source="not-here-yet.jpg")
    parent = await shirt()
    await Picture.create(product=await Product.get(sku="TS-B"), file="blue.webp")
    pictures = {product.sku: product.picture for product in (await catalog.page(Search(), LISTED)).products}
    assert pictures == {"SAW": "first.webp", parent.sku: "blue.webp"}


@pytest.mark.parametrize(
    ("query", "search"),
    [
        ({}, Search()),
        ({"q": "  Äpfel   rot "}, Search(words="Äpfel rot")),
        ({"q": "nul\x00"}, Search()),
        ({"q": "x" * 500}, Search(words="x" * 100)),
        ({"sort": "drop table", "page": "-3", "per": "1000"}, Search()),
        ({"page": "0"}, Search()),
        ({"option.": "x", "option.Colour": " | ", "option.Nul\x00": "1", "stock": "yes"}, Search()),
        ({f"option.{n}": "x" for n in range(20)}, Search(options=tuple((str(n), ("x",)) for n in range(8)))),
        ({"page": "٣"}, Search()),
        ({"page": "9" * 50}, Search()),
        ({"sort": "-price", "page": "3", "per": "48"}, Search(sort=Sort.DEAREST, page=3, page_size=48)),
    ],
)
def test_an_address_is_read_as_far_as_it_makes_sense(query: dict[str, str], search: Search) -> None:
    assert Search.parse(query) == search


def test_a_search_writes_the_address_it_was_read_from() -> None:
    query = {
        "q": "saw", "category": "Cutting > Saws", "option.Colour": "red|blue", "stock": "1", "sort": "price",
        "page": "2", "per": "48",
    }  # fmt: skip
    assert Search.parse(query).query() == query
    assert Search().query() == {}


def test_a_value_is_added_to_a_search_and_taken_away_again() -> None:
    search = Search(words="cap", page=3).with_option("Colour", "red").with_option("Colour", "blue")
    assert search == Search(words="cap", options=(("Colour", ("red", "blue")),))
    assert search.with_option("Colour", "red").with_option("Colour", "blue") == Search(words="cap")


async def test_a_product_page_shows_the_parent_with_the_variant_that_was_asked_for(shop: Shop) -> None:
    await shirt()
    view = await product_view.load("TS-B", LISTED)
    assert (view.sku, [v.sku for v in view.variants]) == ("TS", ["TS-R", "TS-B"])
    assert next(v.sku for v in view.variants if v.id == view.chosen) == "TS-B"
    assert (await product_view.load("TS", LISTED)).chosen is None


async def test_a_product_without_variants_is_its_own_only_one(shop: Shop) -> None:
    await make("WS", "Wood screw", "0.0125", breaks=[[1000, "0.011"]], pack_size=500)
    view = await product_view.load("WS", LISTED)
    (only,) = view.variants
    assert view.chosen == only.id
    assert (only.price, only.breaks[0].quantity, only.breaks[0].price) == (Decimal("0.0125"), 1000, Decimal("0.011"))


async def test_a_variant_without_a_price_has_its_parents(shop: Shop) -> None:
    parent = await make("P", "Parent", "7", is_parent=True)
    await make("P-1", "Parent", None, parent=parent, options={"Size": "S"})
    assert (await product_view.load("P-1", LISTED)).variants[0].price == Decimal(7)
    assert (await catalog.page(Search(), LISTED)).products[0].price == Decimal(7)


async def test_what_is_no_longer_sold_is_told_from_what_never_was(shop: Shop) -> None:
    await make("OFF", "Switched off", active=False)
    await shirt()
    for sku in ("OFF", "TS-G"):
        view = await product_view.load(sku, LISTED)
        assert (view.active, view.variants) == (False, ())
    with pytest.raises(NotFoundError):
        await product_view.load("NEVER", LISTED)


@pytest.mark.parametrize(
    ("name", "options", "full"),
    [
        ("T-shirt", {"Colour": "red", "Size": "L"}, "T-shirt (red, L)"),
        ("T-shirt Red", {"Colour": "red", "Size": "L"}, "T-shirt Red (L)"),
        ("Latte, dark red", {"Colour": "Dark Red", "Size": "L"}, "Latte, dark red (L)"),
        ("Saw", {}, "Saw"),
    ],
)
def test_a_variants_name_tells_its_options_once(name: str, options: dict[str, str], full: str) -> None:
    assert product_view.full_name(name, options) == full


@pytest.mark.parametrize(
    "words", ["x" * 100, "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 100, "ß" * 100, "İ" * 100]
)
async def test_a_search_for_something_odd_and_long_finds_nothing(shop: Shop, words: str) -> None:
    await make("A-1", "Saw")
    assert await skus(words=words) == []
