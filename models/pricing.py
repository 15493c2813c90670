"""Prices: `Decimal` in, a frozen `Quote` out. The cart, the checkout and the order all use `quote`.

Order of the rules: lines at their unit price → discount code → surcharges → total. Each line and each charge is
rounded once, half-up, so that the total is the sum of what is shown.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_decimal

from models.money import round_amount, step
from models.order import ChargeKind
from models.shop import DiscountKind, SurchargeKind
from models.text import _, fold, spoken

ZERO = Decimal(0)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class QuantityBreak:
    """From `quantity` on, one unit costs `price`."""

    quantity: int
    price: Decimal


@dataclass(frozen=True)
class PriceList:
    """What one buyer is told of prices: those of the catalogue with `percent` off, or `own` ones by product id.

    `mark` tells it from the lists of other buyers and other moments. Nothing is told at all where `is_hidden`.
    """

    currency: str
    percent: Decimal = ZERO
    own: Mapping[int, Decimal] = field(default_factory=dict)
    is_hidden: bool = False
    mark: Hashable = None

    def of(
        self, product_id: int, list_price: Decimal | None, breaks: tuple[QuantityBreak, ...] = ()
    ) -> tuple[Decimal | None, tuple[QuantityBreak, ...]]:
        """This buyer's price of one unit, and from which quantities it is less.

        A price of their own holds in every quantity, but for a break of the catalogue that is lower still.
        """
        if self.is_hidden:
            return None, ()
        own = self.own.get(product_id)
        if own is not None:
            return own, tuple(one for one in breaks if one.price < own)
        if not self.percent:
            return list_price, breaks
        reduced = tuple(QuantityBreak(one.quantity, self._reduced(one.price)) for one in breaks)
        return None if list_price is None else self._reduced(list_price), reduced

    def _reduced(self, price: Decimal) -> Decimal:
        """The price less the percentage, with as many decimals as it had, and as the currency has at least."""
        finest = min(step(self.currency), Decimal(1).scaleb(int(price.normalize().as_tuple().exponent)))
        return (price * (HUNDRED - self.percent) / HUNDRED).quantize(finest, rounding=ROUND_HALF_UP)


NO_PRICES = PriceList("", is_hidden=True, mark="hidden")  # for who only asks how many of what


@dataclass(frozen=True)
class WantedLine:
    """A product and how many units of it; `list_price` is None for "price on request"."""

    product_id: int
    sku: str
    name: str
    quantity: int
    list_price: Decimal | None
    breaks: tuple[QuantityBreak, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Tranche:
    """An order of at least `start` and below `end` costs `amount` more."""

    start: Decimal
    end: Decimal
    amount: Decimal


@dataclass(frozen=True)
class SurchargeRule:
    """A surcharge of the terms of sale; `amount` is money, or percent for `PERCENT`."""

    title: str
    code: str
    kind: SurchargeKind
    amount: Decimal = ZERO
    tranches: tuple[Tranche, ...] = ()
    zone: str = ""


@dataclass(frozen=True)
class CodeRule:
    """A discount code; the dates are whole days, both included."""

    code: str
    kind: DiscountKind
    amount: Decimal
    title: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Terms:
    """The terms of sale a quote is made by. `prices_hidden` makes a request without totals."""

    currency: str
    surcharges: tuple[SurchargeRule, ...] = ()
    codes: tuple[CodeRule, ...] = ()
    prices_hidden: bool = False

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones a buyer chooses from, in the order of the rules; empty if the shop has none."""
        return tuple(dict.fromkeys(rule.zone for rule in self.surcharges if rule.kind is SurchargeKind.ZONE))


@dataclass(frozen=True)
class QuotedLine:
    """A line with its unit price at this quantity (None: on request) and its rounded total."""

    wanted: WantedLine
    unit_price: Decimal | None
    total: Decimal


@dataclass(frozen=True)
class Charge:
    """A discount (negative amount) or a surcharge, with its reason in words."""

    kind: ChargeKind
    code: str
    title: str
    reason: str
    amount: Decimal


@dataclass(frozen=True)
class Quote:
    """What a request costs. `code_problem` says why a discount code gave nothing."""

    currency: str
    lines: tuple[QuotedLine, ...] = ()
    charges: tuple[Charge, ...] = ()
    code_problem: str = ""
    prices_hidden: bool = False
    lines_total: Decimal = field(init=False)
    discounts: Decimal = field(init=False)
    surcharges: Decimal = field(init=False)
    total: Decimal = field(init=False)

    def __post_init__(self) -> None:
        lines_total = sum((line.total for line in self.lines), ZERO)
        discounts = sum((c.amount for c in self.charges if c.kind is ChargeKind.DISCOUNT), ZERO)
        surcharges = sum((c.amount for c in self.charges if c.kind is ChargeKind.SURCHARGE), ZERO)
        object.__setattr__(self, "lines_total", lines_total)
        object.__setattr__(self, "discounts", discounts)
        object.__setattr__(self, "surcharges", surcharges)
        object.__setattr__(self, "total", lines_total + discounts + surcharges)


