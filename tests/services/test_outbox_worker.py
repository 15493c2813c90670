"""The outbox: what is written goes out once, is tried again, and is given up visibly."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncssh
import pytest

from models import DeliveryAttempt, MessageStatus, OutboxMessage, Pause, Protocol, Purpose, Shop, TransferTarget
from models.errors import ShopError, StorageError
from services import bell, keys, outbox, outbox_claims, outbox_worker, pauses, retries, settings, targets
from services.outbox_worker import Outcome
from tests.mailbox import last_mail, plain_text
from tests.outbox_at_work import (
    ADDRESS,
    FILE,
    PATIENCE_SECONDS,
    at_work,
    eventually,
    filed,
    mail_server,
    reaches,
    written,
)
from tests.servers import PasswordSftpServer, SshTestServer, black_hole, free_port, openssh, password_sftp, smtp_server


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
    await OutboxMessage.filter(id=message.id).update(expires_at=long_ago, attempts=retries.FEWEST_ATTEMPTS - 1)
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
    mine = await outbox_claims.claim(pauses.MAIL_LANE)
    assert mine is not None
    await OutboxMessage.filter(id=mine.id).update(lease_token="another's")
    await outbox_worker._finish(mine, Outcome(MessageStatus.SENT, ""), datetime.now(UTC))
    assert (await OutboxMessage.get(id=mine.id)).status is MessageStatus.SENDING
    assert await DeliveryAttempt.all().count() == 0


async def test_ten_claims_at_once_take_a_message_once(shop: Shop) -> None:
    await written(shop)
    claims = await asyncio.gather(*[outbox_claims.claim(pauses.MAIL_LANE) for _ in range(10)])
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
        assert (server.root / "incoming" / "2026-00001.csv").read_bytes() == FILE


async def test_a_lane_that_cannot_work_waits_before_it_tries_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = asyncio.Queue[int]()

    async def broken(lane: int) -> None:
        tried.put_nowait(lane)
        raise OSError("the disk is full")

    monkeypatch.setattr(outbox_claims, "claim", broken)
    await written(shop)
    async with at_work():
        assert await asyncio.wait_for(tried.get(), PATIENCE_SECONDS) == pauses.MAIL_LANE
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(tried.get(), 0.3)
    assert "goes on after a pause" in caplog.text


async def test_a_lane_takes_no_turn_at_writing_when_nothing_more_is_due(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, claimed = outbox_claims.claim, []

    async def counted(lane: int) -> OutboxMessage | None:
        claimed.append(await claim(lane))
        return claimed[-1]

    monkeypatch.setattr(outbox_claims, "claim", counted)
    messages = [await written(shop), await written(shop)]
    async with at_work():
        for message in messages:
            await reaches(message, MessageStatus.CAPTURED)
        await asyncio.gather(*outbox_worker._lanes.values())
    assert [message and message.id for message in claimed] == [message.id for message in messages]


async def test_the_worker_sleeps_until_a_lane_that_is_idle_and_not_paused_has_something_due(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest, mail = outbox_worker.LONGEST_SLEEP_SECONDS, pauses.MAIL_LANE
    look, found = outbox_worker._look_for_work, OutboxMessage.filter(id=(await written(shop)).id)
    soon = datetime.now(UTC) + timedelta(seconds=10)
    await found.update(due_at=soon)
    assert 0 < await look() <= 10
    await found.update(status=MessageStatus.SENDING, leased_until=soon)
    assert 0 < await look() <= 11  # by the server's clock, if there is one
    await found.update(status=MessageStatus.PENDING, due_at=datetime.now(UTC))
    pause = await Pause.create(lane=mail, code="login", reason="refused", since=datetime.now(UTC))
    assert await look() == longest and not outbox_worker._lanes
    await pause.delete()
    with monkeypatch.context() as patch:
        patch.setitem(outbox_worker._lanes, mail, asyncio.current_task())  # it is at work, and rings when it is done
        assert await look() == longest
    await found.update(status=MessageStatus.SENT)
    assert await look() == longest and not outbox_worker._lanes


async def test_the_worker_ends_even_if_something_comes_in_at_that_moment(shop: Shop) -> None:
    worker = asyncio.create_task(outbox_worker.run())
    await reaches(await written(shop), MessageStatus.CAPTURED)  # it is at work, and then waits
    await asyncio.sleep(0.1)
    bell.ring()
    await asyncio.sleep(0)
    worker.cancel()
    ended, _running = await asyncio.wait([worker], timeout=5)
    assert ended


async def sftp_target(server: SshTestServer | PasswordSftpServer, **columns: Any) -> TransferTarget:
    """A target in the server's folder `incoming`."""
    return await TransferTarget.create(
        name="ERP",
        protocol=Protocol.SFTP,
        host="127.0.0.1",
        port=server.port,
        username=server.username,
        folder="incoming",
        **{"host_key": server.host_key, **columns},
    )


async def alarms() -> list[str]:
    return [row.title for row in await OutboxMessage.filter(purpose=Purpose.ALARM).order_by("id")]


