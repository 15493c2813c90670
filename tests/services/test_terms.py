"""Terms of sale: surcharges and discount codes as a seller enters them and as pricing reads them."""

from datetime import date
from decimal import Decimal

import pytest

from models import DiscountCode, DiscountKind, Shop, Surcharge, SurchargeKind
from models.errors import FieldErrors, NotFoundError
from models.pricing import PriceList, WantedLine, quote
from services import discount_codes, parameters, surcharges, terms

LISTED = PriceList("EUR")  # the catalogue's own prices

SMALL_ORDER = {
    "title": "Small order",
    "code": "small",
    "tranche_1_from": "0",
    "tranche_1_to": "100",
    "tranche_1_amount": "30",
    "tranche_2_from": "100",
    "tranche_2_to": "200,00",
    "tranche_2_amount": "15",
    "tranche_3_from": "200",
    "tranche_3_to": "300",
    "tranche_3_amount": "5.00",
}
TEN_PERCENT = {"code": "Herbst10", "title": "Autumn", "kind": "percent", "amount": "10"}


def cart(price: str) -> list[WantedLine]:
    return [WantedLine(1, "FR-200", "Drill", 1, Decimal(price))]


async def total(price: str, *, code: str = "", zone: str = "") -> Decimal:
    return quote(cart(price), await terms.load(LISTED), code=code, zone=zone, today=date(2026, 11, 22)).total


async def test_a_shop_without_terms_charges_nothing(shop: Shop) -> None:
    loaded = await terms.load(LISTED)
    assert (loaded.currency, loaded.surcharges, loaded.codes) == ("EUR", (), ())


@pytest.mark.parametrize(
    ("price", "expected"), [("99.99", "129.99"), ("100.00", "115.00"), ("200.00", "205.00"), ("300.00", "300.00")]
)
async def test_tranches_are_charged_as_entered(shop: Shop, price: str, expected: str) -> None:
    await surcharges.save(None, SurchargeKind.TRANCHES, SMALL_ORDER)
    assert await total(price) == Decimal(expected)


async def test_every_kind_of_surcharge_reaches_the_quote(shop: Shop) -> None:
    await surcharges.save(None, SurchargeKind.FIXED, {"title": "Packing", "code": "PACK", "amount": "2.50"})
    await surcharges.save(None, SurchargeKind.PERCENT, {"title": "Energy", "code": "EN", "amount": "1,5"})
    await surcharges.save(
        None, SurchargeKind.ZONE, {"title": "Delivery", "code": "Z", "zone": "Islands", "amount": "9"}
    )
    await surcharges.save(
        None, SurchargeKind.ZONE, {"title": "Delivery", "code": "Z", "zone": "Mainland", "amount": "0"}
    )
    assert (await terms.load(LISTED)).zones == ("Islands", "Mainland")
    assert await total("200", zone="Islands") == Decimal("214.50")
    assert await total("200", zone="Mainland") == Decimal("205.50")


