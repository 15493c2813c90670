"""A browser that costs little, of which a thousand fit into a process: no script, no state of its elements."""

import ast
import asyncio
import html
import json
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.e2e.shop_process import somewhere
from tests.soak.wire import ANSWER_SECONDS, ELEMENTS, HANDSHAKE, LostError

SOCKET = "/_nicegui_ws/socket.io/"
OPEN, PING, PONG, HELLO, GONE, TOLD = "0", "2", "3", "40", "41", "42"  # as engine.io and socket.io spell them


def network() -> aiohttp.ClientSession:
    """The connections that many browsers share; each keeps its cookies itself."""
    patience = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar(), timeout=patience
    )


class LightBrowser:
    """Somebody's browser with one tab: the page in it is left when another is opened."""

    def __init__(self, net: aiohttp.ClientSession, address: str, cookies: Mapping[str, str] | None = None) -> None:
        self.address = address
        self._net = net
        self._cookies = dict(cookies or {})
        self._from = somewhere()
        self._tab = str(uuid.uuid4())
        self._elements: dict[str, dict[str, Any]] = {}
        self._client = ""
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reading: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._told = self._went_to = ""

    async def get(self, path: str) -> float:
        """Fetch something that is no page; returns how many seconds it took. Raises LostError."""
        return (await self._get(path))[1]

    async def open(self, path: str) -> float:
        """Leave the page and open another; returns how many seconds it took to come. Raises LostError."""
        await self.leave()
        text, seconds = await self._get(path)
        elements, handshake = ELEMENTS.search(text), HANDSHAKE.search(text)
        if not (elements and handshake):
            raise LostError(f"{path}: not a page with live elements")
        self._elements = json.loads(html.unescape(elements[1]))
        hello = ast.literal_eval(handshake[1])  # a dict as Python prints it
        self._client, self._went_to = str(hello["client_id"]), ""
        await self._connect(hello)
        return seconds

    async def leave(self) -> None:
        """Close the tab."""
        if self._reading:
            self._reading.cancel()
            self._reading = None
        if self._socket:
            await self._socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)  # as browsers do
            self._socket = None

    @property
    def is_connected(self) -> bool:
        """Whether the page that is open hears from the shop."""
        return bool(self._reading and not self._reading.done())

    async def ask(self, component: str, event: str, argument: object, *, until: str = "") -> float:
        """Send what a component of the page emits; returns how many seconds it took to be answered.

        An answer is whatever the page is told to show; with `until`, what holds this text. Raises LostError.
        """
        if not (self.is_connected and self._socket):
            raise LostError("the connection broke")
        element_id, element = self._found(component)
        listener = next(known["listener_id"] for known in element["events"] if known["type"] == event)
        message = {"id": int(element_id), "client_id": self._client, "listener_id": listener}
        self._told = ""
        self._news.clear()
        began = time.perf_counter()
        await self._socket.send_str(TOLD + json.dumps(["event", message | {"args": [json.dumps(argument)]}]))
        await self._until_told(f"{component} {event}")
        while until not in self._told:
            self._news.clear()
            await self._until_told(f"{component} {event}, {until}")
        return time.perf_counter() - began

    async def sent_on(self) -> str:
        """Where the page is sent on to, as after a form; waits for it. Raises LostError."""
        while not self._went_to:
            self._news.clear()
            await self._until_told("sent on")
        return self._went_to

    def has(self, component: str) -> bool:
        """Whether the page has such a component."""
        return any(component in element["tag"] for element in self._elements.values())

    def _found(self, component: str) -> tuple[str, dict[str, Any]]:
        return next(both for both in self._elements.items() if component in both[1]["tag"])

    async def _until_told(self, what: str) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._news.wait()
        except TimeoutError:
            raise LostError(f"{what}: no answer in {ANSWER_SECONDS:.0f} s") from None

    async def _get(self, path: str) -> tuple[str, float]:
        began = time.perf_counter()
        try:
            async with self._net.get(self.address + path, headers=self._headers()) as answer:
                text = await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise LostError(f"GET {path}: {error!r}") from error
        if answer.status != 200:
            raise LostError(f"GET {path}: {answer.status}")
        self._cookies |= {name: cookie.value for name, cookie in answer.cookies.items()}
        return text, time.perf_counter() - began

    def _headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {"Cookie": cookies, "Origin": self.address, "X-Forwarded-For": self._from}

    async def _connect(self, hello: Mapping[str, Any]) -> None:
        """Say hello as the page's script does."""
        said = {**hello, "implicit_handshake": "true", "document_id": uuid.uuid4(), "tab_id": self._tab}
        query = urlencode(said | {"EIO": 4, "transport": "websocket"})
        try:
            self._socket = await self._net.ws_connect(f"{self.address}{SOCKET}?{query}", headers=self._headers())
            await self._heard(OPEN)
            await self._socket.send_str(HELLO)
            await self._heard(HELLO)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise LostError(f"no socket: {error!r}") from error
        self._reading = asyncio.create_task(self._read(self._socket))

    async def _heard(self, wanted: str) -> None:
        assert self._socket
        said = await self._socket.receive(timeout=ANSWER_SECONDS)
        if said.type is not aiohttp.WSMsgType.TEXT or not said.data.startswith(wanted):
            raise LostError(f"the socket said {str(said.data)[:80]!r}")

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        with suppress(aiohttp.ClientError, ConnectionError):
            async for said in socket:
                if said.type is not aiohttp.WSMsgType.TEXT or said.data.startswith(GONE):
                    return
                if said.data == PING:
                    await socket.send_str(PONG)
                elif said.data.startswith(f'{TOLD}["update"'):
                    self._told = said.data
                    self._news.set()
                elif said.data.startswith(f'{TOLD}["open"'):
                    self._went_to = str(json.loads(said.data.removeprefix(TOLD))[1]["path"])
                    self._news.set()
