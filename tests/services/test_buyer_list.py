"""The buyers' list: found by name and company, counted with their orders."""

from datetime import timedelta
from typing import Any

from models import Buyer, Shop
from models.text import fold
from services import buyer_list, orders
from services.buyer_list import BuyerFilter
from tests import order_rows
from tests.order_rows import NOON


async def buyer(email: str, **values: Any) -> Buyer:
    return await Buyer.create(email=email, search=fold(" ".join([email, *values.values()])), **values)


async def test_a_buyer_shows_their_orders_their_last_one_and_its_value_in_the_shops_currency(shop: Shop) -> None:
    marta, jonas = await buyer("marta@sol.example", company="Ferretería Sol"), await buyer("jonas@lang.example")
    await order_rows.order(buyer=marta, total=1000, created_at=NOON - timedelta(days=3))
    await order_rows.order(buyer=marta, total=250)
    await order_rows.order(buyer=marta, total=999, currency="USD", created_at=NOON - timedelta(days=9))

    shown = await buyer_list.page(BuyerFilter(), shop)

    assert shown.total == 2
    rows = {row.id: row for row in shown.rows}
    assert (rows[marta.id].orders_count, rows[marta.id].last_order_at, rows[marta.id].orders_value) == (3, NOON, 1250)
    assert (rows[jonas.id].orders_count, rows[jonas.id].last_order_at, rows[jonas.id].orders_value) == (0, None, None)
    assert await buyer_list.get(marta.id, shop) == rows[marta.id]


async def test_buyers_are_found_without_case_and_accents_and_by_their_tick(shop: Shop) -> None:
    marta = await buyer("marta@sol.example", name="Marta Gil", company="Ferretería Sol")
    await buyer("jonas@lang.example", name="Jonas Lang")
    await Buyer.filter(id=marta.id).update(verified_at=NOON)

    async def found(**query: str) -> list[str]:
        return [row.email for row in (await buyer_list.page(BuyerFilter.parse(query), shop)).rows]

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
        shown = await buyer_list.page(BuyerFilter(sort=sort, descending=False), shop)
        assert len(shown.rows) == 2, sort
        assert BuyerFilter.parse(BuyerFilter(sort=sort, descending=False).query()).sort == sort
    by_count = await buyer_list.page(BuyerFilter(sort="orders"), shop)
    by_name = await buyer_list.page(BuyerFilter(sort="buyer", descending=False), shop)
    assert [row.id for row in by_count.rows] == [row.id for row in by_name.rows] == [many.id, few.id]


async def test_who_is_known_by_a_corrected_address_is_found_by_name(shop: Shop) -> None:
    sent = await order_rows.order(name="Marta Gil", phone="+34 600 123 456")
    await orders.correct_address(sent.id, "gil@sol.example")

    for words in ("marta", "600", "gil@sol"):
        found = await buyer_list.page(BuyerFilter(search=words), shop)
        assert [row.email for row in found.rows] == ["gil@sol.example"]