def quote(lines: Sequence[WantedLine], terms: Terms, *, code: str = "", zone: str = "", today: date) -> Quote:
    """Price a cart.

    `code` and `zone` are as the buyer gave them (both may be empty); `today` is the date in the shop's time zone.
    Never raises: a code that does not hold is told in `code_problem`.
    """
    if terms.prices_hidden:
        unpriced = tuple(QuotedLine(line, None, ZERO) for line in lines)
        return Quote(terms.currency, unpriced, prices_hidden=True)
    quoted = tuple(_quoted_line(line, terms.currency) for line in lines)
    lines_total = sum((line.total for line in quoted), ZERO)
    discount, problem = _discount(lines_total, terms, code, today) if code else (None, "")
    discounted = lines_total + (discount.amount if discount else ZERO)
    surcharges = _surcharges(discounted, terms, zone) if quoted else []
    return Quote(terms.currency, quoted, tuple(filter(None, [discount, *surcharges])), problem)


def unit_price(list_price: Decimal | None, breaks: Sequence[QuantityBreak], quantity: int) -> Decimal | None:
    """The price of one unit when `quantity` units are asked for."""
    reached = [b for b in breaks if b.quantity <= quantity]
    return max(reached, key=lambda b: b.quantity).price if reached else list_price


def correct_quantity(wanted: int, *, pack_size: int, minimum: int) -> int:
    """The quantity that can be ordered: at least `minimum`, rounded up to whole packs."""
    packs = -(-max(wanted, minimum, 1) // max(pack_size, 1))
    return packs * max(pack_size, 1)


def _quoted_line(line: WantedLine, currency: str) -> QuotedLine:
    price = unit_price(line.list_price, line.breaks, line.quantity)
    return QuotedLine(line, price, round_amount((price or ZERO) * line.quantity, currency))


def _discount(lines_total: Decimal, terms: Terms, code: str, today: date) -> tuple[Charge | None, str]:
    rule = next((rule for rule in terms.codes if fold(rule.code) == fold(code)), None)
    if rule is None:
        return None, _("The discount code “{code}” is not known here.").format(code=code)
    if rule.valid_from and today < rule.valid_from:
        return None, _("The discount code “{code}” is not valid yet.").format(code=rule.code)
    if rule.valid_to and today > rule.valid_to:
        return None, _("The discount code “{code}” is no longer valid.").format(code=rule.code)
    if rule.kind is DiscountKind.PERCENT:
        amount = lines_total * rule.amount / HUNDRED
        reason = _("{percent} % of {amount}").format(percent=_plain(rule.amount), amount=_written(lines_total))
    else:
        amount = min(rule.amount, lines_total)
        reason = _("code {code}").format(code=rule.code)
    rounded = round_amount(amount, terms.currency)
    if not rounded:
        return None, ""
    return Charge(ChargeKind.DISCOUNT, rule.code, rule.title or _("Discount"), reason, -rounded), ""


def _surcharges(discounted: Decimal, terms: Terms, zone: str) -> list[Charge]:
    charges = []
    for rule in terms.surcharges:
        amount, reason = _surcharge(rule, discounted, zone)
        rounded = round_amount(amount, terms.currency)
        if rounded:
            charges.append(Charge(ChargeKind.SURCHARGE, rule.code, rule.title, reason, rounded))
    return charges


def _surcharge(rule: SurchargeRule, discounted: Decimal, zone: str) -> tuple[Decimal, str]:
    match rule.kind:
        case SurchargeKind.FIXED:
            return rule.amount, _("on every order")
        case SurchargeKind.PERCENT:
            reason = _("{percent} % of {amount}").format(percent=_plain(rule.amount), amount=_written(discounted))
            return discounted * rule.amount / HUNDRED, reason
        case SurchargeKind.ZONE:
            return (rule.amount, rule.zone) if rule.zone == zone else (ZERO, "")
        case SurchargeKind.TRANCHES:
            return _tranche(rule.tranches, discounted)


def _tranche(tranches: Sequence[Tranche], discounted: Decimal) -> tuple[Decimal, str]:
    for tranche in tranches:
        if tranche.start <= discounted < tranche.end:
            reason = _("{amount} is below {bound}")
            return tranche.amount, reason.format(
                amount=_written(discounted), bound=_written(tranche.end.quantize(Decimal("0.01")))
            )
    return ZERO, ""


def _plain(number: Decimal) -> str:
    return _written(number.normalize())


def _written(number: Decimal) -> str:
    """A number with all its decimals, as the reader writes it."""
    decimals = max(0, -int(number.as_tuple().exponent))
    return format_decimal(number, format=f"0.{'0' * decimals}", locale=spoken())
