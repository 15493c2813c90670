"""An order's lines and charges while a seller types: what stands in each field, what is wrong, what it comes to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from babel.numbers import format_decimal

from models.errors import ShopError
from models.money import parse_decimal, show_amount
from models.order import ChargeKind
from models.order_edit import MAX_CHARGES, DraftCharge, DraftLine, OrderDraft, check_charge, check_price, check_quantity
from models.pricing import ZERO, Charge, WantedLine, unit_price
from models.text import _, spoken
from services import amounts

MAX_DIGITS = 9
Shown = dict[str, object]


@dataclass
class LineRow:
    """A line as it is typed. `before` is what it was, None for one that was added; `wanted` tells its price then."""

    line: DraftLine
    quantity: str
    price: str
    before: DraftLine | None = None
    wanted: WantedLine | None = None
    is_removed: bool = False
    wrong: str = ""
    error: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether it is not as it was."""
        return self.is_removed or bool(self.error) or self.line != self.before


@dataclass
class ChargeRow:
    """A charge as it is typed, its amount without a sign."""

    key: int
    charge: Charge
    title: str
    amount: str
    before: Charge | None = None
    is_removed: bool = False
    wrong: str = ""
    error: str = ""


class DraftRows:
    """The rows of an order: those of `base`, with what stands in `draft` typed into them."""

    def __init__(self, base: OrderDraft, draft: OrderDraft | None = None) -> None:
        mine = draft or base
        self.currency = base.currency
        self.lines: dict[str, LineRow] = {line.sku: _line_row(line, line) for line in base.lines}
        self.charges: dict[int, ChargeRow] = {one.key: _charge_row(one, one.charge) for one in base.charges}
        now, charged = {line.sku: line for line in mine.lines}, {one.key: one for one in mine.charges}
        for sku, row in self.lines.items():
            row.is_removed = sku not in now
        for key, one in self.charges.items():
            one.is_removed = key not in charged
        for sku, line in now.items():
            self.lines[sku] = _line_row(line, self.lines[sku].before if sku in self.lines else None)
        for key, draft_charge in charged.items():
            before = self.charges[key].before if key in self.charges else None
            self.charges[key] = _charge_row(draft_charge, before)

    def type_line(self, sku: str, quantity: str | None, price: str | None) -> None:
        """Take what was typed into a line; what makes no sense stays there, with a sentence."""
        row = self.lines.get(sku)
        if row is None:
            return
        if price is not None and price != row.price:
            row.price, row.wanted = price, None
        row.quantity = row.quantity if quantity is None else quantity
        row.wrong = row.error = ""
        try:
            row.wrong = "quantity"
            row.line = replace(row.line, quantity=_quantity(row.quantity))
            row.wrong = "price"
            self._reprice(row)
            row.wrong = ""
        except ShopError as error:
            row.error = str(error)

    def _reprice(self, row: LineRow) -> None:
        """Take the price that was typed; else it follows the quantity."""
        if row.wanted is None:
            row.line = replace(row.line, unit_price=_price(row.price))
            return
        price = unit_price(row.wanted.list_price, row.wanted.breaks, row.line.quantity)
        row.line, row.price = replace(row.line, unit_price=price), _written(price)

    def add(self, wanted: WantedLine) -> str:
        """Add a product, or put it back; of one that is there already it is one more. Returns what was done."""
        row = self.lines.get(wanted.sku)
        if row is not None and row.is_removed:
            row.is_removed = False
            return _("“{name}” is back.").format(name=row.line.name)
        if row is not None:
            return _("“{name}” is in this order already.").format(name=row.line.name)
        price = unit_price(wanted.list_price, wanted.breaks, wanted.quantity)
        line = DraftLine(wanted.sku, wanted.name, wanted.quantity, price, wanted.unit, wanted.product_id)
        self.lines[wanted.sku] = _line_row(line, None, wanted)
        return _("“{name}” was added.").format(name=wanted.name)

    def reprice(self, lines: Iterable[WantedLine]) -> None:
        """Take the prices that products have for somebody else; what was typed stays."""
        for wanted in lines:
            row = self.lines.get(wanted.sku)
            if row is not None and row.wanted is not None:
                row.wanted = wanted
                self._reprice(row)

    def remove_line(self, sku: str, *, is_removed: bool) -> None:
        """Take a line out, or put it back; one that was added goes for good."""
        row = self.lines.get(sku)
        if row is not None and is_removed and row.before is None:
            del self.lines[sku]
        elif row is not None:
            row.is_removed = is_removed

    def type_charge(self, key: int, title: str, amount: str) -> None:
        """Take what was typed into a charge; another amount than the terms gave has no reason in them any more."""
        row = self.charges.get(key)
        if row is None:
            return
        row.title, row.amount, row.wrong, row.error = title, amount, "", ""
        try:
            row.wrong = "amount"
            sign = -1 if row.charge.kind is ChargeKind.DISCOUNT else 1
            worth = sign * _money(amount, self.currency)
            reason = row.charge.reason if worth == row.charge.amount else ""
            row.charge = replace(row.charge, amount=worth, reason=reason)
            row.wrong = "title"
            row.charge = replace(row.charge, title=title.strip())
            check_charge(row.charge, self.currency)
            row.wrong = ""
        except ShopError as error:
            row.error = str(error)

    def add_charge(self, kind: ChargeKind) -> int:
        """Add an empty discount or surcharge; returns its key. Raises ShopError if there are too many."""
        if len(self.charges) >= MAX_CHARGES:
            raise ShopError(_("An order takes {n} discounts and surcharges at most.").format(n=MAX_CHARGES))
        key = min([0, *self.charges]) - 1
        title = _("Discount") if kind is ChargeKind.DISCOUNT else _("Surcharge")
        self.charges[key] = ChargeRow(key, Charge(kind, "", title, "", ZERO), title, "", wrong="amount")
        return key

    def remove_charge(self, key: int, *, is_removed: bool) -> None:
        """Take a charge out, or put it back; one that was added goes for good."""
        row = self.charges.get(key)
        if row is not None and is_removed and row.before is None:
            del self.charges[key]
        elif row is not None:
            row.is_removed = is_removed

    def set_charges(self, charges: tuple[DraftCharge, ...]) -> None:
        """Have these charges, those that were there before marked as taken out."""
        there = {one.key: one for one in charges}
        for key, row in list(self.charges.items()):
            if key not in there:
                self.remove_charge(key, is_removed=True)
            else:
                self.charges[key] = _charge_row(there.pop(key), row.before)
        self.charges |= {one.key: _charge_row(one, None) for one in there.values()}

    def onto(self, draft: OrderDraft) -> OrderDraft:
        """A draft with the lines and charges that stand here, as far as they make sense."""
        lines = tuple(row.line for row in self.lines.values() if not row.is_removed)
        charges = tuple(
            DraftCharge(row.key, row.charge) for row in self.charges.values() if not row.is_removed and not row.wrong
        )
        return replace(draft, lines=lines, charges=charges)

    def check(self) -> None:
        """Raises ShopError if something that was typed makes no sense."""
        for row in self.charges.values():
            if row.wrong and not row.is_removed:
                row.error = row.error or _("Write an amount above zero.")
        rows: list[LineRow | ChargeRow] = [*self.lines.values(), *self.charges.values()]
        if any(row.wrong for row in rows if not row.is_removed):
            raise ShopError(_("Please look at what is marked above."))

    def shown_lines(self) -> Iterator[Shown]:
        """The lines as the page shows them."""
        is_edited = any(row.before for row in self.lines.values())
        for sku, row in self.lines.items():
            total = row.line.total(self.currency)
            yield {
                "key": sku,
                "name": row.line.name,
                "sku": sku,
                "note": _("new") if is_edited and row.before is None else "",
                "unit": row.line.unit,
                "quantity": row.quantity,
                "price": row.price,
                "total": "–" if row.line.unit_price is None else show_amount(total, self.currency, spoken()),
                "removed": row.is_removed,
                "changed": row.is_changed,
                "product": row.line.product_id,
                "wrong": row.wrong if row.error else "",
                "error": row.error,
            }

    def shown_charges(self) -> Iterator[Shown]:
        """The charges as the page shows them."""
        for key, row in self.charges.items():
            is_discount = row.charge.kind is ChargeKind.DISCOUNT
            yield {
                "key": key,
                "discount": is_discount,
                "changed": row.is_removed or bool(row.wrong) or row.charge != row.before,
                "kind": _("Discount") if is_discount else _("Surcharge"),
                "sign": "−" if is_discount else "+",
                "title": row.title,
                "amount": row.amount,
                "reason": row.charge.reason,
                "removed": row.is_removed,
                "wrong": row.wrong if row.error else "",
                "error": row.error,
            }


def _line_row(line: DraftLine, before: DraftLine | None, wanted: WantedLine | None = None) -> LineRow:
    return LineRow(line, str(line.quantity), _written(line.unit_price), before, wanted)


def _charge_row(one: DraftCharge, before: Charge | None) -> ChargeRow:
    amount = _written(abs(one.charge.amount))
    return ChargeRow(one.key, one.charge, one.charge.title, amount, before)


def _written(number: Decimal | None) -> str:
    """A number for a field, with two decimals at least."""
    return "" if number is None else format_decimal(number, format="0.00##", locale=spoken())


def _quantity(text: str) -> int:
    typed = text.strip()
    quantity = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= MAX_DIGITS else 0
    check_quantity(quantity)
    return quantity


def _price(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        price = parse_decimal(text)
    except ValueError:
        price = Decimal(-1)
    check_price(price)
    return price


def _money(text: str, currency: str) -> Decimal:
    try:
        return amounts.positive_money(text, currency)
    except ValueError as error:
        raise ShopError(str(error)) from None