async def test_a_wrong_password_pauses_the_target_and_burns_no_attempt_until_it_is_mended(shop: Shop) -> None:
    async with password_sftp() as server, at_work():
        target = await sftp_target(server, password=keys.encrypt("wrong"))
        first, second = await filed(target, "1.csv"), await filed(target, "2.csv")

        async def is_paused() -> bool:
            return await Pause.filter(lane=target.id).exists()

        bell.ring()
        await eventually(is_paused)
        for message in (first, second):
            waiting = await OutboxMessage.get(id=message.id)
            assert (waiting.status, waiting.attempts) == (MessageStatus.PENDING, 0)
        [tried] = await DeliveryAttempt.filter(message__target_id=target.id)
        assert (tried.code, tried.number, tried.succeeded) == ("auth", 0, False)
        assert await alarms() == ["Transfers to ERP are paused"]

        values: dict[str, object] = {
            "name": "ERP",
            "host": target.host,
            "port": str(target.port),
            "username": target.username,
        }
        values |= {"folder": "incoming", "file_name": "{order_number}.csv", "password": server.password}
        values |= {"shape": "lines", "dialect": "machine", "trigger": "received", "active": True}
        await targets.save(target.id, Protocol.SFTP, values)
        await reaches(first, MessageStatus.SENT)
        await reaches(second, MessageStatus.SENT)
        assert not await is_paused()
        assert sorted(file.name for file in (server.root / "incoming").iterdir()) == ["1.csv", "2.csv"]


async def test_a_changed_host_key_pauses_the_target_until_the_new_one_is_accepted(shop: Shop) -> None:
    with openssh() as server:
        other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
        target = await sftp_target(server, private_key=keys.encrypt(server.client_key), host_key=other)
        message = await filed(target)
        async with at_work():

            async def is_paused() -> bool:
                return [pause.code for pause in await pauses.every()] == ["host-key"]

            await eventually(is_paused)
            shown = await targets.fetch_host_key(target.id)
            await targets.accept_host_key(target.id, shown, host=target.host, port=target.port)
            await reaches(message, MessageStatus.SENT)


async def test_a_refused_login_pauses_mail_and_try_again_tries_it(shop: Shop) -> None:
    with smtp_server(login=("shop", "right")) as server:
        settings.load(data=settings.current().data, smtp_url=f"smtp://shop:wrong@127.0.0.1:{server.port}")
        message = await written(shop)
        async with at_work():

            async def is_paused() -> bool:
                return [(pause.lane, pause.code) for pause in await pauses.every()] == [(pauses.MAIL_LANE, "auth")]

            await eventually(is_paused)
            assert await alarms() == [], "no mail can tell that mail does not work"
            settings.load(data=settings.current().data, smtp_url=f"smtp://shop:right@127.0.0.1:{server.port}")
            await outbox.retry(message.id)
            sent = await reaches(message, MessageStatus.SENT)
        assert sent.attempts == 1
        assert len(server.messages) == 1


async def test_a_file_that_is_given_up_is_told_to_the_management_once_an_hour(shop: Shop) -> None:
    with openssh() as server:
        target = await sftp_target(server, private_key=keys.encrypt(server.client_key))
        for name in ("1.csv", "2.csv"):
            (server.root / "incoming" / name).write_text("somebody else's")
        files = [await filed(target, name) for name in ("1.csv", "2.csv")]
        async with at_work():
            failed = [await reaches(file, MessageStatus.FAILED) for file in files]
        assert [(file.last_code, file.attempts) for file in failed] == [("conflict", 1)] * 2
        assert [file.read_text() for file in (server.root / "incoming").iterdir()] == ["somebody else's"] * 2
    assert await alarms() == ["Transfers to ERP have failed"]
    assert "1.csv did not reach ERP: Conflict" in " ".join(plain_text(await last_mail(Purpose.ALARM, ADDRESS)).split())


async def test_each_attempt_is_kept_with_its_code_its_remote_name_and_its_size(shop: Shop) -> None:
    with openssh() as server, smtp_server() as post:
        mail_server(post.port)
        target = await sftp_target(server, private_key=keys.encrypt(server.client_key))
        file, mail = await filed(target, "1.csv"), await written(shop)
        async with at_work():
            await reaches(file, MessageStatus.SENT)
            await reaches(mail, MessageStatus.SENT)
    put, mailed = await DeliveryAttempt.get(message_id=file.id), await DeliveryAttempt.get(message_id=mail.id)
    assert (put.remote_name, put.size, put.succeeded) == ("incoming/1.csv", len(FILE), True)
    assert (mailed.code, mailed.size, mailed.number) == ("250", len(bytes(mail.content)), 1)


