"""The lines of a cart, held against the catalogue of this moment: what is gone, what has to be more."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from models import CartLine, Product, pricing
from models.cart import MAX_QUANTITY
from models.pricing import PriceList, WantedLine, correct_quantity
from models.text import _
from services import catalog, product_texts
from services.product_view import full_name
from services.statements import Statement

FIELDS = (
    "product_id", "quantity", "product__sku", "product__name", "product__texts", "product__price", "product__unit",
    "product__pack_size", "product__minimum_quantity", "product__breaks", "product__stock", "product__options",
    "product__active", "product__is_parent", "product__parent_id", "product__parent__active",
    "product__parent__price", "product__parent__unit",
)  # fmt: skip
OF_PRODUCT = "product__"
COLUMNS = ("id", *(name.removeprefix(OF_PRODUCT) for name in FIELDS if name.startswith(OF_PRODUCT)))
IDS_AT_ONCE = 500  # in one query

ProductRow = dict[str, Any]

LINES = Statement[list[ProductRow]](lambda cart_id: CartLine.filter(cart_id=cart_id).order_by("id").values(*FIELDS))
PRODUCT = Statement[list[ProductRow]](lambda product_id: Product.filter(id=product_id).values(*COLUMNS))


@dataclass(frozen=True)
class KeptLine:
    """A line that can be ordered, and how its quantity moves."""

    wanted: WantedLine
    pack_size: int
    minimum_quantity: int
    stock: int | None
    parent_id: int | None

    @property
    def unit_price(self) -> Decimal | None:
        """What one unit costs in this quantity; None for "on request"."""
        return pricing.unit_price(self.wanted.list_price, self.wanted.breaks, self.wanted.quantity)

    def of(self, quantity: int) -> "KeptLine":
        """The line with as many, or as near to it as can be ordered."""
        fitting = fitting_quantity(quantity, self.pack_size, self.minimum_quantity)
        return replace(self, wanted=replace(self.wanted, quantity=fitting))


@dataclass(frozen=True)
class Reconciled:
    """A cart's lines as they can be ordered; `sentences` say what had to change, ids by product."""

    lines: tuple[KeptLine, ...]
    sentences: tuple[str, ...]
    gone: tuple[int, ...]
    corrected: dict[int, int]


async def load(cart_id: int, prices: PriceList) -> Reconciled:
    """Read a cart's lines in the order they were added. Writes nothing."""
    return reconcile(await LINES.run(cart_id), prices)


async def product_rows(ids: Collection[int]) -> dict[int, ProductRow]:
    """What lines about these products are made of, by product id; what is not there any more is left out."""
    wanted = sorted(ids)
    found: dict[int, ProductRow] = {}
    for start in range(0, len(wanted), IDS_AT_ONCE):
        for row in await Product.filter(id__in=wanted[start : start + IDS_AT_ONCE]).values(*COLUMNS):
            found[row["id"]] = _row_of(row)
    return found


async def product_row(product_id: int) -> ProductRow | None:
    """What a line about this product is made of; None if it is not there any more."""
    rows = await PRODUCT.run(product_id)
    return _row_of(rows[0]) if rows else None


def _row_of(product: dict[str, Any]) -> ProductRow:
    return {f"{OF_PRODUCT}{name}": value for name, value in product.items()} | {"product_id": product["id"]}


def kept(row: ProductRow | None, quantity: int, prices: PriceList) -> KeptLine | None:
    """A line about a product that is not in the cart yet; None if it is not sold."""
    lines = reconcile([{**row, "quantity": quantity}], prices).lines if row else ()
    return lines[0] if lines else None


def reconcile(rows: Iterable[dict[str, Any]], prices: PriceList) -> Reconciled:
    """Price what is sold for this buyer, drop the rest, and correct quantities to packs and minimums, saying so."""
    lines: list[KeptLine] = []
    sentences: list[str] = []
    gone: list[int] = []
    corrected: dict[int, int] = {}
    for row in rows:
        name = name_of(row)
        if not _is_sold(row):
            gone.append(row["product_id"])
            sentences.append(_("“{name}” is no longer available and was taken out of your cart.").format(name=name))
            continue
        line = _kept(row, name, prices)
        if line.wanted.quantity != row["quantity"]:
            corrected[row["product_id"]] = line.wanted.quantity
            sentences.append(correction(line, row["quantity"]))
        lines.append(line)
    return Reconciled(tuple(lines), tuple(sentences), tuple(gone), corrected)


def name_of(row: ProductRow) -> str:
    """What the product of a line is called, to whoever reads it."""
    options = product_texts.said_options(row["product__options"], row["product__texts"])
    return full_name(product_texts.said(row, "name", OF_PRODUCT), options)


def fitting_quantity(wanted: int, pack_size: int, minimum: int) -> int:
    """The quantity that can be ordered: whole packs, at least the minimum, and not beyond what a cart takes."""
    fitting = correct_quantity(wanted, pack_size=pack_size, minimum=minimum)
    pack = max(pack_size, 1)
    return fitting if fitting <= MAX_QUANTITY else max(MAX_QUANTITY // pack, 1) * pack


def correction(line: KeptLine, asked: int) -> str:
    """Say why a line's quantity is not what was asked for."""
    name, quantity = line.wanted.name, line.wanted.quantity
    if asked > quantity:
        return _("“{name}”: {quantity} is the most that one request takes.").format(name=name, quantity=quantity)
    if asked < line.minimum_quantity:
        sentence = _("“{name}” is sold from {minimum} on: the quantity is now {quantity}.")
        return sentence.format(name=name, minimum=line.minimum_quantity, quantity=quantity)
    sentence = _("“{name}” is sold in packs of {pack}: {asked} became {quantity}.")
    return sentence.format(name=name, pack=line.pack_size, asked=asked, quantity=quantity)


def _is_sold(row: dict[str, Any]) -> bool:
    parent_is_sold = row["product__parent_id"] is None or row["product__parent__active"]
    return bool(row["product__active"] and not row["product__is_parent"] and parent_is_sold)


def _kept(row: dict[str, Any], name: str, prices: PriceList) -> KeptLine:
    pack, minimum = row["product__pack_size"], row["product__minimum_quantity"]
    listed = row["product__parent__price"] if row["product__price"] is None else row["product__price"]
    price, breaks = prices.of(row["product_id"], listed, catalog.quantity_breaks(row["product__breaks"]))
    wanted = WantedLine(
        product_id=row["product_id"],
        sku=row["product__sku"],
        name=name,
        quantity=fitting_quantity(row["quantity"], pack, minimum),
        list_price=price,
        breaks=breaks,
        unit=row["product__unit"] or row["product__parent__unit"] or "",
    )
    return KeptLine(wanted, pack, minimum, row["product__stock"], row["product__parent_id"])
