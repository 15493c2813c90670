"""Prices at each boundary."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import ChargeKind, DiscountKind, SurchargeKind
from models.pricing import (
    CodeRule,
    QuantityBreak,
    Quote,
    SurchargeRule,
    Terms,
    Tranche,
    WantedLine,
    correct_quantity,
    quote,
)

TODAY = date(2026, 11, 22)


def line(price: str | None, quantity: int = 1, *breaks: tuple[int, str]) -> WantedLine:
    steps = tuple(QuantityBreak(at, Decimal(cost)) for at, cost in breaks)
    return WantedLine(1, "FR-200", "Folding rule", quantity, Decimal(price) if price else None, steps)


def tranches(*rows: tuple[int, int, int]) -> SurchargeRule:
    steps = tuple(Tranche(Decimal(start), Decimal(end), Decimal(amount)) for start, end, amount in rows)
    return SurchargeRule("Small order", "MIN", SurchargeKind.TRANCHES, tranches=steps)


SMALL_ORDER = tranches((0, 100, 30), (100, 200, 15), (200, 300, 5))


def surcharged(total: str, *codes: CodeRule, code: str = "") -> Quote:
    return quote([line(total)], Terms("EUR", (SMALL_ORDER,), codes), code=code, today=TODAY)


@pytest.mark.parametrize(
    ("amount", "surcharge"),
    [
        ("0.01", "30"),
        ("99.99", "30"),
        ("100.00", "15"),
        ("199.99", "15"),
        ("200.00", "5"),
        ("299.99", "5"),
        ("300.00", "0"),
        ("1000", "0"),
    ],
)
def test_a_value_at_the_bound_belongs_to_the_next_tranche(amount: str, surcharge: str) -> None:
    assert surcharged(amount).surcharges == Decimal(surcharge)


def test_a_surcharge_says_why_in_words() -> None:
    (charge,) = surcharged("84.20").charges
    assert charge.reason == "84.20 is below 100.00"


def test_tranches_are_tested_after_the_discount() -> None:
    ten_off = CodeRule("TEN", DiscountKind.FIXED, Decimal(10))
    quoted = surcharged("105.00", ten_off, code="TEN")
    assert (quoted.discounts, quoted.surcharges, quoted.total) == (Decimal(-10), Decimal(30), Decimal("125.00"))


def test_a_percent_surcharge_is_of_the_amount_after_discount() -> None:
    half = CodeRule("HALF", DiscountKind.PERCENT, Decimal(50))
    rule = SurchargeRule("Handling", "H", SurchargeKind.PERCENT, Decimal(10))
    quoted = quote([line("80")], Terms("EUR", (rule,), (half,)), code="half", today=TODAY)
    assert (quoted.discounts, quoted.surcharges, quoted.total) == (Decimal("-40.00"), Decimal("4.00"), Decimal("44.00"))


def test_a_fixed_discount_never_makes_the_buyer_money() -> None:
    huge = CodeRule("HUGE", DiscountKind.FIXED, Decimal(500))
    quoted = quote([line("80")], Terms("EUR", (), (huge,)), code="HUGE", today=TODAY)
    assert quoted.total == 0


def test_each_line_is_rounded_half_up_to_the_currency() -> None:
    terms = Terms("EUR")
    assert quote([line("0.0125", 2)], terms, today=TODAY).total == Decimal("0.03")
    assert quote([line("0.0125", 500)], terms, today=TODAY).total == Decimal("6.25")
    assert quote([line("0.0149", 1)], terms, today=TODAY).total == Decimal("0.01")
    assert quote([line("2.5")], Terms("JPY"), today=TODAY).total == Decimal(3)


def test_the_total_is_the_sum_of_what_is_shown_when_lines_are_rounded() -> None:
    quoted = quote([line("0.005"), line("0.005"), line("0.005")], Terms("EUR"), today=TODAY)
    assert [shown.total for shown in quoted.lines] == [Decimal("0.01")] * 3
    assert quoted.total == Decimal("0.03")


@given(
    prices=st.lists(st.decimals(0, 10_000, places=4), min_size=1, max_size=8),
    percent=st.decimals(0, 100, places=2),
    discount=st.decimals(0, 100, places=2),
)
def test_every_total_is_the_sum_of_its_parts(prices: list[Decimal], percent: Decimal, discount: Decimal) -> None:
    terms = Terms(
        "EUR",
        (SMALL_ORDER, SurchargeRule("Handling", "H", SurchargeKind.PERCENT, percent)),
        (CodeRule("C", DiscountKind.PERCENT, discount),),
    )
    quoted = quote([line(str(price), 3) for price in prices], terms, code="c", today=TODAY)
    shown = sum((x.total for x in quoted.lines), Decimal(0)) + sum((c.amount for c in quoted.charges), Decimal(0))
    assert quoted.total == shown >= 0
    assert all(amount == amount.quantize(Decimal("0.01")) for amount in (quoted.total, quoted.discounts))


@pytest.mark.parametrize(("quantity", "price"), [(9, "5"), (10, "4.20"), (99, "4.20"), (100, "3.90"), (5000, "3.90")])
def test_a_quantity_break_holds_from_its_quantity_on(quantity: int, price: str) -> None:
    quoted = quote([line("5", quantity, (100, "3.90"), (10, "4.20"))], Terms("EUR"), today=TODAY)
    assert quoted.lines[0].unit_price == Decimal(price)


@pytest.mark.parametrize(
    ("today", "problem"),
    [
        (date(2026, 10, 31), "The discount code “AUTUMN” is not valid yet."),
        (date(2026, 11, 1), ""),
        (date(2026, 11, 30), ""),
        (date(2026, 12, 1), "The discount code “AUTUMN” is no longer valid."),
    ],
)
def test_a_code_is_valid_on_both_of_its_days(today: date, problem: str) -> None:
    rule = CodeRule("AUTUMN", DiscountKind.PERCENT, Decimal(5), "", date(2026, 11, 1), date(2026, 11, 30))
    quoted = quote([line("100")], Terms("EUR", (), (rule,)), code="autumn", today=today)
    assert quoted.code_problem == problem
    assert bool(quoted.discounts) is not bool(problem)


def test_an_unknown_code_is_told_and_costs_nothing() -> None:
    quoted = quote([line("100")], Terms("EUR"), code="NOPE", today=TODAY)
    assert quoted.code_problem == "The discount code “NOPE” is not known here."
    assert quoted.total == 100


def test_a_zone_costs_what_its_rule_says_and_other_zones_nothing() -> None:
    islands = SurchargeRule("Delivery", "Z", SurchargeKind.ZONE, Decimal(12), zone="Islands")
    mainland = SurchargeRule("Delivery", "Z", SurchargeKind.ZONE, Decimal(0), zone="Mainland")
    terms = Terms("EUR", (mainland, islands))
    assert terms.zones == ("Mainland", "Islands")
    assert quote([line("100")], terms, zone="Islands", today=TODAY).total == 112
    assert quote([line("100")], terms, zone="Mainland", today=TODAY).charges == ()


def test_hidden_prices_make_a_request_without_totals() -> None:
    quoted = quote([line("100")], Terms("EUR", (SMALL_ORDER,), prices_hidden=True), today=TODAY)
    assert quoted.prices_hidden and quoted.total == 0 and quoted.charges == ()
    assert quoted.lines[0].unit_price is None


def test_an_empty_cart_has_no_surcharge() -> None:
    assert quote([], Terms("EUR", (SMALL_ORDER,)), today=TODAY).total == 0


def test_a_discount_is_negative_and_a_surcharge_positive() -> None:
    quoted = surcharged("50", CodeRule("C", DiscountKind.PERCENT, Decimal(10)), code="C")
    assert [(c.kind, c.amount) for c in quoted.charges] == [
        (ChargeKind.DISCOUNT, Decimal("-5.00")),
        (ChargeKind.SURCHARGE, Decimal("30.00")),
    ]


@pytest.mark.parametrize(
    ("wanted", "pack", "minimum", "corrected"),
    [(1, 1, 1, 1), (0, 1, 1, 1), (7, 5, 1, 10), (10, 5, 1, 10), (1, 10, 25, 30), (26, 1, 25, 26), (3, 0, 0, 3)],
)
def test_a_quantity_is_corrected_to_whole_packs(wanted: int, pack: int, minimum: int, corrected: int) -> None:
    assert correct_quantity(wanted, pack_size=pack, minimum=minimum) == corrected
