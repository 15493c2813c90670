"""A cart: the same in two tabs, corrected in words, and closed once an order has claimed it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from models import Buyer, Cart, CartLine, CartStatus, Device, Product, Shop, Surcharge, SurchargeKind
from models.cart import MAX_QUANTITY
from models.errors import NotFoundError, ShopError
from models.pricing import PriceList
from services import carts, live, tokens

LISTED = PriceList("EUR")  # the catalogue's own prices

TOKEN = tokens.new()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The marks of the devices whose tabs were told of a change."""
    devices: list[str] = []
    monkeypatch.setattr(live, "cart_changed", devices.append)
    yield devices


async def make(sku: str, price: str = "1", **values: Any) -> Product:
    return await Product.create(sku=sku, name=f"Product {sku}", price=Decimal(price), **values)


async def quantities() -> dict[str, int]:
    view = await carts.load(TOKEN)
    return {line.quoted.wanted.sku: line.quoted.wanted.quantity for line in view.lines}


async def test_a_visitor_who_only_looks_leaves_no_trace(shop: Shop) -> None:
    view = await carts.load(TOKEN)
    assert (view.cart_id, view.lines, view.quote.total) == (None, (), Decimal(0))
    assert await Device.all().count() == 0


async def test_what_one_tab_adds_the_other_sees_and_is_told_of(shop: Shop, told: list[str]) -> None:
    saw = await make("SAW", "24.80")
    assert await carts.add(TOKEN, saw.id, 1) == ()
    await carts.add(TOKEN, saw.id, 2)
    view = await carts.load(TOKEN)
    assert (await quantities(), view.quote.total) == ({"SAW": 3}, Decimal("74.40"))
    assert told == [(await Device.get()).token_hash] * 2
    assert await Cart.all().count() == 1


async def test_what_was_taken_out_comes_back_in_its_place(shop: Shop) -> None:
    saw, level, tape, screw = [await make(sku) for sku in ("SAW", "LEVEL", "TAPE", "WS")]
    await carts.add_many(TOKEN, {saw.id: 1, level.id: 2, tape.id: 3})
    await carts.remove(TOKEN, level.id)
    await carts.add(TOKEN, screw.id, 4)
    await carts.put_back(TOKEN, level.id, 2, tape.id)
    assert list((await quantities()).items()) == [("SAW", 1), ("LEVEL", 2), ("TAPE", 3), ("WS", 4)]
    await carts.remove(TOKEN, level.id)
    await carts.put_back(TOKEN, level.id, 2, 0)
    assert list(await quantities()) == ["SAW", "TAPE", "WS", "LEVEL"]


async def test_another_device_has_another_cart(shop: Shop) -> None:
    saw = await make("SAW")
    await carts.add(TOKEN, saw.id, 1)
    assert (await carts.load(tokens.new())).lines == ()


async def test_quantities_become_whole_packs_and_it_is_said(shop: Shop) -> None:
    screw = await make("WS", "0.0125", pack_size=500)
    (sentence,) = await carts.add(TOKEN, screw.id, 501)
    assert (await quantities())["WS"] == 1000
    assert "packs of 500" in sentence
    assert "501 became 1000" in sentence


async def test_quantities_below_the_minimum_are_raised_and_it_is_said(shop: Shop) -> None:
    glove = await make("WG", minimum_quantity=12, pack_size=5)
    (sentence,) = await carts.add(TOKEN, glove.id, 1)
    assert (await quantities())["WG"] == 15
    assert "from 12 on" in sentence


async def test_no_quantity_goes_beyond_what_a_request_takes(shop: Shop) -> None:
    screw = await make("WS", pack_size=300)
    (sentence,) = await carts.add(TOKEN, screw.id, 10**30)
    assert (await quantities())["WS"] == MAX_QUANTITY // 300 * 300
    assert "the most" in sentence


