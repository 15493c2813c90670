"""An order's products and charges in fields: what is typed is handed on as it is, and each row says what is wrong."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeGuard

from nicegui import events, ui

from models.cart import MAX_CART_LINES
from models.order_edit import MAX_CHARGES, MAX_TITLE_LENGTH
from models.product import MAX_SKU_LENGTH
from models.text import _, is_clean

MAX_TYPED = 40
MAX_KEY = 2**31

Shown = Mapping[str, Any]


class EditLines(ui.element, component="edit_lines.js", dependencies=["typed_rows.js"]):
    """Rows with key (a SKU), name, sku, note, unit, quantity, price, total, removed, changed, product, wrong and error.

    `on_line` gets a row's key with the quantity and the price as typed (None where nobody typed), `on_remove` a key
    and whether its row goes or comes back. `on_restore` gets the rows that were changed before the page was reloaded.
    """

    def __init__(
        self,
        *,
        on_line: Callable[[str, str | None, str | None], Awaitable[None]],
        on_remove: Callable[[str, bool], Awaitable[None]],
        on_restore: Callable[[Sequence[Shown]], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._on_line, self._on_remove, self._on_restore = on_line, on_remove, on_restore
        self.props.update(rows=[], priced=True, round=0)
        self.props["words"] = {
            "lines": _("Products"),
            "product": _("Product"),
            "quantity": _("Quantity"),
            "price": _("Unit price"),
            "total": _("Total"),
            "remove": _("Remove"),
            "putBack": _("Put back"),
            "onRequest": _("on request"),
            "empty": _("Nothing here yet. Add a product."),
        }
        self.on("line", self._typed)
        self.on("remove", self._removed)
        self.on("restore", self._restored)

    def show(self, rows: Iterable[Shown], *, priced: bool, anew: bool = False) -> None:
        """Show other rows; what is being typed stays, unless it is another order (`anew`)."""
        self.props.update(rows=[dict(row) for row in rows], priced=priced)
        self.props["round"] += anew

    def forget(self) -> None:
        """Do not bring what was changed back after a reload."""
        self.run_method("forget")

    async def _typed(self, event: events.GenericEventArguments) -> None:
        sent = event.args if isinstance(event.args, dict) else {}
        key, quantity, price = sent.get("key"), sent.get("quantity"), sent.get("price")
        if _is_text(key, MAX_SKU_LENGTH) and _is_typed(quantity) and _is_typed(price):
            await self._on_line(key, quantity, price)

    async def _removed(self, event: events.GenericEventArguments) -> None:
        sent = event.args if isinstance(event.args, dict) else {}
        if _is_text(sent.get("key"), MAX_SKU_LENGTH) and isinstance(sent.get("removed"), bool):
            await self._on_remove(sent["key"], sent["removed"])

    async def _restored(self, event: events.GenericEventArguments) -> None:
        sent = event.args if isinstance(event.args, list) else []
        kept = [row for row in sent[:MAX_CART_LINES] if _is_kept_line(row)]
        if kept:
            await self._on_restore(kept)


class EditCharges(ui.element, component="edit_charges.js", dependencies=["typed_rows.js"]):
    """Rows with key, kind, discount, sign, title, amount, reason, removed, changed, wrong and error.

    `on_charge` gets a row's key with its title and amount as typed, `on_remove` a key and whether its row goes.
    `on_restore` gets the rows that were changed before the page was reloaded.
    """

    def __init__(
        self,
        currency: str,
        *,
        on_charge: Callable[[int, str, str], Awaitable[None]],
        on_remove: Callable[[int, bool], Awaitable[None]],
        on_restore: Callable[[Sequence[Shown]], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._on_charge, self._on_remove, self._on_restore = on_charge, on_remove, on_restore
        self.props.update(rows=[], currency=currency, round=0, fresh=0)
        self.props["words"] = {
            "charges": _("Discounts and surcharges"),
            "title": _("Title"),
            "amount": _("Amount"),
            "remove": _("Remove"),
            "putBack": _("Put back"),
            "empty": _("Nothing is added or taken off."),
        }
        self.on("charge", self._typed)
        self.on("remove", self._removed)
        self.on("restore", self._restored)

    def forget(self) -> None:
        """Do not bring what was changed back after a reload."""
        self.run_method("forget")

    def show(self, rows: Iterable[Shown], *, anew: bool = False, fresh: int = 0) -> None:
        """Show other rows; the title of the one that is `fresh` gets the focus."""
        self.props.update(rows=[dict(row) for row in rows])
        self.props["round"] += anew
        if fresh:
            self.props["fresh"] = fresh

    async def _typed(self, event: events.GenericEventArguments) -> None:
        sent = event.args if isinstance(event.args, dict) else {}
        key, title, amount = sent.get("key"), sent.get("title"), sent.get("amount")
        if _is_number(key) and _is_text(title, MAX_TITLE_LENGTH) and _is_text(amount, MAX_TYPED):
            await self._on_charge(key, title, amount)

    async def _removed(self, event: events.GenericEventArguments) -> None:
        sent = event.args if isinstance(event.args, dict) else {}
        if _is_number(sent.get("key")) and isinstance(sent.get("removed"), bool):
            await self._on_remove(sent["key"], sent["removed"])

    async def _restored(self, event: events.GenericEventArguments) -> None:
        sent = event.args if isinstance(event.args, list) else []
        kept = [row for row in sent[:MAX_CHARGES] if _is_kept_charge(row)]
        if kept:
            await self._on_restore(kept)


def _is_text(sent: Any, longest: int) -> TypeGuard[str]:
    return isinstance(sent, str) and len(sent) <= longest and is_clean(sent)


def _is_typed(sent: Any) -> TypeGuard[str | None]:
    return sent is None or _is_text(sent, MAX_TYPED)


def _is_number(sent: Any) -> TypeGuard[int]:
    return type(sent) is int and -MAX_KEY < sent < MAX_KEY


def _is_kept_charge(row: Any) -> bool:
    """Whether this is a charge as the browser keeps it."""
    return (
        isinstance(row, dict)
        and _is_number(row.get("key"))
        and _is_text(row.get("title"), MAX_TITLE_LENGTH)
        and _is_text(row.get("amount"), MAX_TYPED)
        and isinstance(row.get("discount"), bool)
        and isinstance(row.get("removed"), bool)
    )


def _is_kept_line(row: Any) -> bool:
    """Whether this is a line as the browser keeps it."""
    return (
        isinstance(row, dict)
        and _is_text(row.get("key"), MAX_SKU_LENGTH)
        and _is_typed(row.get("quantity"))
        and _is_typed(row.get("price"))
        and isinstance(row.get("removed"), bool)
        and (row.get("product") is None or _is_number(row.get("product")))
    )
