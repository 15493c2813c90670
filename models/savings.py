"""What would cost less: how much more has to be ordered until a smaller surcharge begins."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from models.money import round_amount
from models.money import step as smallest_amount
from models.pricing import HUNDRED, ZERO, CodeRule, Quote, SurchargeRule, Terms
from models.shop import DiscountKind, SurchargeKind
from models.text import fold


@dataclass(frozen=True)
class Saving:
    """Products for `more` lower the surcharges by `saves`."""

    more: Decimal
    saves: Decimal


def next_saving(quoted: Quote, terms: Terms, *, code: str = "") -> Saving | None:
    """The nearest step down in a minimum-order surcharge; None if there is none, or no price is told."""
    if quoted.prices_hidden or not quoted.lines:
        return None
    discount = _rule_of(quoted, terms, code)
    steps = [step for rule in terms.surcharges for step in _steps(rule, quoted, discount)]
    return min(steps, key=lambda step: step.more, default=None)


def _rule_of(quoted: Quote, terms: Terms, code: str) -> CodeRule | None:
    """The rule of the discount code, if it gives something."""
    if not code or quoted.code_problem:
        return None
    return next((rule for rule in terms.codes if fold(rule.code) == fold(code)), None)


def _steps(rule: SurchargeRule, quoted: Quote, discount: CodeRule | None) -> Iterator[Saving]:
    """Each tranche of a rule above the cart in which it costs less than now."""
    if rule.kind is not SurchargeKind.TRANCHES:
        return
    discounted = quoted.lines_total + quoted.discounts
    now = _amount_at(rule, discounted)
    for bound in sorted({tranche.end for tranche in rule.tranches if tranche.end > discounted}):
        saves = round_amount(now - _amount_at(rule, bound), quoted.currency)
        needed = _before_discount(bound, discount, quoted.currency)
        if saves > 0 and needed is not None and needed > quoted.lines_total:
            yield Saving(needed - quoted.lines_total, saves)


def _amount_at(rule: SurchargeRule, discounted: Decimal) -> Decimal:
    return next((t.amount for t in rule.tranches if t.start <= discounted < t.end), ZERO)


def _before_discount(bound: Decimal, discount: CodeRule | None, currency: str) -> Decimal | None:
    """What the products must cost for the discounted amount to reach a bound; None if no amount is enough."""
    if discount is None:
        return bound
    if discount.kind is not DiscountKind.PERCENT:
        return bound + discount.amount
    share = discount.amount / HUNDRED
    if share >= 1:
        return None
    amount = (bound / (1 - share)).quantize(smallest_amount(currency), rounding=ROUND_DOWN)
    while amount - round_amount(amount * share, currency) < bound:
        amount += smallest_amount(currency)
    return amount
