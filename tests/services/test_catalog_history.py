"""The history of the catalogue: what was done, and what it changed from what to what."""

import pytest

from models import CatalogImport, Product
from models.errors import NotFoundError
from services import catalog_import
from services.catalog_import import history, report
from tests.catalogue_files import imported, table

pytestmark = pytest.mark.usefixtures("database")


async def test_each_import_is_listed_with_what_it_changed_the_price_first() -> None:
    await imported(table("SKU;Name;Price;Unit\nA;Saw;12,00;piece\n"))
    await imported(table("SKU;Name;Price\nA;Fret saw;13,00\nB;Axe;8,00\n"))

    page = await history.page(1)
    assert [record.summary["new"] for record in page.rows] == [1, 1]
    changed = await history.changes(page.rows[0].id, 1)

    told = {row.sku: [report.change(one) for one in row.changes] for row in changed.rows if not row.is_new}
    assert told == {"A": ["Price: 12.00 → 13.00", "Name: Saw → Fret saw"]}
    new = next(row for row in changed.rows if row.is_new)
    assert (new.sku, new.name, report.value(new.changes[0])) == ("B", "Axe", "Price: 8.00")
    assert new.product_id == (await Product.get(sku="B")).id


async def test_what_is_gone_is_told_without_a_way_to_it() -> None:
    await imported(table("SKU;Name;Price\nA;Saw;12,00\n"))
    await catalog_import.undo_last("nuria@norte.example")

    record = await CatalogImport.get()
    [row] = (await history.changes(record.id, 99)).rows

    assert (row.product_id, row.name) == (None, "Saw")
    assert record.undone_at is not None


async def test_a_long_list_has_pages() -> None:
    await imported(table("SKU;Name;Price\n" + "".join(f"P{n};Product {n};1,00\n" for n in range(60))))
    page = await history.changes((await CatalogImport.get()).id, 2)
    assert (page.total, page.page, len(page.rows)) == (60, 2, 10)


async def test_an_import_that_is_not_there_is_told() -> None:
    with pytest.raises(NotFoundError):
        await history.get(7)
