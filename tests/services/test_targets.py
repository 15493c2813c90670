"""Transfer targets: what is stored, what stays secret, and files on real servers."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncssh
import pytest

from models import Channel, MessageStatus, OutboxMessage, Protocol, Purpose, Shop, TransferTarget
from models.errors import FieldErrors, NotFoundError, ShopError
from services import live, outbox, outbox_worker, targets
from services.transports import TransportError
from tests.servers import certificates, free_port, openssh, password_sftp, vsftpd

ANSWERS: dict[str, Any] = {
    "name": "Warehouse",
    "host": "files.example.com",
    "port": "22",
    "folder": "incoming",
    "username": "norte",
    "password": "correct horse",
    "private_key": "",
    "passphrase": "",
    "certificate": "",
    "file_name": "{order_number}.csv",
    "shape": "lines",
    "dialect": "machine",
    "trigger": "received",
    "active": True,
}
KEPT = {"password": "", "private_key": ""}


async def saved(protocol: Protocol = Protocol.SFTP, **changes: Any) -> TransferTarget:
    return await targets.save(None, protocol, ANSWERS | changes)


async def refused_fields(protocol: Protocol = Protocol.SFTP, **changes: Any) -> set[str]:
    with pytest.raises(FieldErrors) as refused:
        await saved(protocol, **changes)
    assert await TransferTarget.all().count() == 0
    return set(refused.value.fields)


async def test_a_target_is_stored_with_its_secrets_encrypted(shop: Shop) -> None:
    target = await saved()
    stored = await targets.get(target.id)
    assert (stored.host, stored.port, stored.folder, stored.username) == ("files.example.com", 22, "incoming", "norte")
    assert "correct horse" not in stored.password
    assert stored.password
    assert [one.id for one in await targets.every()] == [target.id]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"host": ""}, "host"),
        ({"host": "sftp://files.example.com"}, "host"),
        ({"host": "a b"}, "host"),
        ({"port": "0"}, "port"),
        ({"port": "x"}, "port"),
        ({"username": ""}, "username"),
        ({"password": ""}, "password"),
        ({"password": "two\nlines"}, "password"),
        ({"file_name": "orders.csv"}, "file_name"),
        ({"file_name": "../{order_number}.csv"}, "file_name"),
        ({"file_name": "{order}-{seq}.csv"}, "file_name"),
        ({"file_name": ".{seq}"}, "file_name"),
        ({"shape": "cube"}, "shape"),
        ({"dialect": ""}, "dialect"),
        ({"dialect": "xlsx"}, "dialect"),  # the bytes of a workbook differ each time
        ({"trigger": "always"}, "trigger"),
        ({"private_key": "not a key"}, "private_key"),
    ],
)
async def test_a_wrong_answer_is_refused_at_its_field(shop: Shop, changes: dict[str, Any], field: str) -> None:
    assert await refused_fields(**changes) == {field}


async def test_a_certificate_has_to_be_one(shop: Shop) -> None:
    assert await refused_fields(Protocol.FTPS_EXPLICIT, certificate="-----BEGIN X-----") == {"certificate"}
    target = await saved(Protocol.FTPS_EXPLICIT, certificate=certificates().authority_pem)
    assert target.certificate.startswith("-----BEGIN CERTIFICATE-----")


async def test_an_empty_password_keeps_the_saved_one_but_not_for_another_server(shop: Shop) -> None:
    target = await saved()
    kept = await targets.save(target.id, Protocol.SFTP, ANSWERS | KEPT | {"name": "Depot"})
    assert (kept.name, kept.password) == ("Depot", target.password)
    with pytest.raises(FieldErrors) as refused:
        await targets.save(target.id, Protocol.SFTP, ANSWERS | KEPT | {"host": "evil.example.com"})
    assert set(refused.value.fields) == {"password"}
    assert (await targets.get(target.id)).host == "files.example.com"


async def test_a_key_replaces_the_password_and_loses_its_passphrase(shop: Shop) -> None:
    target = await saved()
    key = asyncssh.generate_private_key("ssh-ed25519")
    locked = key.export_private_key("pkcs8-pem", passphrase="open sesame").decode()
    with pytest.raises(FieldErrors) as refused:
        await targets.save(target.id, Protocol.SFTP, ANSWERS | {"password": "", "private_key": locked})
    assert set(refused.value.fields) == {"passphrase"}
    answers = ANSWERS | {"password": "", "private_key": locked, "passphrase": "open sesame"}
    stored = await targets.save(target.id, Protocol.SFTP, answers)
    assert stored.password == ""
    assert stored.private_key
    assert "PRIVATE KEY" not in stored.private_key


async def test_a_file_reaches_openssh_once_its_host_key_is_accepted(shop: Shop) -> None:
    with openssh() as server:
        target = await saved(
            host="127.0.0.1",
            port=str(server.port),
            username=server.username,
            password="",
            private_key=server.client_key,
        )
        unknown = await targets.test(target.id)
        assert not unknown.works
        assert "accept" in unknown.text
        key = await targets.fetch_host_key(target.id)
        await targets.accept_host_key(target.id, key, host="127.0.0.1", port=server.port)
        target = await targets.get(target.id)
        assert targets.fingerprint(target) == key.fingerprint
        assert (await targets.test(target.id)).works
        assert list((server.root / "incoming").iterdir()) == []
        first = await targets.deliver(target, "2026-00001.csv", b"order_number\n")
        again = await targets.deliver(target, "2026-00001.csv", b"order_number\n")
        assert first != again
        assert [file.name for file in (server.root / "incoming").iterdir()] == ["2026-00001.csv"]
        with pytest.raises(TransportError) as conflict:
            await targets.deliver(target, "2026-00001.csv", b"other bytes\n")
        assert conflict.value.permanent
        assert (server.root / "incoming" / "2026-00001.csv").read_bytes() == b"order_number\n"


async def test_a_password_opens_an_sftp_server_and_a_wrong_one_is_told_in_words(shop: Shop) -> None:
    async with password_sftp() as server:
        place: dict[str, Any] = {"host": "127.0.0.1", "port": str(server.port), "username": server.username}
        target = await saved(**place, password=server.password)
        await targets.accept_host_key(
            target.id, await targets.fetch_host_key(target.id), host="127.0.0.1", port=server.port
        )
        assert (await targets.test(target.id)).works
        await targets.save(target.id, Protocol.SFTP, ANSWERS | place | {"password": "wrong"})
        wrong = await targets.test(target.id)
        assert not wrong.works
        assert "login" in wrong.text


async def test_another_server_or_port_has_to_show_its_key_again(shop: Shop) -> None:
    async with password_sftp() as server:
        target = await saved(host="127.0.0.1", port=str(server.port))
        key = await targets.fetch_host_key(target.id)
        await targets.accept_host_key(target.id, key, host="127.0.0.1", port=server.port)
        moved = await targets.save(target.id, Protocol.SFTP, ANSWERS | {"host": "127.0.0.1", "port": "2222"})
        assert moved.host_key == ""
        assert targets.fingerprint(moved) == ""
        with pytest.raises(ShopError):
            await targets.accept_host_key(target.id, key, host="127.0.0.1", port=server.port)


async def test_a_server_that_is_not_there_shows_no_key(shop: Shop) -> None:
    target = await saved(host="127.0.0.1", port=str(free_port()))
    with pytest.raises(ShopError, match="refuses"):
        await targets.fetch_host_key(target.id)


@pytest.mark.parametrize(
    ("protocol", "tls"),
    [(Protocol.FTP, "none"), (Protocol.FTPS_EXPLICIT, "explicit"), (Protocol.FTPS_IMPLICIT, "implicit")],
)
async def test_a_file_reaches_vsftpd(shop: Shop, protocol: Protocol, tls: Any) -> None:
    with vsftpd(tls) as server:
        target = await saved(
            protocol,
            host="localhost",
            port=str(server.port),
            username=server.username,
            password=server.password,
            certificate=server.certificate_pem,
        )
        tested = await targets.test(target.id)
        assert tested.works, tested.text
        await targets.deliver(target, "2026-00001.csv", b"a;b\n")
        assert (server.root / "incoming" / "2026-00001.csv").read_bytes() == b"a;b\n"


async def test_an_untrusted_certificate_is_told_in_words(shop: Shop) -> None:
    with vsftpd("explicit") as server:
        target = await saved(
            Protocol.FTPS_EXPLICIT,
            host="localhost",
            port=str(server.port),
            username=server.username,
            password=server.password,
        )
        tested = await targets.test(target.id)
        assert not tested.works
        assert "certificate" in tested.text


async def test_a_deleted_target_leaves_its_ledger_and_gives_up_what_was_waiting(shop: Shop) -> None:
    target = await saved()
    now = datetime.now(UTC)
    for number, status in enumerate((MessageStatus.SENT, MessageStatus.PENDING)):
        await OutboxMessage.create(
            channel=Channel.TRANSFER,
            purpose=Purpose.TRANSFER,
            identity=f"file:{number}",
            target=target,
            recipient=target.name,
            title="2026-00001.csv",
            content=b"x",
            status=status,
            due_at=now + timedelta(hours=1),
            created_at=now,
            expires_at=now + timedelta(hours=72),
        )
    seen = live.generation
    await targets.delete(target.id)
    assert live.generation > seen  # open ledgers look again
    with pytest.raises(NotFoundError):
        await targets.get(target.id)
    kept = await OutboxMessage.all().order_by("id")
    assert [message.status for message in kept] == [MessageStatus.SENT, MessageStatus.FAILED]
    assert {message.recipient for message in kept} == {"Warehouse"}
    assert "deleted" in kept[1].last_error
    told = asyncio.Event()
    live.deliveries.subscribe(told.set)
    worker = asyncio.create_task(outbox_worker.run())
    await outbox.retry(kept[1].id)
    async with asyncio.timeout(10):
        while (again := await OutboxMessage.get(id=kept[1].id)).status is not MessageStatus.FAILED:
            await told.wait()
            told.clear()
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert "no longer there" in again.last_error
