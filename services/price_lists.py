"""A group's price list from a spreadsheet: read, held against the catalogue, and looked at before it is written."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from models import AuditKind, GroupPrice
from models.errors import ShopError
from models.text import _, fold, ngettext
from services import audit, buyer_groups, cart_lines, catalog_import, live
from services.catalog_import import Field, SourceTable
from services.catalog_import.numbers import Sign, decimal_sign, looks_numeric
from services.catalog_import.values import price as price_in
from services.database import shielded, unit_of_work
from services.quick_order import finding
from services.quick_order.finding import Match

ODD_FACTOR = 10  # so many times the list price, or so small a part of it, is most likely a slip
MOST_LOOKED_AT = 200  # cells, to tell what a column holds
LONGEST_SHOWN = 60


@dataclass(frozen=True)
class PlannedPrice:
    """What one product would cost the group, beside what it costs it now and what stands in the catalogue."""

    product_id: int
    sku: str
    name: str
    list_price: Decimal | None
    before: Decimal | None
    price: Decimal

    @property
    def is_odd(self) -> bool:
        """Whether it is so far from the list price that somebody should look at it."""
        listed = self.list_price
        if not listed:
            return False
        return self.price * ODD_FACTOR <= listed or self.price >= listed * ODD_FACTOR


@dataclass(frozen=True)
class Refused:
    """A row of the file that gives no price, and why."""

    number: int
    text: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """What importing a file would do; `read_as` says how the file was understood."""

    group_id: int
    read_as: str
    new: tuple[PlannedPrice, ...]
    changed: tuple[PlannedPrice, ...]
    unchanged: int
    odd: tuple[PlannedPrice, ...]
    refused: tuple[Refused, ...]

    def prices(self, *, with_odd: bool) -> dict[int, Decimal]:
        """What would be written."""
        rows = (*self.new, *self.changed, *(self.odd if with_odd else ()))
        return {row.product_id: row.price for row in rows}


@dataclass(frozen=True)
class _Row:
    """A row of the file: which code costs how much."""

    number: int
    code: str
    price: Decimal


async def plan(group_id: int, file_name: str, content: bytes) -> Plan:
    """Say what importing a file would do. Writes nothing. Raises ShopError or NotFoundError."""
    group = await buyer_groups.get(group_id)
    table = await catalog_import.read(file_name, content)
    sku_column, price_column = await asyncio.to_thread(_columns, table)
    rows, refused = await asyncio.to_thread(_rows, table, sku_column, price_column)
    planned, unknown = await _planned(group.id, rows)
    odd = tuple(row for row in planned if row.is_odd and row.before != row.price)
    held = {row.product_id for row in odd}
    sure = [row for row in planned if row.product_id not in held]
    names = {"sku": table.header[sku_column], "price": table.header[price_column], "dialect": table.dialect}
    return Plan(
        group_id=group.id,
        read_as=_("SKU from “{sku}”, price from “{price}”; {dialect}").format(**names),
        new=tuple(row for row in sure if row.before is None),
        changed=tuple(row for row in sure if row.before is not None and row.before != row.price),
        unchanged=sum(row.before == row.price for row in sure),
        odd=odd,
        refused=tuple(sorted([*refused, *unknown], key=lambda row: row.number)),
    )


async def apply(plan: Plan, *, with_odd: bool, by: str) -> int:
    """Write what a plan says; return how many prices that were. Raises NotFoundError."""
    wanted = plan.prices(with_odd=with_odd)
    await _apply(plan.group_id, wanted, by)
    live.offer_changed()
    return len(wanted)


@unit_of_work
async def _apply(group_id: int, wanted: Mapping[int, Decimal], by: str) -> None:
    group = await buyer_groups.get(group_id)
    there = await cart_lines.product_rows(wanted)  # one may have been deleted since the plan was made
    await buyer_groups.write(group.id, {id_: price for id_, price in wanted.items() if id_ in there})
    words = ngettext("group {name}: {n} price imported", "group {name}: {n} prices imported", len(wanted))
    about = words.format(name=group.name, n=len(wanted))
    await audit.record(AuditKind.BUYERS, by, about)


def _columns(table: SourceTable) -> tuple[int, int]:
    """Where the codes and the prices stand: as the columns are called, else by what is in them."""
    mapping = catalog_import.recognise(table)
    skus, prices = mapping.columns(Field.SKU), mapping.columns(Field.PRICE)
    numeric = [i for i in range(len(table.header)) if i not in skus and _is_numeric(table.column(i))]
    price = next(iter([*prices, *reversed(numeric)]), None)
    sku = next(iter([*skus, *(i for i in range(len(table.header)) if i != price)]), None)
    if sku is None or price is None or sku == price:
        raise ShopError(_("There have to be two columns in this file: SKU and price."))
    return sku, price


def _is_numeric(cells: Iterable[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(looks_numeric(cell) for cell in filled[:MOST_LOOKED_AT])


def _rows(table: SourceTable, sku_column: int, price_column: int) -> tuple[list[_Row], list[Refused]]:
    """The rows that give a code its price, once each; rows without a price say nothing, and are passed over."""
    codes, texts = table.column(sku_column), table.column(price_column)
    by_delimiter: Sign = "," if table.delimiter == ";" else "."
    sign = decimal_sign([text for text in texts if text], by_delimiter)
    rows: dict[str, _Row] = {}
    refused = []
    for row, code, text in zip(table.rows, codes, texts, strict=True):
        if not code or not text:
            continue
        try:
            price = price_in(text, sign)
        except ValueError as error:
            refused.append(Refused(row.number, code[:LONGEST_SHOWN], str(error)))
            continue
        first = rows.setdefault(fold(code), _Row(row.number, code, price))
        if first.number != row.number:
            reason = _("The same SKU stands in row {n}.").format(n=first.number)
            refused.append(Refused(row.number, code[:LONGEST_SHOWN], reason))
    return list(rows.values()), refused


@shielded
async def _planned(group_id: int, rows: list[_Row]) -> tuple[list[PlannedPrice], list[Refused]]:
    known = await finding.exactly({row.code for row in rows})
    found = {row.code: known.get(fold(row.code), Match()) for row in rows}
    products = await cart_lines.product_rows({match.ids[0] for match in found.values() if len(match.ids) == 1})
    before = dict(await GroupPrice.filter(group_id=group_id).values_list("product_id", "price"))
    planned: dict[int, PlannedPrice] = {}
    refused = []
    for row in rows:
        match = found[row.code]
        product = products.get(match.ids[0]) if len(match.ids) == 1 else None
        if product is None or match.ids[0] in planned:
            refused.append(Refused(row.number, row.code[:LONGEST_SHOWN], _why(match)))
            continue
        planned[match.ids[0]] = _planned_price(product, before.get(match.ids[0]), row.price)
    return list(planned.values()), refused


def _planned_price(product: cart_lines.ProductRow, before: Decimal | None, price: Decimal) -> PlannedPrice:
    own, parents = product["product__price"], product["product__parent__price"]
    return PlannedPrice(
        product_id=product["product_id"],
        sku=product["product__sku"],
        name=product["product__name"],
        list_price=parents if own is None else own,
        before=before,
        price=price,
    )


def _why(match: Match) -> str:
    if len(match.ids) > 1:
        return _("This may be several products: give each its own row.")
    if match.ids:
        return _("The same product stands in another row, by its SKU or EAN.")
    return _("“{name}” is no longer sold.").format(name=match.gone) if match.gone else _("No product has this SKU.")
