"""An order while a seller edits it: what it comes to, what differs in words, and one draft on top of another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from babel.dates import format_date
from babel.numbers import format_decimal

from models import postal
from models.cart import MAX_CART_LINES, MAX_QUANTITY, what_a_quantity_is
from models.days import date_locale
from models.errors import ShopError
from models.money import MAX_UNIT_PRICE, from_minor, round_amount, round_unit_price, show_amount, show_unit_price
from models.order import ChargeKind, Order, OrderCharge, OrderLine
from models.order_form import OrderForm
from models.postal import DELIVERY, INVOICE
from models.pricing import ZERO, Charge, Quote, QuotedLine, WantedLine
from models.text import _, is_clean, spoken

MAX_CHARGES = 20
MAX_TITLE_LENGTH = 80
MAX_TOTAL = Decimal(100_000_000_000)
Part = TypeVar("Part", OrderForm, "DraftLine", Charge)
TYPED = tuple(name for name in OrderForm.__dataclass_fields__ if name not in {"email", "privacy_accepted"})


@dataclass(frozen=True)
class DraftLine:
    """A product and how many units of it at what price (None: on request); there is one line for each SKU."""

    sku: str
    name: str
    quantity: int
    unit_price: Decimal | None
    unit: str = ""
    product_id: int | None = None

    def total(self, currency: str) -> Decimal:
        """What it costs, rounded as every line is."""
        return round_amount((self.unit_price or ZERO) * self.quantity, currency)


@dataclass(frozen=True)
class DraftCharge:
    """A discount or surcharge; `key` is its id once it is stored, and below zero as long as it is new."""

    key: int
    charge: Charge


@dataclass(frozen=True)
class OrderDraft:
    """All that a seller may change of an order; `form` is what the buyer wrote, as far as it still holds."""

    currency: str
    form: OrderForm
    lines: tuple[DraftLine, ...]
    charges: tuple[DraftCharge, ...] = ()
    prices_hidden: bool = False

    @property
    def quote(self) -> Quote:
        """What it comes to, rounded as every quote is; nothing where no prices are told."""
        if self.prices_hidden:
            unpriced = tuple(QuotedLine(_wanted(line), None, ZERO) for line in self.lines)
            return Quote(self.currency, unpriced, prices_hidden=True)
        quoted = tuple(QuotedLine(_wanted(line), line.unit_price, line.total(self.currency)) for line in self.lines)
        return Quote(self.currency, quoted, tuple(one.charge for one in self.charges))


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was, in words."""

    what: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """The change as a line of text."""
        return _("{what}: {before} → {after}").format(what=self.what, before=self.before, after=self.after)


def draft_of(order: Order, lines: Iterable[OrderLine], charges: Iterable[OrderCharge]) -> OrderDraft:
    """A stored order as a draft."""
    typed = {name: getattr(order, name) for name in TYPED}
    return OrderDraft(
        order.currency,
        OrderForm(email=order.email, privacy_accepted=False, **typed),
        tuple(
            DraftLine(line.sku, line.name, line.quantity, line.unit_price, line.unit, line.product_id) for line in lines
        ),
        tuple(DraftCharge(row.id, _charge(row, order.currency)) for row in charges),
        order.prices_hidden,
    )


def check(draft: OrderDraft) -> None:
    """Refuse what can be no order. Raises ShopError."""
    if not draft.lines:
        raise ShopError(_("An order needs at least one product."))
    if len(draft.lines) > MAX_CART_LINES:
        raise ShopError(_("One request takes {n} different products at most.").format(n=MAX_CART_LINES))
    if len({line.sku for line in draft.lines}) < len(draft.lines):
        raise ShopError(_("A product stands in this order twice."))
    if len(draft.charges) > MAX_CHARGES:
        raise ShopError(_("An order takes {n} discounts and surcharges at most.").format(n=MAX_CHARGES))
    for line in draft.lines:
        check_quantity(line.quantity)
        check_price(line.unit_price)
    for one in draft.charges:
        check_charge(one.charge, draft.currency)
    if draft.quote.total < 0:
        raise ShopError(_("The discounts come to more than the products cost."))
    if draft.quote.lines_total > MAX_TOTAL or draft.quote.total > MAX_TOTAL:
        raise ShopError(_("This amount is too large."))


def check_quantity(quantity: int) -> None:
    """Refuse what is no quantity. Raises ShopError."""
    if not 1 <= quantity <= MAX_QUANTITY:
        raise ShopError(what_a_quantity_is())


def check_price(price: Decimal | None) -> None:
    """Refuse what is no unit price. Raises ShopError."""
    if price is not None and not 0 <= price <= MAX_UNIT_PRICE:
        raise ShopError(_("Write a price, like 12.50, or nothing for “on request”."))
    if price is not None and price != round_unit_price(price):
        raise ShopError(_("A unit price has four decimals at most."))


def check_charge(charge: Charge, currency: str) -> None:
    """Refuse what is no discount or surcharge. Raises ShopError."""
    if not charge.title.strip() or len(charge.title) > MAX_TITLE_LENGTH or not is_clean(charge.title):
        raise ShopError(_("A title has between 1 and {n} characters.").format(n=MAX_TITLE_LENGTH))
    is_right = charge.amount < 0 if charge.kind is ChargeKind.DISCOUNT else charge.amount > 0
    if not is_right or charge.amount != round_amount(charge.amount, currency) or abs(charge.amount) > MAX_TOTAL:
        raise ShopError(_("Write an amount above zero."))


def changes(before: OrderDraft, after: OrderDraft) -> list[Change]:
    """What differs, in the words of whoever reads it; the total is the last."""
    return [
        *_changed_lines(before, after),
        *_changed_charges(before, after),
        *_changed_answers(before.form, after.form),
        *_changed_total(before, after),
    ]


