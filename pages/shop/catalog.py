"""The catalogue: search, categories, order and pages, all of it in the address."""

from collections.abc import Iterator
from dataclasses import replace

from fastapi import Request

from models import Shop
from models.catalog_search import PAGE_SIZES, Search, Sort
from models.product import CATEGORY_SEPARATOR, is_within
from models.text import _
from pages.components.elements import box, paragraph
from pages.components.product_grid import CategoryNav, ProductGrid
from pages.peers import visitor_address
from pages.shop import show
from pages.shop.shop_page import CartFollower, Shelf, Visit, badge_of, frame, shop_page, summary
from services import carts, catalog, throttle
from services.catalog import CatalogPage, CategoryCount

PAGES_AROUND = 2
BY_PRICE = (Sort.CHEAPEST, Sort.DEAREST)


def register() -> None:
    """Declare the page."""
    shop_page("/", _catalog)


async def _catalog(visit: Visit, request: Request) -> None:
    search = _allowed(Search.parse(request.query_params), visit.shop)
    if search.words:
        throttle.spend(throttle.SEARCH, visitor_address(request))
    page = await catalog.page(search)
    cart = await summary(visit)
    is_start = not page.search.query()
    with frame(visit, "" if is_start else _title(page.search), cart, search=page.search.words) as framed:
        if is_start and visit.shop.cover_text:
            paragraph(visit.shop.cover_text, "cover pre")
        with box("shop-cols" if page.categories else ""):
            if page.categories:
                CategoryNav(_categories(page, visit.shop.language))
            grid = _grid(visit, page, cart.quantities)

    async def show_cart(device_id: int) -> None:
        now = await carts.summary(device_id, visit.shop.currency)
        grid.show_quantities(now.quantities)
        if framed.cart:
            framed.cart.show(badge_of(now, visit.shop))

    CartFollower(visit.visitor, show_cart)


def _grid(visit: Visit, page: CatalogPage, quantities: dict[int, int]) -> ProductGrid:
    shop, search = visit.shop, page.search
    shelf = Shelf(visit.token)
    return ProductGrid(
        {
            "title": _title(search),
            "range": show.counts(search, page.total, len(page.products), shop.language),
            "chips": _chips(search),
            "sort": show.catalog_address(replace(search, page=1)),
            "sorts": _sorts(search, prices=not shop.prices_hidden),
            "sizes": _sizes(search) if page.total > PAGE_SIZES[0] else [],
            "empty": _empty(search),
            **_pages(search, page.total, shop.language),
        },
        cards=[show.card(product, shop) for product in page.products],
        quantities=quantities,
        on_add=shelf.add,
        on_set=shelf.set,
    )


def _allowed(search: Search, shop: Shop) -> Search:
    """The search, but not sorted by prices that are hidden: their order would tell which product costs more."""
    return replace(search, sort=Sort.BEST) if shop.prices_hidden and search.sort in BY_PRICE else search


def _title(search: Search) -> str:
    if search.category:
        return search.category.rsplit(CATEGORY_SEPARATOR, 1)[-1]
    return _("Results for “{words}”").format(words=search.words) if search.words else _("All products")


def _chips(search: Search) -> list[dict[str, str]]:
    """What the search is narrowed by, each with the address of the same search without it."""
    if not search.words:
        return []
    return [{"label": f"“{search.words}”", "href": show.catalog_address(replace(search, words="", page=1))}]


def _sorts(search: Search, *, prices: bool) -> list[dict[str, str]]:
    offered = [sort for sort in Sort if prices or sort not in BY_PRICE]
    return [{"label": _(s.label), "href": show.catalog_address(replace(search, sort=s, page=1))} for s in offered]


def _sizes(search: Search) -> list[dict[str, object]]:
    return [
        {
            "label": str(size),
            "href": show.catalog_address(replace(search, page_size=size, page=1)),
            "current": size == search.page_size,
        }
        for size in PAGE_SIZES
    ]


def _categories(page: CatalogPage, language: str) -> list[dict[str, object]]:
    """The entries beside the list; the second level is opened where one is chosen or only one could be."""
    search = page.search

    def entry(name: str, path: str, count: int, *, below: bool = False) -> dict[str, object]:
        chosen = path == search.category or (below and is_within(search.category, path))
        return {
            "name": name,
            "count": show.number(count, language),
            "href": show.catalog_address(replace(search, category=path, page=1)),
            "current": chosen,
            "below": below,
        }

    def entries(category: CategoryCount) -> Iterator[dict[str, object]]:
        yield entry(category.name, category.path, category.count)
        if len(page.categories) == 1 or is_within(search.category, category.path):
            for child in category.children:
                yield entry(child.name, child.path, child.count, below=True)

    all_products = entry(_("All products"), "", page.found)
    return [all_products, *(one for category in page.categories for one in entries(category))]


def _pages(search: Search, total: int, language: str) -> dict[str, object]:
    last = max(1, -(-total // search.page_size))
    near = range(search.page - PAGES_AROUND, search.page + PAGES_AROUND + 1)
    wanted = [n for n in range(1, last + 1) if n in (1, last) or n in near]

    def address(n: int) -> str:
        return show.catalog_address(replace(search, page=n)) if 1 <= n <= last else ""

    pages: list[dict[str, object]] = []
    for before, n in zip([0, *wanted], wanted, strict=False):
        if n - before > 1:
            pages.append({"label": f"…{n}", "href": "", "current": False})
        pages.append({"label": show.number(n, language), "href": address(n), "current": n == search.page})
    return {"pages": pages, "previous": address(search.page - 1), "next": address(search.page + 1)}


def _empty(search: Search) -> dict[str, str]:
    if not search.words and not search.category:
        return {
            "title": _("The catalogue is being prepared"),
            "text": _("There are no products here yet. Please come back a little later."),
            "href": "",
            "action": "",
        }
    text = _("Try fewer or other words, a part of the name, the SKU or the EAN.")
    if search.words and search.category:
        elsewhere = show.catalog_address(replace(search, category="", page=1))
        action = _("Search in all products")
    else:
        elsewhere, action = "/", _("Show all products")
    return {"title": _("Nothing found"), "text": text, "href": elsewhere, "action": action}
