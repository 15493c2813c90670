"""The door of the live connection: who may come in, how much they may say, and in what form."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from fastapi.responses import PlainTextResponse
from nicegui import core
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.text import _
from pages import origins

PATH = "/_nicegui_ws"
MAX_MESSAGE_BYTES = 64_000  # a longer text comes in parts: see components/form.js
MESSAGES_A_SECOND = 40.0
MESSAGES_AT_ONCE = 400.0  # the parts of the longest text, and a page that says hello meanwhile

PACKETS = tuple("0123456")
SEPARATOR = "\x1e"
BINARY = ("45", "46")  # announces attachments, which would be kept without end; no page of ours sends any
TOO_MUCH = 1008
EVENTS = {"handshake", "event", "javascript_response", "ack"}  # not "log": nobody outside writes into our log
MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError)
MAX_ID_LENGTH = 64

log = logging.getLogger(__name__)


class SocketDoor:
    """Stands before the framework's socket: refuses other sites' pages, and cuts off what is too much.

    Who is cut off loses the connection, and nobody else notices; a browser connects anew.
    """

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner
        self._polling: WeakKeyDictionary[Any, Allowance] = WeakKeyDictionary()  # by connection, as long as there is one

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or not scope["path"].startswith(PATH):
            return await self.inner(scope, receive, send)
        headers = Headers(scope=scope)
        if scope["type"] == "websocket":
            if "origin" not in headers or not origins.is_own(headers):
                return await _refuse(receive, send)
            line = Line(receive, send)
            return await self.inner(scope, line.receive, line.send)
        if not origins.is_own(headers):
            return await PlainTextResponse(_("This came from another site."), 403)(scope, receive, send)
        if scope["method"] == "POST":
            return await self._post(scope, headers, receive, send)
        return await self.inner(scope, receive, send)

    async def _post(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        """Pass on what long polling sends; how much it is has been declared (see `http.BodyLimit`)."""
        sid = parse_qs(scope["query_string"].decode("latin-1")).get("sid", [""])[0]
        is_small = int(headers.get("content-length", "0")) <= MAX_MESSAGE_BYTES
        body = await _body(receive) if is_small else b""
        packets = body.decode(errors="replace").split(SEPARATOR)
        if all(map(_is_packet, packets)) and self._allowance(sid).take(len(packets)):
            await self.inner(scope, _once_more(body, receive), send)
            return
        await _cut(sid)
        await PlainTextResponse(_("This is more than can be sent here."), 413)(scope, receive, send)

    def _allowance(self, sid: str) -> "Allowance":
        connection = core.sio.eio.sockets.get(sid)
        return self._polling.setdefault(connection, Allowance()) if connection else Allowance()


class Allowance:
    """How many messages a connection may still send: some at once, and then so many a second."""

    def __init__(self) -> None:
        self._left, self._at = MESSAGES_AT_ONCE, time.monotonic()

    def take(self, messages: int) -> bool:
        """Take out so many; returns whether there were as many."""
        now = time.monotonic()
        self._left = min(MESSAGES_AT_ONCE, self._left + (now - self._at) * MESSAGES_A_SECOND) - messages
        self._at = now
        return self._left >= 0


class Line:
    """One websocket, which is closed when it says too much."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._allowance = Allowance()
        self._is_cut = False

    async def receive(self) -> Message:
        """The next message; the framework hears of one that was too much as of a connection that was lost."""
        message = await self._receive()
        if message["type"] != "websocket.receive" or (_is_fine(message) and self._allowance.take(1)):
            return message
        await self.send({"type": "websocket.close", "code": TOO_MUCH})
        self._is_cut = True
        return {"type": "websocket.disconnect", "code": TOO_MUCH}

    async def send(self, message: Message) -> None:
        """Send, unless the line was cut."""
        if not self._is_cut:
            await self._send(message)


def tighten() -> None:
    """Take out of the framework's socket what the door does better, and let no malformed message into its handlers."""
    sio = core.sio
    sio.eio.cors_allowed_origins = []  # the door compares origins; no answer names one
    sio.eio.max_http_buffer_size = MAX_MESSAGE_BYTES
    sio.eio._log_error_once = _tell  # what a stranger sends wrong is no error of ours
    sio.eio.on("message", _readable(sio.eio.handlers["message"]))
    sio._handle_event_internal = _well_formed(sio._handle_event_internal)


def _tell(_message: str, kind: str) -> None:
    log.info("A visit to the live connection was refused: %s.", kind)


def _readable(read: Callable[[str, Any], Awaitable[None]]) -> Callable[[str, Any], Awaitable[None]]:
    async def read_or_cut(sid: str, sent: Any) -> None:
        try:
            await read(sid, sent)
        except MALFORMED:
            await _cut(sid)

    return read_or_cut


def _well_formed(handle: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def handle_if_well_formed(server: Any, sid: str, eio_sid: str, sent: Any, *more: Any) -> None:
        if not (isinstance(sent, list) and len(sent) == 2 and isinstance(sent[0], str) and sent[0] in EVENTS):
            return
        if sent[0] == "handshake" and not _is_handshake(sent[1]):
            return
        try:
            await handle(server, sid, eio_sid, sent, *more)
        except MALFORMED:  # what our own handlers raise is caught and logged before it comes here
            log.info("A message without the form of any that a page sends was ignored.")

    return handle_if_well_formed


def _is_handshake(sent: Any) -> bool:
    if not isinstance(sent, dict):
        return False
    names = [sent.get(name) for name in ("client_id", "tab_id", "document_id")]
    return all(isinstance(name, str) and len(name) <= MAX_ID_LENGTH for name in names) and _is_count(
        sent.get("next_message_id")
    )


def _is_count(sent: Any) -> bool:
    return sent is None or (isinstance(sent, int | str) and len(str(sent)[:20]) < 20 and str(sent).isdecimal())


def _is_fine(message: Message) -> bool:
    text: str = message.get("text") or ""
    return len(text.encode(errors="replace")) <= MAX_MESSAGE_BYTES and _is_packet(text)


def _is_packet(text: str) -> bool:
    return text.startswith(PACKETS) and not text.startswith(BINARY)


async def _cut(sid: str) -> None:
    """End a connection at once: nobody waits until the other side has heard of it."""
    socket = core.sio.eio.sockets.pop(sid, None)
    if socket is not None:
        log.info("A connection sent what is too much or cannot be read, and was ended.")
        await socket.close(wait=False, abort=True)
        await socket.queue.put(None)  # its writer, or who waits for news, hears of it too


async def _refuse(receive: Receive, send: Send) -> None:
    await receive()  # the wish to connect; a close instead of an accept is answered as 403
    await send({"type": "websocket.close", "code": TOO_MUCH})


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _once_more(body: bytes, receive: Receive) -> Receive:
    """A body that was read already, and then what comes after it."""
    is_told = False

    async def tell() -> Message:
        nonlocal is_told
        if is_told:
            return await receive()
        is_told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return tell
