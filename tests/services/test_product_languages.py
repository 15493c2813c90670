"""Products speak several languages: imported, searched in all of them, shown in the reader's, edited at the desk."""

import pytest

from models import Category, Product, Shop
from models.catalog_field import Field
from models.catalog_search import Search
from models.errors import FieldErrors
from models.pricing import PriceList
from models.text import speaking
from pages.shop import catalog as shop_catalog
from pages.shop import show
from services import cart_lines, carts, catalog, catalog_editing, catalog_import, product_view
from services.catalog_import.names import field_of, translation_of
from tests.catalogue_files import imported, planned, row, table

LISTED = PriceList("EUR")  # the catalogue's own prices
FILE = """SKU;Name;name:es;Beschreibung (DE);Description;description_fr;Price
FR-200;Folding rule;Metro plegable;<p>Aus <b>Buche</b></p><script>x</script>;Of beech;;6.40
TL-1;Tape;;;;Très long;3.00
"""


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("name:es", "name:es"),
        ("Name : DE", "name:de"),
        ("Nombre (ES)", "name:es"),
        ("Titel [fr]", "name:fr"),
        ("product_name_fr", "name:fr"),
        ("description:es_ES", "description:es"),
        ("name-en_US", "name:en"),
        ("name:it", ""),
        ("price:es", ""),
        ("name", ""),
        ("size", ""),
    ],
)
def test_a_header_may_say_which_language_its_column_is_in(header: str, key: str) -> None:
    assert translation_of(header) == key
    assert (field_of(header) is Field.TRANSLATION) is bool(key)


def test_where_every_name_says_its_language_the_first_is_the_products_own() -> None:
    mapping = catalog_import.recognise(table("SKU;name:de;name:es;Price\nA;Hammer;Martillo;1\n"))
    assert mapping.fields == (Field.SKU, Field.NAME, Field.TRANSLATION, Field.PRICE)


async def test_texts_come_in_with_the_file_and_those_it_does_not_speak_stay(shop: Shop) -> None:
    plan = await imported(table(FILE))
    rule = await Product.get(sku="FR-200")
    assert rule.texts == {"description:de": "<p>Aus <b>Buche</b></p>", "name:es": "Metro plegable"}
    assert (await planned(table(FILE))).changes_anything is False
    changed = await imported(table("SKU;name:fr\nFR-200;Mètre pliant\n"))
    assert [(change.name, change.new["name:fr"]) for change in row(changed, 2).changes] == [("texts", "Mètre pliant")]
    assert set((await Product.get(sku="FR-200")).texts or {}) == {"description:de", "name:es", "name:fr"}
    assert row(plan, 3).notes == ()


async def test_a_product_is_found_in_every_language_and_shown_in_the_readers(shop: Shop) -> None:
    await imported(table(FILE))
    for words in ("folding", "plegable", "buche", "beech"):
        assert [product.sku for product in (await catalog.page(Search(words=words), LISTED)).products] == ["FR-200"], (
            words
        )
    names = {}
    for language in ("en", "es", "de"):
        with speaking(language):
            view = await product_view.load("FR-200", LISTED)
            names[language] = (view.name, view.description)
            assert (await catalog.page(Search(words="plegable"), LISTED)).products[0].name == view.name
    assert names["en"] == ("Folding rule", "Of beech")
    assert names["es"] == ("Metro plegable", "Of beech")
    assert names["de"] == ("Folding rule", "<p>Aus <b>Buche</b></p>")


async def test_a_cart_names_products_in_the_readers_language(shop: Shop) -> None:
    await imported(table(FILE))
    rule = await Product.get(sku="FR-200")
    await carts.add("t" * 43, rule.id, 1)
    rows = await cart_lines.product_rows([rule.id])
    with speaking("es"):
        line = cart_lines.kept(rows[rule.id], 1, LISTED)
    assert line and line.wanted.name == "Metro plegable"


