"""The cart in three elements: its lines, what its price depends on, and its sum."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from nicegui import events, ui

from models.text import _
from pages.components.cart_events import CartElement, OnQuantity, stepper_words, text_from, wish_from

MAX_CODE_LENGTH = 40
MAX_ZONE_LENGTH = 80

OnPutBack = Callable[[int, int, int], Awaitable[bool]]  # of a product's id, how many, and before which one (0: none)
OnText = Callable[[str], Awaitable[None]]
Shown = Mapping[str, Any]


class CartLines(CartElement, component="cart_lines.js", dependencies=["stepper.js"]):
    """The lines of a cart: quantities, totals, and removal (a quantity of 0) that can be undone."""

    def __init__(self, lines: Iterable[Shown], *, on_put_back: OnPutBack, on_set: OnQuantity) -> None:
        super().__init__(on_set=on_set)
        self.on("back", lambda event: self._undone(event, on_put_back))
        self.props["empty"] = {
            "title": _("Your cart is empty"),
            "text": _("Add products from the catalogue; they stay here, even if you close the browser."),
            "action": _("To the catalogue"),
        }
        self.props["words"] = stepper_words(
            {
                "quantity": _("Quantity:"),
                "remove": _("Remove"),
                "removed": _("“{name}” was removed."),
                "undo": _("Undo"),
                "back": _("“{name}” is in your cart again."),
            }
        )
        self.show(lines)

    async def _undone(self, event: events.GenericEventArguments, act: OnPutBack) -> None:
        sent = event.args if isinstance(event.args, dict) else {}
        wish, before = wish_from(sent), wish_from({"id": sent.get("before"), "quantity": 0})
        if not wish or not await act(*wish, before[0] if before else 0):
            self.answered()

    def show(self, lines: Iterable[Shown]) -> None:
        """Show other lines; what is being typed stays."""
        self.props["lines"] = [dict(line) for line in lines]
        self.answered()


class CartTerms(ui.element, component="cart_terms.js"):
    """The discount code, and the zone where the shop has zones."""

    def __init__(self, *, on_code: OnText, on_zone: OnText) -> None:
        """Both get a short text, or "" for none."""
        super().__init__()
        self.props["words"] = {
            "code": _("Discount code"),
            "apply": _("Apply"),
            "clear": _("Remove"),
            "zone": _("Zone"),
            "chooseZone": _("Choose …"),
        }
        self.show(code="", problem="", zone="", zones=(), has_prices=True)
        self.on("code", lambda event: self._texted(event, on_code, MAX_CODE_LENGTH))
        self.on("zone", lambda event: self._texted(event, on_zone, MAX_ZONE_LENGTH))

    def show(self, *, code: str, problem: str, zone: str, zones: Sequence[str], has_prices: bool) -> None:
        """Show what the cart has; `problem` says why the code gives nothing; without prices no code is asked for."""
        self.props.update(code=code, problem=problem, zone=zone, zones=list(zones), hasPrices=has_prices)

    async def _texted(self, event: events.GenericEventArguments, act: OnText, longest: int) -> None:
        text = text_from(event.args, longest)
        if text is not None:
            await act(text)


class Amounts(ui.element, component="amounts.js"):
    """A sum: rows with label, reason and amount, the total ("": none is told), a note, and a hint how to pay less."""

    def __init__(self, rows: Iterable[Shown], *, total: str, note: str = "", hint: str = "") -> None:
        super().__init__()
        self.props["words"] = {"total": _("Total")}
        self.show(rows, total=total, note=note, hint=hint)

    def show(self, rows: Iterable[Shown], *, total: str, note: str = "", hint: str = "") -> None:
        """Show other amounts."""
        self.props.update(rows=[dict(row) for row in rows], total=total, note=note, hint=hint)


class LineList(ui.element, component="line_list.js"):
    """The lines of a request to be read: key, name, sku, quantity, price and total, as they are shown."""

    def __init__(self, lines: Iterable[Shown], *, label: str) -> None:
        super().__init__()
        self.props["label"] = label
        self.show(lines)

    def show(self, lines: Iterable[Shown]) -> None:
        """Show other lines."""
        self.props["lines"] = [dict(line) for line in lines]


class RequestSteps(ui.element, component="request_steps.js"):
    """How far a request has come: steps with label, note, spoken and state ("done", "now" or "later")."""

    def __init__(self, steps: Iterable[Shown]) -> None:
        super().__init__()
        self.props["label"] = _("How far your request has come")
        self.show(steps)

    def show(self, steps: Iterable[Shown]) -> None:
        """Show other steps."""
        self.props["steps"] = [dict(step) for step in steps]
