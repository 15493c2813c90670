"""What is searched for is found through an index, which finds all that a look at each row would find."""

import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from tortoise.queryset import QuerySet

from models import Buyer, MessageStatus, Order, OutboxMessage
from models.order_filter import OrderFilter
from models.text import fold
from services import buyer_list, deliveries, order_walk, text_search, walk
from services.buyer_list import BuyerFilter
from services.deliveries import DeliveryFilter
from services.text_search import BUYERS, MESSAGES, ORDERS, Index
from services.walk import Way
from tests import order_rows
from tests.plans import Query, not_led, queries
from tests.searched import kept

__all__ = ["queries"]  # a fixture

SEED = 7
ROWS, SEARCHES = 120, 300
LETTERS = "aAbBäÄßſéÉeE\u0301İıK漢Σς12-%_'\"\\*."  # two of them are one letter to some, and others to others
Write = Callable[[str], Awaitable[Order | Buyer | OutboxMessage]]


async def an_order(text: str) -> Order:
    return await order_rows.order(search=fold(text))


async def a_buyer(text: str) -> Buyer:
    return await Buyer.create(email=f"{len(text)}@sol.example", search=fold(text))


async def a_message(text: str) -> OutboxMessage:
    return await order_rows.message(None, MessageStatus.SENT, title=text)


EACH: list[tuple[Index, Write]] = [(ORDERS, an_order), (BUYERS, a_buyer), (MESSAGES, a_message)]


def _text(dice: random.Random, most: int) -> str:
    return "".join(dice.choices(LETTERS, k=dice.randint(1, most)))


def _part(dice: random.Random, texts: Sequence[str]) -> str:
    """Some letters of a text, as somebody may type them."""
    text = dice.choice(texts)
    begin = dice.randrange(len(text))
    part = text[begin : begin + dice.randint(1, 7)]
    return dice.choice([part, part.upper(), part.lower(), _text(dice, 5)])


