"""What would come into the cart, row by row, before anything does: found, to be chosen, or unknown."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from models import OrderLine
from models.cart import TOO_MANY
from models.errors import ShopError
from models.money import show_unit_price
from models.pricing import PriceList
from models.text import _, fold
from services import cart_lines
from services.cart_lines import KeptLine
from services.database import shielded
from services.quick_order import finding, pasted
from services.quick_order.finding import Match
from services.quick_order.pasted import Pasted, Wish

MAX_ROWS = 1_000

LineOf = Callable[[int, int], KeptLine | None]  # of a product's id and how many; None if it is not sold


class Kind(StrEnum):
    """What became of a row."""

    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Row:
    """One product, or what could not be told to be one. `text` is as it was written, `asked` how many of it.

    `line` is set once it is known what is meant; `choices` are the products to choose from; `remarks` say what is not
    as it was asked for, `odd` that no quantity was told: it is not guessed, so that the row is taken by hand.
    `gone` is the product that is meant though it is no longer sold, 0 where nobody knows.
    """

    key: int
    kind: Kind
    text: str
    asked: int | None
    line: KeptLine | None = None
    choices: tuple[KeptLine, ...] = ()
    remarks: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    gone: int = 0
    odd: str = ""

    @property
    def product_id(self) -> int:
        """The product that is meant, 0 where nobody knows."""
        return self.line.wanted.product_id if self.line else self.gone

    def chosen(self, product_id: int) -> "Row":
        """The row with one of its choices taken. Raises ShopError for any other product."""
        line = next((line for line in self.choices if line.wanted.product_id == product_id), None)
        if line is None:
            raise ShopError(_("This product cannot be chosen here."))
        return replace(self, kind=Kind.FOUND, line=line, remarks=(*_odd(self.odd), *_corrected(line, self.asked)))


@dataclass(frozen=True)
class Preview:
    """The rows, and how many lines said nothing that could be ordered."""

    rows: tuple[Row, ...]
    left_out: int = 0


@shielded
async def preview(text: str, prices: PriceList) -> Preview:
    """Find what a text asks for. Writes nothing. Raises ShopError for what is too much."""
    cut, names = await asyncio.to_thread(_cut, text)
    known = await finding.exactly(names)
    told = await asyncio.to_thread(pasted.wishes, cut, known.keys())
    if len(told.wishes) > MAX_ROWS:
        raise ShopError(_("One request takes {n} different products at most.").format(n=MAX_ROWS))
    unknown = {wish.code for wish in told.wishes if not known.get(fold(wish.code), Match()).ids}
    same, near = await finding.loosely(unknown)
    meant = {fold(wish.code): _meant(wish.code, known, same, near) for wish in told.wishes}
    line_of = await _lines_of({id_ for match, _kind in meant.values() for id_ in match.ids}, prices)
    made = [_row(key, wish, *meant[fold(wish.code)], line_of) for key, wish in enumerate(told.wishes)]
    return Preview(tuple(_once_each(made)), told.left_out)


@shielded
async def of_quantities(quantities: Mapping[int, int], names: Mapping[int, str], prices: PriceList) -> Preview:
    """The rows of products that are known by id; `names` tell what those are that are no longer sold."""
    line_of = await _lines_of(quantities, prices)
    wanted = enumerate(quantities.items())
    return Preview(tuple(_known_row(key, id_, asked, names[id_], line_of) for key, (id_, asked) in wanted))


@shielded
async def again(lines: Iterable[OrderLine], prices: PriceList, *, language: str, tell_prices: bool) -> Preview:
    """The rows of an earlier request, with what has changed since: the price, the packs, or that it is not sold."""
    lines = list(lines)
    by_sku = await finding.exactly({line.sku for line in lines})
    ids = {line.line_no: _id_now(line, by_sku) for line in lines}
    line_of = await _lines_of({id_ for id_ in ids.values() if id_}, prices)
    made = []
    for key, line in enumerate(lines):
        row = _known_row(key, ids[line.line_no], line.quantity, line.name, line_of)
        price = None if row.line is None else row.line.unit_price
        if tell_prices and row.line and price != line.unit_price:
            row = replace(row, remarks=(*row.remarks, _new_price(line.unit_price, price, prices.currency, language)))
        made.append(row)
    return Preview(tuple(_once_each(made)))


def _cut(text: str) -> tuple[Pasted, set[str]]:
    """A text in lines and parts, and what may be a code of them; of a long one that takes a while."""
    cut = pasted.cut(text)
    return cut, cut.names()


async def _lines_of(ids: Collection[int], prices: PriceList) -> LineOf:
    """How products become lines at a buyer's prices."""
    rows = await cart_lines.product_rows(ids)
    return lambda id_, quantity: cart_lines.kept(rows.get(id_), quantity, prices)


