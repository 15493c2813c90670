"""The sums under the table of orders: they come a moment after the page, and again whenever something changes."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from nicegui import background_tasks

from models import Shop
from models.order_filter import OrderFilter
from models.text import _, ngettext
from pages.components.order_sums import Amounts, OrderSums
from pages.desk import show
from services import order_sums
from services.order_sums import Filtered, Sums

RESTS = 10  # times as long as it has added up, before it does so again for the same filter


class FilteredSums:
    """What the filter of one open desk comes to. At most one reading is under way for it, and not all the time."""

    def __init__(self, shop: Shop, on_count: Callable[[int], None]) -> None:
        """`on_count` is told how many orders match."""
        self._shop = shop
        self._on_count = on_count
        self._element = OrderSums(label=_("Sums of all that match"))
        self._asked = self._known = 0
        self._filter: OrderFilter | None = None
        self._counted: tuple[dict[str, str], int] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._turned = asyncio.Event()

    def show_soon(self, order_filter: OrderFilter) -> None:
        """Add up what `order_filter` finds now, and show it when it is known."""
        if self._filter is None or self._filter.criteria() != order_filter.criteria():
            self._element.wait()
            self._turned.set()
        self._filter = order_filter
        self._asked += 1
        if self._reading is None or self._reading.done():
            self._reading = background_tasks.create(self._catch_up(), name="sums")

    def counted(self, order_filter: OrderFilter) -> int | None:
        """How many orders a filter found when they were added up last; None if they were not."""
        return self._counted[1] if self._counted and self._counted[0] == order_filter.criteria() else None

    async def _catch_up(self) -> None:
        while self._filter and self._known < self._asked and not self._element.is_deleted:
            asked, order_filter, began = self._asked, self._filter, time.monotonic()
            self._turned.clear()
            found = await order_sums.of(order_filter)
            self._known = asked
            if order_filter.criteria() == self._filter.criteria():
                self._counted = order_filter.criteria(), found.orders
                self._on_count(found.orders)
                self._show(found)
            with suppress(TimeoutError):  # what takes a second must not be done again each second, for one who waits
                await asyncio.wait_for(self._turned.wait(), (time.monotonic() - began) * RESTS)

    def _show(self, found: Filtered) -> None:
        words = ngettext("{n} of them without prices", "{n} of them without prices", found.without_prices)
        note = words.format(n=show.number(found.without_prices, self._shop)) if found.without_prices else ""
        count = ngettext("{n} order", "{n} orders", found.orders).format(n=show.number(found.orders, self._shop))
        self._element.show(count, note, [_amounts(sums, self._shop) for sums in found.sums])


def _amounts(sums: Sums, shop: Shop) -> Amounts:
    amounts = {
        _("Price"): sums.lines_total,
        _("Discounts"): sums.discounts,
        _("Surcharges"): sums.surcharges,
        _("Total"): sums.total,
    }
    return [(name, show.full_amount(minor, sums.currency, shop)) for name, minor in amounts.items()]
