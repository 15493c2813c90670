"""Many prices changed at once: looked at before anything is written, written whole, and kept like an import."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models import AuditKind, CatalogImport, ImportChange, ImportChangeKind, Product
from models.errors import ShopError
from models.price_rule import PriceRule
from models.text import _, ngettext
from services import audit, database, live
from services.catalog_import.stored import chunks, plain

AT_ONCE = 250  # so that the program goes on in between
FIELDS = ("id", "sku", "name", "price", "breaks")

Breaks = tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True)
class Priced:
    """A product with what it costs now."""

    id: int
    sku: str
    name: str
    price: Decimal | None
    breaks: Breaks


@dataclass(frozen=True)
class NewPrice:
    """A product with what it will cost."""

    product: Priced
    price: Decimal | None
    breaks: Breaks

    @property
    def share(self) -> Decimal:
        """The new price as a share of the old one."""
        old = self.product.price
        return self.price / old if old and self.price is not None else Decimal(1)


@dataclass(frozen=True)
class PricePlan:
    """What a rule would do; `refused` are products that would cost nothing, or too much: they stay as they are."""

    rule: PriceRule
    changes: tuple[NewPrice, ...]
    refused: tuple[Priced, ...]
    unchanged: int
    without_price: int

    @property
    def extremes(self) -> tuple[NewPrice, ...]:
        """The change that goes down most, or up least, and the one that goes up most."""
        ordered = sorted(self.changes, key=lambda change: change.share)
        return tuple(dict.fromkeys([ordered[0], ordered[-1]])) if ordered else ()


@database.shielded
async def chosen(product_ids: Collection[int]) -> list[Priced]:
    """The products with these ids and the variants of the parents among them, by SKU."""
    found: dict[int, Priced] = {}
    for chunk in chunks(sorted(set(product_ids)), AT_ONCE):
        for products in (Product.filter(id__in=list(chunk)), Product.filter(parent_id__in=list(chunk))):
            found |= {row["id"]: _priced(row) for row in await products.values(*FIELDS)}
    return sorted(found.values(), key=lambda product: product.sku)


async def plan(products: Sequence[Priced], rule: PriceRule, *, with_breaks: bool) -> PricePlan:
    """What a rule does to products, and to their quantity breaks if that is wanted; nothing is written."""
    return await asyncio.to_thread(_plan, products, rule, with_breaks)


async def apply(wanted: PricePlan, *, by: str) -> CatalogImport:
    """Write a plan in the name of the seller `by`, and keep what was there before.

    Raises ShopError if there is nothing to write, or if a product costs something else than the plan saw.
    """
    if not wanted.changes:
        raise ShopError(_("No price would change."))
    record = await _apply(wanted, by)
    live.catalog_changed(new.product.id for new in wanted.changes)
    return record


def _plan(products: Iterable[Priced], rule: PriceRule, with_breaks: bool) -> PricePlan:
    changes, refused, unchanged, without = [], [], 0, 0
    for product in products:
        if product.price is None and not product.breaks:
            without += 1
            continue
        new = _changed(product, rule, with_breaks)
        if new is None:
            refused.append(product)
        elif (new.price, new.breaks) == (product.price, product.breaks):
            unchanged += 1
        else:
            changes.append(new)
    return PricePlan(rule, tuple(changes), tuple(refused), unchanged, without)


def _changed(product: Priced, rule: PriceRule, with_breaks: bool) -> NewPrice | None:
    """What a product will cost; None if one of its prices cannot be changed so. What costs nothing stays free."""
    price = rule.of(product.price) if product.price else product.price
    if product.price and price is None:
        return None
    breaks = [(quantity, rule.of(old) if with_breaks else old) for quantity, old in product.breaks]
    told = tuple((quantity, new) for quantity, new in breaks if new is not None)
    return NewPrice(product, price, told) if len(told) == len(breaks) else None


@database.unit_of_work
async def _apply(wanted: PricePlan, by: str) -> CatalogImport:
    await _check_unchanged(wanted.changes)
    summary = {"changed": len(wanted.changes)}
    record = await CatalogImport.create(file_name="", done_by=by, summary=summary, price_rule=wanted.rule.as_json())
    for chunk in chunks(wanted.changes, AT_ONCE):
        await Product.bulk_update([_product(new) for new in chunk], fields=["price", "breaks"], batch_size=AT_ONCE)
        await ImportChange.bulk_create([_change(record, new) for new in chunk])
    count = len(wanted.changes)
    about = ngettext("{n} price: {rule}", "{n} prices: {rule}", count).format(n=count, rule=wanted.rule.words)
    await audit.record(AuditKind.CATALOGUE, by, about)
    return record


async def _check_unchanged(changes: Sequence[NewPrice]) -> None:
    for chunk in chunks(changes, AT_ONCE):
        rows = await Product.filter(id__in=[new.product.id for new in chunk]).values(*FIELDS)
        now = {row["id"]: _priced(row) for row in rows}
        for new in chunk:
            known = now.get(new.product.id)
            if known is None or (known.price, known.breaks) != (new.product.price, new.product.breaks):
                text = _("The price of {sku} was changed in the meantime. Nothing was written: please look again.")
                raise ShopError(text.format(sku=new.product.sku))


def _priced(row: dict[str, Any]) -> Priced:
    breaks = tuple((int(quantity), Decimal(price)) for quantity, price in row["breaks"])
    return Priced(row["id"], row["sku"], row["name"], row["price"], breaks)


def _product(new: NewPrice) -> Product:
    product = Product(id=new.product.id, price=new.price, breaks=_kept(new.breaks))
    product._saved_in_db = True
    return product


def _change(record: CatalogImport, new: NewPrice) -> ImportChange:
    before, after = _values(new.product.price, new.product.breaks), _values(new.price, new.breaks)
    changed = [key for key in after if before[key] != after[key]]
    return ImportChange(
        catalog_import=record,
        sku=new.product.sku,
        kind=ImportChangeKind.CHANGED,
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed},
    )


def _values(price: Decimal | None, breaks: Breaks) -> dict[str, Any]:
    return {"price": plain(price), "breaks": _kept(breaks)}


def _kept(breaks: Breaks) -> list[list[int | str]]:
    return [[quantity, plain(price)] for quantity, price in breaks]
