"""One product: pictures, description, options, price by quantity, and the way into the cart."""

import nh3
from fastapi import Request
from nicegui import ui

from models.text import _
from pages.components.elements import box, h1, h2, link, link_button, paragraph
from pages.components.product_panel import ProductPanel
from pages.shop import show
from pages.shop.shop_page import CartFollower, Shelf, Visit, badge_of, frame, shop_page, summary
from services import carts, product_view
from services.product_view import ProductView


def register() -> None:
    """Declare the page; a SKU may contain slashes."""
    shop_page("/product/{sku:path}", _product)


async def _product(visit: Visit, request: Request) -> None:
    product = await product_view.load(request.path_params["sku"])
    cart = await summary(visit)
    with frame(visit, product.name, cart) as framed:
        _way_back(product)
        if not product.active:
            _no_longer_sold(product)
            return
        shelf = Shelf(visit.token)
        shown = show.panel(product, visit.shop)
        panel = ProductPanel(shown, quantities=cart.quantities, on_add=shelf.add, on_set=shelf.set)
        if product.description:
            with box("description"):
                h2(_("Description"))
                ui.html(product.description, sanitize=nh3.clean).classes("prose")

    async def show_cart(device_id: int) -> None:
        now = await carts.summary(device_id, visit.shop.currency)
        panel.show_quantities(now.quantities)
        if framed.cart:
            framed.cart.show(badge_of(now, visit.shop))

    CartFollower(visit.visitor, show_cart)


def _way_back(product: ProductView) -> None:
    with box("crumbs", tag="nav"):
        link(_("All products"), "/", "crumb")
        for name, href in show.trail(product.category):
            link(name, href, "crumb")


def _no_longer_sold(product: ProductView) -> None:
    ui.status_code(404)
    with box("panel empty"):
        h1(product.name)
        paragraph(_("This product is no longer sold here."))
        link_button(_("To the catalogue"), "/")
