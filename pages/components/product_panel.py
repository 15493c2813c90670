"""One product as one element: pictures, options, price by quantity, and the way into the cart."""

from collections.abc import Mapping
from typing import Any

from models.text import _
from pages.components.cart_events import CartElement, OnQuantity, stepper_words


class ProductPanel(CartElement, component="product_panel.js", dependencies=["stepper.js"]):
    """A product's page but for its description."""

    def __init__(
        self, shown: Mapping[str, Any], *, quantities: Mapping[int, int], on_add: OnQuantity, on_set: OnQuantity
    ) -> None:
        """`shown` holds name, sku, initials, from, note, pictures, options, variants and start, ready to be shown."""
        super().__init__(on_add=on_add, on_set=on_set)
        self.props.update(shown)
        self.props["words"] = stepper_words(
            {
                "addToCart": _("Add to cart"),
                "inCart": _("In cart ✓"),
                "quantity": _("Quantity"),
                "unitPrice": _("Price per unit"),
                "breaks": _("Price by quantity"),
                "choose": _("Choose the options first."),
                "pictures": _("Pictures"),
                "picture": _("Picture"),
            }
        )
        self.show_quantities(quantities)

    def show_quantities(self, quantities: Mapping[int, int]) -> None:
        """Show what the cart holds from now on, by product id."""
        self.props["quantities"] = {str(product_id): quantity for product_id, quantity in quantities.items()}
        self.answered()
