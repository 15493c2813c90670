"""The way back from an order to the list somebody came from, and on to the orders before and after it there."""

from urllib.parse import parse_qsl, urlencode

from models import Order, Shop
from models.order_filter import OrderFilter
from models.text import _
from pages.components.elements import box, link
from pages.components.neighbours import NeighbourLinks
from pages.desk import show
from services import neighbours

CAME_FROM = "from"  # in the address of an order: the query of the list
MOST_PAIRS, LONGEST = 20, 1000


def address(number: str, came_from: str, part: str = "") -> str:
    """The page of an order, or a `part` of it like "/edit", for somebody who comes from a list with this query."""
    way = f"?{urlencode({CAME_FROM: came_from})}" if came_from else ""
    return f"{show.order_address(number)}{part}{way}"


class Trail:
    """Stands above an open order. Who did not come from a list goes through all orders, the newest first."""

    def __init__(self, shop: Shop, came_from: str) -> None:
        self.came_from = cleaned(came_from)
        self._filter = OrderFilter.parse(dict(parse_qsl(self.came_from)), shop.time_zone)
        with box("trail"):
            link(_("‹ Purchase orders"), f"/desk?{self.came_from}" if self.came_from else "/desk", "crumb")
            self._links = NeighbourLinks()

    async def show(self, order: Order) -> None:
        """Lead on from this order."""
        beside = await neighbours.of(order.id, self._filter)
        above, below = (address(number, self.came_from) if number else "" for number in (beside.above, beside.below))
        self._links.show(above, below)


def cleaned(query: str) -> str:
    """A query of the desk as it came in an address: the desk ignores there what cannot be meant."""
    try:
        return urlencode(parse_qsl(query[:LONGEST], max_num_fields=MOST_PAIRS))
    except ValueError:  # more than a list has
        return ""
