"""A browser without a browser: real HTTP, a real websocket, and the messages that the pages' components send."""

import ast
import asyncio
import html
import json
import re
import ssl
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx
import socketio
from nicegui import json as framework_json

from pages import forms
from tests import form_token
from tests.e2e.shop_process import somewhere

ANSWER_SECONDS = 20.0
GOODBYE_SECONDS = 3.0
RETRY_SECONDS = 0.2
ELEMENTS = re.compile(r"parseElements\(String\.raw`(.*?)`\)", re.DOTALL)
HANDSHAKE = re.compile(r"query: (\{.*?\}),")

# No certificate here is the world's. One for all: the libraries read all authorities anew for each connection, which
# took a client four times as long as everything else it did.
UNVERIFIED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
UNVERIFIED.check_hostname = False
UNVERIFIED.verify_mode = ssl.CERT_NONE

sys.modules["trio"] = None  # type: ignore[assignment] # the library looks for it in vain at each request

Answer = TypeVar("Answer")
Element = dict[str, Any]


class LostError(Exception):
    """The shop did not answer, or the connection to it broke; a browser would load the page again."""


async def surely(step: Callable[[], Awaitable[Answer]], until: float) -> Answer:
    """Do a step again and again until the shop answers, as a person would; raises LostError after `until`."""
    while True:
        try:
            return await step()
        except LostError:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(RETRY_SECONDS)


class Device:
    """Somebody's browser: its cookies, and the pages it opens."""

    def __init__(
        self, address: str, cookies: Mapping[str, str] | None = None, *, transports: Sequence[str] = ("websocket",)
    ) -> None:
        """`transports` are the ways its pages are connected by, as engine.io calls them."""
        self.address = address
        self._form_token = ""
        self._transports = transports
        self._http = httpx.AsyncClient(
            base_url=address,
            cookies=dict(cookies or {}),
            headers={"origin": address, "x-forwarded-for": somewhere()},
            follow_redirects=True,
            timeout=ANSWER_SECONDS,
            verify=UNVERIFIED,
        )

    async def get(self, path: str) -> httpx.Response:
        """Load a page or a file. Raises LostError."""
        return await self._ask("GET", path)

    async def post(self, path: str) -> httpx.Response:
        """Press the button of the plain page loaded last. Raises LostError."""
        return await self._ask("POST", path)

    @asynccontextmanager
    async def open(self, path: str, kind: "type[OpenPage] | None" = None) -> AsyncIterator["OpenPage"]:
        """Load a page with live elements and keep it open. Raises LostError, also from within."""
        answer = await self.get(path)
        page = (kind or OpenPage)(answer)
        try:
            await page.connect(self.address, self._transports, self._http.cookies)
            yield page
        finally:
            await page.close()

    def move(self, address: str) -> None:
        """Go on at another process of the same shop, as a proxy leads there when one is gone."""
        self.address = address
        self._http.base_url = httpx.URL(address)
        self._http.headers["origin"] = address

    def cookie(self, name: str) -> str:
        """What the shop has left in the browser under this name."""
        return self._http.cookies[name]

    async def leave(self) -> None:
        """Close the browser."""
        await self._http.aclose()

    async def _ask(self, method: str, path: str) -> httpx.Response:
        try:
            answer = await self._http.request(method, path, headers={forms.HEADER: self._form_token})
        except httpx.TransportError as error:
            raise LostError(f"{method} {path.rpartition('/')[0]}: {error!r}") from error
        if answer.status_code >= 500:
            raise LostError(f"{method} {path.rpartition('/')[0]}: {answer.status_code}")
        self._form_token = form_token.of_page(answer.text) or self._form_token
        return answer