async def test_variants_without_a_name_have_their_parents_in_every_language(shop: Shop) -> None:
    text = "SKU;Name;name:es;Parent SKU;Size;Price\nG;Glove;Guante;;;5\nG-8;;;G;8;5\nG-9;Big glove;;G;9;5\n"
    await imported(table(text))
    assert (await Product.get(sku="G-8")).texts == {"name:es": "Guante"}
    assert not (await Product.get(sku="G-9")).texts


async def test_variants_with_translated_options_keep_their_parents_name_in_every_language(shop: Shop) -> None:
    header = "SKU;Name;name:es;Parent SKU;Colour;Colour:es;Price\n"
    family = "G;Glove;Guante;;;;5\nG-R;;;G;red;rojo;5\nG-B;Glove;;G;blue;azul;5\nG-9;Big glove;;G;big;grande;5\n"
    await imported(table(header + family))
    await imported(table(header + "G-W;;;G;white;blanco;5\n"))
    told = {product.sku: product.texts for product in await Product.filter(parent__sku="G")}
    assert told == {
        "G-R": {"name:es": "Guante", "option.Colour:es": "rojo"},
        "G-B": {"name:es": "Guante", "option.Colour:es": "azul"},
        "G-9": {"option.Colour:es": "grande"},
        "G-W": {"name:es": "Guante", "option.Colour:es": "blanco"},
    }
    rows = await cart_lines.product_rows([(await Product.get(sku="G-W")).id])
    with speaking("es"):
        [line] = [cart_lines.kept(row, 1, LISTED) for row in rows.values()]
    assert line and line.wanted.name == "Guante (blanco)"
    assert not (await planned(table(header + family))).changes_anything


async def test_the_desk_edits_them_and_leaves_the_others(shop: Shop) -> None:
    await imported(table(FILE))
    product_id = (await Product.get(sku="FR-200")).id
    edited = await catalog_editing.load(product_id)
    typed = {"sku": edited.sku, "name": edited.name, "description": edited.description, "price": edited.price}
    await catalog_editing.save(product_id, typed | {"name:es": "", "name:de": "Gliedermaßstab"})
    saved = await Product.get(id=product_id)
    assert saved.texts == {"description:de": "<p>Aus <b>Buche</b></p>", "name:de": "Gliedermaßstab"}
    assert "gliedermassstab" in saved.search and "plegable" not in saved.search


GLOVES = """SKU;Name;Category;category:es;Parent SKU;Colour;Colour:es;option name.colour:es;Price
G;Glove;Workwear > Hands;Ropa > Manos;;;;;5
G-R;;;;G;red;rojo;Color;5
G-B;;;;G;blue;azul;;5
CAP;Cap;Workwear > Heads;Ropa;;;;;4
"""


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("category:es", "category:es"),
        ("Kategorie (de)", "category:de"),
        ("Colour:ES", "option.colour:es"),
        ("option.Length:fr", "option.length:fr"),
        ("option name.Length:fr", "option name.length:fr"),
        ("Option1 value:es", "option.1:es"),
        ("option2 name: de", "option name.2:de"),
        ("Size (FR)", ""),
        ("Wheels:fr", ""),
    ],
)
def test_a_header_may_say_the_language_of_a_category_or_an_option(header: str, key: str) -> None:
    assert translation_of(header) == key


async def test_categories_and_options_come_in_with_the_file(shop: Shop) -> None:
    plan = await imported(table(GLOVES))
    assert (await Category.get(path="Workwear > Hands")).texts == {"category:es": "Ropa > Manos"}
    assert not (await Category.get(path="Workwear > Heads")).texts
    assert len(row(plan, 5).notes) == 1
    assert (await Product.get(sku="G-R")).texts == {"option.Colour:es": "rojo", "option name.Colour:es": "Color"}
    assert not (await planned(table(GLOVES))).changes_anything


