"""How much more would lower the small-order surcharge: exact with and without a discount code."""

from datetime import date
from decimal import Decimal

import pytest

from models.pricing import CodeRule, Quote, SurchargeRule, Terms, Tranche, WantedLine, quote
from models.savings import Saving, next_saving
from models.shop import DiscountKind, SurchargeKind

TODAY = date(2026, 11, 28)
TRANCHES = tuple(
    Tranche(Decimal(a), Decimal(b), Decimal(c)) for a, b, c in ((0, 100, 30), (100, 200, 15), (200, 300, 5))
)
RULE = SurchargeRule("Small order", "MIN", SurchargeKind.TRANCHES, tranches=TRANCHES)
CODES = (CodeRule("TEN", DiscountKind.PERCENT, Decimal(10)), CodeRule("FIVE", DiscountKind.FIXED, Decimal(5)))
TERMS = Terms("EUR", (RULE,), CODES)


@pytest.mark.parametrize(
    ("price", "code", "more", "saves"),
    [
        ("84.20", "", "15.80", "15"),
        ("100", "", "100", "10"),
        ("299.99", "", "0.01", "5"),
        ("84.20", "TEN", "26.91", "15"),
        ("84.20", "FIVE", "20.80", "15"),
        ("84.20", "NOPE", "15.80", "15"),
    ],
)
def test_the_next_step_is_told_and_reaching_it_saves_that_much(price: str, code: str, more: str, saves: str) -> None:
    saving = next_saving(quoted(price, code), TERMS, code=code)
    assert saving == Saving(Decimal(more), Decimal(saves))
    there = quoted(str(Decimal(price) + saving.more), code)
    assert quoted(price, code).surcharges - there.surcharges == saving.saves
    almost = quoted(str(Decimal(price) + saving.more - Decimal("0.01")), code)
    assert almost.surcharges == quoted(price, code).surcharges or more == "0.01"


def test_where_nothing_can_be_saved_nothing_is_told() -> None:
    assert next_saving(quoted("300", ""), TERMS) is None
    assert next_saving(quote((), TERMS, today=TODAY), TERMS) is None
    all_of_it = Terms("EUR", (RULE,), (CodeRule("ALL", DiscountKind.PERCENT, Decimal(100)),))
    lines = [WantedLine(1, "A", "A", 1, Decimal(50))]
    assert next_saving(quote(lines, all_of_it, code="ALL", today=TODAY), all_of_it, code="ALL") is None
    hidden = Terms("EUR", (RULE,), prices_hidden=True)
    assert next_saving(quote(lines, hidden, today=TODAY), hidden) is None


def quoted(price: str, code: str) -> Quote:
    return quote([WantedLine(1, "A", "A", 1, Decimal(price))], TERMS, code=code, today=TODAY)
