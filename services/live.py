"""Live events: what pages are told after a commit. Nothing durable hangs on them.

The first change after a quiet time is told at once. Those that follow are gathered for a moment and told once, so that
a hundred changes cost the desks one look at the database.
Where a shop has several processes, the pages of all are told.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from itertools import islice
from weakref import WeakValueDictionary

from nicegui import Event

from services.signals import everywhere

GATHERING_SECONDS = 0.15
AT_ONCE_SECONDS = 0.01  # what belongs to one change is told together
IDS_AT_ONCE = 500  # fit into one signal; of more products than that, all are read again

MOST_NAMED = 10_000  # orders
EVERY = 0  # no order has this id


class _Every(frozenset[int]):
    """All there are."""

    def __contains__(self, order_id: object) -> bool:
        return True

    def __bool__(self) -> bool:
        return True


orders = Event[frozenset[int]]()
deliveries = Event[frozenset[int | None]]()
catalog = Event[[]]()
views = Event[[]]()
sign_outs = Event[int]()
devices = Event[str]()

_carts: WeakValueDictionary[str, Event[[]]] = WeakValueDictionary()  # by the mark of the device

generation = 0  # grows with each change: pages that show the same thing may share what they read of it

catalog_generation = 0  # grows with each change of a product
CHANGES_KEPT = 1000  # of which is known what they changed

_changed_products: OrderedDict[int, frozenset[int]] = OrderedDict()  # by generation, where not any may be changed
_changed_orders: set[int] = set()
_changed_deliveries: set[int | None] = set()
_telling: asyncio.Task[None] | None = None
_told_at = 0.0  # monotonic


def order_changed(order_id: int) -> None:
    """Tell that an order is new or not as it was."""
    orders_changed([order_id])


def orders_changed(order_ids: Iterable[int]) -> None:
    """Tell that several orders are not as they were; of very many it is told that all may not be."""
    changed = list(islice(order_ids, MOST_NAMED + 1))  # a list of a million would take memory for nothing
    named = [EVERY] if len(changed) > MOST_NAMED else changed
    for start in range(0, len(named), IDS_AT_ONCE):
        _some_orders_changed(named[start : start + IDS_AT_ONCE])


@everywhere
def _some_orders_changed(order_ids: Sequence[int]) -> None:
    _changed_orders.update(order_ids)
    _tell_soon()


@everywhere
def delivery_changed(order_id: int | None) -> None:
    """Tell that a delivery (of an order, if it belongs to one) is new or not as it was."""
    _changed_deliveries.add(order_id)
    _tell_soon()


def cart_of(mark: str) -> Event[[]]:
    """What tells the open pages of a device, known by this mark, that its cart is not as it was.

    It is there for as long as a page follows it. With one for all devices each change would run through every page.
    """
    return _carts.setdefault(mark, Event[[]]())


@everywhere
def cart_changed(mark: str) -> None:
    """Tell the tabs of a device, known by this mark, that its cart is not as it was."""
    if followed := _carts.get(mark):
        followed.emit()


@everywhere
def device_renewed(mark: str) -> None:
    """Tell the tabs of a device that it goes by another cookie than the one they came with, known by this mark."""
    devices.emit(mark)


def catalog_changed(product_ids: Iterable[int] | None = None) -> None:
    """Tell that products are not as they were: these and their variants, or any of them if there are no ids."""
    changed = None if product_ids is None else list(product_ids)
    _catalog_changed(changed if changed is None or len(changed) <= IDS_AT_ONCE else None)


@everywhere
def _catalog_changed(product_ids: Sequence[int] | None) -> None:
    global catalog_generation  # noqa: PLW0603 - one counter for the process
    catalog_generation += 1
    if product_ids is not None:
        _changed_products[catalog_generation] = frozenset(product_ids)
        if len(_changed_products) > CHANGES_KEPT:
            _changed_products.popitem(last=False)
    _advance()
    catalog.emit()


def offer_changed() -> None:
    """Tell that products are shown or priced otherwise, and found as before."""
    catalog_changed(())


def products_changed_since(generation: int) -> frozenset[int] | None:
    """Which products have changed, with their variants, since the catalogue was at `generation`; None for any."""
    changes = [_changed_products.get(one) for one in range(generation + 1, catalog_generation + 1)]
    known = [change for change in changes if change is not None]
    return frozenset[int]().union(*known) if len(known) == len(changes) else None


@everywhere
def views_changed() -> None:
    """Tell that the saved views of the desk are not as they were."""
    views.emit()


@everywhere
def seller_signed_out(session_id: int) -> None:
    """Tell the open pages of a seller's session that it has ended."""
    _advance()
    sign_outs.emit(session_id)


@everywhere
def everything_changed() -> None:
    """Tell that anything may be not as it was, because signals between processes were lost."""
    global catalog_generation  # noqa: PLW0603 - one counter for the process
    catalog_generation += 1
    _advance()
    orders.emit(_Every())
    deliveries.emit(_Every())
    catalog.emit()
    views.emit()
    for cart in list(_carts.values()):
        cart.emit()


def forget_pages() -> None:
    """Tell nobody any more, because the program ends: a page that is told would look into a closing database."""
    for event in (orders, deliveries, catalog, views, sign_outs, devices):
        event.callbacks.clear()
    for cart in list(_carts.values()):
        cart.callbacks.clear()


def _advance() -> None:
    global generation  # noqa: PLW0603 - one counter for the process
    generation += 1


def _tell_soon() -> None:
    global _telling  # noqa: PLW0603 - at most one telling is under way
    _advance()
    if _telling is None or _telling.done():
        _telling = asyncio.create_task(_tell())


async def _tell() -> None:
    global _told_at  # noqa: PLW0603 - one time for the process
    while _changed_orders or _changed_deliveries:
        await asyncio.sleep(max(AT_ONCE_SECONDS, _told_at + GATHERING_SECONDS - time.monotonic()))
        _told_at = time.monotonic()
        order_ids = _Every() if EVERY in _changed_orders else frozenset(_changed_orders)
        delivered = frozenset(_changed_deliveries)
        _changed_orders.clear()
        _changed_deliveries.clear()
        if order_ids:
            orders.emit(order_ids)
        if delivered:
            deliveries.emit(delivered)
