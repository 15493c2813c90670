"""A page of the catalogue as one element."""

import html
from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any

import orjson
from nicegui import ui

from models.text import _
from pages.components import prepared
from pages.components.cart_events import CartElement, OnQuantity, stepper_words
from pages.components.elements import markup
from pages.components.prepared import Prepared
from pages.theme import STATIC_URL

Shown = Mapping[str, Any]
NAME = "product-grid"
FIRST_LOOK = f'<script src="{STATIC_URL}/first_look.js"></script>'


class ProductGrid(
    CartElement,
    component="product_grid.js",
    dependencies=["stepper.js", "prepared.js", "category_nav.js", "catalog_filters.js"],
):
    """Heading, order, product cards and the way to the other pages; beside them categories and filters."""

    def __init__(
        self, shown: Prepared, *, quantities: Mapping[int, int], on_add: OnQuantity, on_set: OnQuantity
    ) -> None:
        """`shown` is what `product_list` gives; a page has one such element."""
        super().__init__(on_add=on_add, on_set=on_set)
        prepared.write(shown, NAME)
        self.props["shownIn"] = NAME
        self.show_quantities(quantities)

    def draw_at_once(self) -> None:
        """Have browsers draw the first products while they read the page (first_look.js), below what stands above."""
        above = takewhile(lambda element: element is not self, ui.context.client.content)
        cart = html.escape(orjson.dumps(self.props["quantities"]).decode())
        ui.add_body_html(
            f'<template id="first-look" data-cart="{cart}">{"".join(map(markup, above))}</template>{FIRST_LOOK}'
        )

    def show_quantities(self, quantities: Mapping[int, int]) -> None:
        """Show what the cart holds from now on, by product id."""
        self.props["quantities"] = {str(product_id): quantity for product_id, quantity in quantities.items()}
        self.answered()


def product_list(
    shown: Shown,
    *,
    cards: Iterable[Shown],
    categories: Iterable[Shown] = (),
    filters: Iterable[Shown] = (),
    active_filters: int = 0,
) -> Prepared:
    """A list of products, made ready for all who see the same.

    `shown` has title, and on a page of a search also range, note, chips, clear, sort, sorts, pages, previous, next,
    sizes and empty. `level` is the heading's, `h1` if left out.

    A card holds id, sku, href, name, initials, picture, price, instead (of a price), unit, hint, pack, min, and choose
    where options come first. A category is a link: name, href, count and the flags current and below. A filter has a
    name and values; a value has label, href, count (in words, or "") and the flag on.
    """
    words = {
        "sort": _("Sort by"),
        "add": _("Add"),
        "inCart": _("In cart ✓"),
        "quantity": _("Quantity:"),
        "pages": _("Pages"),
        "previous": _("Previous"),
        "next": _("Next"),
        "perPage": _("Products per page:"),
        "takeAway": _("Show without this"),
        "clear": _("Show all again"),
        "narrowed": _("Narrowed to"),
        "catalogue": _("Catalogue"),
        "filter": _("Filter"),
        "showAll": _("Show all {n}"),
    }
    return prepared.prepare(
        {
            **_PLAIN,
            **shown,
            "products": list(cards),
            "categories": list(categories),
            "filters": list(filters),
            "activeFilters": active_filters,
            "words": stepper_words(words),
        }
    )


_PLAIN: Shown = {"level": "h1", "chips": (), "sorts": (), "pages": (), "sizes": (), "empty": {}}
