"""Reports: every number is what the orders behind its link come to, summed here again without pandas."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from models import Buyer, Order, OrderLine, Shop, Status, Verification
from models.order_filter import OrderFilter
from services import order_list, reports
from services.reports import Period, Sums
from tests import order_rows

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
MIDNIGHT = datetime(2026, 6, 9, 22, 0, tzinfo=UTC)  # of 10 June in Madrid


@pytest.fixture
async def many(shop: Shop) -> None:
    """Requests of three buyers about June, of all kinds."""
    chance = random.Random(6)
    buyers = [await Buyer.create(email=f"{name}@sol.example", company=name) for name in ("Sol", "Luna", "Mar")]
    for _ in range(60):
        quantity = chance.randint(1, 9)
        order = await order_rows.order(
            created_at=datetime(2026, 5, 20, tzinfo=UTC) + timedelta(minutes=chance.randrange(60 * 24 * 50)),
            buyer_id=chance.choice(buyers).id,
            status=chance.choice(list(Status)),
            verification=chance.choice(list(Verification)),
            currency=chance.choice(["EUR", "EUR", "EUR", "USD"]),
            prices_hidden=chance.random() < 0.1,
            total=quantity * 250,
        )
        sku = chance.choice(["A1", "A10", "B"])
        await order_rows.line(order, 1, sku=sku, name=f"Product {sku}", quantity=quantity, line_total=quantity * 250)
        await order_rows.line(order, 2, sku="A1", name="Product A1", quantity=1, line_total=250)


async def behind(order_filter: OrderFilter, shop: Shop) -> Sums:
    """What the orders that a filter finds come to."""
    orders = await Order.filter(id__in=await order_list.matching_ids(order_filter))
    return Sums(len(orders), sum(o.total for o in orders if o.currency == shop.currency and not o.prices_hidden))


@pytest.mark.usefixtures("many")
async def test_each_number_is_what_the_orders_behind_it_come_to(shop: Shop) -> None:
    report = await reports.make(JUNE, shop)

    assert report.all.requests > 20
    assert report.all == await behind(reports.orders_of(JUNE, shop), shop)
    assert len(report.parts) == 30
    for part in report.parts:
        for status, sums in part.by_status.items():
            assert sums == await behind(reports.orders_of(part.period, shop, status=frozenset({status})), shop)
    for status, sums in report.by_status.items():
        assert sums == await behind(reports.orders_of(JUNE, shop, status=frozenset({status})), shop)
    assert len(report.buyers) == 3
    for buyer in report.buyers:
        assert buyer.sums == await behind(reports.orders_of(JUNE, shop, buyer=str(buyer.id)), shop)
    values = [buyer.sums.value for buyer in report.buyers]
    assert values == sorted(values, reverse=True)
    assert {product.sku for product in report.products} == {"A1", "A10", "B"}
    for product in report.products:
        ids = await order_list.matching_ids(reports.orders_of(JUNE, shop, sku=product.sku))
        lines = await OrderLine.filter(order_id__in=ids, sku=product.sku).select_related("order")
        valued = [line for line in lines if line.order.currency == "EUR" and not line.order.prices_hidden]
        assert product.quantity == sum(line.quantity for line in lines)
        assert product.sums == Sums(len(ids), sum(line.line_total for line in valued))
    unvalued = await Order.filter(id__in=await order_list.matching_ids(reports.orders_of(JUNE, shop)))
    assert report.no_value == sum(o.currency != "EUR" or o.prices_hidden for o in unvalued) > 0


async def test_a_day_is_one_of_the_shops_clock(shop: Shop) -> None:
    for moment in (MIDNIGHT - timedelta(seconds=1), MIDNIGHT):
        await order_rows.order(created_at=moment, verification=Verification.VERIFIED, total=100)

    report = await reports.make(JUNE, shop)

    assert [part.period.from_date.day for part in report.parts if part.all.requests] == [9, 10]


async def test_a_long_period_is_told_by_month(shop: Shop) -> None:
    await order_rows.order(created_at=MIDNIGHT, verification=Verification.VERIFIED, total=100)

    report = await reports.make(Period(date(2026, 1, 15), date(2026, 7, 3)), shop)

    assert [(part.period.from_date.isoformat(), part.period.to_date.isoformat()) for part in report.parts][::6] == [
        ("2026-01-15", "2026-01-31"),
        ("2026-07-01", "2026-07-03"),
    ]
    assert [part.all.requests for part in report.parts] == [0, 0, 0, 0, 0, 1, 0]


async def test_without_requests_there_are_zeros(shop: Shop) -> None:
    report = await reports.make(JUNE, shop)

    assert (report.all, report.products, report.buyers, report.no_value) == (Sums(), (), (), 0)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ("2026-06-01", "2026-06-30")),
        ({"from": "2026-06-20", "to": "2026-06-10"}, ("2026-06-10", "2026-06-20")),
        ({"from": "nonsense", "to": "2026-03-31"}, ("2026-03-02", "2026-03-31")),
        ({"from": "2000-01-01"}, ("2016-06-22", "2026-06-30")),
    ],
)
def test_a_period_is_read_forgivingly(query: dict[str, str], expected: tuple[str, str]) -> None:
    read = Period.parse(query, date(2026, 6, 30))

    assert (read.from_date.isoformat(), read.to_date.isoformat()) == expected
