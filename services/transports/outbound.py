"""Connections to hosts that a seller entered: resolved once, and what is connected to is what was looked at."""

import asyncio
import socket
import threading
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from models.text import _
from services import settings
from services.transports import TransportError
from services.transports.connection import check_address
from services.transports.smtp_server import SmtpServer

NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: IPv4 addresses as IPv6 networks reach them
LAST_32_BITS = 0xFFFFFFFF


async def dial(host: str, port: int) -> socket.socket:
    """Return a socket that is connected to `host`.

    Raises OSError, and TransportError for a host that cannot be dialled: with `PEDIDO_OUTBOUND=public`, one that is, or
    is also, in a private network. The mail server of `PEDIDO_SMTP_URL` is the operator's own choice.
    """
    check_address(host, port)
    loop = asyncio.get_running_loop()
    found = await look_up(host, port)
    if _is_public_only(host, port) and not all(is_public(str(address[0])) for *_rest, address in found):
        sentence = _("{host} is in a private network, and this shop connects to public addresses only.")
        raise TransportError(sentence.format(host=host), permanent=True, code="private")
    lost: OSError = ConnectionError()
    for family, kind, protocol, _name, address in found:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.setblocking(False)
            await loop.sock_connect(connection, address)
            return connection
        except OSError as error:
            connection.close()
            lost = error
        except BaseException:  # out of time
            connection.close()
            raise
    raise lost


async def look_up(host: str, port: int) -> list[tuple[Any, ...]]:
    """Return what `socket.getaddrinfo` knows of `host`. Raises its errors.

    Each question has a thread of its own, which nobody waits for at the program's end: a name server that stays silent
    takes five seconds and more for each, and the event loop's few threads would all wait for it while others queue.
    """
    answer: Future[list[tuple[Any, ...]]] = Future()

    def ask() -> None:
        if not answer.set_running_or_notify_cancel():
            return  # nobody waits for it any more
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:  # who asked gets it
            answer.set_exception(error)

    threading.Thread(target=ask, name="looking up a name", daemon=True).start()
    return await asyncio.wrap_future(answer)


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet, and so is the IPv4 address that may stand in it."""
    ip = ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in _meant(ip))


def _meant(ip: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The addresses a packet to `ip` may end up at."""
    if isinstance(ip, IPv4Address):
        return [ip]
    if ip.ipv4_mapped:
        return [ip.ipv4_mapped]
    if ip in NAT64:
        return [ip, IPv4Address(int(ip) & LAST_32_BITS)]
    return [ip, *filter(None, [ip.sixtofour, *(ip.teredo or ())])]


def _is_public_only(host: str, port: int) -> bool:
    chosen = settings.current()
    if chosen.outbound == "any":
        return False
    own = SmtpServer.from_url(chosen.smtp_url) if chosen.smtp_url else None
    return own is None or (host, port) != (own.host, own.port)
