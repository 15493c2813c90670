"""The sums of a filter: all its pages, by currency, without what told no prices."""

import pytest

from models import Order
from models.order_filter import OrderFilter
from services import live, order_sums
from services.order_sums import Filtered, Sums
from tests import order_rows

pytestmark = pytest.mark.usefixtures("database")


async def test_sums_are_of_all_that_match_by_currency_without_those_that_told_no_prices() -> None:
    for _order in range(60):  # more than a page
        await order_rows.order(lines_total=1100, discounts=-200, surcharges=100, total=1000)
    await order_rows.order(currency="USD", lines_total=500, total=500)
    await order_rows.order(prices_hidden=True, lines_total=700, total=700)
    other = await order_rows.order(company="Holzbau", email="j@lang.example", lines_total=9, total=9)

    found = await order_sums.of(OrderFilter("Europe/Madrid", search="sol", sort="buyer", page=2))

    euros, dollars = Sums("EUR", 66000, -12000, 6000, 60000), Sums("USD", 500, 0, 0, 500)
    assert found == Filtered(orders=62, without_prices=1, sums=(euros, dollars))
    nobody = await order_sums.of(OrderFilter("Europe/Madrid", search="nobody"))
    assert nobody == Filtered(orders=0, without_prices=0, sums=())

    await Order.filter(id=other.id).update(search="sol")
    live.order_changed(other.id)
    assert (await order_sums.of(OrderFilter("Europe/Madrid", search="sol"))).sums[0].total == 60009
