"""From order to order within the list one came from, however it is sorted, also when an order has left it."""

import pytest

from models import Order, Status, Verification
from models.order_filter import SORTS, OrderFilter
from services import neighbours, order_list
from tests import order_rows

MADRID = "Europe/Madrid"

pytestmark = pytest.mark.usefixtures("database")


async def several() -> None:
    """Orders of which several are alike in what they can be sorted by."""
    for company, total, status in (
        ("beta", 100, Status.ERROR),
        ("Alfa", 300, Status.PENDING),
        ("alfa", 100, Status.PENDING),
        ("Gamma", 200, Status.ERROR),
        ("", 100, Status.PROCESSED),
    ):
        await order_rows.order(company=company, total=total, status=status, verification=Verification.VERIFIED)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", SORTS)
async def test_one_goes_through_a_list_in_its_order_both_ways(sort: str, descending: bool) -> None:
    await several()
    listed = OrderFilter(MADRID, sort=sort, descending=descending)
    rows = (await order_list.page(listed)).rows
    numbers = ["", *(row.number for row in rows), ""]
    for place, row in enumerate(rows):
        beside = await neighbours.of(row.id, listed)
        assert (beside.above, beside.below) == (numbers[place], numbers[place + 2])


async def test_what_left_the_list_still_has_its_place_in_it() -> None:
    await several()
    waiting = OrderFilter.parse({"flag": "waiting", "sort": "total", "order": "up"}, MADRID)
    first, last = (await order_list.page(waiting)).rows
    await Order.filter(id=first.id).update(status=Status.PROCESSED)
    beside = await neighbours.of(first.id, waiting)
    assert (beside.above, beside.below) == ("", last.number)
    searched = OrderFilter.parse({"search": last.number}, MADRID)
    for listed in (waiting, searched):
        assert await neighbours.of(10**6, listed) == neighbours.Neighbours("", "")
