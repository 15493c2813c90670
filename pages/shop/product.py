"""One product: pictures, description, options, price by quantity, and the way into the cart."""

from collections.abc import Iterable, Mapping

import nh3
from fastapi import Request
from nicegui import ui

from models.text import _
from pages.components.elements import box, h1, h2, link_button, paragraph
from pages.components.product_grid import ProductGrid, product_list
from pages.components.product_panel import ProductPanel
from pages.frame import ShopFrame
from pages.link_preview import describe, plain_text
from pages.shop import show
from pages.shop.crumbs import crumbs
from pages.shop.shop_page import Shelf, Visit, cart_now, follow_cart, frame, shop_page, summary
from services import catalog, product_view
from services.catalog import ListedProduct
from services.product_view import ProductView


def register() -> None:
    """Declare the page; a SKU may contain slashes."""
    shop_page("/product/{sku:path}", _product)


async def _product(visit: Visit, request: Request) -> None:
    product = await product_view.load(request.path_params["sku"], visit.prices)
    cart = await summary(visit)
    describe(
        title=product.name,
        site=visit.shop.name,
        path=show.product_address(request.path_params["sku"]),
        description=plain_text(product.description) or product.category_words,
        picture=next(map(show.picture, product.pictures), show.picture(visit.shop.logo)),
        kind="product",
    )
    with frame(visit, product.name, cart, follows_itself=True) as framed:
        crumbs(product.category, product.category_words, product.name)
        if not product.active:
            other = await catalog.alternatives(product.name, product.category, visit.prices)
            _no_longer_sold(product)
            grid = _alternatives(visit, other, cart.quantities) if other else None
            _follow(visit, framed, grid)
            return
        shelf = Shelf(visit.token)
        shown = show.panel(product, visit.shop)
        panel = ProductPanel(
            shown, quantities=cart.quantities, on_add=shelf.add, on_set=shelf.set, on_many=shelf.add_many
        )
        if product.description:
            with box("description"):
                h2(_("Description"))
                ui.html(product.description, sanitize=nh3.clean).classes("prose")

    _follow(visit, framed, panel)


def _follow(visit: Visit, framed: ShopFrame, shown: ProductPanel | ProductGrid | None) -> None:
    """Show what the cart holds, in whichever tab it was changed."""
    token = visit.token

    async def show_cart() -> None:
        now, badge = await cart_now(token)
        if shown:
            shown.show_quantities(now.quantities)
        if framed.cart:
            framed.cart.show(badge)

    follow_cart(visit.token, show_cart)


def _alternatives(visit: Visit, products: Iterable[ListedProduct], quantities: Mapping[int, int]) -> ProductGrid:
    shelf = Shelf(visit.token)
    cards = [show.card(product, visit.shop) for product in products]
    shown = product_list({"title": _("Perhaps one of these?"), "level": "h2"}, cards=cards)
    return ProductGrid(shown, quantities=quantities, on_add=shelf.add, on_set=shelf.set)


def _no_longer_sold(product: ProductView) -> None:
    ui.status_code(404)
    with box("panel empty gone"):
        h1(product.name)
        paragraph(_("This product is no longer sold here."))
        link_button(_("To the catalogue"), "/")
