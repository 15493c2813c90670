"""Who may speak to the shop over the live connection, and how much; on the program itself."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, RejectConnection, Request, TextMessage

from tests.e2e import seeding
from tests.e2e.shop_process import ShopProcess, running_shop
from tests.soak import buying
from tests.soak.wire import Device

POLLING = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"
WEBSOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
PUBLIC = "https://orders.norte.example"
ELSEWHERE = "https://evil.example"


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop whose public address is another than the one it is reached at here."""
    folder = tmp_path_factory.mktemp("shop")
    with running_shop(folder, public_url=PUBLIC, prepare=seeding.open_shop) as shop:
        yield shop


class Wire:
    """A websocket without any courtesy."""

    def __init__(self, shop: ShopProcess) -> None:
        self._shop = shop
        self._wire = WSConnection(ConnectionType.CLIENT)

    async def connect(self, path: str = WEBSOCKET, headers: dict[str, str] | None = None) -> int:
        """Ask to come in; return the status of the answer, 101 for yes."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._shop.port)
        sent = [(name.encode(), text.encode()) for name, text in (headers or {}).items()]
        host = (headers or {}).get("host", f"127.0.0.1:{self._shop.port}")
        sent = [pair for pair in sent if pair[0] != b"host"]
        self._writer.write(self._wire.send(Request(host=host, target=path, extra_headers=sent)))
        while True:
            self._wire.receive_data(await self._reader.read(65536) or None)
            for event in self._wire.events():
                if isinstance(event, AcceptConnection):
                    return 101
                if isinstance(event, RejectConnection):
                    return event.status_code

    async def say(self, *messages: str | bytes) -> None:
        """Send messages, as fast as they go."""
        for message in messages:
            event = TextMessage(message) if isinstance(message, str) else BytesMessage(message)
            self._writer.write(self._wire.send(event))
        try:
            await self._writer.drain()
        except ConnectionError:
            return

    async def ending(self, seconds: float = 5.0) -> int | None:
        """The code the other side closes the connection with, None if it stays open."""
        try:
            async with asyncio.timeout(seconds):
                while data := await self._reader.read(65536):
                    self._wire.receive_data(data)
                    for event in self._wire.events():
                        if isinstance(event, CloseConnection):
                            return int(event.code)
                return 1006
        except ConnectionError:
            return 1006
        except TimeoutError:
            return None

    async def leave(self) -> None:
        self._writer.close()


def own(shop: ShopProcess) -> dict[str, str]:
    return {"origin": shop.address}


ORIGINS = [
    ({"origin": PUBLIC}, True),
    ({"origin": "http://shop.lan:8080", "host": "shop.lan:8080"}, True),
    ({"origin": ELSEWHERE}, False),
    ({"origin": "null"}, False),
    ({"origin": PUBLIC.replace("https", "http")}, False),
    ({"origin": f"{PUBLIC}.evil.example"}, False),
    ({"origin": ELSEWHERE, "x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}, False),
    ({"origin": ELSEWHERE, "forwarded": "host=evil.example;proto=https"}, False),
    ({"origin": PUBLIC, "sec-fetch-site": "cross-site"}, False),
]


@pytest.mark.parametrize(("headers", "comes_in"), [*ORIGINS, ({}, False)])
async def test_a_websocket_is_for_pages_of_ours(pedido: ShopProcess, headers: dict[str, str], comes_in: bool) -> None:
    wire = Wire(pedido)
    assert await wire.connect(headers=headers) == (101 if comes_in else 403)
    await wire.leave()


@pytest.mark.parametrize(("headers", "comes_in"), [*ORIGINS, ({}, True)])
def test_long_polling_is_for_pages_of_ours(pedido: ShopProcess, headers: dict[str, str], comes_in: bool) -> None:
    answer = httpx.get(pedido.address + POLLING, headers=headers)
    assert answer.status_code == (200 if comes_in else 403)


@pytest.mark.parametrize("path", [POLLING, "/", "/desk", "/sign-in", "/media/x", "/health"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
@pytest.mark.parametrize("origin", [ELSEWHERE, PUBLIC])
def test_no_answer_names_an_origin(pedido: ShopProcess, method: str, path: str, origin: str) -> None:
    asked = {
        "origin": origin,
        "access-control-request-headers": "x-form-token",
        "access-control-request-method": "POST",
    }
    answer = httpx.request(method, pedido.address + path, headers=asked)
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("message", ["4" * 64_001, "42" + json.dumps(["ack", "x" * 70_000]), "", "x", "451-[]", b"x"])
async def test_what_is_too_much_ends_its_connection_and_no_other(pedido: ShopProcess, message: str | bytes) -> None:
    loud, quiet = Wire(pedido), Wire(pedido)
    assert await loud.connect(headers=own(pedido)) == await quiet.connect(headers=own(pedido)) == 101
    await loud.say(message)
    assert await loud.ending() is not None
    assert await quiet.ending(0.5) is None
    await loud.leave()
    await quiet.leave()


async def test_a_flood_ends_its_connection_while_a_buyer_orders(pedido: ShopProcess) -> None:
    loud, device = Wire(pedido), Device(pedido.address)
    await loud.connect(headers=own(pedido))
    await loud.say("40", *['42["ack",{"client_id":"x"}]'] * 2000)
    assert await loud.ending() is not None
    await buying.put_in_cart(device, "FR-200")
    await device.leave()
    await loud.leave()


async def test_many_messages_in_good_time_are_heard(pedido: ShopProcess) -> None:
    wire = Wire(pedido)
    await wire.connect(headers=own(pedido))
    await wire.say("40", *['42["ack",{"client_id":"x"}]'] * 300)
    assert await wire.ending(0.5) is None
    await wire.leave()


def test_long_polling_has_the_same_limits(pedido: ShopProcess) -> None:
    with httpx.Client(base_url=pedido.address, headers=own(pedido)) as browser:
        for loud in (["4" * 64_001], ["b" + "A" * 8], ["451-[]"], ["\x1e".join(['42["ack",{}]'] * 16)] * 40):
            sid = json.loads(browser.get(POLLING).text[1:])["sid"]
            statuses = [browser.post(f"{POLLING}&sid={sid}", content=said).status_code for said in loud]
            assert statuses[-1] in {400, 413}, loud[0][:10]
            assert browser.post(f"{POLLING}&sid={sid}", content="3").status_code in {400, 413}


async def test_a_page_lives_by_long_polling_too(tmp_path: Path) -> None:
    shop = ShopProcess(tmp_path)
    seeding.open_shop(shop)
    shop.start()
    device = Device(shop.address, transports=("polling",))
    try:
        await buying.put_in_cart(device, "FR-200")
    finally:
        await device.leave()
        shop.kill()  # who polls holds a visit open, which a program that is asked to end waits for


def test_a_strangers_forwarded_headers_change_no_address(pedido: ShopProcess) -> None:
    forged = {
        "x-forwarded-for": "198.51.100.7",
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "ftp",
        "x-forwarded-prefix": "https://evil.example",
        "host": "evil.example",
    }
    with httpx.Client(base_url=pedido.address, headers=forged) as browser:
        for path in ("/", "/desk", "/sign-in", "/nowhere", "/cart"):
            answer = browser.get(path)
            assert "evil.example" not in answer.text + answer.headers.get("location", ""), path
