"""The desk's list of products: pages of rows, and what can be chosen in its filters."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tortoise.functions import Count, Min

from models import Category, Picture, Product
from models.product_filter import ProductFilter
from models.text import fold
from services import catalog, shared_reads
from services.database import shielded

PAGE_SIZE = 50
MAX_SUGGESTIONS = 20
FIELDS = (
    "id", "sku", "name", "price", "unit", "pack_size", "stock", "active", "options", "is_parent", "parent_id",
    "category__path",
)  # fmt: skip


@dataclass(frozen=True)
class ProductRow:
    """What a row of the list shows of a product.

    `variants` is how many it has, and `price` then the lowest of theirs; `picture` is a file or "".
    """

    id: int
    sku: str
    name: str
    category: str
    price: Decimal | None
    unit: str
    pack_size: int
    stock: int | None
    active: bool
    options: tuple[str, ...]
    is_variant: bool
    variants: int
    picture: str


@dataclass(frozen=True)
class ProductPage:
    """One page of the products that match, counted from 1."""

    rows: tuple[ProductRow, ...]
    total: int
    page: int


async def page(product_filter: ProductFilter) -> ProductPage:
    """The page of products a filter asks for, or the last one there is."""
    return await shared_reads.once(("products", product_filter), lambda: _page(product_filter))


async def matching_ids(product_filter: ProductFilter) -> list[int]:
    """The ids of all products that match."""
    return [row["id"] for row in await product_filter.select().values("id")]


async def categories() -> list[str]:
    """The paths of all categories, in order."""
    return [row["path"] for row in await Category.all().order_by("path").values("path")]


async def suggest_categories(text: str) -> list[str]:
    """Some categories whose path contains every word of `text`."""
    words = fold(text).split()
    found = [path for path in await categories() if all(word in fold(path) for word in words)]
    return found[:MAX_SUGGESTIONS]


async def variants_of(parent_id: int) -> list[ProductRow]:
    """The variants of a parent."""
    rows = await Product.filter(parent_id=parent_id).order_by("id").values(*FIELDS)
    pictures = await catalog.first_pictures(row["id"] for row in rows)
    return [_row(row, pictures, {}) for row in rows]


async def missing_pictures() -> int:
    """How many pictures are named by an import as files and have not been uploaded yet."""
    return await Picture.filter(file="").exclude(source="").exclude(source__startswith="http").count()


@shielded
async def _page(product_filter: ProductFilter) -> ProductPage:
    total = await product_filter.select().count()
    number = min(product_filter.page, max(1, -(-total // PAGE_SIZE)))
    rows = await product_filter.select().offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE).values(*FIELDS)
    pictures = await catalog.first_pictures(row["id"] for row in rows)
    variants = await _variants(row["id"] for row in rows if row["is_parent"])
    return ProductPage(tuple(_row(row, pictures, variants) for row in rows), total, number)


async def _variants(parent_ids: Iterable[int]) -> dict[int, tuple[int, Decimal | None]]:
    """How many variants each parent has, and the lowest price of theirs."""
    found = Product.filter(parent_id__in=list(parent_ids)).annotate(number=Count("id"), lowest=Min("price"))
    rows = await found.group_by("parent_id").values("parent_id", "number", "lowest")
    return {row["parent_id"]: (row["number"], row["lowest"]) for row in rows}


def _row(row: dict[str, Any], pictures: dict[int, str], variants: dict[int, tuple[int, Decimal | None]]) -> ProductRow:
    number, lowest = variants.get(row["id"], (0, None))
    return ProductRow(
        id=row["id"],
        sku=row["sku"],
        name=row["name"],
        category=row["category__path"] or "",
        price=row["price"] if lowest is None else lowest,
        unit=row["unit"],
        pack_size=row["pack_size"],
        stock=row["stock"],
        active=row["active"],
        options=tuple(str(value) for value in row["options"].values()),
        is_variant=row["parent_id"] is not None,
        variants=number,
        picture=pictures.get(row["id"], ""),
    )
