"""What would come into the cart, as one element: rows with quantities, choices where they are needed, and Add all."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from nicegui import events, ui

from models.cart import MAX_CART_LINES
from models.text import _
from pages.components.cart_events import stepper_words, wish_from

Shown = Mapping[str, Any]
OnAdd = Callable[[dict[int, int]], Awaitable[None]]
OnRow = Callable[[int, int], Awaitable[None]]

MAX_KEY = 1_000_000


class OrderPreview(ui.element, component="order_preview.js", dependencies=["stepper.js"]):
    """Rows before they are in the cart. Elements made inside it stand beside its button."""

    def __init__(
        self,
        *,
        title: str,
        on_set: OnRow,
        on_choose: OnRow,
        on_drop: Callable[[int], Awaitable[None]],
        on_add: OnAdd,
        empty: Mapping[str, str] | None = None,
    ) -> None:
        """`on_set` and `on_choose` get a row's key and a quantity or a product's id, `on_add` quantities by key."""
        super().__init__()
        self._on_choose, self._on_drop, self._on_add = on_choose, on_drop, on_add
        self.props.update(told=[], round=0, answer=0, empty=dict(empty) if empty else None)
        self.props["words"] = _words(title)
        self.tell(sum="", rest="")
        self.props.update(leftOut="", done="", focus=False)
        self._on_set = on_set
        self.on("set", self._set)
        self.on("choose", self._chosen)
        self.on("drop", self._dropped)
        self.on("add", self._added)

    def show(self, rows: Iterable[Shown], *, left_out: str = "", done: str = "", focus: bool = False) -> None:
        """Show another list; `done` says what has come into the cart, `focus` leads to the button."""
        self.props.update(told=[dict(row) for row in rows], leftOut=left_out, done=done, focus=focus)
        self.props["round"] += 1

    def patch(self, row: Shown) -> None:
        """Show one row that is not as it was, or is new."""
        self.props["done"] = ""
        self.run_method("patch", dict(row))

    def tell(self, *, sum: str, rest: str) -> None:
        """Say what all found rows cost, and what is left to be cleared up."""
        self.props.update(sum=sum, rest=rest)

    async def _set(self, event: events.GenericEventArguments) -> None:
        sent = event.args if isinstance(event.args, dict) else {}
        if pair := _pair((sent.get("key"), sent.get("quantity"))):
            await self._on_set(*pair)

    async def _chosen(self, event: events.GenericEventArguments) -> None:
        sent = event.args if isinstance(event.args, dict) else {}
        wish = wish_from({"id": sent.get("id"), "quantity": sent.get("key")})
        if wish:
            await self._on_choose(wish[1], wish[0])

    async def _dropped(self, event: events.GenericEventArguments) -> None:
        if type(event.args) is int and 0 <= event.args <= MAX_KEY:
            await self._on_drop(event.args)

    async def _added(self, event: events.GenericEventArguments) -> None:
        try:
            sent = event.args if isinstance(event.args, list) and len(event.args) <= MAX_CART_LINES else []
            await self._on_add(dict(pair for pair in map(_pair, sent) if pair))
        finally:
            if not self.is_deleted:
                self.props["answer"] += 1


def _pair(sent: object) -> tuple[int, int] | None:
    """A row's key and a quantity, or None if it is not such a thing."""
    if not isinstance(sent, Sequence) or len(sent) != 2:
        return None
    wish = wish_from({"id": MAX_KEY, "quantity": sent[0]}), wish_from({"id": MAX_KEY, "quantity": sent[1]})
    return (wish[0][1], wish[1][1]) if wish[0] and wish[1] and wish[1][1] else None


def _words(title: str) -> dict[str, str]:
    return stepper_words(
        {
            "title": title,
            "show": _("Show only"),
            "found": _("Found"),
            "ambiguous": _("To choose"),
            "unknown": _("Not found"),
            "choose": _("Which one?"),
            "meant": _("Did you mean"),
            "quantity": _("Quantity:"),
            "leaveOut": _("Leave out"),
            "addAll": _("Add all"),
            "toCart": _("To the cart"),
        }
    )
