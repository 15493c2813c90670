"""Pages of the lists that grow: from one row to the next, led by an index, counted as far as anybody reads it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from tortoise.expressions import Q

from models import AuditEntry, AuditKind, Buyer, Export, MessageStatus, Order, Product, Shop
from models.file_kind import Dialect, Shape
from services import audit, buyer_list, deliveries, exports, product_orders, sent_requests, walk
from services.audit import AuditFilter
from services.buyer_list import SORTS, BuyerFilter
from services.deliveries import DeliveryFilter
from services.exports import listing
from services.sent_requests import RequestFilter
from services.walk import Leg, Page, Told, Way
from tests import order_rows
from tests.plans import Query, not_led, queries

__all__ = ["queries"]  # a fixture

ROWS = 11
Turn = Callable[[int, str], Awaitable[Page[Any]]]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and stretches so short that few rows need several."""
    for module in (audit, buyer_list, deliveries, listing, product_orders, sent_requests):
        monkeypatch.setattr(module, "PAGE_SIZE", 3)
    monkeypatch.setattr(walk, "FIRST_STRETCH", 2)
    monkeypatch.setattr(walk, "FEW", 2)


async def _fill() -> tuple[Buyer, int]:
    """Rows of each list, alike in much; a buyer and a product they belong to."""
    product = await Product.create(sku="FR-200", name="Screwdriver")
    buyers = [await Buyer.create(email=f"b{n}@sol.example", company="Sol") for n in range(ROWS)]
    for running in range(ROWS):
        at = order_rows.NOON + timedelta(days=running // 3)
        order = await order_rows.order(number=f"N-{running}", buyer=buyers[running // 2], created_at=at, search="sol")
        await order_rows.line(order, product_id=product.id)
        await order_rows.message(order, list(MessageStatus)[running % 2], created_at=at)
        await AuditEntry.create(at=at, kind=list(AuditKind)[running % 2], actor=f"{running % 2}@norte.example")
        await Export.create(
            done_by="a", order_filter="", shape=Shape.ORDERS, dialect=Dialect.MACHINE, file_name=f"{running}.csv",
            sha256="", orders=1, created_at=at,
        )  # fmt: skip
    return buyers[0], product.id


def _lists(buyer: Buyer, product_id: int, shop: Shop) -> dict[str, Turn]:
    turns: dict[str, Turn] = {
        "deliveries": lambda page, at: deliveries.page(DeliveryFilter(page=page, at=at)),
        "deliveries that wait": lambda page, at: deliveries.page(DeliveryFilter(status="waiting", page=page, at=at)),
        "deliveries searched": lambda page, at: deliveries.page(DeliveryFilter(search="N-1", page=page, at=at)),
        "the log": lambda page, at: audit.page(AuditFilter(page=page, at=at)),
        "the log of one": lambda page, at: audit.page(AuditFilter(seller="1@norte.example", page=page, at=at)),
        "exports": exports.page,
        "a product": lambda page, at: product_orders.page(product_id, page, at),
        "requests": lambda page, at: sent_requests.page(buyer.id, RequestFilter(search="sol", page=page, at=at)),
    }
    for sort in SORTS:
        turns[f"buyers by {sort}"] = partial(_buyers_by, sort)
    return turns


async def _buyers_by(sort: str, page: int, at: str) -> Page[Any]:
    return await buyer_list.page(BuyerFilter(sort=sort, page=page, at=at))


@pytest.mark.usefixtures("small")
async def test_the_pages_of_each_list_are_the_same_from_both_ends_and_hold_each_row_once(shop: Shop) -> None:
    for name, turn in _lists(*await _fill(), shop).items():
        forwards, backwards = await _turned(turn, 1), await _turned(turn, -1)
        total = (await turn(1, "")).total

        assert forwards == backwards, name
        assert len(set(forwards)) == len(forwards) == total, name
        assert [row.id for row in (await turn(2, "")).rows] == (forwards[3:6] or forwards), name


async def _turned(turn: Turn, step: int) -> list[int]:
    page = await turn(step, "")
    found = [row.id for row in page.rows]
    while not (page.is_last if step > 0 else page.is_first):
        page = await turn(page.page + step, page.place_of(page.page + step))
        here = [row.id for row in page.rows if row.id not in found]
        found = [*found, *here] if step > 0 else [*here, *found]
    return found


@pytest.mark.usefixtures("small")
async def test_a_row_that_is_deleted_while_somebody_walks_past_it_leads_nobody_back(
    monkeypatch: pytest.MonkeyPatch, shop: Shop
) -> None:
    order_ids = [(await order_rows.order(number=f"N-{n}", search="sol")).id for n in range(5)]
    wanted = Q(search="sol")
    way = Way(Order.all(), ("id",), False, wanted=(wanted,), candidates=lambda _most: _told(wanted))
    look = Way._after

    async def look_too_late(way: Way, row_id: int) -> list[Leg]:
        await Order.filter(id=row_id).delete()
        return await look(way, row_id)

    monkeypatch.setattr(Way, "_after", look_too_late)
    assert await way.ids(5) == order_ids


async def _told(where: Q) -> Told:
    return Told(where, count=1)


async def test_an_index_leads_to_each_page(shop: Shop, queries: list[Query]) -> None:
    buyer, _product_id = await _fill()
    for way in (
        DeliveryFilter().way(),
        AuditFilter().way(),
        AuditFilter(kind=AuditKind.SIGNED_IN).way(),
        listing.way(),
        sent_requests.way(buyer.id, RequestFilter()),
        *(buyer_list.way(BuyerFilter(sort=sort)) for sort in SORTS),
    ):
        [first] = await way.ids(1)
        queries.clear()
        await way.ids(3)
        await way.ids(3, beyond=first)
        assert await not_led(queries) == []


async def test_nothing_is_sorted_to_be_counted(shop: Shop, queries: list[Query]) -> None:
    _buyer, product_id = await _fill()
    way = await product_orders.way(product_id)  # lines, which have an order of their own within a request
    queries.clear()

    assert await way.count() == ROWS
    assert await not_led(queries) == []


async def test_nobody_counts_further_than_anybody_reads(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    await _fill()
    monkeypatch.setattr(walk, "MOST_COUNTED", 5)

    page = await audit.page(AuditFilter())
    few = await buyer_list.page(BuyerFilter(search="b7"))

    assert (page.total, page.is_more) == (5, True)
    assert (few.total, few.is_more) == (1, False)
