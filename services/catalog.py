"""The catalogue as buyers see it: what a search finds, page by page, and how many lie in each category."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tortoise.expressions import Case, Q, RawSQL, Subquery, When
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models import Category, Picture, Product
from models.catalog_search import Search, Sort
from models.pricing import QuantityBreak
from models.product import CATEGORY_SEPARATOR, MAX_EAN_LENGTH, MAX_SKU_LENGTH
from models.text import fold
from services import shared_reads

MAX_WORDS = 8
MAX_EXACT = 20

# The lowest price among a parent's variants, or a product's own; products without one come last either way.
LOWEST_PRICE = (
    'COALESCE((SELECT MIN(COALESCE("v"."price", "product"."price")) FROM "product" "v" '
    'WHERE "v"."parent_id" = "product"."id" AND "v"."active"), "product"."price", {none})'
)
LAST_ASCENDING, LAST_DESCENDING = 9_000_000_000_000_000, -1


@dataclass(frozen=True)
class ListedProduct:
    """A product in the list. `price` is per unit (None: on request); a parent's is its cheapest variant's.

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
    """One page of what a search found. `found` counts all categories, `total` the chosen one."""

    search: Search
    products: tuple[ListedProduct, ...]
    total: int
    found: int
    categories: tuple[CategoryCount, ...]


async def page(search: Search) -> CatalogPage:
    """One page of what a search finds among active products; variants are found through their parent.

    Everybody who asks for the same page before something changes gets the same answer.
    """
    return await shared_reads.once(("catalog", search), lambda: _page(search))