async def test_the_catalogue_names_categories_and_options_in_the_readers_language_under_the_shops_address(
    shop: Shop,
) -> None:
    await imported(table(GLOVES))
    search = Search(category="Workwear", options=(("Colour", ("red",)),))
    with speaking("es"):
        page = await catalog.page(search, LISTED)
        told = page.told
        view = await product_view.load("G-R", LISTED)
        groups = shop_catalog._filters(page, show.window(shop))
        chips = shop_catalog._chips(page.search, told)
        assert (told.option("Colour"), told.value("Colour", "red")) == ("Color", "rojo")
        assert told.path("Workwear > Heads") == "Ropa > Heads"
        assert shop_catalog._title(page) == "Ropa"
    [top] = page.categories
    assert [product.sku for product in page.products] == ["G"]
    assert (top.path, top.name) == ("Workwear", "Ropa")
    assert [(child.path, child.name) for child in top.children] == [("Workwear > Hands", "Manos")]
    assert (view.category, view.category_words) == ("Workwear > Hands", "Ropa > Manos")
    assert [variant.options for variant in view.variants] == [{"Color": "rojo"}, {"Color": "azul"}]
    assert [(group["name"], [value["label"] for value in group["values"]]) for group in groups] == [
        ("Color", ["rojo", "azul"])
    ]
    assert groups[0]["values"][1]["href"] == "/?category=Workwear&option.Colour=red%7Cblue"
    assert [chip["label"] for chip in chips] == ["Color: rojo"]
    with speaking("de"):
        assert (await catalog.page(search, LISTED)).categories[0].name == "Workwear"


async def test_products_are_found_by_their_category_and_options_in_every_language(shop: Shop) -> None:
    await imported(table(GLOVES))
    for words in ("manos", "hands", "azul", "blue"):
        assert [product.sku for product in (await catalog.page(Search(words=words), LISTED)).products] == ["G"], words


async def test_a_cart_names_a_variants_options_in_the_readers_language(shop: Shop) -> None:
    await imported(table(GLOVES))
    red = await Product.get(sku="G-R")
    rows = await cart_lines.product_rows([red.id])
    with speaking("es"):
        line = cart_lines.kept(rows[red.id], 1, LISTED)
    assert line and line.wanted.name == "Glove (rojo)"


async def test_an_import_that_is_taken_back_takes_its_names_of_categories_along(shop: Shop) -> None:
    await imported(table(GLOVES))
    plan = await imported(table("SKU;category:es;category:fr\nG;Textil > Manos;Textile > Mains\n"))
    assert [change.name for change in row(plan, 2).changes] == ["category_texts"]
    told = (await Category.get(path="Workwear > Hands")).texts
    assert told == {"category:es": "Textil > Manos", "category:fr": "Textile > Mains"}
    await catalog_import.undo_last(by="nuria@norte.example")
    assert (await Category.get(path="Workwear > Hands")).texts == {"category:es": "Ropa > Manos"}


async def test_the_desk_edits_the_names_of_a_category_and_of_options(shop: Shop) -> None:
    await imported(table(GLOVES))
    red = await Product.get(sku="G-R")
    edited = await catalog_editing.load(red.id)
    typed: dict[str, str | bool] = {"sku": "G-R", "name": "Glove", "price": "5", "category": edited.category}
    typed |= {f"category:{code}": edited.texts.get(f"category:{code}", "") for code in ("es", "de", "fr")}
    with pytest.raises(FieldErrors) as refused:
        await catalog_editing.save(red.id, typed | {"category:de": "Kleidung"})
    assert set(refused.value.fields) == {"category:de"}
    await catalog_editing.save(
        red.id, typed | {"category:de": "Kleidung>Hände", "category:es": "", "option.Colour:de": "rot"}
    )
    assert (await Category.get(path="Workwear > Hands")).texts == {"category:de": "Kleidung > Hände"}
    saved = await Product.get(id=red.id)
    assert saved.texts == {"option name.Colour:es": "Color", "option.Colour:de": "rot", "option.Colour:es": "rojo"}
    moved = typed | {"category": "Workwear > Heads", "category:de": "Kleidung > Hände", "category:es": ""}
    await catalog_editing.save(red.id, moved)
    assert not (await Category.get(path="Workwear > Heads")).texts, "the words of the one it was in"
