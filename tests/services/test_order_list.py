"""The desk's list: pages, marks, figures, and one read for many desks."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models import Channel, MessageStatus, Order, Purpose, Shop, Status, Verification
from models.errors import NotFoundError
from models.order_filter import OrderFilter
from services import live, order_details, order_list
from services.order_list import Delivered
from tests import order_rows

EVERYTHING = OrderFilter("Europe/Madrid")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch, database: None) -> Iterator[list[str]]:
    """The queries that reach the database from now on."""
    seen: list[str] = []
    connection = Order._meta.db
    for name in ("execute_query", "execute_query_dict"):
        monkeypatch.setattr(connection, name, _overheard(getattr(connection, name), seen))
    yield seen


def _overheard(execute: Callable[..., Awaitable[Any]], seen: list[str]) -> Callable[..., Awaitable[Any]]:
    async def listen(query: str, *values: Any) -> Any:
        seen.append(query)
        return await execute(query, *values)

    return listen


@pytest.mark.usefixtures("database")
async def test_a_page_holds_fifty_rows_newest_first_and_knows_whether_it_is_the_last() -> None:
    for running in range(53):
        await order_rows.order(number=f"N-{running:02}", created_at=order_rows.NOON + timedelta(minutes=running))

    first = await order_list.page(EVERYTHING)
    second = await order_list.page(OrderFilter("Europe/Madrid", page=2))

    assert (first.page, first.is_first, first.is_last, len(first.rows)) == (1, True, False, 50)
    assert (second.page, second.is_first, second.is_last) == (2, False, True)
    assert first.rows[0].number == "N-52"
    assert [row.number for row in second.rows] == ["N-02", "N-01", "N-00"]


@pytest.mark.usefixtures("database")
async def test_a_page_beyond_the_last_gives_the_last() -> None:
    await order_rows.order()

    shown = await order_list.page(OrderFilter("Europe/Madrid", page=7))

    assert (shown.page, len(shown.rows)) == (1, 1)


@pytest.mark.usefixtures("database")
async def test_sorting_by_buyer_heeds_neither_case_nor_accents_and_takes_the_name_where_there_is_no_company() -> None:
    for company in ("pintura", "Óptica", "Nautica", "Zócalo", ""):
        await order_rows.order(company=company, name="Ömer Öz")

    shown = await order_list.page(OrderFilter("Europe/Madrid", sort="buyer", descending=False))

    assert [row.company for row in shown.rows] == ["Nautica", "", "Óptica", "pintura", "Zócalo"]


@pytest.mark.usefixtures("database")
async def test_each_row_tells_what_became_of_its_deliveries() -> None:
    order, quiet = await order_rows.order(number="1"), await order_rows.order(number="2")
    await order_rows.message(order, MessageStatus.SENT, purpose=Purpose.VERIFY)
    await order_rows.message(order, MessageStatus.CAPTURED, purpose=Purpose.RECEIVED)
    await order_rows.message(order, MessageStatus.FAILED)
    await order_rows.message(order, MessageStatus.SENT)
    transfer = {"channel": Channel.TRANSFER, "purpose": Purpose.TRANSFER}
    await order_rows.message(order, MessageStatus.PENDING, **transfer)
    await order_rows.message(order, MessageStatus.SENDING, **transfer)

    shown = {row.id: row.deliveries for row in (await order_list.page(EVERYTHING)).rows}

    assert shown[order.id] == (Delivered(done=1, kept=1), Delivered(done=1, failed=1), Delivered(waiting=2))
    assert shown[quiet.id] == (Delivered(), Delivered(), Delivered())


async def test_figures_count_what_their_filters_show(shop: Shop) -> None:
    this_moment = now()
    received = Verification.VERIFIED
    oldest = this_moment - timedelta(hours=20)
    await order_rows.order(total=1000, verification=received, created_at=this_moment)
    await order_rows.order(total=500, verification=received, created_at=this_moment, currency="USD")
    await order_rows.order(verification=received, created_at=this_moment - timedelta(days=40), received_at=oldest)
    first = await order_rows.order(created_at=this_moment - timedelta(days=40))
    await order_rows.order(created_at=this_moment - timedelta(days=7), duplicate_of_id=first.id)
    failed = await order_rows.order(
        verification=received,
        created_at=this_moment - timedelta(days=60),
        status=Status.PROCESSED,
        duplicate_of_id=first.id,
    )
    for text, minutes in (("first", 0), ("wrong password", 1)):
        finished_at = this_moment + timedelta(minutes=minutes)
        await order_rows.message(failed, MessageStatus.FAILED, last_error=text, finished_at=finished_at)

    shown = await order_list.figures(shop)

    assert (shown.new_today, shown.new_a_week_ago) == (2, 1)
    assert (shown.waiting, shown.oldest_waiting_at) == (3, oldest)
    assert (shown.unverified, shown.oldest_unverified_at) == (2, first.created_at)
    assert shown.duplicates == 1
    assert (shown.failed, shown.last_failure) == (1, "wrong password")
    assert (shown.week_orders, shown.week_value) == (2, 1000)


async def test_an_empty_shop_has_empty_figures(shop: Shop) -> None:
    shown = await order_list.figures(shop)

    assert (shown.new_today, shown.oldest_waiting_at, shown.last_failure, shown.week_value) == (0, None, "", 0)


async def test_ten_desks_that_look_at_the_same_cost_one_look_at_the_database(queries: list[str]) -> None:
    order = await order_rows.order()
    queries.clear()

    shown = await asyncio.gather(*(order_list.page(EVERYTHING) for _desk in range(10)))

    assert {page.rows[0].id for page in shown} == {order.id}
    assert len(queries) == 5  # which orders, their rows, what is paused, their deliveries, their exports


@pytest.mark.usefixtures("database")
async def test_after_a_change_everybody_sees_it_at_once() -> None:
    order = await order_rows.order()
    assert (await order_list.page(EVERYTHING)).rows[0].status is Status.PENDING

    await Order.filter(id=order.id).update(status=Status.ERROR)
    live.order_changed(order.id)

    assert (await order_list.page(EVERYTHING)).rows[0].status is Status.ERROR


@pytest.mark.usefixtures("database")
async def test_a_desk_that_goes_away_does_not_take_the_others_page_with_it() -> None:
    await order_rows.order()
    leaving = asyncio.create_task(order_list.page(EVERYTHING))
    staying = asyncio.create_task(order_list.page(EVERYTHING))
    await asyncio.sleep(0)
    leaving.cancel()

    assert len((await staying).rows) == 1


@pytest.mark.usefixtures("database")
async def test_all_that_match_are_given_in_the_order_of_the_filter() -> None:
    ids = {}
    for total in (100, 300, 200):
        ids[total] = (await order_rows.order(total=total)).id

    by_total = OrderFilter("Europe/Madrid", sort="total")

    assert list(await order_list.matching_ids(by_total)) == [ids[300], ids[200], ids[100]]
    assert not await order_list.matching_ids(OrderFilter("Europe/Madrid", search="nobody"))
    assert await order_list.in_order({ids[100], ids[200], 999}) == [ids[200], ids[100]]


@pytest.mark.parametrize("number", ["", "2026-99999", "9" * 300])
async def test_a_number_no_order_has_is_told_in_words(database: None, number: str) -> None:
    with pytest.raises(NotFoundError, match="no such order"):
        await order_details.by_number(number)