async def _page(search: Search) -> CatalogPage:
    words = fold(search.words).split()[:MAX_WORDS]
    exact = await _exact_matches(search.words) if words else {}
    found = _found(words, exact)
    rows = await found.annotate(n=Count("id")).group_by("category_id").values("category_id", "n")
    counts: dict[int | None, int] = {row["category_id"]: row["n"] for row in rows}
    paths: dict[int, str] = {}
    for category in await Category.all().order_by("position", "path").values("id", "path"):
        paths[category["id"]] = category["path"]
    chosen = {id_ for id_, path in paths.items() if is_within(path, search.category)}
    in_category = found.filter(category_id__in=list(chosen)) if search.category else found
    total = sum(n for id_, n in counts.items() if id_ in chosen) if search.category else sum(counts.values())
    last_page = max(1, -(-total // search.page_size))
    search = replace(search, page=min(search.page, last_page))
    products = await _listed(_sorted(in_category, search, exact), search, exact) if total else ()
    return CatalogPage(search, products, total, sum(counts.values()), _category_tree(paths, counts))


async def is_empty() -> bool:
    """Whether there is nothing at all to buy yet."""
    return not await Product.exists(active=True)


def is_within(path: str, category: str) -> bool:
    """Whether a category `path` is `category` or below it."""
    return path == category or path.startswith(category + CATEGORY_SEPARATOR)


def quantity_breaks(stored: Iterable[Sequence[int | str]]) -> tuple[QuantityBreak, ...]:
    """Quantity breaks as pricing reads them, from `[quantity, "price"]` pairs."""
    return tuple(QuantityBreak(int(quantity), Decimal(price)) for quantity, price in stored)


async def first_pictures(product_ids: Iterable[int]) -> dict[int, str]:
    """The file of the first picture of each product that has one."""
    rows = await (Picture.filter(product_id__in=list(product_ids)).exclude(file="").order_by("position", "id")).values(
        "product_id", "file"
    )
    return {row["product_id"]: row["file"] for row in reversed(rows)}


async def _exact_matches(words: str) -> dict[int, str]:
    """Ids of listed products whose SKU or EAN, or a variant's, is exactly this, with the SKU that was meant."""
    if len(words) > MAX_SKU_LENGTH:
        return {}
    is_it = Q(sku__in={words, words.upper(), words.lower()})  # an index answers this, however many products there are
    if len(words) <= MAX_EAN_LENGTH:
        is_it |= Q(ean=words)
    rows = await Product.filter(is_it).limit(MAX_EXACT).values("id", "parent_id", "sku", "active")
    return {row["parent_id"] or row["id"]: row["sku"] for row in rows if row["active"]}


def _found(words: Sequence[str], exact: Mapping[int, str]) -> QuerySet[Product]:
    variants = Product.filter(parent_id__isnull=False, active=True)
    buyable = Q(is_parent=False) | Q(id__in=Subquery(variants.values("parent_id")))
    found = Product.filter(buyable, parent_id__isnull=True, active=True)
    if not words:
        return found
    every_word = Q(*(_word(word, variants) for word in words))
    return found.filter(every_word | Q(id__in=list(exact)) if exact else every_word)


def _word(word: str, variants: QuerySet[Product]) -> Q:
    return Q(search__contains=word) | Q(id__in=Subquery(variants.filter(search__contains=word).values("parent_id")))


def _sorted(found: QuerySet[Product], search: Search, exact: Mapping[int, str]) -> QuerySet[Product]:
    match search.sort:
        case Sort.CHEAPEST:
            lowest = RawSQL(LOWEST_PRICE.format(none=LAST_ASCENDING))
            return found.annotate(lowest=lowest).order_by("lowest", "sort_name", "id")
        case Sort.DEAREST:
            lowest = RawSQL(LOWEST_PRICE.format(none=LAST_DESCENDING))
            return found.annotate(lowest=lowest).order_by("-lowest", "sort_name", "id")
        case Sort.NEWEST:
            return found.order_by("-id")
        case Sort.BEST if search.words:
            return found.annotate(rank=_rank(fold(search.words), exact)).order_by("rank", "sort_name", "id")
    return found.order_by("sort_name", "id")


def _rank(words: str, exact: Mapping[int, str]) -> Case:
    """An exact SKU or EAN first, then names that begin with the words, then names that contain them, then the rest."""
    is_exact = Q(id__in=list(exact)) if exact else Q(id=0)
    ranks = [is_exact, Q(sort_name__startswith=words), Q(sort_name__contains=words)]
    # written out: PostgreSQL takes a bound number for a text here; the types of Case and When know only expressions
    whens = [When(condition, then=RawSQL(str(rank))) for rank, condition in enumerate(ranks)]  # type: ignore[arg-type]
    return Case(*whens, default=RawSQL(str(len(ranks))))  # type: ignore[arg-type]


async def _listed(products: QuerySet[Product], search: Search, exact: Mapping[int, str]) -> tuple[ListedProduct, ...]:
    start = (search.page - 1) * search.page_size
    rows = await products.offset(start).limit(search.page_size).values(
        "id", "sku", "name", "price", "is_parent", "unit", "pack_size", "minimum_quantity", "breaks", "stock"
    )  # fmt: skip
    variants = await _variants([row["id"] for row in rows if row["is_parent"]])
    pictures = await first_pictures([*(row["id"] for row in rows), *(v["id"] for vs in variants.values() for v in vs)])
    return tuple(_listed_product(row, variants.get(row["id"], []), pictures, exact) for row in rows)


async def _variants(parent_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    variants: dict[int, list[dict[str, Any]]] = {}
    if parent_ids:
        rows = Product.filter(parent_id__in=parent_ids, active=True).order_by("id")
        for row in await rows.values("id", "parent_id", "price", "unit"):
            variants.setdefault(row["parent_id"], []).append(row)
    return variants


def _listed_product(
    row: dict[str, Any], variants: list[dict[str, Any]], pictures: Mapping[int, str], exact: Mapping[int, str]
) -> ListedProduct:
    own = row["price"]
    prices = {own if variant["price"] is None else variant["price"] for variant in variants} or {own}
    ids = [row["id"], *(variant["id"] for variant in variants)]
    return ListedProduct(
        id=row["id"],
        sku=row["sku"],
        link_sku=exact.get(row["id"], row["sku"]),
        name=row["name"],
        price=min((price for price in prices if price is not None), default=None),
        is_parent=row["is_parent"],
        has_several_prices=len(prices) > 1,
        unit=row["unit"] or next((variant["unit"] for variant in variants), ""),
        pack_size=row["pack_size"],
        minimum_quantity=row["minimum_quantity"],
        breaks=quantity_breaks(row["breaks"]),
        stock=row["stock"],
        picture=next((pictures[id_] for id_ in ids if id_ in pictures), ""),
    )


def _category_tree(paths: Mapping[int, str], counts: Mapping[int | None, int]) -> tuple[CategoryCount, ...]:
    """Two levels of categories that hold something, in the order of `paths`."""
    totals: dict[str, dict[str, int]] = {}
    for id_, path in paths.items():
        top, *below = path.split(CATEGORY_SEPARATOR)
        children = totals.setdefault(top, {})
        name = below[0] if below else ""
        children[name] = children.get(name, 0) + counts.get(id_, 0)
    return tuple(_top_category(top, children) for top, children in totals.items() if sum(children.values()))


def _top_category(top: str, children: Mapping[str, int]) -> CategoryCount:
    below = tuple(
        CategoryCount(top + CATEGORY_SEPARATOR + name, name, count)
        for name, count in children.items()
        if name and count
    )
    return CategoryCount(top, top, sum(children.values()), below)