async def test_a_quantity_of_nothing_takes_the_line_out(shop: Shop, told: list[str]) -> None:
    saw, level = await make("SAW"), await make("SL")
    await carts.add(TOKEN, saw.id, 1)
    await carts.add(TOKEN, level.id, 1)
    await carts.set_quantity(TOKEN, saw.id, 0)
    await carts.remove(TOKEN, saw.id)
    assert await quantities() == {"SL": 1}


async def test_a_quantity_cannot_be_set_for_what_is_not_in_the_cart(shop: Shop) -> None:
    saw, level = await make("SAW"), await make("SL")
    await carts.add(TOKEN, saw.id, 1)
    with pytest.raises(NotFoundError):
        await carts.set_quantity(TOKEN, level.id, 2)


async def test_neither_parents_nor_inactive_nor_unknown_products_can_be_added(shop: Shop) -> None:
    parent = await make("P", is_parent=True)
    orphan = await make("V", parent=await make("Q", is_parent=True, active=False))
    gone = await make("OFF", active=False)
    for product_id in (parent.id, orphan.id, gone.id, 999):
        with pytest.raises(NotFoundError):
            await carts.add(TOKEN, product_id, 1)
    assert await CartLine.all().count() == 0
    assert await Device.all().count() == 0


async def test_a_product_that_is_no_longer_sold_leaves_the_cart_with_a_sentence(shop: Shop) -> None:
    saw, level = await make("SAW"), await make("SL", "21.50")
    await carts.add(TOKEN, saw.id, 1)
    await carts.add(TOKEN, level.id, 1)
    await Product.filter(id=saw.id).update(active=False)
    view = await carts.load(TOKEN)
    assert [line.quoted.wanted.sku for line in view.lines] == ["SL"]
    assert view.sentences == ("“Product SAW” is no longer available and was taken out of your cart.",)
    assert view.quote.total == Decimal("21.50")


async def test_a_cart_that_changed_under_the_buyer_is_not_ordered_before_they_saw_it(shop: Shop) -> None:
    screw = await make("WS")
    await carts.add(TOKEN, screw.id, 7)
    view = await carts.load(TOKEN)
    assert view.cart_id
    assert [line.quantity for line in await carts.wanted_lines(view.cart_id, LISTED)] == [7]
    await Product.filter(id=screw.id).update(pack_size=10)
    with pytest.raises(ShopError, match="7 became 10"):
        await carts.wanted_lines(view.cart_id, LISTED)
    await carts.tidy(TOKEN)
    assert [line.quantity for line in await carts.wanted_lines(view.cart_id, LISTED)] == [10]
    assert (await carts.load(TOKEN)).sentences == ()


async def test_a_variants_line_carries_its_options_and_its_parents_price(shop: Shop) -> None:
    parent = await make("TS", "9", is_parent=True)
    variant = await Product.create(sku="TS-R", name="T-shirt", parent=parent, options={"Colour": "red"})
    await carts.add(TOKEN, variant.id, 2)
    (line,) = (await carts.load(TOKEN)).lines
    assert (line.quoted.wanted.name, line.quoted.total) == ("T-shirt (red)", Decimal("18.00"))


async def test_quantity_breaks_count_in_the_cart_and_in_the_header(shop: Shop) -> None:
    screw = await make("WS", "0.0125", breaks=[[1000, "0.011"]])
    await carts.add(TOKEN, screw.id, 1000)
    device = await Device.get()
    summary = await carts.summary(device.id, LISTED)
    assert (summary.quantities, summary.lines_total) == ({screw.id: 1000}, Decimal("11.00"))


async def test_code_and_zone_stay_with_the_cart(shop: Shop) -> None:
    await Surcharge.create(title="Islands", code="ISL", kind=SurchargeKind.ZONE, amount="8.50", zone="Islands")
    saw = await make("SAW", "10")
    await carts.add(TOKEN, saw.id, 1)
    await carts.set_zone(TOKEN, "Islands")
    await carts.set_code(TOKEN, " NOPE ")
    view = await carts.load(TOKEN)
    assert (view.zone, view.zones, view.code) == ("Islands", ("Islands",), "NOPE")
    assert view.quote.total == Decimal("18.50")
    assert "NOPE" in view.quote.code_problem


