"""The version an order is priced by: the very rules, read back, charge it the same again."""

from datetime import date
from decimal import Decimal

import pytest

from models import Order, OrderCharge, Product, Shop, SurchargeKind, TermsVersion
from models.errors import NotFoundError
from models.money import to_minor
from models.order_form import OrderForm
from models.pricing import PriceList, WantedLine, quote
from models.terms_version import read, write
from services import carts, discount_codes, orders, parameters, surcharges, terms, terms_versions, tokens

TODAY = date(2026, 11, 28)


@pytest.fixture
async def saw(shop: Shop) -> Product:
    return await Product.create(sku="JS-F", name="Japanese saw", price=Decimal("24.80"))


async def send(saw: Product, **typed: str) -> Order:
    device = tokens.new()
    form = OrderForm.checked({"name": "Marta Gil", "email": "marta@sol.example", "privacy_accepted": True} | typed)
    await carts.add(device, saw.id, 2)
    view = await carts.load(device)
    assert view.cart_id
    if typed.get("zone"):
        await carts.set_zone(device, typed["zone"])
    view = await carts.load(device)
    assert view.cart_id
    placed = await orders.place(view.cart_id, device, form, shown_total=view.quote.total)
    return await orders.get(placed.order_id)


async def every_kind_of_rule() -> None:
    plain = {"active": True, "zone": ""}
    await surcharges.save(None, SurchargeKind.FIXED, plain | {"title": "Handling", "code": "H", "amount": "2.50"})
    await surcharges.save(None, SurchargeKind.PERCENT, plain | {"title": "Energy", "code": "E", "amount": "1.5"})
    zone = {"title": "Delivery", "code": "Z", "amount": "9.90", "zone": "Islands", "active": True}
    await surcharges.save(None, SurchargeKind.ZONE, zone)
    steps = {"tranche_1_from": "0", "tranche_1_to": "100", "tranche_1_amount": "30"}
    await surcharges.save(None, SurchargeKind.TRANCHES, plain | {"title": "Small order", "code": "S"} | steps)
    code = {"code": "SPRING", "title": "Spring", "kind": "percent", "amount": "10", "active": True}
    await discount_codes.save(None, code | {"valid_from_date": "2026-01-01", "valid_to_date": "2026-12-31"})


async def test_an_order_keeps_the_rules_it_was_priced_by(saw: Product) -> None:
    await every_kind_of_rule()
    order = await send(saw, zone="Islands")
    rules = (await terms_versions.get(order.terms_version_id or 0)).terms

    lines = [WantedLine(saw.id, saw.sku, saw.name, 2, Decimal("24.80"))]
    again = quote(lines, rules, zone="Islands", today=TODAY)

    charged = await OrderCharge.filter(order_id=order.id)
    assert len(charged) == 4
    assert [charge.amount for charge in charged] == [to_minor(charge.amount, "EUR") for charge in again.charges]


async def test_other_rules_are_another_version_and_the_same_are_the_same(saw: Product) -> None:
    first, second = await send(saw), await send(saw)
    await every_kind_of_rule()
    third = await send(saw, zone="Islands")
    for rule in await surcharges.every():
        await surcharges.delete(rule.id)
    for code in await discount_codes.every():
        await discount_codes.delete(code.id)
    fourth = await send(saw)

    versions = [order.terms_version_id for order in (first, second, third, fourth)]
    assert versions == [versions[0], versions[0], versions[2], versions[0]] and versions[0] != versions[2]
    assert [(used.version, used.orders) for used in await terms_versions.every()] == [
        (versions[2], 1),
        (versions[0], 3),
    ]


async def test_what_is_told_without_prices_is_priced_by_no_rules(saw: Product) -> None:
    await parameters.save({"prices_hidden": True})

    assert (await send(saw)).terms_version_id is None
    assert await TermsVersion.all().count() == 0


async def test_rules_are_read_back_as_they_were(shop: Shop) -> None:
    await every_kind_of_rule()
    rules = await terms.load(PriceList(shop.currency))

    assert read(write(rules)) == rules
    assert len(rules.surcharges) == 4 and len(rules.codes) == 1


async def test_a_version_that_is_none_is_told(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await terms_versions.get(7)
