"""Where connections to hosts that a seller entered may go."""

import socket
from collections.abc import Awaitable, Callable, Iterator

import pytest

from services import settings
from services.transports import TransportError, ftp, sftp, smtp
from services.transports.outbound import dial, is_public
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
