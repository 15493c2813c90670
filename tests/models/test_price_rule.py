"""A rule for many prices: what is typed, what it makes of a price, and to which prices it rounds."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import FieldErrors
from models.money import MAX_UNIT_PRICE
from models.price_rule import By, PriceRule, Rounding

UP_FIVE = {"by": "percent", "direction": "up", "change": "5", "rounding": "0.01"}


@pytest.mark.parametrize(
    ("rounding", "old", "new"),
    [
        (Rounding.EXACT, "0.0125", "0.0131"),
        (Rounding.CENT, "24.80", "26.04"),
        (Rounding.CENT, "0.10", "0.11"),
        (Rounding.FIVE, "24.80", "26.05"),
        (Rounding.TEN, "24.80", "26.00"),
        (Rounding.WHOLE, "24.80", "26"),
        (Rounding.ENDS_95, "24.80", "25.95"),
        (Rounding.ENDS_95, "0.10", "0.95"),
        (Rounding.ENDS_99, "23.30", "23.99"),
        (Rounding.ENDS_99, "10.00", "10.99"),
    ],
)
def test_five_percent_more_is_rounded(rounding: Rounding, old: str, new: str) -> None:
    assert PriceRule(By.PERCENT, Decimal(5), rounding).of(Decimal(old)) == Decimal(new)


@pytest.mark.parametrize(
    ("by", "change", "old"), [(By.AMOUNT, "-3", "3"), (By.AMOUNT, "-3", "2"), (By.PERCENT, "900", "99999999")]
)
def test_a_price_that_cannot_be_is_none(by: By, change: str, old: str) -> None:
    assert PriceRule(by, Decimal(change), Rounding.CENT).of(Decimal(old)) is None


def test_a_rule_is_read_from_a_form_kept_and_told() -> None:
    rule = PriceRule.parse(UP_FIVE | {"direction": "down", "change": "2,5", "rounding": "x.95"})
    assert rule == PriceRule(By.PERCENT, Decimal("-2.5"), Rounding.ENDS_95)
    assert PriceRule.stored(rule.as_json()) == rule
    assert rule.words == "−2.5 %, ending in .95"
    assert PriceRule(By.AMOUNT, Decimal("0.20"), Rounding.EXACT).words == "+0.2"


@pytest.mark.parametrize("change", ["", "much", "-5", "1001", "NaN", None, {"direction": "down", "change": "100"}])
def test_what_cannot_be_meant_is_told_at_its_field(change: object) -> None:
    with pytest.raises(FieldErrors) as refused:
        PriceRule.parse(UP_FIVE | (change if isinstance(change, dict) else {"change": change}))
    assert set(refused.value.fields) == {"change"}


@given(st.decimals(min_value="0.0001", max_value=MAX_UNIT_PRICE, places=4), st.sampled_from(Rounding))
def test_a_rounded_price_is_among_the_nearest(price: Decimal, rounding: Rounding) -> None:
    """No price that ends so lies nearer."""
    new = rounding.of(price)
    width = Decimal(1) if rounding.value.startswith("x") else Decimal(rounding.value)
    assert abs(new - price) <= width / 2 or (new < 1 and rounding.value.startswith("x"))
    assert rounding.of(new) == new
