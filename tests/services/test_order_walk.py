"""Pages of orders: the same rows as if all were read and sorted, found through indexes, however many there are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models import Buyer, MessageStatus, Order, Status, Verification
from models.order_filter import SORTS, OrderFilter
from services import database, order_list, order_walk, walk
from tests import order_rows
from tests.plans import Query, not_led, queries

__all__ = ["queries"]  # a fixture

MADRID = "Europe/Madrid"
ASKED: list[dict[str, str]] = [
    {},
    {"search": "sol"},
    {"search": "SOL 2"},
    {"search": "bau -1"},
    {"search": "no"},
    {"status": "pending"},
    {"status": "pending,error"},
    {"status": "error", "sort": "total"},
    {"verified": "yes", "sort": "buyer", "order": "up"},
    {"buyer": "1", "verified": "no"},
    {"buyer": "lang@"},
    {"from": "2026-11-20", "status": "error"},
    {"sku": "FR-200", "sort": "discounts"},
    {"exported": "yes", "sort": "status"},
    {"sort": "status"},
    {"sort": "status", "order": "up"},
    {"status": "error,to_be_reviewed", "sort": "status", "order": "up"},
    {"search": "sol", "sort": "status", "order": "up"},
    {"exported": "no"},
    {"flag": "failed", "sort": "number", "order": "up"},
    {"flag": "waiting", "sort": "total"},
    {"flag": "unanswered"},
]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches and pages so short that few orders need several."""
    monkeypatch.setattr(walk, "FIRST_STRETCH", 3)
    monkeypatch.setattr(walk, "LONGER", 2)
    monkeypatch.setattr(walk, "FEW", 4)
    monkeypatch.setattr(order_list, "PAGE_SIZE", 4)


