"""The products of an order that a seller writes: rows to type into, and a field that finds more."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from models.errors import ShopError
from models.money import show_unit_price
from models.pricing import PriceList
from models.text import _, spoken
from pages.components.elements import box, h2
from pages.components.lookup import Lookup, Option
from pages.components.order_edit import EditLines
from pages.components.toasts import toast
from pages.desk import guard
from pages.desk.draft_rows import DraftRows
from services import desk_products, throttle
from services.cart_lines import KeptLine
from services.desk_orders import Asked


class ProductRows:
    """The panel of products; `rows` holds what is typed, `told` are the prices of the order's buyer."""

    def __init__(self, rows: DraftRows, told: PriceList, *, on_change: Callable[[], Awaitable[None]]) -> None:
        self.rows, self.told = rows, told
        self._on_change = on_change

    def asked(self) -> list[Asked]:
        """The products that stand here, those that were added, as the service takes them."""
        rows = (row for row in self.rows.lines.values() if not row.is_removed and row.line.product_id)
        return [
            Asked(row.line.product_id or 0, row.line.quantity, row.line.unit_price, is_priced=row.wanted is None)
            for row in rows
        ]

    def build(self) -> None:
        """Make the elements."""
        with box("panel edit-products"):
            h2(_("Products"))
            self.lines = EditLines(
                on_line=guard.signed_in(self._typed),
                on_remove=guard.signed_in(self._removed),
                on_restore=guard.signed_in(self._restored),
            )
            with box("pad edit-add"):
                self.lookup = Lookup(
                    _("Add a product"),
                    placeholder=_("SKU, EAN or name"),
                    on_ask=guard.signed_in(self._found),
                    on_choose=guard.signed_in(self._chosen),
                )

    def show(self, *, priced: bool, anew: bool = False) -> None:
        """Show the rows as they are."""
        self.lines.show(self.rows.shown_lines(), priced=priced, anew=anew)
        if self._has_any():
            self.lookup.show_error("")

    def mark_missing(self) -> None:
        """Mark the field that finds products if the order has none."""
        self.lookup.show_error("" if self._has_any() else _("An order needs at least one product."))

    async def reprice(self) -> None:
        """Take the prices of `told` for what was added, but where one was typed."""
        ids = [row.line.product_id for row in self.rows.lines.values() if row.wanted and row.line.product_id]
        self.rows.reprice(await desk_products.lines_of(ids, self.told))

    def forget(self) -> None:
        """What was typed is saved, or given up: no reload brings it back."""
        self.lines.forget()

    def _has_any(self) -> bool:
        return any(not row.is_removed for row in self.rows.lines.values())

    async def _found(self, text: str) -> Sequence[Option]:
        try:
            throttle.spend(throttle.SUGGEST, (await guard.seller()).email)
        except ShopError:
            return ()
        return [self._option(line) for line in await desk_products.find(text, self.told)]

    def _option(self, line: KeptLine) -> Option:
        price = line.unit_price
        told = "" if price is None else show_unit_price(price, self.rows.currency, spoken())
        sub = " · ".join(filter(None, [line.wanted.sku, told]))
        return Option(line.wanted.product_id, line.wanted.name, sub)

    async def _chosen(self, product_id: int) -> None:
        try:
            self.lookup.say(self.rows.add(await desk_products.line_of(product_id, self.told)))
        except ShopError as error:
            toast(str(error), "bad")
        await self._on_change()

    async def _typed(self, sku: str, quantity: str | None, price: str | None) -> None:
        self.rows.type_line(sku, quantity, price)
        await self._on_change()

    async def _removed(self, sku: str, is_removed: bool) -> None:
        self.rows.remove_line(sku, is_removed=is_removed)
        await self._on_change()

    async def _restored(self, kept: Sequence[Any]) -> None:
        """Type again what was typed before the page was loaded anew."""
        for row in kept:
            if row["key"] not in self.rows.lines and row.get("product"):
                await self._add_again(row["product"])
            line = self.rows.lines.get(row["key"])
            if line is None:
                continue
            price = row.get("price") if row.get("price") != line.price else None
            self.rows.type_line(row["key"], row.get("quantity"), price)
            if row["removed"]:
                self.rows.remove_line(row["key"], is_removed=True)
        await self._on_change()

    async def _add_again(self, product_id: int) -> None:
        try:
            self.rows.add(await desk_products.line_of(product_id, self.told))
        except ShopError:
            return  # it is sold no more
