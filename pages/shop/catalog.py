"""The catalogue: search, categories, order and pages, all of it in the address."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fastapi import Request

from models import Shop, StockShown
from models.catalog_search import PAGE_SIZES, Search, Sort
from models.product import is_within
from models.text import _, spoken
from pages.components.elements import paragraph
from pages.components.prepared import Prepared
from pages.components.product_grid import ProductGrid, product_list
from pages.link_preview import describe
from pages.peers import visitor_address
from pages.shop import show
from pages.shop.crumbs import crumbs
from pages.shop.shop_page import Shelf, Visit, cart_now, follow_cart, frame, shop_page, summary
from pages.shop.show import Window
from services import catalog, parameters, shared_reads, throttle
from services.catalog import CatalogPage, CategoryCount
from services.catalog_words import CatalogWords

PAGES_AROUND = 2
NAMED = 5  # products in the sentence of a preview
BY_PRICE = (Sort.CHEAPEST, Sort.DEAREST)


def register() -> None:
    """Declare the page."""
    shop_page("/", _catalog)


async def _catalog(visit: Visit, request: Request) -> None:
    search = _allowed(Search.parse(request.query_params), visit.shop)
    if search.words:
        throttle.spend(throttle.SEARCH, visitor_address(request))
    page = await catalog.page(search, visit.prices)
    shown = await _prepared(page, show.window(visit.shop))
    cart, token = await summary(visit), visit.token
    is_start = not page.search.query()
    _describe(visit.shop, page)
    with frame(visit, "" if is_start else _title(page), cart, search=page.search.words, follows_itself=True) as framed:
        if is_start and (cover := parameters.cover_text(visit.shop)):
            paragraph(cover, "cover pre")
        if page.search.category:
            crumbs(page.search.category, page.told.path(page.search.category))
        shelf = Shelf(token)
        grid = ProductGrid(shown, quantities=cart.quantities, on_add=shelf.add, on_set=shelf.set)
        if page.products:
            grid.draw_at_once()

    async def show_cart() -> None:
        now, badge = await cart_now(token)
        grid.show_quantities(now.quantities)
        if framed.cart:
            framed.cart.show(badge)

    follow_cart(visit.token, show_cart)


def _describe(shop: Shop, page: CatalogPage) -> None:
    """What a link to the page shows in a chat."""
    search = page.search
    is_start = not search.query()
    names = ", ".join(product.name for product in page.products[:NAMED])
    pictures = [show.picture(product.picture) for product in page.products if product.picture]
    describe(
        title=shop.name if is_start else _title(page),
        site=shop.name,
        path=show.catalog_address(search),
        description=(parameters.cover_text(shop) if is_start else "") or names,
        picture=next(iter([show.picture(shop.logo)] if is_start and shop.logo else pictures), show.picture(shop.logo)),
    )


async def _prepared(page: CatalogPage, window: Window) -> Prepared:
    """What the page shows, made once for all who see the same: nothing in it may depend on anything else."""

    async def prepare() -> Prepared:
        return _product_list(page, window, spoken())

    return await shared_reads.once_of_catalog(("shown", page.mark, window), prepare)


def _product_list(page: CatalogPage, window: Window, language: str) -> Prepared:
    search = page.search
    return product_list(
        {
            "title": _title(page),
            "range": show.counts(search, page.total, len(page.products), language),
            "note": _note(page),
            "chips": _chips(search, page.told),
            "clear": show.catalog_address(_without_filters(search)) if _narrowings(search) > 1 else "",
            "sort": show.catalog_address(replace(search, page=1)),
            "sorts": _sorts(search, prices=not window.prices_hidden),
            "sizes": _sizes(search) if page.total > PAGE_SIZES[0] else [],
            "empty": _empty(page),
            **_pages(search, page.total, language),
        },
        cards=[show.card(product, window) for product in page.products],
        categories=_categories(page, language) if page.categories else [],
        filters=_filters(page, window),
        active_filters=_narrowings(search),
    )


def _allowed(search: Search, shop: Shop) -> Search:
    """The search, but without what its answer would tell of prices and stock that are hidden."""
    if shop.prices_hidden and search.sort in BY_PRICE:
        search = replace(search, sort=Sort.BEST)
    return replace(search, in_stock=False) if shop.stock_shown is StockShown.HIDDEN else search


def _title(page: CatalogPage) -> str:
    search = page.search
    if search.category:
        return page.told.category(search.category)
    return _("Results for “{words}”").format(words=search.words) if search.words else _("All products")


def _chips(search: Search, told: CatalogWords) -> list[dict[str, str]]:
    """What the search is narrowed by, each with the address of the same search without it."""
    chips = [(f"“{search.words}”", replace(search, words="", page=1))] if search.words else []
    for name, values in search.options:
        for value in values:
            chips.append((f"{told.option(name)}: {told.value(name, value)}", search.with_option(name, value)))
    if search.in_stock:
        chips.append((_("In stock"), replace(search, in_stock=False, page=1)))
    return [{"label": label, "href": show.catalog_address(without)} for label, without in chips]


def _narrowings(search: Search) -> int:
    """How many filters are on."""
    return sum(len(values) for _name, values in search.options) + search.in_stock


def _without_filters(search: Search) -> Search:
    return replace(search, options=(), in_stock=False, page=1)


def _note(page: CatalogPage) -> str:
    if not page.is_close:
        return ""
    return _("Nothing is written like “{words}”. These come close.").format(words=page.search.words)


def _filters(page: CatalogPage, window: Window) -> list[dict[str, Any]]:
    """What the list can be narrowed by: what is in stock, and the options that tell products apart."""
    search = page.search
    groups: list[dict[str, Any]] = []
    tells_stock = page.in_stock is not None and window.stock_shown is not StockShown.HIDDEN
    if tells_stock and (page.in_stock or search.in_stock):
        href = show.catalog_address(replace(search, in_stock=not search.in_stock, page=1))
        count = show.number(page.in_stock or 0, spoken())
        value = {"label": _("In stock"), "href": href, "on": search.in_stock, "count": count}
        groups.append({"name": _("Availability"), "values": [value]})
    for option in page.options:
        values = [
            {
                "label": page.told.value(option.name, value),
                "href": show.catalog_address(search.with_option(option.name, value)),
                "on": value in search.values_of(option.name),
                "count": "",
            }
            for value in option.values
        ]
        groups.append({"name": page.told.option(option.name), "values": values})
    return groups


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


def _empty(page: CatalogPage) -> dict[str, str]:
    search = page.search
    if _narrowings(search):
        return {
            "title": _("Nothing left"),
            "text": _("No product has all of this at once. Take something out, or show all again."),
            "href": show.catalog_address(_without_filters(search)),
            "action": _("Show all again"),
        }
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
