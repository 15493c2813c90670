"""The routes that files of the catalogue are posted to."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import IO

from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from nicegui import app
from starlette.datastructures import UploadFile
from starlette.types import Message, Receive

from models import query_values
from models.errors import ShopError
from models.text import _, is_clean
from pages.desk import guard
from pages.http import not_too_often, same_origin
from services import catalog_import, picture_drawing, pictures
from services.catalog_import import inbox

CATALOGUE_PATH = "/desk/import/file"
PICTURES_PATH = "/desk/import/pictures"
MAX_ZIP_BYTES = 200_000_000
OVERHEAD = 10_000  # bytes of a multipart form besides its file

Answer = dict[str, object]


class TooLargeError(Exception):
    """More came in than was announced."""


def picture_path(product_id: int) -> str:
    """Where the pictures of a product are posted to."""
    return f"/desk/products/{product_id}/pictures"


def register() -> None:
    """Declare the routes."""
    checks = [Depends(same_origin), Depends(guard.require), Depends(not_too_often)]
    for path, receive in (
        (CATALOGUE_PATH, receive_catalogue),
        (PICTURES_PATH, receive_pictures),
        ("/desk/products/{product_id}/pictures", receive_picture),
    ):
        app.add_api_route(path, receive, methods=["POST"], dependencies=checks)


# The body is read here and not by a parameter: that would be done before the checks above.


async def receive_catalogue(request: Request) -> JSONResponse:
    """Keep a catalogue file; answers {"file": token} or {"error": sentence}."""

    async def keep(name: str, file: IO[bytes]) -> Answer:
        content = await asyncio.to_thread(file.read)
        await catalog_import.read(name, content)  # what cannot be read is refused at once
        return {"file": await asyncio.to_thread(inbox.keep, name, content)}

    return await received(request, catalog_import.MAX_BYTES, keep)


async def receive_pictures(request: Request) -> JSONResponse:
    """Take a picture an import named, or a ZIP of them; answers {"matched": number} or {"error": sentence}."""

    async def match(name: str, file: IO[bytes]) -> Answer:
        return {"matched": await pictures.match(name, file)}

    return await received(request, MAX_ZIP_BYTES, match)


async def receive_picture(request: Request, product_id: str) -> JSONResponse:
    """Add a picture to a product; answers {"added": true} or {"error": sentence}."""

    async def add(_name: str, file: IO[bytes]) -> Answer:
        await pictures.add(query_values.number(product_id) or 0, file)
        return {"added": True}

    return await received(request, picture_drawing.MAX_BYTES, add)


async def received(request: Request, limit: int, use: Callable[[str, IO[bytes]], Awaitable[Answer]]) -> JSONResponse:
    """Read the file of a multipart form, of `limit` bytes at most; answer with what `use` makes of its name and itself.

    What is too large is refused unread, and cut off where it turns out to be; a ShopError of `use` is answered as
    {"error": sentence}.
    """
    too_large = _refused(_("This file is larger than {n} MB.").format(n=limit // 1_000_000), 413)
    declared = request.headers.get("content-length", "")
    if not declared.isdecimal() or int(declared) > limit + OVERHEAD:
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


def _refused(sentence: str, status: int) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)
