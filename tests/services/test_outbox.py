"""The outbox: what is written goes out once, is tried again, and is given up visibly."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from models import DeliveryAttempt, MessageStatus, OutboxMessage, Protocol, Purpose, Shop, TransferTarget
from models.errors import ShopError
from services import bell, database, keys, mails, outbox, outbox_worker, pauses, retries, settings
from services.outbox_worker import Outcome
from tests.mailbox import last_mail, plain_text
from tests.servers import black_hole, free_port, openssh, smtp_server

ADDRESS = "orders@norte.example"
PATIENCE_SECONDS = 15


@asynccontextmanager
async def at_work() -> AsyncIterator[None]:
    """The worker, as long as the block lasts."""
    worker = asyncio.create_task(outbox_worker.run())
    try:
        yield
    finally:
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


@database.unit_of_work
async def written(shop: Shop, recipient: str = ADDRESS) -> OutboxMessage:
    return await outbox.write_mail(Purpose.TEST, mails.test(shop), recipient, shop)


@database.unit_of_work
async def filed(target: TransferTarget, name: str = "2026-00001.csv") -> OutboxMessage:
    return await outbox.write_file(target, name, b"sku\r\nFR-200\r\n", order_id=None)


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await condition():  # noqa: ASYNC110 - what is waited for is a row
            await asyncio.sleep(0.02)


async def reaches(message: OutboxMessage, status: MessageStatus) -> OutboxMessage:
    async def has_status() -> bool:
        return (await OutboxMessage.get(id=message.id)).status is status

    await eventually(has_status)
    return await OutboxMessage.get(id=message.id)


def mail_server(port: int) -> None:
    settings.load(data=settings.current().data, smtp_url=f"smtp://127.0.0.1:{port}")


async def test_without_a_mail_server_a_mail_is_kept_to_be_read(shop: Shop) -> None:
    async with at_work():
        await reaches(await written(shop), MessageStatus.CAPTURED)
    assert shop.name in plain_text(await last_mail(Purpose.TEST, ADDRESS))


async def test_a_mail_arrives_as_it_was_written_with_its_own_message_id(shop: Shop) -> None:
    with smtp_server() as server:
        mail_server(server.port)
        message = await written(shop)
        async with at_work():
            await reaches(message, MessageStatus.SENT)
        (received,) = server.messages
    assert received.recipients == [ADDRESS]
    assert received.content.replace(b"\r\n", b"\n").rstrip() == bytes(message.content).replace(b"\r\n", b"\n").rstrip()
    assert message.identity.encode() in received.content


async def test_a_mail_server_that_is_down_is_tried_again_and_the_mail_arrives_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "BACKOFF", (timedelta(seconds=0.2),))
    port = free_port()
    mail_server(port)
    message = await written(shop)
    async with at_work():

        async def has_failed_twice() -> bool:
            return await DeliveryAttempt.filter(message_id=message.id, succeeded=False).count() >= 2

        await eventually(has_failed_twice)
        waiting = await OutboxMessage.get(id=message.id)
        assert waiting.status in {MessageStatus.PENDING, MessageStatus.SENDING}
        assert waiting.last_error
        with smtp_server(port=port) as server:
            sent = await reaches(message, MessageStatus.SENT)
            await asyncio.sleep(0.5)
            assert len(server.messages) == 1
    assert sent.last_error == ""
    assert sent.attempts == await DeliveryAttempt.filter(message_id=message.id).count()


async def test_a_refused_address_is_given_up_at_once_with_the_reason(shop: Shop) -> None:
    with smtp_server(answers={"RCPT": "550 no such user"}) as server:
        mail_server(server.port)
        message = await written(shop)
        async with at_work():
            failed = await reaches(message, MessageStatus.FAILED)
    assert failed.attempts == 1
    assert failed.last_error


async def test_after_72_hours_of_failures_a_message_is_given_up(shop: Shop) -> None:
    mail_server(free_port())
    message = await written(shop)
    long_ago = datetime.now(UTC) - timedelta(seconds=1)
    await OutboxMessage.filter(id=message.id).update(expires_at=long_ago)
    async with at_work():
        await reaches(message, MessageStatus.FAILED)


async def test_a_given_up_message_is_tried_again_when_asked_to(shop: Shop) -> None:
    with smtp_server(answers={"RCPT": "550 no such user"}) as server:
        mail_server(server.port)
        message = await written(shop)
        async with at_work():
            await reaches(message, MessageStatus.FAILED)
    with smtp_server() as server:
        mail_server(server.port)
        async with at_work():
            await outbox.retry(message.id)
            await reaches(message, MessageStatus.SENT)


async def test_what_is_no_longer_kept_is_not_sent_empty(shop: Shop) -> None:
    message = await written(shop)
    await OutboxMessage.filter(id=message.id).update(status=MessageStatus.CAPTURED, content=b"")
    with pytest.raises(ShopError, match="no longer kept"):
        await outbox.retry(message.id)


async def test_what_a_killed_process_was_sending_goes_out_after_the_next_start(shop: Shop) -> None:
    message = await written(shop)
    await OutboxMessage.filter(id=message.id).update(status=MessageStatus.SENDING, lease_token="a dead one's")
    async with at_work():
        await reaches(message, MessageStatus.CAPTURED)


async def test_a_result_that_comes_after_a_takeover_is_dropped(shop: Shop) -> None:
    await written(shop)
    mine = await outbox_worker._claim(pauses.MAIL_LANE)
    assert mine is not None
    await OutboxMessage.filter(id=mine.id).update(lease_token="another's")
    await outbox_worker._finish(mine, Outcome(MessageStatus.SENT, ""), datetime.now(UTC))
    assert (await OutboxMessage.get(id=mine.id)).status is MessageStatus.SENDING
    assert await DeliveryAttempt.all().count() == 0


async def test_ten_claims_at_once_take_a_message_once(shop: Shop) -> None:
    await written(shop)
    claims = await asyncio.gather(*[outbox_worker._claim(pauses.MAIL_LANE) for _ in range(10)])
    assert len([claim for claim in claims if claim]) == 1


async def test_a_server_that_does_not_answer_costs_the_others_nothing(shop: Shop) -> None:
    with black_hole() as port, openssh() as server:
        stuck = await TransferTarget.create(name="stuck", protocol=Protocol.FTP, host="127.0.0.1", port=port)
        await filed(stuck)
        fine = await TransferTarget.create(
            name="fine",
            protocol=Protocol.SFTP,
            host="127.0.0.1",
            port=server.port,
            username=server.username,
            private_key=keys.encrypt(server.client_key),
            host_key=server.host_key,
            folder="incoming",
        )
        file = await filed(fine)
        mail = await written(shop)
        async with at_work():
            await reaches(file, MessageStatus.SENT)
            await reaches(mail, MessageStatus.CAPTURED)
        assert (server.root / "incoming" / "2026-00001.csv").read_bytes() == b"sku\r\nFR-200\r\n"


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 10), (2, 30), (3, 60), (4, 300), (8, 7200), (9, 14400), (40, 14400)]
)
def test_the_delays_grow_from_ten_seconds_to_four_hours(attempts: int, seconds: int) -> None:
    delays = [retries.backoff(attempts).total_seconds() for _ in range(50)]
    assert all(0.8 * seconds <= delay <= 1.2 * seconds for delay in delays)


async def test_a_lane_that_cannot_work_waits_before_it_tries_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = asyncio.Queue[int]()

    async def broken(lane: int) -> None:
        tried.put_nowait(lane)
        raise OSError("the disk is full")

    monkeypatch.setattr(outbox_worker, "_claim", broken)
    await written(shop)
    async with at_work():
        assert await asyncio.wait_for(tried.get(), PATIENCE_SECONDS) == pauses.MAIL_LANE
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(tried.get(), 0.3)
    assert "goes on after a pause" in caplog.text


async def test_the_worker_ends_even_if_something_comes_in_at_that_moment(shop: Shop) -> None:
    worker = asyncio.create_task(outbox_worker.run())
    await reaches(await written(shop), MessageStatus.CAPTURED)  # it is at work, and then waits
    await asyncio.sleep(0.1)
    bell.ring()
    await asyncio.sleep(0)
    worker.cancel()
    ended, _running = await asyncio.wait([worker], timeout=5)
    assert ended