@pytest.mark.usefixtures("database")
async def test_the_index_finds_what_a_look_at_each_row_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(SEED)
    texts = [_text(dice, 12) for _row in range(ROWS)]
    for running, text in enumerate(texts):
        order = await order_rows.order(number=f"{texts[-running][:6]}-{running}") if running % 3 else None
        await order_rows.message(order, list(MessageStatus)[running % 2], recipient=texts[running // 2], title=text)
        await Buyer.create(email=f"{text[:4]}{running}", search=fold(text))
    for few in (walk.FEW, 3):  # what the index tells, and what it tells to be too many
        monkeypatch.setattr(walk, "FEW", few)
        monkeypatch.setattr(text_search, "SOME", few)
        monkeypatch.setattr(text_search, "SMALL", 0 if few == 3 else text_search.SMALL)
        found = 0
        for _search in range(SEARCHES):
            words = " ".join(_part(dice, texts) for _word in range(dice.randint(1, 2)))
            status = dice.choice(["", "", "delivered", "waiting"])
            found += await _alike(DeliveryFilter(search=words, status=status).way())
            found += await _alike(buyer_list.way(BuyerFilter(search=words)))
        assert found > SEARCHES


async def _alike(way: Way) -> int:
    """How many rows a way finds: the same as are found without an index."""
    expected = await _sorted_ids(way.matching)
    assert sorted(await way.ids(ROWS + 1)) == await _sorted_ids(await way.looked_for()) == expected
    assert await way.count() == len(expected)
    return len(expected)


async def _sorted_ids(found: QuerySet[Any]) -> list[int]:
    return sorted([row["id"] for row in await found.values("id")])


async def test_no_search_reads_all_rows(queries: list[Query]) -> None:
    order = await order_rows.order(number="2026-00318")
    await order_rows.message(order, MessageStatus.SENT, recipient="marta@sol.example")
    await Buyer.create(email="marta@sol.example", search="marta")
    ways: list[Callable[[str], Way]] = [
        lambda words: DeliveryFilter(search=words).way(),
        lambda words: DeliveryFilter(search=words, status="failed").way(),
        lambda words: buyer_list.way(BuyerFilter(search=words)),
        lambda words: buyer_list.way(BuyerFilter(search=words, standing="waiting", sort="buyer")),
    ]
    for way in ways:
        for words in ("marta", "marta zirconium", "zirconium", "2026-00318"):
            queries.clear()
            if (told := await way(words).candidates(walk.FEW)) and told.count:  # type: ignore[misc] # each has them
                await (await way(words).looked_for()).values("id")
            assert queries
            assert await not_led(queries) == []
    for way in (ways[0], ways[2]):
        queries.clear()
        await (await way("zi").looked_for()).values("id")
        # The control: no index knows two letters; PostgreSQL, which was told to, reads the whole index.
        assert await not_led(queries) or Order._meta.db.capabilities.dialect == "postgres"


async def test_no_choice_of_buyers_reads_all_of_them(queries: list[Query]) -> None:
    for asked in ({"standing": "waiting"}, {"verified": "yes"}, {"verified": "no"}, {"group": "1"}):
        queries.clear()
        await buyer_list.way(BuyerFilter.parse(asked)).few()
        assert await not_led(queries) == []


@pytest.mark.usefixtures("database")
async def test_what_may_match_is_not_counted_further_than_anybody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    for running in range(9):
        await order_rows.message(None, MessageStatus.SENT, title="abcdef" if running % 3 else "abc def abcdxf bcdef")
    monkeypatch.setattr(walk, "MOST_COUNTED", 4)

    async def counted(most_looked_at: int) -> int:
        monkeypatch.setattr(walk, "MOST_LOOKED_AT", most_looked_at)
        return await DeliveryFilter(search="abcdef").way().count()

    # The others hold all parts of the word, and not the word.
    assert [await counted(most) for most in (1, 5, 9, 10)] == [5, 5, 5, 5]
    monkeypatch.setattr(walk, "MOST_COUNTED", 9)
    assert [await counted(most) for most in (5, 9, 10)] == [6, 6, 6]


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("database")
async def test_a_search_reads_the_lists_of_what_few_rows_hold() -> None:
    words = ["carpentry", "12345"]
    filling = """INSERT INTO order_search(rowid, search) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
        WHERE i < 20000) SELECT i, printf('carpentry %05d', i) FROM n"""
    await Order._meta.db.execute_query(filling)

    assert await text_search._rarest(ORDERS, words, text_search._parts(words)) == ["123", "345", "234"]
    assert await text_search.candidates(ORDERS, words, 99) == [12345]
    assert len(await text_search.candidates(ORDERS, ["carpentry"], 9999) or []) == 9999  # more than are looked at


@pytest.mark.usefixtures("database")
async def test_what_ends_like_a_number_is_not_taken_for_it() -> None:
    of_one, of_another = [await order_rows.order(search=f"{sku} saw") for sku in ("lo-003826", "lx-003826")]
    for words, found in (("lo-003826", [of_one]), ("003826", [of_one, of_another]), ("saw x-003826", [of_another])):
        way = order_walk.way(OrderFilter.parse({"search": words}, "Europe/Madrid"))
        assert await way.ids(9) == [order.id for order in reversed(found)]


@pytest.mark.usefixtures("database")
async def test_a_word_is_not_found_in_two_columns_and_words_are() -> None:
    sent = await order_rows.message(None, MessageStatus.SENT, recipient="ana@sol.example", title="Zinc")

    async def found(words: str) -> list[int]:
        return [row.id for row in (await deliveries.page(DeliveryFilter(search=words))).rows]

    assert await found("examplezinc") == []
    assert await found("ZINC sol.exam") == [sent.id]
    assert await text_search.candidates(MESSAGES, ["zinc", "granite"], 9) == []


@pytest.mark.parametrize(("index", "write"), EACH)
@pytest.mark.usefixtures("database")
async def test_what_was_changed_or_deleted_is_no_longer_searched_for(index: Index, write: Write) -> None:
    changed, deleted = await write("zirconium"), await write("zirconium too")
    assert set(await text_search.candidates(index, ["zirconium"], 9) or []) == {changed.id, deleted.id}
    column = "title" if index is MESSAGES else "search"
    values: dict[str, Any] = {column: "granite"}

    await index.model.filter(id=changed.id).update(**values)
    await deleted.delete()
    await text_search.forget_gone()

    assert await text_search.candidates(index, ["zirconium"], 9) == []
    assert await text_search.candidates(index, ["granite"], 9) == [changed.id]
    assert await text_search.candidates(index, ["zi"], 9) is None
    assert b"zir" not in await kept(index)
    assert (b"gra" in await kept(index)) is (Order._meta.db.capabilities.dialect == "sqlite")  # the control
