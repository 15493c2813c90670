"""A buyer's prices: by their group, told or not, the same in the list, on the page, in the cart and in the order."""

from decimal import Decimal
from typing import Any

import pytest

from models import Buyer, BuyerGroup, Device, GroupPrice, PricesFor, Product, Shop, Standing
from models.catalog_search import Search, Sort
from models.errors import TotalChangedError
from models.order_form import OrderForm
from models.pricing import PriceList, QuantityBreak
from services import carts, catalog, live, orders, prices, product_view, quick_order, tokens, visitors

TOKEN = tokens.new()
FORM = {"name": "Marta Gil", "email": "marta@sol.example", "privacy_accepted": True}


async def sign_in(group: BuyerGroup | None = None, standing: Standing = Standing.APPROVED) -> Buyer:
    buyer = await Buyer.create(email="marta@sol.example", standing=standing, group=group)
    await Device.create(token_hash=visitors.mark(TOKEN), buyer=buyer)
    return buyer


async def group_with(percent: str = "0", **own: str) -> BuyerGroup:
    """A group and its own prices, by SKU."""
    group = await BuyerGroup.create(name="Resellers", percent=percent)
    for sku, price in own.items():
        await GroupPrice.create(group=group, product=await Product.get(sku=sku), price=Decimal(price))
    live.catalog_changed()
    return group


async def told(shop: Shop, buyer: Buyer | None) -> PriceList:
    return await prices.of_buyer(shop, await Buyer.get(id=buyer.id) if buyer else None)


async def product(sku: str, price: str | None, **values: Any) -> Product:
    return await Product.create(
        sku=sku, name=f"Product {sku}", sort_name=sku, search=sku.lower(), price=price and Decimal(price), **values
    )


def test_a_percentage_keeps_the_decimals_a_price_has_and_the_currency_needs() -> None:
    reduced = PriceList("EUR", Decimal(10))
    assert reduced.of(1, Decimal("4.25"))[0] == Decimal("3.83")
    assert reduced.of(1, Decimal("0.0125"))[0] == Decimal("0.0113")
    assert reduced.of(1, Decimal(100), (QuantityBreak(10, Decimal(90)),)) == (
        Decimal(90),
        (QuantityBreak(10, Decimal(81)),),
    )
    assert PriceList("JPY", Decimal(10)).of(1, Decimal(105))[0] == Decimal(95)
    assert reduced.of(1, None) == (None, ())


def test_an_own_price_holds_in_every_quantity_but_for_a_break_that_is_lower() -> None:
    own = PriceList("EUR", Decimal(10), {1: Decimal(7)})
    breaks = (QuantityBreak(10, Decimal(8)), QuantityBreak(100, Decimal(6)))
    assert own.of(1, Decimal(9), breaks) == (Decimal(7), (QuantityBreak(100, Decimal(6)),))
    assert own.of(1, None) == (Decimal(7), ())
    assert own.of(2, Decimal(9))[0] == Decimal("8.10")


async def test_a_group_pays_its_prices_everywhere_and_others_the_list_prices(shop: Shop) -> None:
    saw, nail = await product("SAW", "20"), await product("NAIL", "0.5")
    buyer = await sign_in(await group_with("10", SAW="15"))
    own, listed = await told(shop, buyer), await told(shop, None)

    for theirs, expected in ((own, {"SAW": "15", "NAIL": "0.45"}), (listed, {"SAW": "20", "NAIL": "0.50"})):
        wanted = {sku: Decimal(price) for sku, price in expected.items()}
        page = await catalog.page(Search(), theirs)
        assert {found.sku: found.price for found in page.products} == wanted
        suggested, _total = await catalog.suggestions("saw", theirs)
        assert [found.price for found in suggested] == [wanted["SAW"]]
        assert (await product_view.load("SAW", theirs)).variants[0].price == wanted["SAW"]
        pasted = await quick_order.preview("SAW;2", theirs)
        assert [row.line and row.line.unit_price for row in pasted.rows] == [wanted["SAW"]]
    await carts.add(TOKEN, saw.id, 2)
    await carts.add(TOKEN, nail.id, 10)
    view = await carts.load(TOKEN)
    assert view.quote.total == Decimal("34.50")
    assert (await carts.summary((await Device.get()).id, own)).lines_total == Decimal("34.50")
    assert view.cart_id
    placed = await orders.place(view.cart_id, TOKEN, OrderForm.checked(FORM), shown_total=view.quote.total)
    assert (await orders.get(placed.order_id)).total == 3450


