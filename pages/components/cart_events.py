"""What the shop's components send about a cart, checked."""

from collections.abc import Awaitable, Callable

from nicegui import events, ui

from models.cart import MAX_QUANTITY, what_a_quantity_is
from models.text import _

OnQuantity = Callable[[int, int], Awaitable[bool]]

MAX_ID = 2**63 - 1


def wish_from(sent: object) -> tuple[int, int] | None:
    """Return the (product id, quantity) a browser asked for, or None if it is not such a thing."""
    if not isinstance(sent, dict):
        return None
    product_id, quantity = sent.get("id"), sent.get("quantity")
    if not _is_whole(product_id, MAX_ID) or not _is_whole(quantity, MAX_QUANTITY) or product_id == 0:
        return None
    return int(str(product_id)), int(str(quantity))


def text_from(sent: object, longest: int) -> str | None:
    """Return a short text a browser sent, or None."""
    return sent if isinstance(sent, str) and len(sent) <= longest else None


class CartElement(ui.element):
    """An element whose products can be put into the cart; each answer of the shop ends its waiting."""

    def __init__(self, *, on_set: OnQuantity, on_add: OnQuantity | None = None) -> None:
        """Both get a product's id and a quantity, and say whether anything changed (which is then shown)."""
        super().__init__()
        self.props["answer"] = 0
        if on_add:
            self.on("add", lambda event: self._wished(event, on_add))
        self.on("set", lambda event: self._wished(event, on_set))

    def answered(self) -> None:
        """Let go of what waits for an answer."""
        if not self.is_deleted:
            self.props["answer"] += 1

    async def _wished(self, event: events.GenericEventArguments, act: OnQuantity) -> None:
        wish = wish_from(event.args)
        if not wish or not await act(*wish):
            self.answered()


def stepper_words(words: dict[str, str]) -> dict[str, str]:
    """Words of a component together with those of the stepper inside it."""
    return {"less": _("Less"), "more": _("More"), "whole": what_a_quantity_is(), **words}


def _is_whole(number: object, most: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= most
