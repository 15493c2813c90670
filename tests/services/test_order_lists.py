"""A buyer's lists: kept, changed, shown as of today, forgotten with their buyer, and nobody else's."""

import json
from decimal import Decimal

import pytest

from models import Buyer, DiscountCode, DiscountKind, OrderList, OrderListLine, Product, Shop
from models.errors import FieldErrors, NotFoundError, ShopError
from models.pricing import PriceList
from models.text import fold
from services import carts, order_lists, privacy, quick_order, tokens, visitors

LISTED = PriceList("EUR")  # the catalogue's own prices

TOKEN = tokens.new()


async def make(sku: str) -> Product:
    return await Product.create(sku=sku, name=f"Product {sku}", price=Decimal(1), sort_name=fold(sku))


@pytest.fixture
async def buyer(shop: Shop) -> Buyer:
    return await Buyer.create(email="marta@sol.example")


async def test_a_list_is_kept_changed_and_shown_with_what_is_no_longer_sold(buyer: Buyer) -> None:
    saw, level = await make("SAW"), await make("SL")
    list_id = await order_lists.save(buyer.id, "  Weekly   order ", {saw.id: 2, level.id: 1, 999: 1})
    (listed,) = await order_lists.all_of_buyer(buyer.id)
    assert (listed.id, listed.name, listed.products) == (list_id, "Weekly order", 2)
    await order_lists.change(buyer.id, list_id, {saw.id: 5, level.id: 1})
    await Product.filter(id=level.id).update(active=False)
    first, second = (await order_lists.load(buyer.id, list_id, LISTED)).preview.rows
    assert first.line
    assert first.line.wanted.quantity == 5
    assert (second.kind, second.remarks) == (quick_order.Kind.UNKNOWN, ("“Product SL” is no longer sold.",))
    await order_lists.rename(buyer.id, list_id, "Monthly")
    await order_lists.delete(buyer.id, list_id)
    assert await OrderListLine.all().count() == 0


async def test_a_change_of_one_product_leaves_the_others_as_another_tab_or_the_shop_has_them(buyer: Buyer) -> None:
    saw, level, rule = await make("SAW"), await make("SL"), await make("FR")
    list_id = await order_lists.save(buyer.id, "Weekly", {saw.id: 2, level.id: 1})
    await Product.filter(id=level.id).update(active=False)
    await order_lists.change(buyer.id, list_id, {saw.id: 5})
    await order_lists.change(buyer.id, list_id, {rule.id: 3, saw.id: 0, 999: 1})
    await Product.filter(id=level.id).update(active=True)
    rows = (await order_lists.load(buyer.id, list_id, LISTED)).preview.rows
    assert [(row.product_id, row.line and row.line.wanted.quantity) for row in rows] == [(level.id, 1), (rule.id, 3)]
    await Product.filter(id=level.id).update(active=False)
    gone = (await order_lists.load(buyer.id, list_id, LISTED)).preview.rows[0]
    await order_lists.change(buyer.id, list_id, {gone.product_id: 0})
    assert [line.product_id for line in await OrderListLine.all()] == [rule.id]


async def test_names_are_different_and_not_empty(buyer: Buyer) -> None:
    saw = await make("SAW")
    await order_lists.save(buyer.id, "Weekly", {saw.id: 1})
    other = await order_lists.save(buyer.id, "Other", {saw.id: 1})
    for name in ("weekly", " ", "x" * 81, "a\x00b"):
        with pytest.raises(FieldErrors):
            await order_lists.save(buyer.id, name, {saw.id: 1})
        with pytest.raises(FieldErrors):
            await order_lists.rename(buyer.id, other, name)
    with pytest.raises(ShopError, match="nothing here"):
        await order_lists.save(buyer.id, "Empty", {})
    await order_lists.rename(buyer.id, other, "OTHER")


async def test_another_buyers_list_is_not_there(buyer: Buyer) -> None:
    saw = await make("SAW")
    list_id = await order_lists.save(buyer.id, "Weekly", {saw.id: 1})
    other = await Buyer.create(email="b@sol.example")
    for attempt in (
        order_lists.load(other.id, list_id, LISTED),
        order_lists.rename(other.id, list_id, "Mine"),
        order_lists.change(other.id, list_id, {saw.id: 9}),
        order_lists.delete(other.id, list_id),
    ):
        with pytest.raises(NotFoundError):
            await attempt
    assert (await OrderList.get()).name == "Weekly"


async def test_lists_are_in_a_buyers_data_and_go_with_an_erasure(buyer: Buyer) -> None:
    await order_lists.save(buyer.id, "Weekly", {(await make("SAW")).id: 2})
    told = json.loads(await privacy.buyer_data(buyer.id))
    assert [(one["name"], one["lines"]) for one in told["lists"]] == [("Weekly", [{"sku": "SAW", "quantity": 2}])]
    await privacy.erase(buyer.id, by="sol@norte.example")
    assert await OrderList.all().count() == 0


async def test_a_code_of_a_link_waits_in_a_new_cart_if_it_holds(shop: Shop) -> None:
    await DiscountCode.create(code="SPRING", folded="spring", kind=DiscountKind.PERCENT, amount=Decimal(10))
    for wrong in ("", "NOPE", "x" * 99):
        with pytest.raises(ShopError):
            await carts.bring_code(TOKEN, wrong)
    assert (await visitors.load(TOKEN)).device_id is None
    assert "SPRING" in await carts.bring_code(TOKEN, " SPRING ")
    await carts.add(TOKEN, (await make("SAW")).id, 100)
    view = await carts.load(TOKEN)
    assert (view.code, view.quote.total) == ("SPRING", Decimal("90.00"))
