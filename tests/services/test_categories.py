"""Categories put in order, renamed and moved: what lies below goes along, and is found by its new words."""

import pytest

from models import AuditEntry, Category, Product, Shop
from models.catalog_search import Search
from models.errors import FieldErrors, NotFoundError, ShopError
from services import catalog, categories, prices
from tests.catalogue_files import imported, table

pytestmark = pytest.mark.usefixtures("shop")

SELLER = "nuria@norte.example"
FILE = (
    "SKU;Name;Category;Category:es;Price\nA;Fret;Tools > Saws;Herramientas > Sierras;1\n"
    "B;Axe;Tools > Axes;;1\nC;Hose;Garden;;1\nD;Rake;Garden > Rakes;;1\n"
)


async def paths() -> list[str]:
    return [node.path for node in await categories.every()]


async def in_the_shop() -> list[str]:
    """The categories as buyers see them."""
    page = await catalog.page(Search(), await prices.of_buyer(await Shop.get(), None))
    return [path for top in page.categories for path in (top.path, *(below.path for below in top.children))]


async def test_they_are_counted_with_those_above_that_nobody_named() -> None:
    await imported(table(FILE))
    told = {node.path: (node.products, node.total, node.is_first, node.is_last) for node in await categories.every()}
    assert told == {
        "Garden": (1, 2, True, False),
        "Garden > Rakes": (1, 1, True, True),
        "Tools": (0, 2, False, True),
        "Tools > Axes": (1, 1, True, False),
        "Tools > Saws": (1, 1, False, True),
    }


async def test_the_shop_follows_the_order_and_what_is_new_comes_last() -> None:
    await imported(table(FILE))
    await categories.step("Garden", 1, seller=SELLER)
    await categories.step("Tools > Saws", -1, seller=SELLER)
    assert await in_the_shop() == ["Tools", "Tools > Saws", "Tools > Axes", "Garden", "Garden > Rakes"]

    await imported(table("SKU;Name;Category;Price\nE;File;Tools > A new one;1\n"))
    assert await in_the_shop() == [
        "Tools",
        "Tools > Saws",
        "Tools > Axes",
        "Tools > A new one",
        "Garden",
        "Garden > Rakes",
    ]
    await categories.step("Garden", 1, seller=SELLER)  # there is nothing below it
    assert (await paths())[-2:] == ["Garden", "Garden > Rakes"]


async def test_a_moved_category_takes_along_what_lies_below_and_its_words() -> None:
    await imported(table(FILE))
    assert await categories.place("Tools", "Garden", "under", seller=SELLER) == "Garden > Tools"
    assert await paths() == [
        "Garden",
        "Garden > Rakes",
        "Garden > Tools",
        "Garden > Tools > Axes",
        "Garden > Tools > Saws",
    ]
    saws = await Category.get(path="Garden > Tools > Saws")
    assert saws.texts == {"category:es": "Garden > Herramientas > Sierras"}
    assert "garden > tools > saws" in (await Product.get(sku="A")).search

    assert await categories.place("Garden > Tools > Saws", "Garden", "before", seller=SELLER) == "Saws"
    assert (await paths())[:2] == ["Saws", "Garden"]
    assert (await Category.get(path="Saws")).texts == {"category:es": "Sierras"}
    assert {entry.about for entry in await AuditEntry.all()} >= {"category Tools: moved to Garden > Tools"}


async def test_a_renamed_category_is_found_by_its_new_name_in_each_language() -> None:
    await imported(table(FILE))
    told = {"category:es": "Útiles", "category:de": ""}
    assert await categories.rename("Tools", " Hand  tools ", told, seller=SELLER) == "Hand tools"
    assert "hand tools > saws" in (await Product.get(sku="A")).search
    saws, axes = await Category.get(path="Hand tools > Saws"), await Category.get(path="Hand tools > Axes")
    assert (saws.texts, axes.texts) == ({"category:es": "Útiles > Sierras"}, {"category:es": "Útiles > Axes"})
    assert await categories.told_names("Hand tools") == {"category:es": "Útiles"}


@pytest.mark.parametrize("name", ["", "a > b", "x" * 121, "\0", "garden"])
async def test_a_name_that_cannot_be_is_told_at_its_field(name: str) -> None:
    await imported(table(FILE))
    with pytest.raises(FieldErrors) as refused:
        await categories.rename("Tools", name, {}, seller=SELLER)
    assert set(refused.value.fields) == {"name"}
    assert "Tools" in await paths()


async def test_what_cannot_be_is_refused_and_nothing_changes() -> None:
    await imported(table(FILE + "E;File;Garden > Tools;;1\n"))
    before = await Category.all().values()
    with pytest.raises(ShopError, match="in itself"):
        await categories.place("Tools", "Tools > Saws", "after", seller=SELLER)
    with pytest.raises(ShopError, match="already"):
        await categories.place("Tools", "Garden", "under", seller=SELLER)
    with pytest.raises(ShopError, match="products in this"):
        await categories.remove("Garden", seller=SELLER)
    with pytest.raises(NotFoundError):
        await categories.step("Nowhere", 1, seller=SELLER)
    assert await Category.all().values() == before


async def test_an_empty_category_is_removed() -> None:
    await Category.create(path="Old > Things", name="Things")
    await categories.remove("Old", seller=SELLER)
    assert not await Category.all().count()
