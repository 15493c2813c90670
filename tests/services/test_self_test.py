"""The self-test, against servers that answer, refuse, are silent or are somebody else."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from models import Protocol, Shop
from services import backups, disk, parameters, self_test, settings, targets
from services.self_test import Finding
from tests import order_rows
from tests.servers import free_port, smtp_server
from tests.services.test_targets import ANSWERS

HELLO = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n{header}\r\nok"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits half a minute for a silent server here."""
    monkeypatch.setattr(self_test, "CHECK_SECONDS", 1.5)


async def found(subject: str, browser_time: datetime | None = None) -> Finding:
    """What the self-test says of one thing."""
    findings = {one.subject: one for one in await self_test.run(browser_time or datetime.now(UTC))}
    return findings[subject]


async def use_mail(port: int, **more: str) -> None:
    values = {"mail_host": "127.0.0.1", "mail_port": str(port), "mail_security": "none", "mail_username": ""}
    await parameters.save(values | more)


@asynccontextmanager
async def answering(answer: str) -> AsyncIterator[None]:
    """Something that answers at the public address, whatever it is asked."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer.encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    settings.current().public_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield


@pytest.fixture
def public_url() -> Iterator[None]:
    """The public address may be changed."""
    before = settings.current().public_url
    yield
    settings.current().public_url = before


async def test_mail_is_good_only_when_the_server_takes_the_login(shop: Shop) -> None:
    assert "No mail server" in (await found("Mail")).text
    with smtp_server(login=("norte", "sesame")) as server:
        await use_mail(server.port, mail_username="norte", mail_password="open up")
        assert "did not accept" in (await found("Mail")).text
        await use_mail(server.port, mail_username="norte", mail_password="sesame")
        good = await found("Mail")
        assert (good.tone, good.text) == ("ok", "127.0.0.1 answers and takes our login.")
        assert server.messages == []
    await use_mail(free_port())
    down = await found("Mail")
    assert (down.tone, down.address) == ("bad", "/desk/parameters") and "refuses connections" in down.text


async def test_a_server_that_is_silent_is_given_up(shop: Shop) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with server:
        await use_mail(server.sockets[0].getsockname()[1])
        silent = await found("Mail")
        assert silent.tone == "bad" and "no answer" in silent.text


async def test_each_active_target_is_tried(shop: Shop) -> None:
    down = {"host": "127.0.0.1", "port": str(free_port())}
    made = await targets.save(None, Protocol.FTP, ANSWERS | down)
    await targets.save(None, Protocol.FTP, ANSWERS | down | {"name": "Old one", "active": False})
    findings = {one.subject: one for one in await self_test.run(datetime.now(UTC))}
    assert findings["Warehouse"].tone == "bad"
    assert findings["Warehouse"].address == f"/desk/terms-of-sale/targets/{made.id}"
    assert "Old one" not in findings


async def test_disk_and_backup(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await found("Disk")).tone == "ok"
    monkeypatch.setattr(disk, "LITTLE_BYTES", 10**18)
    assert (await found("Disk")).tone == "bad"
    assert (await found("Backup")).tone == "wait"
    settings.current().backups.mkdir(exist_ok=True)
    for age, tone in ((timedelta(days=3), "bad"), (timedelta(hours=5), "ok")):
        made_at = datetime.now(UTC) - age
        (settings.current().backups / f"{backups.PREFIX}{made_at:{backups.TIME_IN_NAME}}{backups.SUFFIX}").touch()
        assert (await found("Backup")).tone == tone
    assert (await found("Backup")).text == "The last good one is 5 hours old."


async def test_a_clock_that_is_wrong_is_told(shop: Shop) -> None:
    now = datetime.now(UTC)
    assert (await found("Clock", now)).tone == "ok"
    apart = await found("Clock", now - timedelta(hours=1))
    assert apart.tone == "bad" and "60 minutes apart" in apart.text
    await order_rows.order(created_at=now + timedelta(days=1))
    assert "set back" in (await found("Clock")).text


def test_processes_of_one_shop_know_each_other_by_whichever_address_their_database_has(
    data_folder: settings.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    for url in (
        "postgres://pedido:a@localhost:5432/norte",
        "postgres://p:b@10.0.0.7/norte",
        "postgres://p:b@10.0.0.7/sur",
    ):
        monkeypatch.setattr(data_folder, "database_url", url)
        told.append(self_test.instance())
    assert told[0] == told[1] != told[2]


@pytest.mark.usefixtures("public_url")
async def test_who_answers_at_the_public_address(shop: Shop) -> None:
    mine = HELLO.format(header=f"x-pedido: {self_test.instance()}\r\n")
    for answer, tone, words in (
        (mine, "wait", "on this computer alone"),
        (HELLO.format(header="x-pedido: somebody else\r\n"), "bad", "Another Pedido"),
        (HELLO.format(header=""), "bad", "Something else than Pedido"),
        ("HTTP/1.1 301 Moved\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n", "bad", "leads on"),
    ):
        async with answering(answer):
            told = await found("Public address")
            assert told.tone == tone and words in told.text
    settings.current().public_url = f"http://127.0.0.1:{free_port()}"
    assert "cannot be reached" in (await found("Public address")).text


@pytest.mark.usefixtures("public_url")
async def test_without_encryption_it_is_told(shop: Shop) -> None:
    for url, tone in (("https://norte.invalid", "ok"), ("http://norte.invalid", "bad"), ("http://localhost:1", "wait")):
        settings.current().public_url = url
        assert (await found("Encryption")).tone == tone
