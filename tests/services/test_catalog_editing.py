"""Products edited at the desk, and the list they are found in."""

from decimal import Decimal

import pytest

from models import Category, Product, query_values
from models.errors import FieldErrors, NotFoundError
from models.product_filter import Activity, ProductFilter
from services import catalog_editing, product_list
from tests.catalogue_files import imported, sample, table

pytestmark = pytest.mark.usefixtures("database")

TYPED: dict[str, str | bool] = {
    "sku": "SAW-240",
    "name": "Japanische Säge",
    "description": "Cuts on the pull.\nTwo rows of teeth.",
    "category": "Tools>Saws",
    "price": "24,80",
    "unit": "piece",
    "pack_size": "1",
    "minimum_quantity": "",
    "breaks": "10: 22.00\n50: 20",
    "stock": "0",
    "ean": "4006381333931",
    "active": True,
}


async def test_a_new_product_is_written_as_it_was_typed() -> None:
    product = await Product.get(id=await catalog_editing.save(None, TYPED)).prefetch_related("category")

    assert (product.sku, product.price, product.stock) == ("SAW-240", Decimal("24.8"), 0)
    assert product.breaks == [[10, "22"], [50, "20"]]
    assert product.category is not None
    assert product.category.path == "Tools > Saws"
    assert product.description == "Cuts on the pull.<br>Two rows of teeth."
    assert product.search == "saw-240 japanische sage 4006381333931 tools > saws cuts on the pull. two rows of teeth."
    assert product.sort_name == "japanische sage"
    assert product.edited_at is not None


async def test_a_form_shows_what_was_saved_and_saves_what_it_shows() -> None:
    product_id = await catalog_editing.save(None, TYPED)
    before = await Product.get(id=product_id).values()
    shown = await catalog_editing.load(product_id)

    assert shown.description == TYPED["description"]
    assert shown.price == "24.80"
    assert shown.breaks == "10: 22\n50: 20"

    await catalog_editing.save(product_id, {name: getattr(shown, name) for name in TYPED})

    after = await Product.get(id=product_id).values()
    assert {**after, "edited_at": None} == {**before, "edited_at": None}


async def test_every_wrong_field_is_told_at_once() -> None:
    wrong = TYPED | {
        "sku": "", "name": " ", "price": "cheap", "breaks": "many", "stock": "-1", "pack_size": "0", "ean": "12",
        "category": "x" * 200,
    }  # fmt: skip

    with pytest.raises(FieldErrors) as refused:
        await catalog_editing.save(None, wrong)

    assert set(refused.value.fields) == {"sku", "name", "price", "breaks", "stock", "pack_size", "ean", "category"}
    assert not await Product.all().count()


async def test_a_sku_belongs_to_one_product() -> None:
    await catalog_editing.save(None, TYPED)

    with pytest.raises(FieldErrors, match="Another product has this SKU"):
        await catalog_editing.save(None, TYPED)


async def test_a_product_without_a_price_is_on_request() -> None:
    product_id = await catalog_editing.save(None, TYPED | {"price": "", "stock": ""})

    product = await Product.get(id=product_id)
    assert product.price is None
    assert product.stock is None


async def test_harmful_html_is_cleaned_when_typed_too() -> None:
    product_id = await catalog_editing.save(None, TYPED | {"description": "<p>Fine</p><script>alert(1)</script>"})

    assert (await Product.get(id=product_id)).description == "<p>Fine</p>"
    assert (await catalog_editing.load(product_id)).description == "<p>Fine</p>"


async def test_a_variant_keeps_the_names_of_its_options() -> None:
    await imported(sample("shopify.csv"))
    mug = await Product.get(sku="MUG-B-S")
    shown = await catalog_editing.load(mug.id)
    typed = {name: getattr(shown, name) for name in TYPED} | {"option:Colour": "Navy", "option:Forged": "x"}

    await catalog_editing.save(mug.id, typed)

    assert (await Product.get(id=mug.id)).options == {"Colour": "Navy", "Size": "Small"}
    assert "navy" in (await Product.get(id=mug.id)).search


async def test_a_product_that_is_not_there_is_told() -> None:
    with pytest.raises(NotFoundError):
        await catalog_editing.load(1)
    with pytest.raises(NotFoundError):
        await catalog_editing.save(1, TYPED)


async def test_variants_go_with_their_parent() -> None:
    await imported(sample("shopify.csv"))
    parent = await Product.get(sku="ENAMEL-MUG")

    assert await catalog_editing.set_active([parent.id], active=False) == 4
    assert not await Product.filter(parent_id=parent.id, active=True).exists()
    assert await catalog_editing.set_active([parent.id, parent.id], active=False) == 0
    assert await catalog_editing.set_active([parent.id], active=True) == 4


async def test_the_list_finds_by_every_word_without_accents_or_case() -> None:
    await imported(sample("plain.csv"))

    async def skus(**asked: str) -> list[str]:
        return [row.sku for row in (await product_list.page(ProductFilter.parse(asked))).rows]

    assert await skus(search="SAGE fuchs") == ["SG-1"]
    assert await skus(search="ws-440") == ["WS-440"]
    assert await skus(search="4006381333931") == ["WS-440", "PT-1"]
    assert await skus(category="Eisenwaren") == ["WS-440"]
    assert await skus(category="Eisen") == []
    assert await skus(activity="inactive") == ["SG-1"]
    assert await skus(sort="-price") == ["SG-1", "PT-1", "OHNE-NUMMER", "DO-1", "WS-440"]


async def test_a_parent_shows_its_variants_and_their_lowest_price() -> None:
    await imported(sample("shopify.csv"))

    page = await product_list.page(ProductFilter(search="enamel"))

    assert page.rows[0].sku == "ENAMEL-MUG"
    assert (page.rows[0].variants, page.rows[0].price) == (3, Decimal("9.5"))
    assert {row.options for row in page.rows[1:]} == {("White", "Small"), ("White", "Large"), ("Blue", "Small")}


async def test_the_list_has_pages() -> None:
    await imported(table("SKU;Name;Price\n" + "".join(f"P{n:03};Product {n:03};1,00\n" for n in range(120))))

    last = await product_list.page(ProductFilter(page=99))

    assert (last.page, last.total, len(last.rows)) == (3, 120, 20)
    assert len(await product_list.matching_ids(ProductFilter(search="product 05"))) == 12


async def test_categories_are_suggested_by_their_words() -> None:
    for path in ("Tools > Saws", "Tools > Axes", "Garden"):
        await Category.create(path=path, name=path.split(" > ")[-1])

    assert await product_list.suggest_categories("tools") == ["Tools > Axes", "Tools > Saws"]
    assert await product_list.suggest_categories("SAW") == ["Tools > Saws"]


def test_a_filter_survives_its_address() -> None:
    chosen = ProductFilter("säge 240", "Tools > Saws", Activity.INACTIVE, "price", descending=True, page=3)

    assert ProductFilter.parse(chosen.query()) == chosen
    assert ProductFilter().query() == {}


@pytest.mark.parametrize(
    "address",
    [
        {"page": "0"},
        {"page": "x"},
        {"page": "9" * 30},
        {"sort": "password"},
        {"activity": "maybe"},
        {"search": "\0"},
    ],
)
def test_an_address_that_cannot_be_meant_is_ignored(address: dict[str, str]) -> None:
    assert ProductFilter.parse(address) == ProductFilter()


def test_a_search_that_is_too_long_is_cut() -> None:
    assert ProductFilter.parse({"search": "x" * 500}).search == "x" * query_values.MAX_TEXT
