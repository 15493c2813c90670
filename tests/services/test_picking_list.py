"""Picking lists read back: what to fetch, a box for each line, no prices, and each order on its own page."""

import io
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader

from models import Shop
from models.errors import ShopError
from models.text import speaking
from services import picking_list
from tests import order_rows

pytestmark = pytest.mark.sqlite_only


async def read(shop: Shop, *numbers: str) -> list[str]:
    content = await picking_list.of_numbers(numbers, shop)
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


async def test_it_says_what_to_fetch_for_whom_and_no_price(shop: Shop) -> None:
    order = await order_rows.order(
        number="2026-00318", total=9871, comments="Ring twice", delivery_street="Calle Mayor 1",
        delivery_city="Madrid", requested_date=date(2026, 12, 1),
    )  # fmt: skip
    await order_rows.line(
        order, 1, name="Schraubenzieher Ω", quantity=1200, unit_price=Decimal("9.87"), line_total=9871
    )
    await order_rows.line(order, 2, sku="SAW", name="Saw")
    [page] = await read(shop, "2026-00318")
    parts = (
        "Picking list 2026-00318",
        "Ferretería Sol",
        "Calle Mayor 1, Madrid",
        "1 Dec 2026",
        "Ring twice",
        "Picked by",
    )
    for part in (*parts, "FR-200 Schraubenzieher Ω 1,200 piece", "SAW Saw 12 piece", "Page 1 of 1"):
        assert part in page, page
    assert page.count("☐") == 2
    assert "9.87" not in page
    assert "98.71" not in page
    with speaking("de"):
        [page] = await read(shop, "2026-00318")
        assert "1.200" in page


async def test_several_orders_stand_in_one_file_each_from_a_new_page_on_and_are_named_at_its_foot(shop: Shop) -> None:
    for number, lines in (("A-1", 1), ("A-2", 60), ("A-3", 1)):
        order = await order_rows.order(number=number)
        for line_no in range(1, lines + 1):
            await order_rows.line(order, line_no)
    await order_rows.order(number="A-4", locked_at=order_rows.NOON)
    pages = await read(shop, "A-3", "A-2", "A-1", "A-4", "nowhere", "x" * 300, "a\0b")
    assert len(pages) > 4
    assert "Picking list A-3 · Page 1 of" in pages[0]
    assert all("Picking list A-2 · Page" in page for page in pages[1:-1])
    assert "Picking list A-1 · Page" in pages[-1]


async def test_too_many_and_none_are_refused_with_a_sentence(shop: Shop) -> None:
    with pytest.raises(ShopError, match="100 orders at most"):
        await picking_list.of_numbers(["A"] * 101, shop)
    with pytest.raises(ShopError, match="100 orders at most"):
        await picking_list.numbers_of(range(101))
    with pytest.raises(ShopError, match="no order here"):
        await read(shop)
    order = await order_rows.order(number="A-1")
    assert await picking_list.numbers_of([order.id, 999]) == ["A-1"]
