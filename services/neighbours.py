"""The orders before and after one, in the list somebody came from."""

from dataclasses import dataclass

from models import Order
from models.order_filter import OrderFilter
from services import order_walk
from services.database import shielded
from services.walk import Way


@dataclass(frozen=True)
class Neighbours:
    """The numbers of the orders above and below it in the list; "" where it ends."""

    above: str
    below: str


@shielded
async def of(order_id: int, order_filter: OrderFilter) -> Neighbours:
    """The neighbours of an order in what a filter finds now.

    It need not be found itself: what was just confirmed has left the list of those that wait, and its place is known.
    """
    way = order_walk.way(order_filter)
    return Neighbours(above=await _next(order_id, way.backwards), below=await _next(order_id, way))


async def _next(order_id: int, way: Way) -> str:
    beyond = await way.ids(1, beyond=order_id)
    found = await Order.filter(id__in=beyond).first().values("number")
    return found["number"] if found else ""