async def test_a_group_sorts_by_its_own_prices_and_hidden_ones_sort_nothing(shop: Shop) -> None:
    for sku, price in (("A", "10"), ("B", "20"), ("C", "30"), ("D", None)):
        await product(sku, price)
    parent = await product("E", "40", is_parent=True)
    await product("E-1", None, parent=parent)
    own = await told(shop, await sign_in(await group_with("50", C="4", B="19")))

    async def found(sort: Sort, theirs: PriceList) -> str:
        return "".join(shown.sku for shown in (await catalog.page(Search(sort=sort), theirs)).products)

    assert await found(Sort.CHEAPEST, PriceList("EUR", mark="list")) == "ABCED"
    assert await found(Sort.CHEAPEST, own) == "CABED"
    assert await found(Sort.DEAREST, own) == "EBACD"
    hidden = PriceList("EUR", is_hidden=True, mark="hidden")
    assert await found(Sort.CHEAPEST, hidden) == await found(Sort.DEAREST, hidden) == "ABCDE"


async def test_variants_have_their_own_price_in_a_group_and_their_parents_list_price(shop: Shop) -> None:
    parent = await product("TS", "10", is_parent=True)
    await product("TS-S", None, parent=parent)
    await product("TS-L", "12", parent=parent)
    own = await told(shop, await sign_in(await group_with("50", **{"TS-L": "4"})))
    (listed,) = (await catalog.page(Search(), own)).products
    assert (listed.price, listed.has_several_prices) == (Decimal(4), True)
    assert [variant.price for variant in (await product_view.load("TS", own)).variants] == [Decimal(5), Decimal(4)]


@pytest.mark.parametrize(
    ("prices_for", "standing", "may"),
    [
        (PricesFor.EVERYBODY, None, True),
        (PricesFor.EVERYBODY, Standing.REFUSED, True),
        (PricesFor.SIGNED_IN, None, False),
        (PricesFor.SIGNED_IN, Standing.WAITING, True),
        (PricesFor.SIGNED_IN, Standing.REFUSED, False),
        (PricesFor.APPROVED, None, False),
        (PricesFor.APPROVED, Standing.NEW, False),
        (PricesFor.APPROVED, Standing.WAITING, False),
        (PricesFor.APPROVED, Standing.APPROVED, True),
    ],
)
def test_who_sees_prices(prices_for: PricesFor, standing: Standing | None, may: bool) -> None:
    shop = Shop(name="Norte", currency="EUR", prices_for=prices_for)
    buyer = Buyer(email="marta@sol.example", standing=standing) if standing else None
    assert prices.may_see(shop, buyer) is may
    assert prices.seen_by(shop, buyer).prices_hidden is not may
    assert bool(shop.instead_of_prices) is not may
    assert not prices.may_see(Shop(name="Norte", currency="EUR", prices_for=prices_for, prices_hidden=True), buyer)


async def test_hidden_prices_leave_no_service(shop: Shop) -> None:
    await Shop.filter(id=1).update(prices_for=PricesFor.SIGNED_IN)
    shop = await Shop.get(id=1)
    saw = await product("SAW", "20", breaks=[[10, "18"]])
    nobody = await told(shop, None)
    found = await catalog.page(Search(), nobody), await catalog.suggestions("saw", nobody)
    page, pasted = await product_view.load("SAW", nobody), await quick_order.preview("SAW;2", nobody)
    await carts.add(TOKEN, saw.id, 2)
    view = await carts.load(TOKEN)
    assert "Decimal('20" not in repr((found, page, pasted, view)) and "Decimal('18" not in repr((found, page, pasted))
    assert view.quote.prices_hidden and view.cart_id
    sent = await orders.place(view.cart_id, TOKEN, OrderForm.checked(FORM), shown_total=Decimal(0))
    order = await orders.get(sent.order_id)
    assert (order.prices_hidden, order.total) == (True, 0)


async def test_group_prices_wait_for_approval_where_it_is_asked_for(shop: Shop) -> None:
    await product("SAW", "20")
    buyer = await sign_in(await group_with(SAW="15"), Standing.WAITING)
    assert (await told(shop, buyer)).own
    shop.approves_buyers = True
    assert not (await told(shop, buyer)).own
    await Buyer.all().update(standing=Standing.APPROVED)
    assert (await told(shop, buyer)).own


async def test_an_order_at_another_price_than_was_shown_is_refused_and_says_why(shop: Shop) -> None:
    saw = await product("SAW", "20")
    buyer = await sign_in()
    await carts.add(TOKEN, saw.id, 1)
    view = await carts.load(TOKEN)
    assert view.cart_id
    form = OrderForm.checked(FORM)
    await Buyer.filter(id=buyer.id).update(group=await group_with(SAW="15"))
    with pytest.raises(TotalChangedError, match=r"was €20\.00 and is now €15\.00"):
        await orders.place(view.cart_id, TOKEN, form, shown_total=Decimal(20))
    await Shop.filter(id=1).update(prices_hidden=True)
    with pytest.raises(TotalChangedError, match="no longer shown"):
        await orders.place(view.cart_id, TOKEN, form, shown_total=Decimal(15))
    await Shop.filter(id=1).update(prices_hidden=False)
    with pytest.raises(TotalChangedError, match="shown to you now"):
        await orders.place(view.cart_id, TOKEN, form, shown_total=Decimal(0))
