"""What the network's libraries keep of a connection that is over, until garbage is looked for, is let go at once.

A page that was left would leave 50 kB behind in this way: what its socket was opened by and all that this knows.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from engineio.async_drivers import asgi  # type: ignore[import-untyped]
from nicegui import core
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Translate = Callable[[Scope, Receive, Send], Awaitable[dict[str, Any]]]


class HttpConnection(HttpToolsProtocol):
    """A connection as the server has them; the parser of one that becomes a websocket knows it, and is done then."""

    def handle_websocket_upgrade(self) -> None:
        """Give the connection over to the websocket's protocol."""
        super().handle_websocket_upgrade()
        self.parser = None  # type: ignore[assignment] # as when a connection is lost, which this object is not told of any more


class Socket(asgi.WebSocket):  # type: ignore[misc] # it has no types
    """A websocket as engine.io has them, but its end is no error: the error would know who waited for it."""

    async def wait(self) -> str | bytes | None:
        """What comes next; None when the other side is gone."""
        try:
            return await super().wait()  # type: ignore[no-any-return]
        except OSError:
            return None


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
