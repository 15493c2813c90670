"""Whole files: every row is accounted for, and a spreadsheet gives what the text table gives."""

import asyncio
import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest

from models import Picture, Product
from services import catalog_import
from services.catalog_import import ImportPlan, Outcome, reading
from tests.catalogue_files import SAMPLES, SHARED, Cell, imported, outcomes, planned, row, xlsx

pytestmark = pytest.mark.usefixtures("database")

OWN = sorted(path.name for path in SAMPLES.glob("*.csv"))
# What the shared samples give in a shop that sells in euros: imported, refused, merged. They are tried where they are.
EXPECTED = {
    "bagisto-products.csv": (9, 17, 0),
    "bagisto-products.xlsx": (9, 17, 0),
    "bagisto-products-with-errors.csv": (1, 1, 0),
    "oscar-books-no-header.csv": (86, 0, 0),
    "oscar-books-semicolon.csv": (9, 1, 0),
    "spree-products.csv": (124, 0, 87),
}
THERE = [name for name in EXPECTED if (SHARED / name).is_file()]


def read(path: Path) -> catalog_import.SourceTable:
    return reading.read(path.name, path.read_bytes())


def counted(plan: ImportPlan) -> tuple[int, int, int]:
    """Rows imported, refused, merged; they must add up to the rows of the file."""
    found = plan.imported, plan.counts[Outcome.REFUSED], plan.counts[Outcome.MERGED]
    assert sum(found) == len(plan.outcomes) == len(plan.table.rows)
    assert all(row.reason for row in plan.outcomes if row.outcome in {Outcome.REFUSED, Outcome.MERGED})
    return found


async def catalogue() -> list[dict[str, Any]]:
    """Everything in the catalogue, without the ids."""
    rows = await Product.all().order_by("sku").values(
        "sku", "name", "description", "category__path", "price", "unit", "pack_size", "minimum_quantity", "breaks",
        "stock", "ean", "active", "options", "is_parent", "parent__sku", "search", "sort_name",
    )  # fmt: skip
    pictures = await Picture.all().order_by("product__sku", "position").values_list("product__sku", "source")
    return [*rows, {"pictures": pictures}]


def currency_of(name: str) -> str:
    """What a sample is priced in."""
    return "USD" if name.startswith("spree") else "EUR"


def typed(text: str, decimal_sign: str) -> Cell:
    """A cell as a spreadsheet program of that country would keep it: plain numbers become numbers."""
    group = "." if decimal_sign == "," else ","
    if not re.fullmatch(rf"-?\d{{1,3}}(\{group}\d{{3}})+(\{decimal_sign}\d+)?|-?\d+(\{decimal_sign}\d+)?", text):
        return text
    return float(text.replace(group, "").replace(decimal_sign, "."))


@pytest.mark.parametrize("name", OWN)
async def test_every_row_of_an_own_sample_is_accounted_for(name: str) -> None:
    plan = await imported(read(SAMPLES / name), currency=currency_of(name))

    assert counted(plan)[0] > 0
    again = await planned(read(SAMPLES / name), currency=currency_of(name))
    assert not again.changes_anything
    assert [row.outcome for row in again.outcomes if row.outcome is Outcome.NEW] == []


@pytest.mark.parametrize("name", OWN)
async def test_an_own_sample_gives_the_same_products_from_a_spreadsheet(name: str) -> None:
    text = (SAMPLES / name).read_text()
    delimiter, sign = (";", ",") if text.split("\n", 1)[0].count(";") else (",", ".")
    cells = [[typed(cell, sign) for cell in line] for line in csv.reader(io.StringIO(text), delimiter=delimiter)]

    from_text = await imported(read(SAMPLES / name), currency=currency_of(name))
    expected = await catalogue()
    await catalog_import.undo_last("nuria@norte.example")
    from_spreadsheet = await imported(reading.read("same.xlsx", xlsx(cells)), currency=currency_of(name))

    assert await catalogue() == expected
    assert counted(from_spreadsheet) == counted(from_text)


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
async def test_an_own_sample_gives_the_same_products_in_another_encoding(name: str, encoding: str) -> None:
    content = (SAMPLES / name).read_text()
    await imported(read(SAMPLES / name), currency=currency_of(name))

    plan = await planned(reading.read(name, content.encode(encoding)), currency=currency_of(name))

    assert not plan.changes_anything


async def test_the_shared_samples_import_as_expected_where_they_are() -> None:
    found = {}
    for name in THERE:
        plan = await imported(await asyncio.to_thread(read, SHARED / name))
        found[name] = counted(plan)
        again = await planned(await asyncio.to_thread(read, SHARED / name))
        assert not again.changes_anything, name
        while await catalog_import.last_import():
            await catalog_import.undo_last("nuria@norte.example")

    assert found == {name: EXPECTED[name] for name in THERE}
    assert not await Product.all().count()


async def test_the_shared_csv_and_xlsx_give_the_same_products_where_they_are() -> None:
    for names in [("bagisto-products.csv", "bagisto-products.xlsx")] if len(THERE) == len(EXPECTED) else []:
        catalogues = []
        for name in names:
            await imported(await asyncio.to_thread(read, SHARED / name))
            catalogues.append(await catalogue())
            await catalog_import.undo_last("nuria@norte.example")
        assert catalogues[0] == catalogues[1]
        assert len(catalogues[0]) == 10


async def test_the_shared_broken_file_names_its_broken_row_where_it_is() -> None:
    path = SHARED / "oscar-books-semicolon.csv"
    plan = await planned(await asyncio.to_thread(read, path)) if path.is_file() else None

    if plan:
        assert outcomes(plan)[2] is Outcome.REFUSED
        assert row(plan, 2).reason == "It has no price."
        assert row(plan, 8).name == 'Readings from" Voices of a People\'s History of the United States"'
