"""A value changed where it stands in the list: checked, written alone, and never over somebody else's."""

from decimal import Decimal

import pytest

from models import Product
from models.errors import FieldErrors, NotFoundError, ShopError
from services import product_cells
from tests.catalogue_files import imported, sample, table

pytestmark = pytest.mark.usefixtures("database")


async def saw() -> Product:
    """A saw for 12.00, five of them in stock."""
    await imported(table("SKU;Name;Price;Stock\nA;Saw;12,00;5\n"))
    return await Product.get(sku="A")


@pytest.mark.parametrize(
    ("column", "seen", "typed", "value"),
    [
        ("price", "12.00", "13,5", Decimal("13.5")),
        ("price", "12.00", "", None),
        ("stock", "5", "0", 0),
        ("stock", "5", "", None),
        ("pack_size", "1", "25", 25),
        ("active", "yes", "no", False),
    ],
)
async def test_one_value_is_written_alone(column: str, seen: str, typed: str, value: object) -> None:
    before = await Product.filter(id=(await saw()).id).get().values()

    await product_cells.write(before["id"], column, typed, seen=seen)

    after = await Product.get(id=before["id"]).values()
    assert after[column] == value
    assert after["edited_at"] is not None
    assert {**after, column: None, "edited_at": None} == {**before, column: None, "edited_at": None}


@pytest.mark.parametrize(
    ("column", "typed"), [("price", "cheap"), ("price", "-1"), ("stock", "1.5"), ("stock", "-1"), ("pack_size", "0")]
)
async def test_what_cannot_be_meant_is_refused_in_words(column: str, typed: str) -> None:
    product = await saw()

    with pytest.raises(FieldErrors, match="Write"):
        await product_cells.write(product.id, column, typed, seen="")

    assert await Product.get(id=product.id).values() == await Product.get(sku="A").values()
    assert (await Product.get(sku="A")).edited_at is None


async def test_the_second_of_two_is_told_what_it_has_become() -> None:
    product = await saw()
    await product_cells.write(product.id, "price", "13", seen="12.00")

    with pytest.raises(ShopError, match=r"become “13\.00”"):
        await product_cells.write(product.id, "price", "14", seen="12.00")
    assert (await Product.get(id=product.id)).price == Decimal(13)

    await product_cells.write(product.id, "price", "14", seen="13.00")
    assert (await Product.get(id=product.id)).price == Decimal(14)


async def test_the_same_value_is_no_conflict() -> None:
    product = await saw()
    await product_cells.write(product.id, "active", "no", seen="yes")
    await product_cells.write(product.id, "active", "no", seen="yes")
    assert not (await Product.get(id=product.id)).active


async def test_variants_go_with_their_parent() -> None:
    await imported(sample("shopify.csv"))
    parent = await Product.get(sku="ENAMEL-MUG")

    await product_cells.write(parent.id, "active", "no", seen="yes")

    assert not await Product.filter(parent_id=parent.id, active=True).exists()


async def test_a_product_that_is_gone_is_told() -> None:
    with pytest.raises(NotFoundError):
        await product_cells.write(77, "price", "1", seen="")
