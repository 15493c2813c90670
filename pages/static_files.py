"""The files of the framework and of ours: compressed once, and answered before anything asks who comes.

They are the same for everybody, and their addresses change with their content, so that browsers keep them for good.
"""

import asyncio
import gzip
import re
from dataclasses import dataclass

from nicegui.version import __version__
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAMEWORK = f"/_nicegui/{__version__}/"
CHANGING = f"{FRAMEWORK}dynamic_resources/"
KEEP = "public, max-age=31536000, immutable"
MOST_BYTES = 16_000_000  # of all that is kept; there are many ways to write the address of one file
WORTHWHILE = 0.9  # what is hardly smaller compressed (fonts, pictures) stays as it is
# Of elements that no page of ours has. Those of cards the framework changes in each page: all that stands there by then
# is styled and laid out anew.
NEEDLESS_RULES = re.compile(rb"[^{}]*\.q-(?:card|carousel|date|stepper|time)[^{}]*\{[^{}]*\}")
KEPT_HEADERS = ("content-type", "etag", "last-modified")


@dataclass(frozen=True)
class _File:
    body: bytes
    headers: dict[str, str]


class StaticFiles:
    """Answers what does not change from memory; the first to ask for a file gets it from the program behind."""

    def __init__(self, inner: ASGIApp, ours: str) -> None:
        """`ours` is how the addresses of our own files begin."""
        self._inner = inner
        self._begin = (FRAMEWORK, f"{ours}/")
        self._files: dict[str, _File] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = None
        if self._is_plain(scope):
            file = self._files.get(scope["path"]) or await self._read(scope, receive)
        answer = _answer(file, Headers(scope=scope)) if file else self._inner
        await answer(scope, receive, send)

    def _is_plain(self, scope: Scope) -> bool:
        """Whether somebody asks for the whole of a file that never changes."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(self._begin) or path.startswith(CHANGING):
            return False
        return scope["method"] in {"GET", "HEAD"} and "range" not in Headers(scope=scope)

    async def _read(self, scope: Scope, receive: Receive) -> _File | None:
        """Read a file from the program behind, and keep it compressed; None for what is not there."""
        answer = _Answer()
        asked = Headers(scope=scope).mutablecopy()
        for name in ("accept-encoding", "if-none-match", "if-modified-since"):
            del asked[name]
        await self._inner({**scope, "method": "GET", "headers": asked.raw}, receive, answer.send)
        if answer.status != 200:
            return None
        file = await asyncio.to_thread(_compressed, answer)
        if sum(len(kept.body) for kept in self._files.values()) + len(file.body) <= MOST_BYTES:
            self._files[scope["path"]] = file
        return file


class _Answer:
    """What the program behind says."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = 0, Headers(), bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], Headers(raw=message["headers"])
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


def _compressed(answer: _Answer) -> _File:
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    headers |= {"cache-control": KEEP, "vary": "Accept-Encoding"}
    body = bytes(answer.body)
    if headers.get("content-type", "").startswith("text/css"):
        body = NEEDLESS_RULES.sub(b"", body)
    small = gzip.compress(body, mtime=0)
    if len(small) > WORTHWHILE * len(body):
        return _File(body, headers)
    return _File(small, headers | {"content-encoding": "gzip"})


def _answer(file: _File, asked: Headers) -> Response:
    if "etag" in file.headers and asked.get("if-none-match") == file.headers["etag"]:
        return Response(status_code=304, headers=file.headers)
    if "content-encoding" in file.headers and "gzip" not in asked.get("accept-encoding", ""):
        plain = {name: text for name, text in file.headers.items() if name != "content-encoding"}
        return Response(gzip.decompress(file.body), headers=plain)
    return Response(file.body, headers=file.headers)
