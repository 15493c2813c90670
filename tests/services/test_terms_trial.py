"""The simulator of the terms of sale: what it tells is what carts and orders are charged."""

from datetime import timedelta
from decimal import Decimal

import pytest

from models import DiscountCode, Shop, Surcharge, SurchargeKind
from models.errors import FieldErrors
from models.pricing import PriceList, WantedLine, quote
from services import discount_codes, parameters, surcharges, terms, terms_trial

TRANCHES = {
    "title": "Small order",
    "code": "SMALL",
    "tranche_1_from": "0",
    "tranche_1_to": "100",
    "tranche_1_amount": "30",
    "tranche_2_from": "100",
    "tranche_2_to": "200",
    "tranche_2_amount": "15",
}
ISLANDS = {"title": "Delivery", "code": "ISL", "zone": "Islands", "amount": "12"}
AUTUMN = {"code": "Autumn", "title": "Autumn", "kind": "percent", "amount": "10", "valid_to": "2026-11-30"}

REFUSED: list[tuple[dict[str, str], dict[str, str]]] = [
    ({}, {"value": "Write an amount, like 12.50."}),
    ({"value": "much"}, {"value": "Write an amount, like 12.50."}),
    ({"value": "0"}, {"value": "Write an amount above zero."}),
    ({"value": "1.005"}, {"value": "EUR has 2 decimals."}),
    ({"value": "1e9"}, {"value": "This amount is too large."}),
    ({"value": "10", "zone": "Moon"}, {"zone": "This zone is no longer there. Choose another."}),
    ({"value": "10", "code": "x" * 41}, {"code": "At most 40 characters, please."}),
    (
        {"value": "-1", "day": "soon"},
        {"value": "Write an amount that is not negative.", "day": "Write a date, like 2026-11-22."},
    ),
]


@pytest.fixture
async def charged(shop: Shop) -> Shop:
    """A shop with one rule of each kind."""
    await surcharges.save(None, SurchargeKind.TRANCHES, TRANCHES)
    await surcharges.save(None, SurchargeKind.FIXED, {"title": "Packing", "code": "PACK", "amount": "2.50"})
    await surcharges.save(None, SurchargeKind.PERCENT, {"title": "Energy", "code": "EN", "amount": "1.5"})
    await surcharges.save(None, SurchargeKind.ZONE, ISLANDS)
    await discount_codes.save(None, AUTUMN)
    return shop


async def test_each_charge_is_told_with_the_words_of_its_rule(charged: Shop) -> None:
    told = await terms_trial.run({"value": "110", "zone": "Islands", "code": "autumn", "day": "2026-11-30"})
    assert [(charge.code, charge.reason, str(charge.amount)) for charge in told.charges] == [
        ("Autumn", "10 % of 110.00", "-11.00"),
        ("SMALL", "99.00 is below 100.00", "30.00"),
        ("PACK", "on every order", "2.50"),
        ("EN", "1.5 % of 99.00", "1.49"),
        ("ISL", "Islands", "12.00"),
    ]
    assert (told.lines_total, told.total) == (Decimal("110.00"), Decimal("144.99"))


async def test_it_tells_what_an_order_is_charged(charged: Shop) -> None:
    day, rules = parameters.today(charged), await terms.load(PriceList("EUR"))
    for value in ("0.01", "99.99", "100", "111.11", "199.99", "200", "100000000"):
        for zone, code in (("", ""), ("Islands", "AUTUMN")):
            line = WantedLine(1, "FR-200", "Drill", 1, Decimal(value))
            ordered = quote([line], rules, code=code, zone=zone, today=day)
            told = await terms_trial.run({"value": value, "zone": zone, "code": code})
            assert (told.charges, told.total) == (ordered.charges, ordered.total)
            assert told.code_problem == ordered.code_problem


async def test_a_code_is_judged_by_the_day_asked_about(charged: Shop) -> None:
    told = await terms_trial.run({"value": "110", "code": "AUTUMN", "day": "2026-12-01"})
    assert told.code_problem == "The discount code “Autumn” is no longer valid."
    assert "Autumn" not in [charge.code for charge in told.charges]


async def test_an_empty_day_is_today_in_the_shops_time_zone(charged: Shop) -> None:
    today = parameters.today(charged)
    await DiscountCode.all().update(valid_from_date=today, valid_to_date=today)
    assert not (await terms_trial.run({"value": "10", "code": "AUTUMN"})).code_problem
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert (await terms_trial.run({"value": "10", "code": "AUTUMN", "day": tomorrow})).code_problem


async def test_what_is_switched_off_does_not_count(charged: Shop) -> None:
    await Surcharge.all().update(active=False)
    assert await terms_trial.zones() == ()
    assert (await terms_trial.run({"value": "10"})).charges == ()


async def test_what_cannot_be_worked_out_is_said_at_its_field(charged: Shop) -> None:
    for values, sentences in REFUSED:
        with pytest.raises(FieldErrors) as refused:
            await terms_trial.run(values)
        assert refused.value.fields == sentences
