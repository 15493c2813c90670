"""Who is counted: the peer, unless it is a proxy of ours, which tells."""

import pytest
from starlette.requests import HTTPConnection

from pages import peers
from services import settings

STRANGER, PROXY = "203.0.113.9", "10.1.2.3"


@pytest.fixture(autouse=True)
def proxies(data_folder: settings.Settings) -> None:
    settings.load(data=data_folder.data, trusted_proxies=f"{PROXY}, 192.168.0.0/16, fd00::/8")


def seen(peer: str, *forwarded: str) -> str:
    headers = [(b"x-forwarded-for", text.encode("latin-1")) for text in forwarded]
    return peers.visitor_address(HTTPConnection({"type": "http", "headers": headers, "client": (peer, 4711)}))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        (STRANGER, (), STRANGER),
        (STRANGER, ("198.51.100.1",), STRANGER),  # a stranger may say what they like
        ("127.0.0.1", ("198.51.100.1",), "127.0.0.1"),  # also one on this very machine
        (PROXY, (STRANGER,), STRANGER),
        (f"::ffff:{PROXY}", (STRANGER,), STRANGER),
        (PROXY, (f"198.51.100.1, {STRANGER}",), STRANGER),  # the left part was sent by the visitor
        (PROXY, ("198.51.100.1", STRANGER), STRANGER),  # in a header of its own, too
        (PROXY, (f"{STRANGER}, 192.168.7.7, fd00::1",), STRANGER),  # proxies behind each other
        (PROXY, (f"{STRANGER}:5123",), STRANGER),
        (PROXY, (f"198.51.100.1, nonsense, {STRANGER}",), STRANGER),
        (PROXY, ("nonsense",), PROXY),
        (PROXY, (), PROXY),
        (PROXY, ("192.168.1.1",), "192.168.1.1"),
        ("2001:db8:1:2:3:4:5:6", (), "2001:db8:1:2::/64"),
        (PROXY, ("[2001:db8:1:2::9]:443",), "2001:db8:1:2::/64"),
        (PROXY, ("::ffff:203.0.113.9",), STRANGER),
        ("", (), peers.NOBODY),
        ("testclient", (), peers.NOBODY),
    ],
)
def test_the_visitors_address(peer: str, forwarded: tuple[str, ...], address: str) -> None:
    assert seen(peer, *forwarded) == address


def test_without_proxies_nobody_is_believed(data_folder: settings.Settings) -> None:
    settings.load(data=data_folder.data)

    assert seen(PROXY, STRANGER) == PROXY


def test_a_proxy_that_is_no_address_is_refused(data_folder: settings.Settings) -> None:
    with pytest.raises(settings.SettingsError, match=r"PEDIDO_TRUSTED_PROXIES: proxy\.example"):
        settings.load(data=data_folder.data, trusted_proxies="127.0.0.1, proxy.example")
