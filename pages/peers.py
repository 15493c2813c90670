"""Whose visit it is: the address a visitor comes from, which only a known proxy may tell."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from services import self_test, settings

Address = IPv4Address | IPv6Address
NOBODY = "unknown"
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")  # what proxies tell
HOME_NETWORK = 64  # the bits of an IPv6 address that a provider gives; whoever has them has all the rest


def visitor_address(request: HTTPConnection) -> str:
    """What a visitor's limits are counted by: their IPv4 address or IPv6 /64 network.

    It is the peer's, or the rightmost forwarded one that is no trusted proxy, if the peer is one. Nothing else that
    a visitor sends counts.
    """
    address = _read(request.client.host if request.client else "")
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    for told in reversed(forwarded.split(",")):
        if address is None or not _is_trusted(address):
            break
        address = _read(told) or address
    return _counted(address)


def is_at_home(request: HTTPConnection) -> bool:
    """Whether a visit is made on this machine, to a shop that is not known elsewhere.

    Behind a proxy everybody comes from this machine, also where nobody has told of the proxy; a shop that stands behind
    one has an address of its own.
    """
    address = _read(request.client.host if request.client else "")
    is_near = address is not None and address.is_loopback
    is_known_here = urlsplit(settings.current().public_url).hostname in self_test.OWN_COMPUTER
    is_passed_on = bool(settings.current().proxies) or any(name in request.headers for name in FORWARDED)
    return is_near and is_known_here and not is_passed_on


def _read(text: str) -> Address | None:
    """An address as proxies write it: perhaps with a port, or with an IPv4 address inside an IPv6 one."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in settings.current().proxies)


def _counted(address: Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((address, HOME_NETWORK), strict=False))
    return str(address) if address else NOBODY
