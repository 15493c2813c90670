"""An import is written whole or not at all, and can be taken back."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from models import CatalogImport, Category, ImportChange, Order, OrderLine, Picture, Product
from models.errors import NotFoundError, ShopError
from services import catalog_import
from services.catalog_import import report
from tests.catalogue_files import imported, planned, sample, table

pytestmark = pytest.mark.usefixtures("database")

SELLER = "nuria@norte.example"
FIRST = "SKU;Name;Category;Price;Image\nA;Säge;Tools > Saws;12,00;a.jpg\nB;Axe;Tools;8,00;\n"


async def ordered(sku: str) -> None:
    """Somebody orders a product."""
    product = await Product.get(sku=sku)
    order = await Order.create(
        number="N-1", name="Ada", email="ada@example.com", currency="EUR", created_at=datetime.now(UTC)
    )
    await OrderLine.create(order=order, line_no=1, product=product, sku=sku, name=product.name, quantity=1)


async def edited(sku: str) -> None:
    """The seller edits a product by hand, after its import."""
    await Product.filter(sku=sku).update(edited_at=datetime.now(UTC) + timedelta(seconds=1), unit="piece")


async def test_products_are_written_with_what_they_are_found_by() -> None:
    await imported(table(FIRST))
    saw = await Product.get(sku="A").prefetch_related("category", "pictures")

    assert (saw.name, saw.price, saw.active) == ("Säge", Decimal("12"), True)
    assert saw.category is not None
    assert saw.category.path == "Tools > Saws"
    assert saw.category.name == "Saws"
    assert saw.sort_name == "sage"
    assert saw.search == "a sage tools > saws"
    assert saw.edited_at is None
    assert [picture.source for picture in await Picture.filter(product_id=saw.id)] == ["a.jpg"]


async def test_a_family_is_written_together() -> None:
    await imported(sample("shopify.csv"))
    parent = await Product.get(sku="ENAMEL-MUG")

    assert parent.is_parent
    variants = await Product.filter(parent_id=parent.id).order_by("sku")
    assert [variant.sku for variant in variants] == ["ENAMEL-MUG-WHITE-LARGE", "MUG-B-S", "MUG-W-S"]
    assert "blue" in (await Product.get(sku="MUG-B-S")).search


async def test_changed_products_are_found_by_their_new_name() -> None:
    await imported(table(FIRST))
    await imported(table("SKU;Name;Price\nA;Fuchsschwanz;12,00\n"))
    saw = await Product.get(sku="A")

    assert saw.search == "a fuchsschwanz tools > saws"
    assert saw.sort_name == "fuchsschwanz"


async def test_pictures_follow_the_file_and_uploaded_ones_stay() -> None:
    await imported(table(FIRST))
    saw = await Product.get(sku="A")
    await Picture.filter(product_id=saw.id).update(file="f" * 32 + ".webp")
    await Picture.create(product_id=saw.id, position=7, file="0" * 32 + ".webp")

    await imported(table("SKU;Image\nA;b.jpg,a.jpg\n"), "sku=1")

    found = await Picture.filter(product_id=saw.id).order_by("position").values_list("source", "file")
    assert found == [("b.jpg", ""), ("a.jpg", "f" * 32 + ".webp"), ("", "0" * 32 + ".webp")]


async def test_a_picture_that_is_here_already_is_used_again() -> None:
    await imported(table(FIRST))
    await Picture.filter(source="a.jpg").update(file="f" * 32 + ".webp")

    await imported(table("SKU;Name;Price;Image\nC;Saw blade;3,00;a.jpg\n"))

    assert await Picture.filter(file="f" * 32 + ".webp").count() == 2


async def test_progress_is_told_to_the_end() -> None:
    plan = await planned(table("SKU;Name;Price\n" + "".join(f"P{n};Product {n};1,00\n" for n in range(600))))
    told: list[tuple[int, int]] = []

    await catalog_import.apply(plan, by=SELLER, on_progress=lambda done, total: told.append((done, total)))

    assert told == [(250, 600), (500, 600), (600, 600)]


async def test_an_import_is_remembered_with_its_counts() -> None:
    await imported(table(FIRST))
    record = await CatalogImport.get()

    assert (record.file_name, record.done_by) == ("catalogue.csv", SELLER)
    assert record.summary == {"new": 2, "changed": 0, "unchanged": 0, "refused": 0, "merged": 0, "deactivated": 0}
    assert await ImportChange.all().count() == 2


async def test_nothing_is_written_if_a_product_changed_since_the_preview() -> None:
    await imported(table(FIRST))
    plan = await planned(table("SKU;Name;Price\nA;Säge;13,00\nN;New;1,00\n"))
    await Product.filter(sku="A").update(price=Decimal("12.50"))

    with pytest.raises(ShopError, match="A was changed in the meantime"):
        await catalog_import.apply(plan, by=SELLER)

    assert not await Product.exists(sku="N")
    assert (await Product.get(sku="A")).price == Decimal("12.5")
    assert await CatalogImport.all().count() == 1


async def test_nothing_is_written_if_writing_fails_half_way(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = await planned(sample("woocommerce.csv"))

    def fails(_done: int, _total: int) -> None:
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        await catalog_import.apply(plan, by=SELLER, on_progress=fails)

    assert not await Product.all().count()
    assert not await Category.all().count()


async def test_two_imports_of_one_preview_write_once() -> None:
    plan = await planned(table(FIRST))
    await catalog_import.apply(plan, by=SELLER)

    with pytest.raises(ShopError):
        await catalog_import.apply(plan, by=SELLER)

    assert await Product.all().count() == 2


async def test_one_click_takes_the_whole_import_back() -> None:
    await imported(sample("woocommerce.csv"))

    undone = await catalog_import.undo_last(SELLER)

    assert undone.removed == 8
    assert not await Product.all().count()
    assert not await Picture.all().count()
    assert not await Category.all().count()
    assert await catalog_import.last_import() is None


async def test_changed_products_get_their_old_values_back() -> None:
    await imported(table(FIRST))
    before = await Product.all().order_by("sku").values()
    await imported(table("SKU;Name;Category;Price;Image\nA;Saw;Garden;13,00;z.jpg\nN;New;;1,00;\n"))

    undone = await catalog_import.undo_last(SELLER)

    assert (undone.removed, undone.restored) == (1, 1)
    assert "was taken back: 1 product removed, 1 restored." in report.undone(undone)
    assert await Product.all().order_by("sku").values() == before
    assert [picture.source for picture in await Picture.all()] == ["a.jpg"]
    assert [category.path for category in await Category.all()] == ["Tools", "Tools > Saws"]


async def test_what_was_ordered_since_stays_and_is_inactive() -> None:
    await imported(table(FIRST))
    await ordered("A")

    undone = await catalog_import.undo_last(SELLER)

    assert undone.kept_ordered == ("A",)
    assert not (await Product.get(sku="A")).active
    assert not await Product.exists(sku="B")
    assert "Ordered since, kept and made inactive: A." in report.undone(undone)


async def test_a_parent_stays_with_its_ordered_variant() -> None:
    await imported(sample("shopify.csv"))
    await ordered("MUG-W-S")

    await catalog_import.undo_last(SELLER)

    assert await Product.all().order_by("sku").values_list("sku", "active") == [
        ("ENAMEL-MUG", False),
        ("MUG-W-S", False),
    ]
    assert (await Product.get(sku="MUG-W-S")).parent_id == (await Product.get(sku="ENAMEL-MUG")).id


async def test_what_was_edited_since_is_listed_and_kept() -> None:
    await imported(table(FIRST))
    await imported(table("SKU;Name;Price\nA;Saw;13,00\nN;New;1,00\n"))
    await edited("A")
    await edited("N")

    undone = await catalog_import.undo_last(SELLER)

    assert undone.kept_edited == ("A", "N")
    assert (await Product.get(sku="A")).name == "Saw"
    assert (await Product.get(sku="N")).active


async def test_imports_are_taken_back_one_after_the_other() -> None:
    await imported(table(FIRST))
    await imported(table("SKU;Name;Price\nN;New;1,00\n"))

    assert (await catalog_import.undo_last(SELLER)).removed == 1
    assert (await catalog_import.undo_last(SELLER)).removed == 2
    with pytest.raises(NotFoundError):
        await catalog_import.undo_last(SELLER)


async def test_an_earlier_import_is_taken_back_and_what_a_later_one_changed_stays() -> None:
    await imported(table(FIRST))
    await imported(table("SKU;Name;Price\nA;Säge;13,00\nB;Axe;9,00\n"))
    second = await CatalogImport.all().order_by("-id").first()
    await imported(table("SKU;Name;Price\nA;Säge;14,00\n"))
    assert second is not None

    undone = await catalog_import.undo(second.id, SELLER)

    assert (undone.restored, undone.kept_edited) == (1, ("A",))
    assert [str(product.price.normalize()) for product in await Product.all().order_by("sku") if product.price] == [
        "14",
        "8",
    ]
    with pytest.raises(NotFoundError, match="taken back already"):
        await catalog_import.undo(second.id, SELLER)


async def test_an_import_counts_what_buyers_no_longer_see() -> None:
    await imported(table(FIRST))
    await imported(table("SKU;Name;Price;Active\nA;Säge;12,00;no\nB;Axe;8,00;yes\n"))

    record = await CatalogImport.all().order_by("-id").first()
    assert record is not None
    assert record.summary["deactivated"] == 1
