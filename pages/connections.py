"""What the libraries keep of a page whose connection is over is let go: soon if it was left, else after a while.

The network's keep what a socket was opened by, and all that this knows, until garbage is looked for: 40 kB a page.
The framework waits half a minute for each browser to come back, also for one that said goodbye: with buyers who look
at a page for half a minute, half of all pages it kept were such.
"""

import copy
from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from engineio.async_drivers import asgi
from nicegui import Client, core, ui
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

GOING_AWAY = 1001  # what a browser says that leaves a page; a line that breaks, or a phone that sleeps, says nothing
LEFT_SECONDS = 10.0  # a proxy may say it too, when it starts anew: its browsers are back within a few seconds

Translate = Callable[[Scope, Receive, Send], Awaitable[dict[str, Any]]]

_usual: WeakKeyDictionary[Client, ui.page] = WeakKeyDictionary()  # how pages were declared that a browser has left


class HttpConnection(HttpToolsProtocol):
    """A connection as the server has them; the parser of one that becomes a websocket knows it, and is done then."""

    def handle_websocket_upgrade(self) -> None:
        """Give the connection over to the websocket's protocol."""
        super().handle_websocket_upgrade()
        self.parser = None  # type: ignore[assignment] # as when a connection is lost, which this object is not told of any more


class Socket(asgi.WebSocket):  # type: ignore[misc] # it has no types
    """A websocket as engine.io has them, but its end is no error: the error would know who waited for it."""

    async def __call__(self, environ: dict[str, Any]) -> Any:
        """Speak with the page that the address names."""
        self._page_id = parse_qs(environ["QUERY_STRING"]).get("client_id", [""])[0]
        if page := Client.instances.get(self._page_id):
            _take_time(page)
        return await super().__call__(environ)

    async def wait(self) -> str | bytes | None:
        """What comes next; None when the other side is gone."""
        message = await self.asgi_receive()
        if message["type"] == "websocket.receive":
            text = message.get("text")
            return cast(str | bytes, message["bytes"] if text is None else text)
        page = Client.instances.get(self._page_id)
        if page and message.get("code") == GOING_AWAY:
            _hurry(page)
        return None


def _hurry(page: Client) -> None:
    """Keep a page without a connection for less long, unless its browser comes back."""
    usual = _usual.setdefault(page, page.page)
    page.page = copy.copy(usual)  # that one may be shared by all who see the same
    page.page.reconnect_timeout = min(LEFT_SECONDS, usual.resolve_reconnect_timeout())


def _take_time(page: Client) -> None:
    """Keep a page as long as others again: its browser has come back, and may lose its line the next time."""
    page.page = _usual.pop(page, page.page)


def let_go() -> None:
    """Have the sockets of pages leave nothing behind."""
    ways = core.sio.eio._async
    core.sio.eio._async = ways | {
        "websocket": Socket,
        "translate_request": _without_unread_body(ways["translate_request"]),
    }


def _without_unread_body(translate: Translate) -> Translate:
    async def translated(scope: Scope, receive: Receive, send: Send) -> dict[str, Any]:
        """What engine.io knows of a visit; its reader of the body is of a class made for this visit alone."""
        environ = await translate(scope, receive, send)
        if scope.get("method") != "POST" and (body := environ.pop("wsgi.input", None)):
            del type(body).read  # a class knows itself, so that it stays for a while; this knows the visit
        return environ

    return translated