async def test_an_inactive_surcharge_is_kept_but_not_charged(shop: Shop) -> None:
    saved = await surcharges.save(
        None, SurchargeKind.FIXED, {"title": "Packing", "code": "PACK", "amount": "2.50", "active": False}
    )
    assert await total("10") == Decimal("10.00")
    await surcharges.save(saved.id, saved.kind, {"title": "Packing", "code": "PACK", "amount": "3", "active": True})
    assert await total("10") == Decimal("13.00")
    await surcharges.delete(saved.id)
    assert await total("10") == Decimal("10.00")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tranche_1_to": "0"}, "tranche_1_to"),
        ({"tranche_2_from": "99"}, "tranche_2_from"),
        ({"tranche_3_from": "50"}, "tranche_3_from"),
        ({"tranche_2_amount": ""}, "tranche_2_amount"),
        ({"tranche_2_to": "many"}, "tranche_2_to"),
        ({"tranche_1_from": "-1"}, "tranche_1_from"),
        ({"tranche_1_amount": "1.005"}, "tranche_1_amount"),
        ({"title": " "}, "title"),
        ({"code": "with space"}, "code"),
    ],
)
async def test_a_wrong_cell_is_named_and_nothing_is_stored(shop: Shop, changes: dict[str, str], field: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        await surcharges.save(None, SurchargeKind.TRANCHES, SMALL_ORDER | changes)
    assert set(refused.value.fields) == {field}
    assert await Surcharge.all().count() == 0


async def test_an_empty_table_of_tranches_is_refused(shop: Shop) -> None:
    with pytest.raises(FieldErrors) as refused:
        await surcharges.save(None, SurchargeKind.TRANCHES, {"title": "Small order", "code": "S"})
    assert set(refused.value.fields) == {"tranche_1_from"}


async def test_tranches_may_leave_gaps_and_empty_rows(shop: Shop) -> None:
    gap = SMALL_ORDER | dict.fromkeys(("tranche_2_from", "tranche_2_to", "tranche_2_amount"), "")
    await surcharges.save(None, SurchargeKind.TRANCHES, gap)
    assert await total("150") == Decimal("150.00")
    assert await total("250") == Decimal("255.00")


@pytest.mark.parametrize(
    ("kind", "amount"),
    [
        (SurchargeKind.FIXED, "0"),
        (SurchargeKind.FIXED, "-3"),
        (SurchargeKind.FIXED, "NaN"),
        (SurchargeKind.FIXED, "1e9"),
        (SurchargeKind.PERCENT, "0"),
        (SurchargeKind.PERCENT, "101"),
        (SurchargeKind.PERCENT, "1.00001"),
        (SurchargeKind.ZONE, "-1"),
    ],
)
async def test_amounts_out_of_bounds_are_refused(shop: Shop, kind: SurchargeKind, amount: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        await surcharges.save(None, kind, {"title": "T", "code": "T", "zone": "Z", "amount": amount})
    assert set(refused.value.fields) == {"amount"}


async def test_codes_and_zones_are_unique(shop: Shop) -> None:
    fixed = {"title": "Packing", "code": "PACK", "amount": "2"}
    await surcharges.save(None, SurchargeKind.FIXED, fixed)
    with pytest.raises(FieldErrors) as refused:
        await surcharges.save(None, SurchargeKind.PERCENT, fixed | {"code": "pack"})
    assert set(refused.value.fields) == {"code"}
    zone = {"title": "Delivery", "code": "Z", "zone": "Córdoba", "amount": "2"}
    await surcharges.save(None, SurchargeKind.ZONE, zone)
    with pytest.raises(FieldErrors) as refused:
        await surcharges.save(None, SurchargeKind.ZONE, zone | {"zone": "CORDOBA"})
    assert set(refused.value.fields) == {"zone"}


async def test_a_discount_code_counts_in_any_case_between_its_dates(shop: Shop) -> None:
    await discount_codes.save(None, TEN_PERCENT | {"valid_from": "2026-11-22", "valid_to": "2026-11-22"})
    assert await total("50", code="HERBST10") == Decimal("45.00")
    stored = await DiscountCode.get()
    await discount_codes.save(stored.id, TEN_PERCENT | {"valid_to": "2026-11-21"})
    assert await total("50", code="HERBST10") == Decimal("50.00")
    await discount_codes.save(stored.id, TEN_PERCENT | {"kind": "fixed", "amount": "7.50"})
    assert await total("50", code="herbst10") == Decimal("42.50")
    await discount_codes.save(stored.id, TEN_PERCENT | {"active": False})
    assert (await terms.load(LISTED)).codes == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "two words"}, "code"),
        ({"kind": "free"}, "kind"),
        ({"amount": "0"}, "amount"),
        ({"amount": "100.5"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"valid_from": "2026-11-22", "valid_to": "2026-11-21"}, "valid_to"),
    ],
)
async def test_a_wrong_discount_code_is_refused_at_its_field(shop: Shop, changes: dict[str, str], field: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        await discount_codes.save(None, TEN_PERCENT | changes)
    assert set(refused.value.fields) == {field}


async def test_a_discount_code_exists_once_whatever_its_case(shop: Shop) -> None:
    await discount_codes.save(None, TEN_PERCENT)
    with pytest.raises(FieldErrors) as refused:
        await discount_codes.save(None, TEN_PERCENT | {"code": "HERBST10"})
    assert set(refused.value.fields) == {"code"}
    assert (await DiscountCode.get()).kind is DiscountKind.PERCENT


async def test_what_is_gone_is_said_to_be_gone(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await surcharges.get(99)
    with pytest.raises(NotFoundError):
        await discount_codes.save(99, TEN_PERCENT)


async def test_an_amount_follows_the_shops_currency(shop: Shop) -> None:
    await parameters.save({"currency": "JPY"})
    with pytest.raises(FieldErrors) as refused:
        await surcharges.save(None, SurchargeKind.FIXED, {"title": "Packing", "code": "PACK", "amount": "2.50"})
    assert set(refused.value.fields) == {"amount"}
    await surcharges.save(None, SurchargeKind.FIXED, {"title": "Packing", "code": "PACK", "amount": "250"})
    assert await total("1000") == Decimal(1250)
