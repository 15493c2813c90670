"""Many prices at once: what a rule would do, written whole or not at all, and taken back once."""

from decimal import Decimal

import pytest

from models import AuditEntry, CatalogImport, Product
from models.errors import NotFoundError, ShopError
from models.price_rule import By, PriceRule, Rounding
from services import catalog_import, price_changes
from services.price_changes import PricePlan
from tests.catalogue_files import imported, sample, table

pytestmark = pytest.mark.usefixtures("database")

SELLER = "nuria@norte.example"
UP_TEN = PriceRule(By.PERCENT, Decimal(10), Rounding.CENT)
FILE = "SKU;Name;Price;Price breaks\nA;Saw;12,00;10:11,00\nB;Axe;8,00;\nC;Nail;0,01;\n"


async def planned(rule: PriceRule = UP_TEN, *, with_breaks: bool = True) -> PricePlan:
    """What a rule would do to all products."""
    ids = [row["id"] for row in await Product.all().values("id")]
    return await price_changes.plan(await price_changes.chosen(ids), rule, with_breaks=with_breaks)


async def prices() -> dict[str, Decimal | None]:
    return {row["sku"]: row["price"] for row in await Product.all().order_by("sku").values("sku", "price")}


async def test_a_plan_tells_old_new_and_the_extremes_and_writes_nothing() -> None:
    await imported(table(FILE))
    before = await Product.all().order_by("sku").values()

    plan = await planned(PriceRule(By.AMOUNT, Decimal("-0.5"), Rounding.CENT))

    assert [(new.product.sku, new.product.price, new.price) for new in plan.changes] == [
        ("A", Decimal(12), Decimal("11.50")),
        ("B", Decimal(8), Decimal("7.50")),
    ]
    assert [product.sku for product in plan.refused] == ["C"]
    assert [new.product.sku for new in plan.extremes] == ["B", "A"]
    assert await Product.all().order_by("sku").values() == before


async def test_prices_and_breaks_are_written_together_and_taken_back_once() -> None:
    await imported(table(FILE))
    before = await Product.all().order_by("sku").values("price", "breaks")

    record = await price_changes.apply(await planned(), by=SELLER)

    assert await prices() == {"A": Decimal("13.20"), "B": Decimal("8.80"), "C": Decimal("0.01")}
    assert (await Product.get(sku="A")).breaks == [[10, "12.1"]]
    assert record.summary == {"changed": 2}
    assert "2 prices: +10 %, rounded to 0.01" in [entry.about for entry in await AuditEntry.all()]

    undone = await catalog_import.undo(record.id, SELLER)
    assert (undone.restored, undone.removed) == (2, 0)
    assert await Product.all().order_by("sku").values("price", "breaks") == before
    with pytest.raises(NotFoundError):
        await catalog_import.undo(record.id, SELLER)


async def test_breaks_stay_if_that_is_wanted() -> None:
    await imported(table(FILE))
    await price_changes.apply(await planned(with_breaks=False), by=SELLER)
    assert (await Product.get(sku="A")).breaks == [[10, "11"]]


async def test_what_was_changed_since_is_not_taken_back() -> None:
    await imported(table(FILE))
    record = await price_changes.apply(await planned(), by=SELLER)
    await Product.filter(sku="A").update(price=Decimal(20))

    undone = await catalog_import.undo(record.id, SELLER)

    assert (undone.restored, undone.kept_edited) == (1, ("A",))
    assert await prices() == {"A": Decimal(20), "B": Decimal(8), "C": Decimal("0.01")}


async def test_nothing_is_written_if_a_price_is_not_what_the_plan_saw() -> None:
    await imported(table(FILE))
    plan = await planned()
    await Product.filter(sku="B").update(price=Decimal(9))

    with pytest.raises(ShopError, match="price of B was changed"):
        await price_changes.apply(plan, by=SELLER)

    assert await prices() == {"A": Decimal(12), "B": Decimal(9), "C": Decimal("0.01")}
    assert await CatalogImport.filter(price_rule__isnull=False).count() == 0


async def test_the_last_import_is_still_the_last_file() -> None:
    await imported(table(FILE))
    await price_changes.apply(await planned(), by=SELLER)
    last = await catalog_import.last_import()
    assert last is not None
    assert last.file_name == "catalogue.csv"


async def test_variants_go_with_a_parent_that_is_chosen() -> None:
    await imported(sample("shopify.csv"))
    parent = await Product.get(sku="ENAMEL-MUG")
    assert len(await price_changes.chosen([parent.id])) == 4


async def test_a_rule_that_changes_nothing_is_not_written() -> None:
    await imported(table(FILE))
    with pytest.raises(ShopError, match="No price would change"):
        await price_changes.apply(await planned(PriceRule(By.PERCENT, Decimal(0), Rounding.EXACT)), by=SELLER)