def merged(base: OrderDraft, theirs: OrderDraft, mine: OrderDraft) -> OrderDraft:
    """What I have changed of `base`, put on top of what somebody else has made of it meanwhile."""
    return replace(
        theirs,
        form=_on_top(base.form, theirs.form, mine.form, TYPED),
        lines=tuple(_merged_lines(base, theirs, mine)),
        charges=tuple(_merged_charges(base, theirs, mine)),
        prices_hidden=mine.prices_hidden if mine.prices_hidden != base.prices_hidden else theirs.prices_hidden,
    )


def _wanted(line: DraftLine) -> WantedLine:
    return WantedLine(line.product_id or 0, line.sku, line.name, line.quantity, line.unit_price, unit=line.unit)


def _charge(row: OrderCharge, currency: str) -> Charge:
    return Charge(row.kind, row.code, row.title, row.reason, from_minor(row.amount, currency))


def _changed_lines(before: OrderDraft, after: OrderDraft) -> Iterator[Change]:
    earlier, later = ({line.sku: line for line in draft.lines} for draft in (before, after))
    for sku in dict.fromkeys([*earlier, *later]):
        was, now = _said_line(earlier.get(sku), before), _said_line(later.get(sku), after)
        if was != now:
            yield Change(f"{(later.get(sku) or earlier[sku]).name} ({sku})", was, now)


def _said_line(line: DraftLine | None, draft: OrderDraft) -> str:
    """A quantity and its price: "12 piece × €6.40"."""
    if line is None:
        return _("none")
    quantity = " ".join(filter(None, [format_decimal(line.quantity, locale=spoken()), line.unit]))
    if draft.prices_hidden:
        return quantity
    priced = line.unit_price is not None
    price = show_unit_price(line.unit_price or ZERO, draft.currency, spoken()) if priced else _("on request")
    return f"{quantity} × {price}"


def _changed_charges(before: OrderDraft, after: OrderDraft) -> Iterator[Change]:
    earlier, later = ({one.key: one.charge for one in draft.charges} for draft in (before, after))
    for key in dict.fromkeys([*earlier, *later]):
        was, now = earlier.get(key), later.get(key)
        if was and now and was.title != now.title:
            yield Change(_("Title"), was.title, now.title)
        if was is None or now is None or was.amount != now.amount:
            title = (now or was or _NO_CHARGE).title
            yield Change(title, _said_charge(was, before.currency), _said_charge(now, after.currency))


_NO_CHARGE = Charge(ChargeKind.SURCHARGE, "", "", "", ZERO)


def _said_charge(charge: Charge | None, currency: str) -> str:
    return show_amount(charge.amount, currency, spoken()) if charge else _("none")


def _changed_answers(before: OrderForm, after: OrderForm) -> Iterator[Change]:
    for (label, was), (_label, now) in zip(_answers(before), _answers(after), strict=True):
        if was != now:
            yield Change(label, was or _("empty"), now or _("empty"))


def _answers(form: OrderForm) -> list[tuple[str, str]]:
    """What was typed, with the words it is asked by."""
    return [
        (_("Name"), form.name),
        (_("Company"), form.company),
        (_("Phone"), form.phone),
        (_("Reference"), form.buyer_reference),
        (_("VAT number"), form.vat_number),
        (_("Delivery address"), _in_one_line(postal.address(form, DELIVERY, spoken()))),
        (_("Invoice address"), _in_one_line(postal.address(form, INVOICE, spoken()))),
        (_("Zone"), form.zone),
        (_("Requested for"), _day(form.requested_date)),
        (_("Comments"), form.comments),
    ]


def _in_one_line(address: str) -> str:
    return ", ".join(address.splitlines())


def _day(wanted: date | None) -> str:
    return format_date(wanted, "medium", date_locale(spoken())) if wanted else ""


def _changed_total(before: OrderDraft, after: OrderDraft) -> Iterator[Change]:
    was, now = _said_total(before), _said_total(after)
    if was != now:
        yield Change(_("Total"), was, now)


def _said_total(draft: OrderDraft) -> str:
    return _("on request") if draft.prices_hidden else show_amount(draft.quote.total, draft.currency, spoken())


def _on_top(base: Part, theirs: Part, mine: Part, names: Iterable[str]) -> Part:
    """Theirs, with my value wherever I have changed it."""
    own: dict[str, Any] = {name: getattr(mine, name) for name in names if getattr(mine, name) != getattr(base, name)}
    return replace(theirs, **own)


def _merged_lines(base: OrderDraft, theirs: OrderDraft, mine: OrderDraft) -> Iterator[DraftLine]:
    earlier, own = {line.sku: line for line in base.lines}, {line.sku: line for line in mine.lines}
    for line in theirs.lines:
        was, now = earlier.get(line.sku), own.get(line.sku)
        if now is not None:
            yield _on_top(was, line, now, ("quantity", "unit_price")) if was else now
        elif was is None:
            yield line
    there = {line.sku for line in theirs.lines}
    yield from (line for line in mine.lines if line.sku not in there and line != earlier.get(line.sku))


def _merged_charges(base: OrderDraft, theirs: OrderDraft, mine: OrderDraft) -> Iterator[DraftCharge]:
    earlier, own = ({one.key: one.charge for one in draft.charges} for draft in (base, mine))
    for one in theirs.charges:
        was, now = earlier.get(one.key), own.get(one.key)
        if was is None:
            yield one
        elif now is not None:
            yield replace(one, charge=_on_top(was, one.charge, now, ("title", "amount", "reason")))
    there = {one.key for one in theirs.charges}
    yield from (one for one in mine.charges if one.key not in there and one.charge != earlier.get(one.key))
