"""Leases on deliveries, where other processes would take over: kept while that is possible, and else let go."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from models import DeliveryAttempt, MessageStatus, OutboxMessage, Shop
from models.errors import StorageError
from services import database, outbox_claims, outbox_worker, settings
from services.pauses import MAIL_LANE
from tests.outbox_at_work import mail_server, written
from tests.servers import silent_server

LEASE_SECONDS = 0.4
SOON_SECONDS = 5.0


@pytest.fixture
def database_url(data_folder: settings.Settings, postgres_url: str) -> str:
    """Only a server's database is shared."""
    data_folder.database_url = postgres_url
    return postgres_url


@pytest.fixture(autouse=True)
def short_leases(data_folder: settings.Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(outbox_claims, "SHORT_LEASE", timedelta(seconds=LEASE_SECONDS))
    monkeypatch.setattr(outbox_claims, "RENEWED_EVERY_SECONDS", LEASE_SECONDS / 8)
    with silent_server() as port:
        mail_server(port)
        yield


@asynccontextmanager
async def on_its_way(shop: Shop) -> AsyncIterator[tuple[OutboxMessage, asyncio.Task[None]]]:
    """A mail to a server that never answers."""
    await written(shop)
    message = await outbox_claims.claim(MAIL_LANE)
    assert message
    delivery = asyncio.create_task(outbox_worker._deliver(message))
    await asyncio.sleep(LEASE_SECONDS / 4)
    assert not delivery.done()
    yield message, delivery
    delivery.cancel()
    with suppress(asyncio.CancelledError):
        await delivery


async def is_given_up(delivery: asyncio.Task[None]) -> bool:
    """Whether a delivery ends soon, and says nothing of what has become of it."""
    await asyncio.wait([delivery], timeout=SOON_SECONDS)
    [message] = await OutboxMessage.all()
    return delivery.done() and message.status is MessageStatus.SENDING and not await DeliveryAttempt.all().exists()


async def test_a_delivery_that_takes_longer_than_a_lease_is_nobody_elses(shop: Shop) -> None:
    async with on_its_way(shop) as (_message, delivery):
        await asyncio.sleep(2 * LEASE_SECONDS)
        assert await outbox_claims.claim(MAIL_LANE) is None
        assert not delivery.done()


async def test_a_delivery_ends_when_another_process_has_taken_it_over(shop: Shop) -> None:
    async with on_its_way(shop) as (message, delivery):
        await OutboxMessage.filter(id=message.id).update(lease_token="another's")
        assert await is_given_up(delivery)


async def test_a_delivery_ends_when_this_process_stood_still_for_longer_than_its_lease(shop: Shop) -> None:
    async with on_its_way(shop) as (_message, delivery):
        time.sleep(2 * LEASE_SECONDS)  # noqa: ASYNC251 - so does the whole process
        assert await is_given_up(delivery)
        assert await outbox_claims.claim(MAIL_LANE)


async def test_a_delivery_ends_when_the_database_is_out_of_reach_for_longer_than_its_lease(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_message: OutboxMessage) -> float:
        raise StorageError("it is away")

    monkeypatch.setattr(outbox_claims, "_renewed", away)
    async with on_its_way(shop) as (_message, delivery):
        assert await is_given_up(delivery)


async def test_a_lease_is_waited_for_by_the_servers_clock(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    message = await written(shop)
    an_hour_ago = await database.agreed_time() - timedelta(hours=1)
    await OutboxMessage.filter(id=message.id).update(
        status=MessageStatus.SENDING, leased_until=an_hour_ago + timedelta(seconds=20)
    )

    async def agreed_time() -> object:
        return an_hour_ago

    monkeypatch.setattr(database, "agreed_time", agreed_time)
    assert await outbox_claims.waits() == {MAIL_LANE: 20}
