"""The catalogue as buyers see it: what a search finds, page by page, and how many lie in each category."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from models import Picture, Product
from models.catalog_field import CATEGORY_SEPARATOR
from models.catalog_search import Search
from models.pricing import PriceList, QuantityBreak
from services import catalog_upkeep, live, product_texts, shared_reads
from services.catalog_index import CatalogIndex, OfferedOption
from services.catalog_words import CatalogWords

MOST_SUGGESTED = 10
MOST_ALTERNATIVES = 8


@dataclass(frozen=True)
class ListedProduct:
    """A product in the list. `price` is this buyer's for a unit (None: on request), of a parent its cheapest variant's.

    `link_sku` is whose page to open: a variant's that was asked for by its SKU or EAN, or its own.
    """

    id: int
    sku: str
    link_sku: str
    name: str
    price: Decimal | None
    is_parent: bool
    has_several_prices: bool
    unit: str
    pack_size: int
    minimum_quantity: int
    breaks: tuple[QuantityBreak, ...]
    stock: int | None
    picture: str


@dataclass(frozen=True)
class CategoryCount:
    """A category and how many of the products found lie in it or below it."""

    path: str
    name: str
    count: int
    children: tuple["CategoryCount", ...] = ()


@dataclass(frozen=True)
class CatalogPage:
    """One page of what a search found, and what it can be narrowed by.

    `found` counts all categories, `total` the chosen one, `in_stock` what would be left (None where no product tells
    its stock). `told` knows the reader's words for categories and options, which are named here in the shop's own.
    `is_close` says that nothing is written like the words, and the products differ from them by a typo. `mark` tells
    the page from all others: what was asked of which catalogue, at whose prices, and after which change.
    """

    search: Search
    products: tuple[ListedProduct, ...]
    total: int
    found: int
    categories: tuple[CategoryCount, ...]
    options: tuple[OfferedOption, ...] = ()
    in_stock: int | None = None
    is_close: bool = False
    told: CatalogWords = field(default_factory=CatalogWords)
    mark: Hashable = None


async def page(search: Search, prices: PriceList) -> CatalogPage:
    """One page of what a search finds among active products; variants are found through their parent.

    Everybody with the same prices who asks for the same page before something changes gets the same answer.
    """
    index = await catalog_upkeep.current()
    mark = live.catalog_generation, index.number, search, prices.mark
    return await shared_reads.once_of_catalog(("page", mark), lambda: _page(index, search, prices, mark))


async def suggestions(words: str, prices: PriceList) -> tuple[tuple[ListedProduct, ...], int]:
    """The first of what a search for `words` finds, and how many it finds."""
    index = await catalog_upkeep.current()
    key = ("suggestions", index.number, words, prices.mark)
    return await shared_reads.once_of_catalog(key, lambda: _suggestions(index, words, prices))


async def alternatives(name: str, category: str, prices: PriceList) -> tuple[ListedProduct, ...]:
    """What could stand in for a product that is no longer sold."""
    index = await catalog_upkeep.current()
    return await _listed(index.like(name, category, MOST_ALTERNATIVES), {}, prices)


async def _suggestions(index: CatalogIndex, words: str, prices: PriceList) -> tuple[tuple[ListedProduct, ...], int]:
    ids, total, exact = index.first(words, MOST_SUGGESTED)
    return await _listed(ids, exact, prices), total


async def _page(index: CatalogIndex, search: Search, prices: PriceList, mark: Hashable) -> CatalogPage:
    found = index.find(search, prices)
    return CatalogPage(
        search=replace(search, page=found.page),
        products=await _listed(found.ids, found.exact, prices),
        total=found.total,
        found=found.found,
        categories=_category_tree(index.categories, found.by_category, index.told),
        told=index.told,
        options=found.options,
        in_stock=found.in_stock,
        is_close=found.is_close,
        mark=mark,
    )


def quantity_breaks(stored: Iterable[Sequence[int | str]]) -> tuple[QuantityBreak, ...]:
    """Quantity breaks as pricing reads them, from `[quantity, "price"]` pairs."""
    return tuple(QuantityBreak(int(quantity), Decimal(price)) for quantity, price in stored)


async def first_pictures(product_ids: Iterable[int]) -> dict[int, str]:
    """The file of the first picture of each product that has one."""
    rows = await (Picture.filter(product_id__in=list(product_ids)).exclude(file="").order_by("position", "id")).values(
        "product_id", "file"
    )
    return {row["product_id"]: row["file"] for row in reversed(rows)}


async def _listed(ids: Sequence[int], exact: Mapping[int, str], prices: PriceList) -> tuple[ListedProduct, ...]:
    if not ids:
        return ()
    rows = await Product.filter(id__in=list(ids), active=True).values(
        "id", "sku", "name", "texts", "price", "is_parent", "unit", "pack_size", "minimum_quantity", "breaks", "stock"
    )  # fmt: skip
    rows.sort(key=lambda row: ids.index(row["id"]))
    variants = await _variants([row["id"] for row in rows if row["is_parent"]])
    pictures = await first_pictures([*(row["id"] for row in rows), *(v["id"] for vs in variants.values() for v in vs)])
    return tuple(_listed_product(row, variants.get(row["id"], []), pictures, exact, prices) for row in rows)


async def _variants(parent_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    variants: dict[int, list[dict[str, Any]]] = {}
    if parent_ids:
        rows = Product.filter(parent_id__in=parent_ids, active=True).order_by("id")
        for row in await rows.values("id", "parent_id", "price", "unit"):
            variants.setdefault(row["parent_id"], []).append(row)
    return variants


def _listed_product(
    row: dict[str, Any],
    variants: list[dict[str, Any]],
    pictures: Mapping[int, str],
    exact: Mapping[int, str],
    prices: PriceList,
) -> ListedProduct:
    listed = row["price"]
    own, breaks = prices.of(row["id"], listed, quantity_breaks(row["breaks"]))
    told = {prices.of(v["id"], listed if v["price"] is None else v["price"])[0] for v in variants} or {own}
    ids = [row["id"], *(variant["id"] for variant in variants)]
    return ListedProduct(
        id=row["id"],
        sku=row["sku"],
        link_sku=exact.get(row["id"], row["sku"]),
        name=product_texts.said(row, "name"),
        price=min((price for price in told if price is not None), default=None),
        is_parent=row["is_parent"],
        has_several_prices=len(told) > 1,
        unit=row["unit"] or next((variant["unit"] for variant in variants), ""),
        pack_size=row["pack_size"],
        minimum_quantity=row["minimum_quantity"],
        breaks=breaks,
        stock=row["stock"],
        picture=next((pictures[id_] for id_ in ids if id_ in pictures), ""),
    )


def _category_tree(
    paths: Mapping[int, str], counts: Mapping[int | None, int], told: CatalogWords
) -> tuple[CategoryCount, ...]:
    """Two levels of categories that hold something, in the order of `paths`."""
    totals: dict[str, dict[str, int]] = {}
    for id_, path in paths.items():
        top, *below = path.split(CATEGORY_SEPARATOR)
        children = totals.setdefault(top, {})
        name = below[0] if below else ""
        children[name] = children.get(name, 0) + counts.get(id_, 0)
    return tuple(_top_category(top, children, told) for top, children in totals.items() if sum(children.values()))


def _top_category(top: str, children: Mapping[str, int], told: CatalogWords) -> CategoryCount:
    below = tuple(
        CategoryCount(path := top + CATEGORY_SEPARATOR + name, told.category(path), count)
        for name, count in children.items()
        if name and count
    )
    return CategoryCount(top, told.category(top), sum(children.values()), below)