def _id_now(line: OrderLine, by_sku: Mapping[str, Match]) -> int:
    """The product a line was about; one that was deleted and came back has the same SKU."""
    if line.product_id:
        return line.product_id
    match = by_sku.get(fold(line.sku), Match())
    return match.ids[0] if len(match.ids) == 1 else 0


def _new_price(before: Decimal | None, now: Decimal | None, currency: str, language: str) -> str:
    told = [_("on request") if price is None else show_unit_price(price, currency, language) for price in (before, now)]
    return _("The price was {before}, it is now {now}.").format(before=told[0], now=told[1])


def _meant(
    code: str, known: Mapping[str, Match], same: Mapping[str, Match], near: Mapping[str, Match]
) -> tuple[Match, Kind]:
    folded = fold(code)
    for found in (known, same):
        match = found.get(folded, Match())
        if match.ids:
            return match, Kind.FOUND if len(match.ids) == 1 else Kind.AMBIGUOUS
    gone = known.get(folded, Match()).gone
    return Match(near.get(folded, Match()).ids, gone), Kind.UNKNOWN


def _row(key: int, wish: Wish, match: Match, kind: Kind, line_of: LineOf) -> Row:
    choices = tuple(filter(None, (line_of(id_, wish.quantity or 1) for id_ in match.ids)))
    row = Row(key, kind, wish.text, wish.quantity, numbers=wish.numbers, odd=wish.odd_quantity)
    remarks = _remarks(wish)
    if kind is Kind.FOUND and choices and wish.odd_quantity:
        return replace(row, kind=Kind.AMBIGUOUS, choices=choices, remarks=remarks)
    if kind is Kind.FOUND and len(choices) == 1:
        return replace(row, line=choices[0], remarks=(*remarks, *_corrected(choices[0], wish.quantity)))
    if match.gone:
        remarks = (_("“{name}” is no longer sold.").format(name=match.gone), *remarks)
    return replace(row, kind=Kind.UNKNOWN if kind is Kind.FOUND else kind, choices=choices, remarks=remarks)


def _known_row(key: int, id_: int, asked: int, name: str, line_of: LineOf) -> Row:
    line = line_of(id_, asked)
    if line is None:
        remarks = (_("“{name}” is no longer sold.").format(name=name),)
        return Row(key, Kind.UNKNOWN, name, asked, remarks=remarks, gone=id_)
    return Row(key, Kind.FOUND, name, asked, line, remarks=_corrected(line, asked))


def _corrected(line: KeptLine, asked: int | None) -> tuple[str, ...]:
    return (cart_lines.correction(line, asked),) if asked and asked != line.wanted.quantity else ()


def _remarks(wish: Wish) -> tuple[str, ...]:
    if wish.odd_quantity:
        return _odd(wish.odd_quantity)
    if len(wish.numbers) > 1:
        return (_("Lines {numbers} ask for the same.").format(numbers=", ".join(map(str, wish.numbers))),)
    return ()


def _odd(text: str) -> tuple[str, ...]:
    return (_("“{text}” is not a whole number: please say how many.").format(text=text),) if text else ()


def _once_each(rows: Iterable[Row]) -> list[Row]:
    """The rows without those whose product is there already, by its SKU in one line and its EAN in another."""
    kept: dict[object, Row] = {}
    for row in rows:
        key: object = ("product", row.line.wanted.product_id) if row.line else ("row", row.key)
        first = kept.get(key)
        kept[key] = row if first is None else _added(first, row)
    return list(kept.values())


def _added(first: Row, more: Row) -> Row:
    assert first.line  # noqa: S101 - only rows with the same product come here
    asked = min((first.asked or 1) + (more.asked or 1), TOO_MANY)
    line = first.line.of(asked)
    numbers = (*first.numbers, *more.numbers)
    together = _("Lines {numbers} ask for the same.").format(numbers=", ".join(map(str, numbers)))
    return replace(first, asked=asked, line=line, numbers=numbers, remarks=(together, *_corrected(line, asked)))
