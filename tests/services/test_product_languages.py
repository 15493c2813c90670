"""Products speak several languages: imported, searched in all of them, shown in the reader's, edited at the desk."""

import pytest

from models import Product, Shop
from models.catalog_field import Field
from models.catalog_search import Search
from models.pricing import PriceList
from models.text import speaking
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


async def test_the_desk_edits_them_and_leaves_the_others(shop: Shop) -> None:
    await imported(table(FILE))
    product_id = (await Product.get(sku="FR-200")).id
    edited = await catalog_editing.load(product_id)
    typed = {"sku": edited.sku, "name": edited.name, "description": edited.description, "price": edited.price}
    await catalog_editing.save(product_id, typed | {"name:es": "", "name:de": "Gliedermaßstab"})
    saved = await Product.get(id=product_id)
    assert saved.texts == {"description:de": "<p>Aus <b>Buche</b></p>", "name:de": "Gliedermaßstab"}
    assert "gliedermassstab" in saved.search and "plegable" not in saved.search
