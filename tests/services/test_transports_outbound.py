"""Where connections to hosts that a seller entered may go."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from services import settings
from services.transports import TransportError, ftp, sftp, smtp
from services.transports.outbound import dial, is_public, look_up
from services.transports.smtp_server import SmtpServer

SPELLINGS = ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0.0.0.0", "::ffff:127.0.0.1"]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port on loopback; a test asks whether anybody has come."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def has_a_visitor(listening: socket.socket) -> bool:
    try:
        listening.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def public_only(data_folder: settings.Settings) -> None:
    settings.load(data=data_folder.data, outbound="public")


@pytest.mark.parametrize("host", SPELLINGS)
async def test_a_private_address_is_refused_in_every_spelling_if_that_is_chosen(
    listener: socket.socket, data_folder: settings.Settings, host: str
) -> None:
    port = listener.getsockname()[1]
    (await dial(host, port)).close()
    assert has_a_visitor(listener), "by default a file server may stand beside this machine"
    public_only(data_folder)
    with pytest.raises(TransportError, match="private network") as refused:
        await dial(host, port)
    assert refused.value.permanent
    assert not has_a_visitor(listener)


async def send_mail(port: int) -> None:
    server = SmtpServer("127.0.0.1", port, "none")
    await smtp.send(server, sender="a@norte.example", recipient="b@norte.example", content=b"")


async def ask_for_key(port: int) -> None:
    await sftp.fetch_host_key("127.0.0.1", port)


async def try_ftp(port: int) -> None:
    await ftp.probe(ftp.FtpServer("127.0.0.1", port, "user", "password", tls="none"), "incoming")


@pytest.mark.parametrize("connect", [send_mail, ask_for_key, try_ftp])
async def test_every_transport_goes_through_it(
    listener: socket.socket, data_folder: settings.Settings, connect: Callable[[int], Awaitable[None]]
) -> None:
    public_only(data_folder)
    with pytest.raises(TransportError, match="private network"):
        await connect(listener.getsockname()[1])
    assert not has_a_visitor(listener)


async def test_the_operators_own_mail_server_may_be_anywhere(
    listener: socket.socket, data_folder: settings.Settings
) -> None:
    port = listener.getsockname()[1]
    settings.load(data=data_folder.data, outbound="public", smtp_url=f"smtp://127.0.0.1:{port}")
    (await dial("127.0.0.1", port)).close()
    with pytest.raises(TransportError, match="private network"):
        await dial("127.0.0.1", port - 1)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "100.64.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "224.0.0.1",
        "0.0.0.0",
    ],
)
def test_private_networks_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@pytest.fixture
def name_server_is_back(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Questions about `.example` names are not answered before this is set."""
    over, look = threading.Event(), socket.getaddrinfo

    def answer(host: str, port: int, *others: Any, **more: Any) -> Any:
        if host.endswith(".example"):
            over.wait()
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return look(host, port, *others, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return over


@pytest.mark.usefixtures("data_folder")
async def test_a_silent_name_server_keeps_nobody_waiting_who_asks_for_another_name(
    listener: socket.socket, name_server_is_back: threading.Event
) -> None:
    asked = [asyncio.create_task(look_up(f"pictures-{n}.example", 443)) for n in range(40)]
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(2):
            (await dial("127.0.0.1", listener.getsockname()[1])).close()
        assert not any(task.done() for task in asked)
    finally:
        name_server_is_back.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(answer, socket.gaierror) for answer in answers)


async def test_a_name_that_cannot_be_is_told_as_the_system_tells_it() -> None:
    with pytest.raises(UnicodeError):
        await look_up("x" * 64, 443)


async def test_a_question_that_nobody_waits_for_any_more_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    questions: list[Callable[[], None]] = []

    class LateThread:
        """It begins when the machine has time for it."""

        def __init__(self, *, target: Callable[[], None], **_more: object) -> None:
            self.start = lambda: questions.append(target)

    monkeypatch.setattr(threading, "Thread", LateThread)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_more: pytest.fail("it was asked"))
    asked = asyncio.create_task(look_up("pictures.example", 443))
    await asyncio.sleep(0)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    for question in questions:
        question()
    assert len(questions) == 1