async def several() -> None:
    """Orders of two buyers, alike in much of what they can be sorted and found by."""
    sol, lang = await Buyer.create(email="marta@sol.example"), await Buyer.create(email="j@lang.example")
    for running in range(23):
        is_lang = running % 3 == 0
        who: dict[str, Any] = (
            {"company": "Holzbau Lang", "email": "j@lang.example", "buyer": lang} if is_lang else {"buyer": sol}
        )
        verified = Verification.VERIFIED if running % 4 else Verification.UNVERIFIED
        order = await order_rows.order(
            number=f"N-{running:02}",
            created_at=order_rows.NOON - timedelta(days=running // 2),
            status=list(Status)[running % 4],
            verification=verified,
            total=running % 5,
            discounts=-(running % 2),
            exported_at=order_rows.NOON if running % 6 == 1 else None,
            **who,
        )
        await order_rows.line(order, sku="FR-200" if running % 2 else "WS-40")
        if running % 7 == 0:
            await order_rows.message(order, MessageStatus.FAILED)


@pytest.mark.usefixtures("database", "small")
async def test_all_pages_together_are_all_that_match_in_their_order_from_both_ends() -> None:
    await several()
    for query in ASKED:
        asked = OrderFilter.parse(query, MADRID)
        wanted = [row["id"] for part in asked.parts() for row in await part.values("id")]

        assert await order_walk.way(asked).ids(100) == wanted
        assert await _turned(asked, step=1) == wanted, query
        assert await _turned(replace(asked, page=-1), step=-1) == wanted, query
        assert list(await order_list.matching_ids(asked)) == wanted


async def _turned(asked: OrderFilter, *, step: int) -> list[int]:
    """The ids of all pages from one end to the other, as somebody turns them."""
    found: list[int] = []
    while True:
        page = await order_list.page(asked)
        ids = [row.id for row in page.rows]
        found = [*found, *ids] if step > 0 else [*ids, *found]
        if page.is_last if step > 0 else page.is_first:
            return list(dict.fromkeys(found)) if step < 0 else found
        at = f"after-{ids[-1]}" if step > 0 else f"before-{ids[0]}"
        asked = replace(asked, page=page.page + step, at=at)


@pytest.mark.usefixtures("database", "small")
async def test_statuses_follow_each_other_as_in_the_life_of_an_order() -> None:
    for status in (Status.ERROR, Status.PROCESSED, Status.PENDING, Status.TO_BE_REVIEWED, Status.PENDING):
        await order_rows.order(status=status, verification=Verification.VERIFIED)
    life = [Status.PENDING, Status.PENDING, Status.TO_BE_REVIEWED, Status.PROCESSED, Status.ERROR]
    for more in ({}, {"search": "sol"}, {"flag": "received"}):
        asked = OrderFilter.parse({"sort": "status", "order": "up"} | more, MADRID)
        first = await order_list.page(asked)
        last = await order_list.page(replace(asked, page=2, at=f"after-{first.rows[-1].id}"))
        assert [row.status for row in (*first.rows, *last.rows)] == life
        backwards = await order_list.page(replace(asked, descending=True))
        assert [row.status for row in backwards.rows] == life[:0:-1]


@pytest.mark.usefixtures("database")
async def test_an_order_whose_status_changes_meanwhile_is_among_all_that_match_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order = await order_rows.order(status=Status.PENDING)
    find = database.numbers

    async def find_and_move(*queries: Any) -> Sequence[int]:
        found = await find(*queries)
        await Order.filter(id=order.id).update(status=Status.PROCESSED)
        return found

    monkeypatch.setattr(order_list, "numbers", find_and_move)
    by_status = OrderFilter.parse({"sort": "status", "order": "up"}, MADRID)
    assert list(await order_list.matching_ids(by_status)) == [order.id]


@pytest.mark.usefixtures("database")
async def test_the_largest_discount_comes_first_where_the_largest_of_other_amounts_would() -> None:
    for amount in (0, -300, -500):
        await order_rows.order(discounts=amount, total=-amount)
    for sort in ("discounts", "total"):
        asked = OrderFilter(MADRID, sort=sort, descending=True)
        assert [row.discounts for row in (await order_list.page(asked)).rows] == [-500, -300, 0]
        assert [row.discounts for row in (await order_list.page(replace(asked, page=-1))).rows] == [-500, -300, 0]


@pytest.mark.usefixtures("database", "small")
async def test_an_old_address_finds_its_page_by_its_number_and_a_place_that_is_gone_does_no_harm() -> None:
    await several()
    newest_first = OrderFilter(MADRID)
    third = await order_list.page(replace(newest_first, page=3))
    assert [row.id for row in third.rows] == [row["id"] for row in await newest_first.parts()[0].values("id")][8:12]

    gone = await order_list.page(replace(newest_first, page=3, at="after-999"))
    beyond = await order_list.page(replace(newest_first, page=99))
    assert (gone.rows, gone.page) == (third.rows, 3)
    assert (len(beyond.rows), beyond.page, beyond.is_last) == (4, -1, True)


async def test_an_index_leads_through_each_sorting(queries: list[Query]) -> None:
    order = await order_rows.order()
    for sort in SORTS:
        for descending in (True, False):
            asked = OrderFilter(MADRID, sort=sort, descending=descending)
            queries.clear()
            await order_walk.way(asked).ids(50)
            await order_walk.way(asked).ids(50, beyond=order.id)
            assert await not_led(queries) == []


async def test_an_index_leads_through_the_newest_of_a_kind(queries: list[Query]) -> None:
    by_status = {"status": "error,pending", "sort": "status"}
    for query in ({"status": "error"}, by_status, {"verified": "yes"}, {"buyer": "7"}, {"from": "2026-11-01"}):
        queries.clear()
        await order_walk.way(OrderFilter.parse(query, MADRID)).ids(50)
        assert await not_led(queries) == []


@pytest.mark.usefixtures("small")
async def test_what_leaves_few_is_not_looked_for_among_the_dearest(
    monkeypatch: pytest.MonkeyPatch, queries: list[Query]
) -> None:
    await several()
    monkeypatch.setattr(walk, "FEW", 50)
    queries.clear()
    await order_walk.way(OrderFilter.parse({"flag": "waiting", "sort": "total"}, MADRID)).ids(4)

    assert len(queries) == 2  # how many they are, and the dearest of them


async def test_what_leaves_few_is_found_through_an_index(queries: list[Query]) -> None:
    kinds = ("exported=no", "exported=yes", "flag=waiting", "flag=unanswered", "flag=failed", "sku=A", "status=error")
    for kind in (*kinds, "verified=yes", "buyer=7", "from=2026-11-01", "search=zirconium", "buyer=@sol"):
        queries.clear()
        await order_walk.few(OrderFilter.parse(dict([kind.split("=")]), MADRID))
        assert await not_led(queries) == []
