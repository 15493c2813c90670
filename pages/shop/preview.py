"""A list of products on a page that is not in the cart yet: it can be changed, cleared up, and added at once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace

from models.errors import ShopError
from models.text import ngettext, spoken
from pages.components.order_preview import OrderPreview
from pages.components.toasts import toast
from pages.shop import show, show_preview, visitor
from pages.shop.shop_page import Visit
from pages.shop.show import Shown
from services import cart_lines, carts, catalog, throttle
from services.quick_order import Preview, Row

OnQuantities = Callable[[Mapping[int, int]], Awaitable[None]]


class PreviewOnPage:
    """The rows of a preview as one page shows them; what the browser sends of them is held against these."""

    def __init__(
        self,
        visit: Visit,
        *,
        title: str,
        empty: Mapping[str, str] | None = None,
        on_change: OnQuantities | None = None,
        on_added: Callable[[bool], None] | None = None,
        is_kept: bool = False,
    ) -> None:
        """`on_change` is told how many of which product the list holds now, 0 for none, of those that have changed.

        `on_added` is told whether nothing is left of the list once it was added; one that `is_kept` stays.
        """
        self._visit, self._on_change, self._on_added, self._is_kept = visit, on_change, on_added, is_kept
        self._rows: dict[int, Row] = {}
        self._pictures: dict[int, str] = {}
        self._one_by_one = asyncio.Lock()
        self.element = OrderPreview(
            title=title, empty=empty, on_set=self._set, on_choose=self._choose, on_drop=self._drop, on_add=self._add
        )

    @property
    def quantities(self) -> dict[int, int]:
        """How many of which product the rows hold by now."""
        lines = [row.line.wanted for row in self._rows.values() if row.line]
        return {wanted.product_id: wanted.quantity for wanted in lines}

    async def show(self, preview: Preview, *, focus: bool = False) -> None:
        """Show another list."""
        self._rows = {row.key: row for row in preview.rows}
        await self._look_for_pictures(self._rows.values())
        left_out = show_preview.left_out(preview.left_out, self._visit.shop)
        self.element.show(self._shown(), left_out=left_out, focus=focus)
        self._tell()

    async def take(self, row: Row) -> Row:
        """Put one more row on top; of a product that is there already there will be more."""
        async with self._one_by_one:
            same = next((other for other in self._rows.values() if _is_same(row, other)), None)
            if same and same.line and row.line:
                taken = replace(same, line=same.line.of(same.line.wanted.quantity + row.line.wanted.quantity))
            else:
                taken = replace(row, key=max(self._rows, default=0) + 1)
                await self._look_for_pictures([taken])
            self._put(taken)
            return taken

    def _shown(self) -> list[Shown]:
        return [show_preview.row(row, self._pictures, self._visit.shop) for row in self._rows.values()]

    def _put(self, row: Row) -> None:
        self._rows[row.key] = row
        self.element.patch(show_preview.row(row, self._pictures, self._visit.shop))
        self._tell()

    def _tell(self) -> None:
        rows = list(self._rows.values())
        self.element.tell(
            sum=show_preview.sum_words(rows, self._visit.shop), rest=show_preview.rest_words(rows, self._visit.shop)
        )

    async def _look_for_pictures(self, rows: Iterable[Row]) -> None:
        lines = [row.line for row in rows if row.line]
        ids = {id_ for line in lines for id_ in (line.wanted.product_id, line.parent_id) if id_}
        if ids:
            self._pictures |= await catalog.first_pictures(ids)

    async def _set(self, key: int, quantity: int) -> None:
        async with self._one_by_one:
            row = self._rows.get(key)
            if not row or not row.line:
                return
            line = row.line.of(quantity)
            remarks = (cart_lines.correction(line, quantity),) if line.wanted.quantity != quantity else ()
            self._put(replace(row, line=line, remarks=remarks))
            await self._changed({line.wanted.product_id: line.wanted.quantity})
        for sentence in remarks:
            toast(sentence)

    async def _choose(self, key: int, product_id: int) -> None:
        async with self._one_by_one:
            row = self._rows.get(key)
            if not row or row.line:
                return
            try:
                chosen = row.chosen(product_id)
            except ShopError as error:
                toast(str(error), "bad")
                return
            await self._look_for_pictures([chosen])
            self._put(chosen)

    async def _drop(self, key: int) -> None:
        async with self._one_by_one:
            if row := self._rows.pop(key, None):
                self._tell()
                await self._changed({row.product_id: 0})

    async def _changed(self, quantities: Mapping[int, int]) -> None:
        if self._on_change is None or not quantities:
            return
        try:
            await self._on_change(quantities)
        except ShopError as error:
            toast(str(error), "bad")

    async def _add(self, quantities: dict[int, int]) -> None:
        async with self._one_by_one:
            before = self.quantities
            for key, quantity in quantities.items():
                row = self._rows.get(key)
                if row and row.line:
                    self._rows[key] = replace(row, line=row.line.of(quantity))
            await self._changed({id_: n for id_, n in self.quantities.items() if n != before[id_]})
            try:
                visitor.spend(throttle.CART, throttle.CART_ADDRESS)
                sentences = await carts.add_many(self._visit.token, self.quantities)
            except ShopError as error:
                toast(str(error), "bad")
                return
            self._show_added(len(self.quantities))
        for sentence in sentences:
            toast(sentence)

    def _show_added(self, n: int) -> None:
        """Say that they are in the cart, and keep what could not be added."""
        done = ngettext("{n} product is in your cart.", "{n} products are in your cart.", n)
        if not self._is_kept:
            self._rows = {key: row for key, row in self._rows.items() if not row.line}
        self.element.show(self._shown(), done=done.format(n=show.number(n, spoken())))
        self._tell()
        if self._on_added:
            self._on_added(not self._rows)


def _is_same(row: Row, other: Row) -> bool:
    return bool(row.line and other.line and row.line.wanted.product_id == other.line.wanted.product_id)
