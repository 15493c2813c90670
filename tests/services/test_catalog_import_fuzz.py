"""Whatever stands in a file, no row of it is lost and nothing but a sentence is raised."""

import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import ShopError
from services import catalog_import
from services.catalog_import import Outcome, reading, stored
from services.catalog_import.stored import StoredProduct

HEADER = (
    "SKU;Handle;Parent SKU;Type;Name;Description;Category;Price;Currency;Pack size;Minimum quantity;Quantity breaks;"
    "Stock;EAN;Image;Active;Locale;Option1 name;Option1 value;Price from 10;ID;Configurable variations"
)
CELLS = st.sampled_from(
    [
        "", "", "", "A", "B", "A-1", "a b", "Saw", "simple", "bundle", "configurable", "variation", "no such kind",
        "id:A", "4,20", "4.20", "1.234", "0", "-1", "free", "EUR", "USD", "10:4.20|100:3.90", "10:", "default=5",
        "4006381333931",
        "a.jpg, b.png", "https://x.example/a.jpg", "yes", "no", "maybe", "en", "de", "Colour", "Red", "A > B", "/", ">",
        "sku=A,color=Red|sku=B", "<p>x</p><script>", "NULL", "x" * 300, "É\u0301", "=1+1", "\u200b", "10+", "1e9",
    ]
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=24), min_size=1, max_size=12)


async def nothing_stored(_skus: Iterable[str]) -> dict[str, StoredProduct]:
    return {}


@pytest.fixture(autouse=True)
def _empty_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "load", nothing_stored)


@given(ROWS)
@settings(max_examples=150, deadline=None)
def test_no_row_is_lost(rows: list[list[str]]) -> None:
    text = "\n".join([HEADER, *(";".join(row) for row in rows)])
    try:
        table = reading.read("file.csv", text.encode())
    except ShopError:
        assert not any(any(cell not in {"", "NULL"} for cell in row) for row in rows)
        return
    plan = asyncio.run(catalog_import.plan(table, catalog_import.recognise(table), currency="EUR"))

    assert [row.number for row in plan.outcomes] == [row.number for row in table.rows]
    assert len(table.rows) == plan.imported + plan.counts[Outcome.REFUSED] + plan.counts[Outcome.MERGED]
    assert len({product.sku for product in plan.products}) == len(plan.products)
    assert all(product.after["name"] and len(product.sku) <= 80 for product in plan.products)
    assert all("price" in product.after or product.after.get("is_parent") for product in plan.products)


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_plan_or_a_sentence(content: bytes) -> None:
    try:
        table = reading.read("file", content)
    except ShopError as error:
        assert str(error)
        return
    plan = asyncio.run(catalog_import.plan(table, catalog_import.recognise(table), currency="EUR"))
    assert len(plan.outcomes) == len(table.rows)
