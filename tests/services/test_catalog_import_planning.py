"""What the preview says: new, changed from old to new, unchanged, refused, held back."""

import pytest

from models import CatalogImport, Category, ImportChange, Product
from services import catalog_import
from services.catalog_import import Outcome, report
from tests.catalogue_files import imported, outcomes, planned, row, table

pytestmark = pytest.mark.usefixtures("database")

FIRST = "SKU;Name;Price;Stock\nA;Saw;12,00;5\nB;Axe;8,00;1\nC;Awl;1,00;9\n"


async def test_looking_writes_nothing() -> None:
    await planned(table(FIRST))

    assert not await Product.all().count()
    assert not await Category.all().count()
    assert not await CatalogImport.all().count()


async def test_the_same_file_again_changes_nothing() -> None:
    await imported(table(FIRST))
    plan = await planned(table(FIRST))

    assert set(outcomes(plan).values()) == {Outcome.UNCHANGED}
    assert not plan.changes_anything


async def test_changes_are_told_from_old_to_new() -> None:
    await imported(table(FIRST))
    plan = await planned(table("SKU;Name;Price;Stock\nA;Saw;12,50;5\nB;Hatchet;8,00;1\nC;Awl;1,00;9\nD;Adze;3,00;\n"))

    assert outcomes(plan) == {2: Outcome.CHANGED, 3: Outcome.CHANGED, 4: Outcome.UNCHANGED, 5: Outcome.NEW}
    assert [report.change(change) for change in row(plan, 2).changes] == ["Price: 12.00 → 12.50"]
    assert [report.change(change) for change in row(plan, 3).changes] == ["Name: Axe → Hatchet"]


async def test_a_list_of_new_prices_needs_no_names() -> None:
    await imported(table(FIRST))
    plan = await planned(table("SKU;Price\nA;13,00\nX;5,00\n"))

    assert row(plan, 2).outcome is Outcome.CHANGED
    assert row(plan, 2).name == "Saw"
    assert row(plan, 3).reason == "It has no name."
    assert plan.missing == ("Name",)


async def test_an_empty_cell_leaves_the_catalogue_as_it_is() -> None:
    await imported(table(FIRST))
    plan = await planned(table("SKU;Name;Price;Stock\nA;;;\n"))

    assert row(plan, 2).outcome is Outcome.UNCHANGED


@pytest.mark.parametrize("price", ["120,00", "1200", "1,20", "0,5"])
async def test_a_price_that_jumps_tenfold_is_held_back(price: str) -> None:
    await imported(table(FIRST))
    plan = await planned(table(f"SKU;Name;Price\nA;Saw;{price}\nB;Axe;79,99\n"))

    assert row(plan, 2).outcome is Outcome.REFUSED
    assert row(plan, 2).is_held
    assert "held back" in row(plan, 2).reason
    assert row(plan, 3).outcome is Outcome.CHANGED  # 9.99 times is a price rise


async def test_a_price_that_was_held_back_is_taken_once_it_is_released() -> None:
    await imported(table(FIRST))
    source = table("SKU;Name;Price\nA;Saw;120,00\n")
    mapping = catalog_import.recognise(source)

    plan = await catalog_import.plan(source, mapping, currency="EUR", released={"A"})

    assert row(plan, 2).outcome is Outcome.CHANGED
    assert not row(plan, 2).is_held


async def test_a_variant_may_join_a_product_of_the_catalogue() -> None:
    await imported(table(FIRST))
    plan = await imported(table("SKU;Parent SKU;Size;Price\nA-L;A;Large;15,00\n"))

    assert row(plan, 2).outcome is Outcome.NEW
    assert (await Product.get(sku="A")).is_parent
    assert (await Product.get(sku="A-L")).parent_id == (await Product.get(sku="A")).id
    assert (await Product.get(sku="A-L")).name == "Saw"


async def test_the_rows_add_up() -> None:
    plan = await planned(table("SKU;Name;Price;Image\nA;Saw;1;a.jpg\n;;;b.jpg\nB;;2;\nC;Awl;x;\nA;Saw;1;a.jpg\n"))
    counts = plan.counts

    assert len(plan.outcomes) == plan.imported + counts[Outcome.REFUSED] + counts[Outcome.MERGED] == 5
    assert (plan.imported, counts[Outcome.REFUSED], counts[Outcome.MERGED]) == (1, 2, 2)


async def test_the_report_tells_everything_in_lines() -> None:
    await imported(table(FIRST))
    lines = report.lines(await planned(table("SKU;Name;Price\nA;Saw;12,50\nX;Adze;free\n")))

    assert "2 rows: 0 new, 1 changed, 0 unchanged, 1 refused, 0 merged" in lines
    assert "  row 2, A: Price: 12.00 → 12.50" in lines
    assert "  row 3, X: “free” is not a price." in lines
    assert "    3  Price → Price" in lines


async def test_nothing_is_remembered_of_a_file_that_was_only_looked_at() -> None:
    source = table(FIRST)
    await planned(source)

    assert await catalog_import.remembered(source) is None
    assert not await ImportChange.all().count()
