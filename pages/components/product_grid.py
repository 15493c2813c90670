"""A page of the catalogue as one element, and the categories beside it as another."""

from collections.abc import Iterable, Mapping
from typing import Any

from nicegui import ui

from models.text import _
from pages.components.cart_events import CartElement, OnQuantity, stepper_words

Shown = Mapping[str, Any]


class ProductGrid(CartElement, component="product_grid.js", dependencies=["stepper.js"]):
    """Heading, order, product cards and the way to the other pages."""

    def __init__(
        self,
        shown: Shown,
        *,
        cards: Iterable[Shown],
        quantities: Mapping[int, int],
        on_add: OnQuantity,
        on_set: OnQuantity,
    ) -> None:
        """`shown` holds title, and where it is a search also range, note, chips, clear, sort, sorts, pages, previous,
        next, sizes and empty. `level` is the heading's, `h1` if left out.

        A card holds id, sku, href, name, initials, picture, price, instead (of a price), unit, hint, pack, min, and
        choose where options come first.
        """
        super().__init__(on_add=on_add, on_set=on_set)
        self.props.update(shown)
        self.props["products"] = [dict(card) for card in cards]
        self.props["words"] = stepper_words(
            {
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
            }
        )
        self.show_quantities(quantities)

    def show_quantities(self, quantities: Mapping[int, int]) -> None:
        """Show what the cart holds from now on, by product id."""
        self.props["quantities"] = {str(product_id): quantity for product_id, quantity in quantities.items()}
        self.answered()


class CatalogFilters(ui.element, component="catalog_filters.js"):
    """What the list can be narrowed by.

    A group has a name and values; a value has label, href, count (in words, or "") and the flag on.
    """

    def __init__(self, groups: Iterable[Shown], *, active: int) -> None:
        super().__init__()
        self.props["groups"] = [dict(group) for group in groups]
        self.props["count"] = active
        self.props["words"] = {"filter": _("Filter"), "more": _("Show all {n}")}


class CategoryNav(ui.element, component="category_nav.js"):
    """The categories as links; an entry has name, href, count and the flags current and below."""

    def __init__(self, entries: Iterable[Shown]) -> None:
        super().__init__()
        self.props["entries"] = [dict(entry) for entry in entries]
        self.props["words"] = {"catalogue": _("Catalogue")}
