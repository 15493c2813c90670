"""The buyers' list: found by name and company, counted with their orders."""

from datetime import datetime, timedelta
from typing import Any

from models import Buyer, Order, Shop
from models.buyer import folded
from services import buyer_list, orders, parameters
from services.buyer_list import BuyerFilter
from tests import order_rows
from tests.order_rows import NOON


async def buyer(email: str, **values: Any) -> Buyer:
    known = {name: values.get(name, "") for name in ("name", "company", "phone")}
    columns: dict[str, Any] = values | folded(email=email, **known)
    return await Buyer.create(email=email, **columns)


async def test_a_buyer_shows_their_orders_their_last_one_and_its_value_in_the_shops_currency(shop: Shop) -> None:
    marta, jonas = await buyer("marta@sol.example", company="Ferretería Sol"), await buyer("jonas@lang.example")
    await order_rows.order(buyer=marta, total=1000, created_at=NOON - timedelta(days=3))
    await order_rows.order(buyer=marta, total=250)
    await order_rows.order(buyer=marta, total=999, currency="USD", created_at=NOON - timedelta(days=9))

    shown = await buyer_list.page(BuyerFilter())

    assert shown.total == 2
    rows = {row.id: row for row in shown.rows}
    assert (rows[marta.id].orders_count, rows[marta.id].last_order_at, rows[marta.id].orders_value) == (3, NOON, 1250)
    assert (rows[jonas.id].orders_count, rows[jonas.id].last_order_at, rows[jonas.id].orders_value) == (0, None, 0)
    assert await buyer_list.get(marta.id) == rows[marta.id]


async def test_what_a_buyer_ordered_follows_each_change_of_an_order(shop: Shop) -> None:
    marta, jonas = await buyer("marta@sol.example"), await buyer("jonas@lang.example")
    early = await order_rows.order(buyer=marta, total=1000, created_at=NOON - timedelta(days=3))
    late = await order_rows.order(buyer=marta, total=250)
    dollars = await order_rows.order(buyer=jonas, total=7, currency="USD")
    assert await ordered(marta, jonas) == [(2, NOON, 1250), (1, NOON, 0)]

    await Order.filter(id=early.id).update(total=1100)
    await Order.filter(id=late.id).update(buyer_id=jonas.id)
    assert await ordered(marta, jonas) == [(1, early.created_at, 1100), (2, NOON, 250)]

    await late.delete()
    assert await ordered(marta, jonas) == [(1, early.created_at, 1100), (1, NOON, 0)]

    await parameters.save({"currency": "USD"})
    assert await ordered(marta, jonas) == [(1, early.created_at, 0), (1, NOON, 7)]
    await Order.filter(id__in=[early.id, dollars.id]).delete()
    assert await ordered(marta, jonas) == [(0, None, 0), (0, None, 0)]


async def ordered(*buyers: Buyer) -> list[tuple[int, datetime | None, int]]:
    rows = [await buyer_list.get(one.id) for one in buyers]
    return [(row.orders_count, row.last_order_at, row.orders_value) for row in rows]


async def test_buyers_are_found_without_case_and_accents_and_by_their_tick(shop: Shop) -> None:
    marta = await buyer("marta@sol.example", name="Marta Gil", company="Ferretería Sol")
    await buyer("jonas@lang.example", name="Jonas Lang")
    await Buyer.filter(id=marta.id).update(verified_at=NOON)

    async def found(**query: str) -> list[str]:
        return [row.email for row in (await buyer_list.page(BuyerFilter.parse(query))).rows]

    assert await found(search="FERRETERIA gil") == ["marta@sol.example"]
    assert await found(search="@lang.") == ["jonas@lang.example"]
    assert await found(verified="yes") == ["marta@sol.example"]
    assert await found(verified="no") == ["jonas@lang.example"]
    assert await buyer_list.suggest("sol") == [(str(marta.id), "Ferretería Sol · Marta Gil")]
    assert await buyer_list.name_of(marta.id) == "Ferretería Sol · Marta Gil"
    assert await buyer_list.name_of(99) == ""


async def test_every_column_sorts(shop: Shop) -> None:
    few, many = await buyer("b@b.example", company="beta"), await buyer("a@a.example", company="Alfa")
    for order_buyer in (few, many, many):
        await order_rows.order(buyer=order_buyer, total=100)

    for sort in buyer_list.SORTS:
        shown = await buyer_list.page(BuyerFilter(sort=sort, descending=False))
        assert len(shown.rows) == 2, sort
        assert BuyerFilter.parse(BuyerFilter(sort=sort, descending=False).query()).sort == sort
    by_count = await buyer_list.page(BuyerFilter(sort="orders"))
    by_name = await buyer_list.page(BuyerFilter(sort="buyer", descending=False))
    assert [row.id for row in by_count.rows] == [row.id for row in by_name.rows] == [many.id, few.id]


async def test_buyers_stand_by_company_or_name_without_case_and_accents(shop: Shop) -> None:
    companies = ("Zócalo", "Óptica Sur", "nautica", "Pintura", "")
    for place, company in enumerate(companies):
        await buyer(f"{place}@b.example", company=company, name="Ángela Öz")

    shown = await buyer_list.page(BuyerFilter(sort="buyer", descending=False))

    assert [row.company for row in shown.rows] == ["", "nautica", "Óptica Sur", "Pintura", "Zócalo"]


async def test_who_is_known_by_a_corrected_address_is_found_by_name(shop: Shop) -> None:
    sent = await order_rows.order(name="Marta Gil", phone="+34 600 123 456")
    await orders.correct_address(sent.id, "gil@sol.example")

    for words in ("marta", "600", "gil@sol"):
        found = await buyer_list.page(BuyerFilter(search=words))
        assert [row.email for row in found.rows] == ["gil@sol.example"]