async def test_when_the_server_is_back_what_waited_for_it_need_not_wait_any_longer(shop: Shop) -> None:
    port = free_port()
    mail_server(port)
    waiting = [await written(shop, f"{n}@norte.example") for n in range(3)]
    hours_off = datetime.now(UTC) + timedelta(hours=4)
    await OutboxMessage.filter(id__in=[one.id for one in waiting]).update(due_at=hours_off, last_code="refused")
    busy = await written(shop, "busy@norte.example")
    await OutboxMessage.filter(id=busy.id).update(due_at=hours_off, last_code="451")
    with smtp_server(port=port):
        async with at_work():
            fresh = await written(shop)
            bell.ring()
            for message in (fresh, *waiting):
                await reaches(message, MessageStatus.SENT)
    sent = await OutboxMessage.filter(status=MessageStatus.SENT).order_by("finished_at").values_list("finished_at")
    assert sent[1][0] - sent[0][0] >= timedelta(seconds=0.9), "the backlog starts with one a second"
    assert (await OutboxMessage.get(id=busy.id)).status is MessageStatus.PENDING, "a server's own answer is respected"


async def test_a_backlog_is_slow_in_its_first_seconds_only(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FULL_SPEED", 2)  # from the second second on
    backlog = [await written(shop) for _ in range(PATIENCE_SECONDS + 5)]
    await OutboxMessage.all().update(last_code="refused", attempts=1)
    with smtp_server() as server:
        mail_server(server.port)
        async with at_work():
            await reaches(backlog[-1], MessageStatus.SENT)
    assert len(server.messages) == len(backlog)


async def test_a_claim_whose_lease_has_run_out_is_taken_over(shop: Shop) -> None:
    message = await written(shop)
    first = await outbox_claims.claim(pauses.MAIL_LANE)
    assert first and await outbox_claims.claim(pauses.MAIL_LANE) is None
    long_ago = datetime.now(UTC) - timedelta(seconds=1)
    await OutboxMessage.filter(id=message.id).update(leased_until=long_ago)
    second = await outbox_claims.claim(pauses.MAIL_LANE)
    assert second and second.lease_token != first.lease_token


async def test_what_arrived_while_nothing_could_be_written_does_not_go_out_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_worker, "STORAGE_PAUSE_SECONDS", 0.05)
    finish, refusals = outbox_worker._finish, iter([True] * 3)

    async def full(*arguments: Any) -> None:
        if next(refusals, False):
            raise StorageError("the disk is full")
        await finish(*arguments)

    monkeypatch.setattr(outbox_worker, "_finish", full)
    with smtp_server() as server:
        mail_server(server.port)
        message = await written(shop)
        async with at_work():
            await reaches(message, MessageStatus.SENT)
        assert len(server.messages) == 1
    assert next(refusals, False) is False


async def test_what_has_arrived_meanwhile_is_not_sent_again(shop: Shop) -> None:
    with smtp_server() as server:
        mail_server(server.port)
        message = await written(shop)
        async with at_work():
            await reaches(message, MessageStatus.SENT)
            with pytest.raises(outbox.NotFailedError, match="arrived"):
                await outbox.retry(message.id)
            await asyncio.sleep(0.3)
        assert len(server.messages) == 1


async def claimed_file(target: TransferTarget) -> OutboxMessage:
    await filed(target)
    message = await outbox_claims.claim(target.id)
    assert message
    return message


async def test_a_file_in_a_very_deep_folder_arrives_once_like_any_other(shop: Shop) -> None:
    async with password_sftp() as server:
        target = await sftp_target(server)
    await TransferTarget.filter(id=target.id).update(folder="deep/" * 79)
    message = await claimed_file(target)
    await outbox_worker._finish(message, Outcome(MessageStatus.SENT, "uploaded"), datetime.now(UTC))
    [attempt] = await DeliveryAttempt.filter(message_id=message.id)
    assert attempt.remote_name.endswith(f"/{message.title}")
    assert (await OutboxMessage.get(id=message.id)).status is MessageStatus.SENT


async def test_a_target_that_is_deleted_while_a_file_is_on_its_way_leaves_no_pause(shop: Shop) -> None:
    async with password_sftp() as server:
        target = await sftp_target(server)
    message = await claimed_file(target)
    await targets.delete(target.id)
    wrong_password = Outcome(MessageStatus.PENDING, "wrong password", "auth", pauses_lane=True)
    await outbox_worker._finish(message, wrong_password, datetime.now(UTC))
    assert not await Pause.all().exists()
    assert (await OutboxMessage.get(id=message.id)).status is MessageStatus.FAILED


async def test_what_could_not_be_written_down_is_written_later_and_not_sent_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, errors = outbox_worker._finish, iter([ValueError("a bug")])

    async def fails_once(*arguments: Any) -> None:
        for error in errors:
            raise error
        await finish(*arguments)

    monkeypatch.setattr(outbox_worker, "_finish", fails_once)
    monkeypatch.setattr(outbox_worker, "LONGEST_SLEEP_SECONDS", 0.1)
    with smtp_server() as server:
        mail_server(server.port)
        message = await written(shop)
        async with at_work():
            await reaches(message, MessageStatus.SENT)
        assert len(server.messages) == 1
