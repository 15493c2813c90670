"""The database: what is written is whole, and a cancelled page cannot block it."""

import asyncio
import contextvars
import gc
import random
import sqlite3
import weakref
from collections.abc import Awaitable, Callable
from contextlib import closing

import asyncpg
import pytest
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from models import Category
from models.errors import StorageError
from services import settings
from services.database import shielded, unit_of_work
from services.engines import file_of, is_postgres

SEED = 7
TRIES = 120
PATIENCE_SECONDS = 3


async def two_rows(name: str) -> None:
    await Category.create(path=f"{name}/a", name=name)
    await Category.create(path=f"{name}/b", name=name)


async def without_shield(name: str) -> None:
    async with in_transaction():
        await two_rows(name)


async def how_many() -> int:
    return await Category.all().count()


@unit_of_work
async def nothing() -> None:
    """What waits where nobody can write any more."""
    await Category.all().count()


async def cancelled_at_random(work: Callable[[str], Awaitable[None]]) -> None:
    """Start `work` again and again and cancel it after a moment; end early if the database no longer answers."""
    dice = random.Random(SEED)
    for number in range(TRIES):
        task = asyncio.ensure_future(work(str(number)))
        await asyncio.sleep(dice.random() * 0.004)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await nothing()


async def read_elsewhere(query: str) -> list[str]:
    """The first column of a query's rows on a connection of its own."""
    url = settings.current().database_url
    if not is_postgres(url):
        with closing(sqlite3.connect(file_of(url))) as connection:
            return [text for (text,) in connection.execute(query)]
    other = await asyncpg.connect(url)
    try:
        return [text for (text,) in await other.fetch(query)]
    finally:
        await other.close()


async def test_a_storm_of_cancelled_units_of_work_leaves_whole_rows_and_an_open_database(database: None) -> None:
    await cancelled_at_random(unit_of_work(two_rows))
    await asyncio.sleep(0.1)
    names = await read_elsewhere("SELECT name FROM category")
    assert names
    assert all(names.count(name) == 2 for name in names)
    assert len(names) == await Category.all().count()


@pytest.mark.sqlite_only
async def test_without_the_shield_the_same_storm_blocks_the_database(database: None) -> None:
    """The control: the guard above is needed."""
    with pytest.raises(TimeoutError):
        await cancelled_at_random(without_shield)
    get_connection("sqlite")._writer._lock.release()  # type: ignore[attr-defined] # so that it can be closed


@pytest.mark.sqlite_only
async def test_nobody_who_reads_waits_for_who_writes(database: None) -> None:
    async with in_transaction():
        await Category.create(path="a", name="a")
        somebody = asyncio.create_task(how_many(), context=contextvars.Context())
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await somebody == 0
    assert await Category.all().count() == 1


async def test_a_unit_of_work_that_fails_leaves_nothing(database: None) -> None:
    @unit_of_work
    async def fails_half_way() -> None:
        await Category.create(path="a", name="a")
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        await fails_half_way()
    assert await Category.all().count() == 0


async def test_an_error_that_was_told_goes_at_once() -> None:
    @shielded
    async def refused() -> None:
        raise StorageError("full")

    gc.disable()  # it would find the error, with the page that it was told to
    try:
        try:
            await refused()
        except StorageError as error:
            known = weakref.ref(error)
        await asyncio.sleep(0)  # the loop still has it
        assert known() is None
    finally:
        gc.enable()


@pytest.mark.sqlite_only
async def test_what_is_written_is_on_disk_before_the_answer(database: None) -> None:
    (synchronous,) = await get_connection("sqlite").execute_query_dict("PRAGMA synchronous")
    (journal,) = await get_connection("sqlite").execute_query_dict("PRAGMA journal_mode")
    assert (synchronous["synchronous"], journal["journal_mode"]) == (2, "wal")


@pytest.mark.sqlite_only
async def test_what_was_deleted_is_not_to_be_found_in_the_file(database: None) -> None:
    mark, connection = "marta.gil@sol.example", get_connection("sqlite")
    file = file_of(settings.current().database_url)
    await Category.create(path=mark, name=mark)
    await connection.execute_query("PRAGMA wal_checkpoint(TRUNCATE)")
    assert mark.encode() in file.read_bytes()
    await Category.filter(path=mark).delete()
    await connection.execute_query("PRAGMA wal_checkpoint(TRUNCATE)")
    assert mark.encode() not in file.read_bytes()


@pytest.mark.sqlite_only
async def test_a_unit_of_work_that_begins_by_reading_cannot_be_overtaken(database: None) -> None:
    """Another process, as an import on the command line, waits its turn; it once made such a unit fail at once."""
    file = settings.current().data / "pedido.db"

    def write_elsewhere() -> None:
        with closing(sqlite3.connect(file, timeout=0)) as elsewhere, elsewhere:
            elsewhere.execute("INSERT INTO category (path, name, position) VALUES ('x', 'x', 0)")

    @unit_of_work
    async def read_then_write() -> None:
        assert await Category.all().count() == 0
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await asyncio.to_thread(write_elsewhere)
        await Category.create(path="a", name="a")

    await read_then_write()
    write_elsewhere()
    assert await Category.all().count() == 2


async def test_units_of_work_take_turns_on_either_engine(database: None) -> None:
    """What one has read has not changed when it writes; side by side, both would write the same number."""

    @unit_of_work
    async def next_one() -> None:
        number = await Category.all().count()
        await asyncio.sleep(0.01)
        await Category.create(path=str(number), name="counted", position=number)

    await asyncio.gather(*(next_one() for _ in range(10)))
    assert sorted([row.position for row in await Category.all()]) == list(range(10))


@pytest.mark.sqlite_only
async def test_a_unit_of_work_waits_for_another_process_to_finish_writing(database: None) -> None:
    elsewhere = sqlite3.connect(settings.current().data / "pedido.db", isolation_level=None, check_same_thread=False)
    with closing(elsewhere):
        elsewhere.execute("BEGIN IMMEDIATE")
        work = asyncio.ensure_future(unit_of_work(two_rows)("later"))
        await asyncio.sleep(0.3)
        assert not work.done()
        elsewhere.execute("COMMIT")
        await work
    assert await Category.all().count() == 2


@pytest.mark.sqlite_only
async def test_another_process_that_writes_for_very_long_is_told_in_words(database: None) -> None:
    await get_connection("sqlite").execute_query("PRAGMA busy_timeout = 100")
    with closing(sqlite3.connect(file_of(settings.current().database_url))) as elsewhere:
        elsewhere.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="try again"):
            await unit_of_work(two_rows)("late")
    await unit_of_work(two_rows)("after")


async def test_a_unit_of_work_within_another_is_part_of_it(database: None) -> None:
    @unit_of_work
    async def outer() -> None:
        await unit_of_work(two_rows)("inner")
        raise ValueError("outer")

    async with asyncio.timeout(PATIENCE_SECONDS):
        with pytest.raises(ValueError, match="outer"):
            await outer()
    assert await Category.all().count() == 0
