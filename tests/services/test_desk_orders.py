"""Orders a seller makes for a buyer: priced for them, received at once, told as what they are, and copies of others."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models import (
    Buyer,
    BuyerGroup,
    DiscountCode,
    DiscountKind,
    EventKind,
    Order,
    OrderCharge,
    OrderEvent,
    OrderLine,
    OutboxMessage,
    PricesFor,
    Product,
    Protocol,
    Purpose,
    Shop,
    Surcharge,
    SurchargeKind,
    TransferTarget,
    Trigger,
    Verification,
)
from models.errors import FieldErrors, NotFoundError, ShopError, TotalChangedError
from models.order_form import OrderForm
from services import desk_orders, desk_products, orders
from services.desk_orders import Asked, NewOrder
from tests import order_rows

NURIA = "nuria@norte.example"


@pytest.fixture
async def saw(shop: Shop) -> Product:
    return await Product.create(
        sku="SAW",
        name="Saw",
        price=Decimal("24.80"),
        breaks=[[10, "22.00"]],
        pack_size=2,
        search="saw",
        sort_name="saw",
    )


def form(**typed: object) -> OrderForm:
    return OrderForm.by_seller({"name": "Marta", "company": "Sol", "email": "Marta@Sol.example", **typed})


async def made(asked: list[Asked], total: str, **more: str) -> Order:
    typed = {name: words for name, words in more.items() if name not in {"code", "copied_from"}}
    rest = {name: words for name, words in more.items() if name not in typed}
    number = await desk_orders.create(NewOrder(asked, form(**typed), **rest), by=NURIA, shown_total=Decimal(total))
    return await Order.get(number=number)


async def test_an_order_made_at_the_desk_is_received_told_and_says_what_it_is(saw: Product, shop: Shop) -> None:
    await TransferTarget.create(
        name="ERP", protocol=Protocol.SFTP, host="127.0.0.1", port=9, username="erp", trigger=Trigger.RECEIVED
    )
    await DiscountCode.create(code="TEN", folded="ten", kind=DiscountKind.PERCENT, amount="10")
    await Surcharge.create(title="Island", code="I", kind=SurchargeKind.ZONE, zone="Islands", amount="5", position=1)
    order = await made([Asked(saw.id, 11)], "222.80", zone="Islands", code="ten")
    assert (order.verification, order.received_at, order.duplicate_of_id) == (
        Verification.OVERRIDDEN,
        order.created_at,
        None,
    )
    assert (order.privacy_accepted_at, order.privacy_text_id, order.confirmed_at) == (None, None, None)
    assert order.terms_version_id
    assert (order.email, order.references, order.total, order.language) == ("marta@sol.example", "SAW", 22280, "en")
    line = await OrderLine.get(order_id=order.id)
    assert (line.quantity, line.unit_price, line.product_id) == (11, Decimal("22.00"), saw.id)
    assert [charge.title for charge in await OrderCharge.filter(order_id=order.id)] == ["Discount", "Island"]
    events = [(event.kind, event.actor, event.text) for event in await OrderEvent.filter(order_id=order.id)]
    assert events == [(EventKind.PLACED, NURIA, ""), (EventKind.OVERRIDDEN, NURIA, "")]
    purposes = {message.purpose for message in await OutboxMessage.filter(order_id=order.id)}
    assert purposes == {Purpose.RECEIVED, Purpose.NOTICE, Purpose.TRANSFER}
    buyer = await Buyer.get(email="marta@sol.example")
    assert (buyer.company, buyer.verified_at) == ("Sol", None)
    again = await made([Asked(saw.id, 11)], "242.00", name="Somebody else")
    assert again.duplicate_of_id is None
    await buyer.refresh_from_db()
    assert (again.buyer_id, buyer.name) == (buyer.id, "Marta")
    assert (await orders.confirm(again.id, by=NURIA)).done


async def test_prices_are_the_buyers_own_unless_one_is_typed(saw: Product, shop: Shop) -> None:
    group = await BuyerGroup.create(name="Trade", percent="50")
    buyer = await Buyer.create(email="marta@sol.example", group=group, language="de", name="M")
    known = await desk_orders.customer(buyer.id, shop)
    assert known.answers["email"] == buyer.email
    quoted = await desk_orders.quoted([Asked(saw.id, 2)], known.told, shop)
    assert quoted.total == Decimal("24.80")
    found = await desk_orders.customer_at("MARTA@sol.example", shop)
    assert found
    assert found.buyer_id == buyer.id
    assert await desk_orders.customer_at("no address", shop) is None
    order = await made([Asked(saw.id, 3, Decimal(1), is_priced=True), *()], "3.00")
    assert (order.total, order.language) == (300, "de")
    with pytest.raises(TotalChangedError, match=r"was €49\.60 and is now €24\.80"):
        await made([Asked(saw.id, 2)], "49.60")


async def test_who_is_told_no_prices_gets_an_order_without(saw: Product, shop: Shop) -> None:
    await Shop.filter(id=1).update(prices_for=PricesFor.APPROVED)
    shop.prices_for = PricesFor.APPROVED
    assert (await desk_orders.stranger(shop)).told.is_hidden
    order = await made([Asked(saw.id, 2, Decimal(9), is_priced=True)], "0")
    assert (order.prices_hidden, order.total) == (True, 0)


async def test_a_copy_is_at_the_prices_of_today_and_leaves_out_what_is_gone(saw: Product, shop: Shop) -> None:
    gone = await Product.create(sku="OLD", name="Old thing", price=Decimal(1), active=False)
    buyer = await Buyer.create(email="marta@sol.example")
    earlier = await order_rows.order(number="OLD-1", buyer=buyer, comments="Ring twice", buyer_reference="PO 7")
    await order_rows.line(earlier, 1, sku="SAW", quantity=3, unit_price=Decimal(9), product=saw)
    await order_rows.line(earlier, 2, sku="OLD", name="Old thing", product=gone)
    await order_rows.line(earlier, 3, sku="SAW-2", name="Renamed")
    copied = await desk_orders.copy(earlier.number, shop)
    assert [(line.sku, line.quantity, line.list_price) for line in copied.lines] == [("SAW", 3, Decimal("24.80"))]
    assert copied.gone == ("Old thing", "Renamed")
    assert (copied.customer.buyer_id, copied.customer.answers["phone"]) == (buyer.id, earlier.phone)
    assert "comments" not in copied.customer.answers
    order = await made([Asked(saw.id, 3)], "74.40", copied_from=earlier.number)
    event = await OrderEvent.get(order_id=order.id, kind=EventKind.PLACED)
    assert event.text == earlier.number
    await Order.filter(id=earlier.id).update(locked_at=order.created_at)
    with pytest.raises(ShopError, match="locked"):
        await desk_orders.copy(earlier.number, shop)
    for number in ("x" * 300, "a\0", "nowhere"):
        with pytest.raises(NotFoundError):
            await desk_orders.copy(number, shop)


@pytest.mark.sqlite_only
async def test_what_is_forged_is_refused_and_leaves_nothing_behind(saw: Product, shop: Shop) -> None:
    parent = await Product.create(sku="P", name="Parent", is_parent=True)
    one = Asked(saw.id, 1)
    for asked in (
        [],
        [one] * 1001,
        [replace(one, quantity=0)],
        [replace(one, quantity=10**7)],
        [replace(one, product_id=999)],
        [replace(one, product_id=parent.id)],
        [replace(one, price=Decimal(-1), is_priced=True)],
        [replace(one, price=Decimal("0.00001"), is_priced=True)],
    ):
        with pytest.raises(ShopError):
            await made(asked, "24.80")
    for wrong in ({"zone": "Mars"}, {"code": "nothing"}):
        with pytest.raises(FieldErrors):
            await made([one], "24.80", **wrong)
    with pytest.raises(FieldErrors):
        form(email="no address")
    assert not await Order.exists()
    assert not await Buyer.exists()
    with pytest.raises(NotFoundError):
        await desk_orders.customer(999, shop)


@pytest.mark.sqlite_only
async def test_products_are_found_by_code_first_then_by_words(saw: Product, shop: Shop) -> None:
    await Product.create(sku="JS", name="A saw", ean="4006381333931", search="js a saw", sort_name="a saw")
    told = (await desk_orders.stranger(shop)).told
    assert [line.wanted.sku for line in await desk_products.find("saw", told)] == ["SAW", "JS"]
    assert [line.wanted.sku for line in await desk_products.find("4006381333931", told)] == ["JS"]
    assert await desk_products.find("nothing like it", told) == []
    assert (await desk_products.line_of(saw.id, told)).quantity == 2
    await Product.filter(id=saw.id).update(active=False)
    with pytest.raises(NotFoundError):
        await desk_products.line_of(saw.id, told)
