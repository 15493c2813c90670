"""One product as one element: pictures, options, price by quantity, and the way into the cart."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import events

from models.cart import MAX_CART_LINES
from models.text import _
from pages.components.cart_events import CartElement, OnQuantity, stepper_words, wish_from

OnQuantities = Callable[[dict[int, int]], Awaitable[bool]]


class ProductPanel(CartElement, component="product_panel.js", dependencies=["stepper.js", "variant_matrix.js"]):
    """A product's page but for its description."""

    def __init__(
        self,
        shown: Mapping[str, Any],
        *,
        quantities: Mapping[int, int],
        on_add: OnQuantity,
        on_set: OnQuantity,
        on_many: OnQuantities,
    ) -> None:
        """`shown` holds name, sku, initials, from, note, pictures, options, variants, money and start."""
        super().__init__(on_add=on_add, on_set=on_set)
        self.on("many", lambda event: self._many(event, on_many))
        self.props.update(shown)
        self.props["words"] = stepper_words(
            {
                "addToCart": _("Add to cart"),
                "inCart": _("In cart ✓"),
                "quantity": _("Quantity"),
                "unitPrice": _("Price per unit"),
                "breaks": _("Price by quantity"),
                "moreTo": _("{n} more to {price} each"),
                "quantities": _("Quantities"),
                "hasInCart": _("{n} in cart"),
                "packOf": _("pack of {n}"),
                "together": _("Together {n}"),
                "became": _("{name}: {asked} became {quantity}."),
                "choose": _("Choose the options first."),
                "pictures": _("Pictures"),
                "picture": _("Picture"),
            }
        )
        self.show_quantities(quantities)

    async def _many(self, event: events.GenericEventArguments, act: OnQuantities) -> None:
        sent = event.args if isinstance(event.args, list) and len(event.args) <= MAX_CART_LINES else []
        wishes = dict(wish for wish in map(wish_from, sent) if wish and wish[1])
        if not wishes or not await act(wishes):
            self.answered()

    def show_quantities(self, quantities: Mapping[int, int]) -> None:
        """Show what the cart holds from now on, by product id."""
        self.props["quantities"] = {str(product_id): quantity for product_id, quantity in quantities.items()}
        self.answered()
