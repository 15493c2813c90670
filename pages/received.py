"""A file that is posted to a route of ours: read with a limit, cut off beyond it, answered in words."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import IO

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile
from starlette.types import Message, Receive

from models.errors import ShopError
from models.text import _, is_clean

OVERHEAD = 10_000  # bytes of a multipart form besides its file
SILENCE_SECONDS = 2  # after which nothing more is waited for

Answer = dict[str, object]


class TooLargeError(Exception):
    """More came in than was announced."""


async def received(request: Request, limit: int, use: Callable[[str, IO[bytes]], Awaitable[Answer]]) -> JSONResponse:
    """Read the file of a multipart form, of `limit` bytes at most; answer with what `use` makes of its name and itself.

    What is too large is thrown away, and cut off where it is longer than it said; a ShopError of `use` is answered
    as {"error": sentence}.
    """
    too_large = _refused(_("This file is larger than {n} MB.").format(n=limit // 1_000_000), 413)
    declared = request.headers.get("content-length", "")
    if not declared.isdecimal():
        return too_large
    if int(declared) > limit + OVERHEAD:
        await _throw_away(request, 2 * limit)
        return too_large
    limited = Request(request.scope, _cut_off(request, limit + OVERHEAD))
    try:
        async with limited.form(max_files=1, max_fields=5) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                return _refused(_("No file arrived. Please choose one."), 422)
            name = file.filename or ""
            return JSONResponse(await use(name if is_clean(name) else "", file.file))
    except TooLargeError:
        return too_large
    except ShopError as error:
        return _refused(str(error), 422)


def _cut_off(request: Request, left: int) -> Receive:
    """What a request's body is received with. Raises TooLargeError once it is longer than `left` bytes."""

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooLargeError
        return message

    return receive


async def _throw_away(request: Request, most: int) -> None:
    """Read up to `most` bytes of a body for nothing: browsers and proxies that still send look for no answer, and
    take a connection that ends meanwhile for a failure (RFC 9112, 9.6).
    """
    left, more = most, True
    while more and left > 0:
        try:
            message = await asyncio.wait_for(request.receive(), SILENCE_SECONDS)
        except TimeoutError:
            return
        left -= len(message.get("body", b""))
        more = message.get("more_body", False)


def _refused(sentence: str, status: int) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)
