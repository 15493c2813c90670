"""Signals between processes: nothing waits in vain when the line between them was lost for a while."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from services import duty, settings, signals

SOON_SECONDS = 5.0
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'postgres'"

told: list[str] = []


@signals.everywhere
def tell(word: str) -> None:
    told.append(word)


@pytest.fixture
async def other(data_folder: settings.Settings, postgres_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Another process, as far as this one can know."""
    data_folder.database_url = postgres_url
    told.clear()
    connection = await asyncpg.connect(postgres_url)
    yield connection
    await connection.close()


async def eventually(*words: str) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while told != list(words):  # noqa: ASYNC110 - what is waited for is elsewhere
            await asyncio.sleep(0.01)


@asynccontextmanager
async def ended(task: asyncio.Task[None]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_who_has_begun_hears_all_that_is_said(other: asyncpg.Connection) -> None:
    async with ended(await signals.begin()):
        call = [f"{tell.__module__}.{tell.__qualname__}", ["hello"]]
        await other.execute("SELECT pg_notify($1, $2)", signals.CHANNEL, json.dumps(["other", [call]]))
        await eventually("hello")


async def test_a_line_that_was_cut_counts_as_everything_missed_even_when_too_much_waited(
    other: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "MOST_WAITING", 3)
    heard: list[str] = []
    async with ended(await signals.begin(lambda: tell("everything"))):
        await other.add_listener(signals.CHANNEL, lambda *said: heard.append(said[3]))
        await other.execute(CUT)
        for number in range(5):
            tell(str(number))
        await eventually("0", "1", "2", "3", "4", "everything")
        async with asyncio.timeout(SOON_SECONDS):
            while "everything" not in "".join(heard):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
    said = [words[0] for payload in heard for _name, words in json.loads(payload)[1]]
    assert said == ["0", "1", "everything"]


async def test_a_shop_whose_server_is_away_begins_nevertheless(data_folder: settings.Settings) -> None:
    data_folder.database_url = "postgres://nobody@127.0.0.1:1/nothing"
    async with asyncio.timeout(SOON_SECONDS):
        async with ended(await signals.begin()):
            pass


async def test_who_loses_the_duty_stops_at_once(other: asyncpg.Connection) -> None:
    async def job() -> None:
        told.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            told.append("ended")

    async with ended(asyncio.create_task(duty.run([job]))):
        await eventually("begun")
        await other.execute(CUT)
        async with asyncio.timeout(duty.LOOK_AGAIN_SECONDS / 2):
            await eventually("begun", "ended")
