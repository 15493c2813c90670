"""What stands on the pages of a buyer and of a product: notes, the value by month, what was ordered when."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from models import Buyer, BuyerNote, Product, Shop
from models.errors import NotFoundError, ShopError
from services import buyer_months, buyer_notes, privacy, product_orders
from tests import order_rows

SELLER = "nuria@norte.example"
TODAY = date(2026, 11, 30)


@pytest.fixture
async def marta(shop: Shop) -> Buyer:
    return await Buyer.create(email="marta@sol.example", name="Marta Gil", company="Ferretería Sol S.L.")


async def test_notes_are_for_sellers_and_go_with_the_buyer(marta: Buyer) -> None:
    await buyer_notes.add(marta.id, " Pays late ", by=SELLER)
    await buyer_notes.add(marta.id, "Calls on Mondays", by=SELLER)
    assert [note.text for note in await buyer_notes.every(marta.id)] == ["Calls on Mondays", "Pays late"]

    whole = json.loads(await privacy.buyer_data(marta.id, with_notes=True))
    assert [note["text"] for note in whole["notes"]] == ["Calls on Mondays", "Pays late"]
    assert "Pays late" not in (await privacy.buyer_data(marta.id)).decode()

    await privacy.erase(marta.id, by=SELLER)
    assert not await BuyerNote.all().count()
    with pytest.raises(ShopError, match="erased already"):
        await buyer_notes.add(marta.id, "x", by=SELLER)


@pytest.mark.parametrize("text", ["", "  ", "x" * (buyer_notes.MAX_LENGTH + 1)])
async def test_a_note_that_is_empty_or_too_long_is_refused(marta: Buyer, text: str) -> None:
    with pytest.raises(ShopError, match="between 1 and"):
        await buyer_notes.add(marta.id, text, by=SELLER)


async def test_a_note_about_nobody_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await buyer_notes.add(7, "x", by=SELLER)


async def test_months_are_those_of_the_shops_clock_and_money(shop: Shop, marta: Buyer) -> None:
    first_of_november = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)  # half past midnight in Madrid
    for at, values in (
        (first_of_november, {"total": 1000}),
        (first_of_november - timedelta(hours=2), {"total": 500}),
        (datetime(2026, 11, 5, 11, tzinfo=UTC), {"total": 200, "currency": "USD"}),
        (datetime(2026, 11, 6, 11, tzinfo=UTC), {"total": 300, "prices_hidden": True}),
        (datetime(2025, 11, 30, 12, tzinfo=UTC), {"total": 9999}),  # more than twelve months ago
    ):
        await order_rows.order(buyer_id=marta.id, created_at=at, **values)
    await order_rows.order(created_at=first_of_november, total=7777)  # somebody else's

    months = await buyer_months.of_buyer(marta.id, shop, TODAY)

    assert [months[0].first, months[-1].first, len(months)] == [date(2025, 12, 1), date(2026, 11, 1), 12]
    assert {month.first: (month.orders, month.value) for month in months if month.orders} == {
        date(2026, 10, 1): (1, 500),
        date(2026, 11, 1): (3, 1000),
    }


async def test_what_was_ordered_of_a_product_and_of_its_variants(shop: Shop) -> None:
    parent = await Product.create(sku="GL", name="Gloves", is_parent=True)
    variant = await Product.create(sku="GL-M", name="Gloves", parent=parent)
    other = await Product.create(sku="AXE", name="Axe")
    first = await order_rows.order()
    late = await order_rows.order(created_at=order_rows.NOON + timedelta(days=1), prices_hidden=True)
    await order_rows.line(first, product_id=variant.id, sku="GL-M", quantity=3, unit_price="9.50", line_total=2850)
    await order_rows.line(first, 2, product_id=parent.id, sku="GL", quantity=2)
    await order_rows.line(first, 3, product_id=other.id, sku="AXE", quantity=50)
    await order_rows.line(late, product_id=variant.id, sku="GL-M", quantity=5, unit_price="9.50", line_total=4750)

    page = await product_orders.page(parent.id, 1)

    assert page.total == 3
    assert await product_orders.summed(parent.id) == product_orders.Ordered(quantity=10, orders=2)
    assert [(row.number, row.sku, row.quantity, row.line_total) for row in page.rows] == [
        (late.number, "GL-M", 5, None),
        (first.number, "GL", 2, 0),
        (first.number, "GL-M", 3, 2850),
    ]
    assert page.rows[0].buyer == "Ferretería Sol S.L."
    assert (await product_orders.page(variant.id, 9)).total == 2
    assert (await product_orders.page(999, 1)).total == 0
    assert await product_orders.summed(999) == product_orders.Ordered(quantity=0, orders=0)