async def test_a_known_buyers_last_zone_is_chosen_and_counted_from_the_start(shop: Shop) -> None:
    await Surcharge.create(title="Islands", code="ISL", kind=SurchargeKind.ZONE, amount="8.50", zone="Islands")
    await carts.add(TOKEN, (await make("SAW", "10")).id, 1)
    buyer = await Buyer.create(email="marta@sol.example", zone="Islands")
    await Device.all().update(buyer_id=buyer.id)
    view = await carts.load(TOKEN)
    assert (view.zone, view.quote.total) == ("Islands", Decimal("18.50"))
    await Buyer.all().update(zone="The moon")
    assert (await carts.load(TOKEN)).zone == ""


async def test_only_zones_of_the_terms_can_be_chosen(shop: Shop) -> None:
    await carts.add(TOKEN, (await make("SAW")).id, 1)
    with pytest.raises(ShopError):
        await carts.set_zone(TOKEN, "The moon")
    with pytest.raises(ShopError):
        await carts.set_code(TOKEN, "x" * 500)


async def test_a_zone_that_is_no_longer_offered_is_asked_for_again(shop: Shop) -> None:
    rule = await Surcharge.create(title="Islands", code="I", kind=SurchargeKind.ZONE, amount="8.50", zone="Islands")
    await carts.add(TOKEN, (await make("SAW", "10")).id, 1)
    await carts.set_zone(TOKEN, "Islands")
    await rule.delete()
    view = await carts.load(TOKEN)
    assert (view.zone, view.quote.total) == ("", Decimal("10.00"))


async def test_a_draft_keeps_what_was_typed_and_nothing_else(shop: Shop) -> None:
    await carts.add(TOKEN, (await make("SAW")).id, 1)
    typed: dict[str, str | bool] = {
        "name": "Ana Ruiz",
        "company": "x" * 5000,
        "comments": "line\nbreak",
        "email": "nul\x00",
        "phone": True,
        "privacy_accepted": True,
        "is_admin": "yes",
    }
    await carts.save_draft(TOKEN, typed)
    draft = (await carts.load(TOKEN)).draft
    assert draft == {"name": "Ana Ruiz", "company": "x" * 120, "comments": "line\nbreak"}


async def test_a_cart_that_became_an_order_is_never_written_to_again(shop: Shop) -> None:
    saw = await make("SAW")
    await carts.add(TOKEN, saw.id, 1)
    ordered = await Cart.get()
    await Cart.filter(id=ordered.id).update(status=CartStatus.ORDERED)
    for attempt in (
        carts.set_quantity(TOKEN, saw.id, 5),
        carts.remove(TOKEN, saw.id),
        carts.set_code(TOKEN, "SPRING"),
        carts.save_draft(TOKEN, {"name": "Ana"}),
    ):
        with pytest.raises(ShopError):
            await attempt
    await carts.add(TOKEN, saw.id, 2)
    assert (await CartLine.get(cart_id=ordered.id)).quantity == 1
    assert await quantities() == {"SAW": 2}


async def test_without_a_cookie_there_is_no_cart_to_share(shop: Shop) -> None:
    with pytest.raises(ShopError, match="cookies"):
        await carts.add("", (await make("SAW")).id, 1)


async def test_prices_on_request_show_no_amounts(shop: Shop) -> None:
    await Shop.filter(id=1).update(prices_hidden=True)
    await carts.add(TOKEN, (await make("SAW", "10")).id, 3)
    view = await carts.load(TOKEN)
    assert (view.quote.prices_hidden, view.quote.total, view.lines[0].quoted.unit_price) == (True, Decimal(0), None)
