"""What is short is done where it is asked for, and nothing else: nobody waits for a long read, or for the disk."""

import asyncio
import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import OperationalError
from tortoise.expressions import F
from tortoise.transactions import in_transaction

from models import Category, OrderCounter
from services import sqlite

pytestmark = [pytest.mark.sqlite_only, pytest.mark.usefixtures("database")]

SHORT = "SELECT 1 AS n"
LONG = """SELECT count(*) AS n FROM (
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 500000) SELECT n FROM number
)"""


async def opened() -> sqlite.Connection:
    """The connection that is read on."""
    client = get_connection("sqlite")
    await client.execute_query(SHORT)
    connection = client._connection
    assert isinstance(connection, sqlite.Connection)
    return connection


@contextmanager
def beats() -> Iterator[list[int]]:
    """How often the event loop comes round."""
    counted = [0]

    async def beat() -> None:
        while True:
            counted[0] += 1
            await asyncio.sleep(0)

    beating = asyncio.create_task(beat())
    yield counted
    beating.cancel()


async def test_a_short_read_is_answered_without_the_thread() -> None:
    connection = await opened()
    before = connection._asked
    assert await get_connection("sqlite").execute_query_dict(SHORT) == [{"n": 1}]
    assert connection._asked == before


@pytest.mark.parametrize("is_guarded", [True, False])
async def test_a_long_read_is_broken_off_and_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch, *, is_guarded: bool
) -> None:
    connection = await opened()
    before = connection._asked
    if not is_guarded:
        monkeypatch.setattr(sqlite, "SHORT_SECONDS", 60.0)
    with beats() as counted:
        assert await get_connection("sqlite").execute_query_dict(LONG) == [{"n": 500_000}]
    assert (connection._asked - before, counted[0] > 10) == ((1, True) if is_guarded else (0, False))


async def test_what_was_long_is_not_tried_again_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    connection, answered = await opened(), []
    monkeypatch.setattr(connection, "_answer", lambda *asked: answered.append(asked))
    connection._remember(LONG, asyncio.get_running_loop().time())
    assert await get_connection("sqlite").execute_query_dict(LONG) == [{"n": 500_000}]
    assert not answered


async def test_what_is_long_each_time_is_left_to_the_thread_for_longer_and_what_was_long_once_is_forgotten() -> None:
    connection, long_ago = await opened(), time.monotonic() - 60.0
    for seconds in (0.05, 0.5, 5.0, 5.0):
        connection._remember(SHORT, long_ago)
        assert connection._long[SHORT] == (long_ago + seconds, seconds)
    await get_connection("sqlite").execute_query(SHORT)
    assert SHORT not in connection._long


@pytest.mark.parametrize(
    ("busy_seconds", "longest_wait", "is_remembered"), [(0.0, 60.0, False), (1.0, 60.0, True), (0.0, 0.0, True)]
)
async def test_what_was_only_held_up_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, busy_seconds: float, longest_wait: float, *, is_remembered: bool
) -> None:
    connection, seconds = await opened(), itertools.count(1.0, busy_seconds)
    monkeypatch.setattr(time, "thread_time", lambda: next(seconds))
    monkeypatch.setattr(sqlite, "WAITED_SECONDS", longest_wait)  # for the disk, if it took longer
    assert await get_connection("sqlite").execute_query_dict(LONG) == [{"n": 500_000}]
    assert (LONG in connection._long) == is_remembered


async def test_a_read_that_is_broken_off_leaves_what_was_written_before_it() -> None:
    async with in_transaction() as transaction:
        await Category.create(path="a", name="a")
        assert await transaction.execute_query_dict(LONG) == [{"n": 500_000}]
        await Category.create(path="b", name="b")
    assert await Category.all().count() == 2


async def test_what_waits_for_the_disk_is_done_by_the_thread() -> None:
    connection = await opened()
    before = connection._asked
    await Category.create(path="a", name="a")  # and is committed by it
    assert connection._asked == before + 1
    async with in_transaction():
        writer = get_connection("sqlite")._connection
        begun = writer._asked
        category = await Category.create(path="b", name="b")
        await Category.filter(id=category.id).update(name="c")
        assert writer._asked == begun
        await Category.bulk_create(Category(path=path, name="e") for path in "ef")
        await OrderCounter.create(year=2026, last_number=1)
        await OrderCounter.filter(year=2026).update(last_number=F("last_number") + 1)
        assert writer._asked == begun
        await Category.filter(name="c").update(name="d")  # may be many
        assert writer._asked == begun + 1
        await Category.bulk_create(Category(path=str(n), name="n") for n in range(sqlite.FEW_ROWS + 1))
        assert writer._asked == begun + 2
    assert writer._asked == begun + 3  # the commit


async def test_a_file_is_written_by_the_thread() -> None:
    async with in_transaction() as transaction:
        await transaction.execute_query("CREATE TEMP TABLE kept (content)")
        for size, by_thread in ((1000, 0), (sqlite.MOST_WRITTEN + 1, 1)):
            begun = transaction._connection._asked
            await transaction.execute_insert("INSERT INTO kept VALUES (?)", [bytes(size)])
            assert transaction._connection._asked - begun == by_thread


async def test_who_reads_again_and_again_lets_others_in_between() -> None:
    await opened()
    with beats() as counted:
        for _time in range(2000):
            await get_connection("sqlite").execute_query(SHORT)
    assert counted[0] > 10


async def test_nobody_waits_for_a_long_read_that_nobody_waits_for_any_more() -> None:
    await opened()
    left = asyncio.create_task(get_connection("sqlite").execute_query(LONG))
    await asyncio.sleep(0.01)  # it is with the thread
    left.cancel()
    with beats() as counted:
        assert await get_connection("sqlite").execute_query_dict(SHORT) == [{"n": 1}]
    assert counted[0] > 10


async def test_a_text_that_cannot_be_read_is_an_error_of_the_database() -> None:
    with pytest.raises(OperationalError, match="Could not decode"):
        await get_connection("sqlite").execute_query("SELECT CAST(x'ff41' AS TEXT) AS name")
