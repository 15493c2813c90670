"""One product as its page shows it: with its variants, its pictures, and the variant that was asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models import Picture, Product
from models.errors import NotFoundError
from models.pricing import PriceList, QuantityBreak
from models.product import MAX_SKU_LENGTH
from models.text import _, fold
from services import catalog, product_texts
from services.database import shielded

FIELDS = (
    "id", "sku", "name", "description", "texts", "category__path", "category__texts", "price", "unit",
    "pack_size", "minimum_quantity",
    "breaks", "stock", "active", "parent_id", "options", "is_parent",
)  # fmt: skip


@dataclass(frozen=True)
class Variant:
    """Something that can be put into the cart; a product without variants is its own only one."""

    id: int
    sku: str
    options: dict[str, str]
    price: Decimal | None
    unit: str
    pack_size: int
    minimum_quantity: int
    breaks: tuple[QuantityBreak, ...]
    stock: int | None
    picture: str


@dataclass(frozen=True)
class ProductView:
    """A product's page. `description` is sanitised HTML, `pictures` are files, `chosen` is a variant's id or None.

    `category` is a path in the shop's own words, `category_words` the same in the reader's language.
    """

    id: int
    sku: str
    name: str
    description: str
    category: str
    category_words: str
    active: bool
    pictures: tuple[str, ...]
    variants: tuple[Variant, ...]
    chosen: int | None


@shielded
async def load(sku: str, prices: PriceList) -> ProductView:
    """The page of a product, or of the parent of a variant with that variant chosen.

    Raises NotFoundError if there never was such a SKU; what is no longer sold is shown as not `active`.
    """
    can_exist = len(sku) <= MAX_SKU_LENGTH  # the database refuses to look for longer ones
    asked = await Product.filter(sku=sku).first().values(*FIELDS) if can_exist else None
    if asked is None:
        raise NotFoundError(_("There is no product “{sku}” here.").format(sku=sku))
    shown = asked
    if asked["parent_id"]:
        shown = await Product.get(id=asked["parent_id"]).values(*FIELDS)
    rows = [asked]
    if shown["is_parent"] or asked["parent_id"]:
        rows = await Product.filter(parent_id=shown["id"], active=True).order_by("id").values(*FIELDS)
    return await _view(asked, shown, rows, prices)


def full_name(name: str, options: Mapping[str, str]) -> str:
    """A variant's name with those of its options that the name does not say already."""
    if not options:
        return name
    told = fold(name).split()
    missing = [value for value in options.values() if value and not _says(told, fold(value).split())]
    return f"{name} ({', '.join(missing)})" if missing else name


def _says(told: list[str], words: list[str]) -> bool:
    return any(told[start : start + len(words)] == words for start in range(len(told)))


async def _view(
    asked: dict[str, Any], shown: dict[str, Any], rows: list[dict[str, Any]], prices: PriceList
) -> ProductView:
    files: dict[int, list[str]] = {}
    ids = {shown["id"], *(row["id"] for row in rows)}
    for picture in await Picture.filter(product_id__in=list(ids)).exclude(file="").values("product_id", "file"):
        files.setdefault(picture["product_id"], []).append(picture["file"])
    own = files.get(shown["id"], [])
    of_variants = [file for row in rows for file in files.get(row["id"], [])]
    is_sold = bool(asked["active"] and shown["active"] and rows)
    placed = shown if shown["category__path"] else asked
    category = placed["category__path"] or ""
    names = _option_names(rows)
    return ProductView(
        id=shown["id"],
        sku=shown["sku"],
        name=product_texts.said(shown, "name"),
        description=product_texts.said(shown, "description") or product_texts.said(asked, "description"),
        category=category,
        category_words=product_texts.said_path(category, placed["category__texts"]),
        active=is_sold,
        pictures=tuple(dict.fromkeys([*own, *of_variants])),
        variants=tuple(_variant(row, shown, names, files, prices) for row in rows) if is_sold else (),
        chosen=_chosen(asked, rows),
    )


def _chosen(asked: dict[str, Any], rows: list[dict[str, Any]]) -> int | None:
    if len(rows) == 1:
        return int(rows[0]["id"])
    return next((int(row["id"]) for row in rows if row["id"] == asked["id"]), None)


def _option_names(rows: Iterable[dict[str, Any]]) -> dict[str, str]:
    """What the options of a family are called in other languages: one name for all, whichever variant tells it."""
    told = [item for row in reversed(list(rows)) for item in (row["texts"] or {}).items()]
    return {key: name for key, name in told if key.startswith(product_texts.OPTION_NAME)}


def _variant(
    row: dict[str, Any],
    parent: dict[str, Any],
    names: Mapping[str, str],
    files: Mapping[int, list[str]],
    prices: PriceList,
) -> Variant:
    listed = parent["price"] if row["price"] is None else row["price"]
    price, breaks = prices.of(row["id"], listed, catalog.quantity_breaks(row["breaks"]))
    return Variant(
        id=row["id"],
        sku=row["sku"],
        options=product_texts.said_options(row["options"], {**(row["texts"] or {}), **names}),
        price=price,
        unit=row["unit"] or parent["unit"],
        pack_size=row["pack_size"],
        minimum_quantity=row["minimum_quantity"],
        breaks=breaks,
        stock=row["stock"],
        picture=next(iter(files.get(row["id"], [])), ""),
    )
