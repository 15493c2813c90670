"""The routes that files of the catalogue are posted to."""

import asyncio
from typing import IO

from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from nicegui import app

from models import query_values
from pages.desk import guard
from pages.http import not_too_often, same_origin
from pages.received import Answer, received
from services import catalog_import, picture_drawing, pictures
from services.catalog_import import inbox

CATALOGUE_PATH = "/desk/import/file"
PICTURES_PATH = "/desk/import/pictures"
MAX_ZIP_BYTES = 200_000_000
SOME, MAX_NAME = 8, 60  # names of files that are told


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
    """Take a picture for its product, or a ZIP of them.

    Answers {"matched": number, "left": number, "names": some of those left} or {"error": sentence}.
    """

    async def match(name: str, file: IO[bytes]) -> Answer:
        matched = await pictures.match(name, file)
        some = ", ".join(name[:MAX_NAME] for name in matched.left[:SOME])
        return {"matched": matched.places, "left": len(matched.left), "names": some}

    return await received(request, MAX_ZIP_BYTES, match)


async def receive_picture(request: Request, product_id: str) -> JSONResponse:
    """Add a picture to a product; answers {"added": true} or {"error": sentence}."""

    async def add(_name: str, file: IO[bytes]) -> Answer:
        await pictures.add(query_values.number(product_id) or 0, file)
        return {"added": True}

    return await received(request, picture_drawing.MAX_BYTES, add)