class OpenPage:
    """A page with its elements as they are now.

    `path` is where it was led to, `went_to` where it was sent on to, `saved_from` what it was told to save, `toasts`
    the words that passed by.
    """

    reads: Any = framework_json  # what comes, and writes what goes

    def __init__(self, answer: httpx.Response) -> None:
        self.path = answer.url.path
        self.elements: dict[str, Element] = {}
        self.went_to = ""
        self.saved_from = ""
        self.toasts: list[str] = []
        self._handshake: dict[str, Any] = {}
        if (elements := ELEMENTS.search(answer.text)) and (handshake := HANDSHAKE.search(answer.text)):
            self.elements = json.loads(html.unescape(elements[1]))
            self._handshake = ast.literal_eval(handshake[1])  # a dict as Python prints it
        self._news = asyncio.Event()
        self._socket = socketio.AsyncClient(
            reconnection=False, handle_sigint=False, json=self.reads, websocket_extra_options={"ssl": UNVERIFIED}
        )
        self._socket.on("update", self._updated)
        self._socket.on("disconnect", lambda _reason: self._news.set())
        self._socket.on("*", self._told)

    async def connect(self, address: str, transports: Sequence[str], cookies: httpx.Cookies) -> None:
        """Say hello as the page's script does; a refusal is a page without one."""
        if not self._handshake:
            return
        hello = self._handshake | {
            "implicit_handshake": "true",
            "document_id": uuid.uuid4(),
            "tab_id": uuid.uuid4(),
        }
        try:
            await self._socket.connect(
                f"{address}?{urlencode(hello)}",
                headers={"Origin": address, "Cookie": "; ".join(f"{name}={text}" for name, text in cookies.items())},
                transports=list(transports),
                socketio_path="/_nicegui_ws/socket.io",
                wait_timeout=ANSWER_SECONDS,
            )
        # TypeError: the library takes a goodbye for an answer when the program ends at this moment.
        except (socketio.exceptions.ConnectionError, OSError, TypeError) as error:
            raise LostError(f"no socket for {self.path}: {error}") from error

    async def close(self) -> None:
        """Leave the page. Who polls does not wait for the answer to the last question."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._socket.disconnect()
        await self._socket.shutdown()

    def find(self, component: str) -> list[Element]:
        """The elements of a component (`product_panel`), in the order they were made."""
        found = ((int(key), element) for key, element in self.elements.items() if _is_a(component, element))
        return [element | {"id": key} for key, element in sorted(found, key=lambda pair: pair[0])]

    def props(self, component: str) -> dict[str, Any]:
        """What the newest element of a component shows."""
        found = self.find(component)
        return dict(found[-1]["props"]) if found else {}

    async def send(self, component: str, event: str, *arguments: object, words: str = "") -> None:
        """Send what the newest element of a component, with these words on it, emits. Raises LostError."""
        element = [found for found in self.find(component) if words in found.get("text", "")][-1]
        listener = next(known for known in element["events"] if known["type"] == event)
        await self.send_to(element["id"], listener["listener_id"], *arguments)

    async def send_to(self, element_id: int, listener_id: str, *arguments: object) -> None:
        """Send what an element emits to one of its listeners. Raises LostError."""
        message = {
            "id": element_id,
            "client_id": self._handshake["client_id"],
            "listener_id": listener_id,
            "args": [json.dumps(argument) for argument in arguments],
        }
        await self.tell("event", message)

    async def tell(self, event: str, message: Any) -> None:
        """Send a message as it is, like none of the page's components. Raises LostError."""
        try:
            await self._socket.emit(event, message)
        except socketio.exceptions.SocketIOError as error:
            raise LostError(f"{self.path}: {error!r}") from error

    @property
    def client_id(self) -> str:
        """What the page is known by, "" if it has no live elements."""
        return str(self._handshake.get("client_id", ""))

    async def until(self, answer: Callable[[], Answer], seconds: float = ANSWER_SECONDS) -> Answer:
        """Wait until the page answers something true, and return it. Raises LostError."""
        until = time.monotonic() + seconds
        while not (given := answer()):
            if not self._socket.connected:
                raise LostError(f"{self.path}: the connection broke")
            self._news.clear()
            try:
                async with asyncio.timeout(until - time.monotonic()):
                    await self._news.wait()
            except TimeoutError:
                raise LostError(f"{self.path}: no answer in {seconds} s") from None
        return given

    def _updated(self, message: dict[str, Element | None]) -> None:
        message.pop("_id", None)
        for key, element in message.items():
            if element is None:
                self.elements.pop(key, None)
            else:
                self.elements[key] = element
        self._news.set()

    def _told(self, event: str, message: dict[str, Any]) -> None:
        """What else the page's script is told to do."""
        match event:
            case "open":
                self.went_to = str(message["path"])
            case "download":
                self.saved_from = str(message["src"])
            case "notify":
                self.toasts.append(str(message["message"]))
        self._news.set()


def _is_a(component: str, element: Element) -> bool:
    return str(element["tag"]) in {component, f"nicegui-{component}"}
