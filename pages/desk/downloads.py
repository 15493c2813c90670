"""The desk's files: exports, backups, and what deliveries carried; each only for a signed-in seller."""

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends
from fastapi.responses import FileResponse, Response
from nicegui import app

from models import Seller
from models.errors import NotFoundError
from models.text import _
from pages.desk import guard
from pages.desk.desk_page import missing
from services import backups, deliveries, exports, parameters

Signed = Annotated[Seller, Depends(guard.require)]
LARGEST_ID = 2**31 - 1

# A mail is somebody else's HTML: nothing in it runs, loads or is sent, and its links open in a new tab.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'self'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
NEW_TAB = '<base target="_blank">'


def register() -> None:
    """Declare the routes."""
    app.add_api_route("/desk/exports/{export_id}", export, methods=["GET"])
    app.add_api_route("/desk/deliveries/{message_id}/letter", letter, methods=["GET"])
    app.add_api_route("/desk/deliveries/{message_id}/file", transferred_file, methods=["GET"])
    app.add_api_route("/desk/deliveries/{message_id}/attachments/{position}", attachment, methods=["GET"])
    app.add_api_route("/desk/backups/{file_name}", backup, methods=["GET"])


async def export(export_id: int, _seller: Signed) -> Response:
    """The very bytes of an export."""
    try:
        kept = await exports.open_again(_checked(export_id))
    except NotFoundError as error:
        return missing(await parameters.current(), str(error))
    return saved(kept.content, kept.file_name)


async def letter(message_id: int, _seller: Signed) -> Response:
    """The HTML of a mail, to be shown in a frame."""
    try:
        delivery = await deliveries.get(_checked(message_id))
    except NotFoundError as error:
        return missing(await parameters.current(), str(error))
    html = delivery.letter.html if delivery.letter else ""
    headers = {"content-security-policy": LETTER_POLICY, "cache-control": "no-store"}
    return Response(NEW_TAB + html, media_type="text/html; charset=utf-8", headers=headers)


async def transferred_file(message_id: int, _seller: Signed) -> Response:
    """The bytes of a transfer."""
    try:
        delivery = await deliveries.get(_checked(message_id))
    except NotFoundError as error:
        return missing(await parameters.current(), str(error))
    return saved(delivery.content, delivery.row.title)


async def attachment(message_id: int, position: int, _seller: Signed) -> Response:
    """A file in a mail, counted from 0."""
    try:
        mail = (await deliveries.get(_checked(message_id))).letter
        if mail is None or not 0 <= position < len(mail.attachments):
            raise NotFoundError(_("There is no such file in this mail."))
    except NotFoundError as error:
        return missing(await parameters.current(), str(error))
    found = mail.attachments[position]
    return saved(found.content, found.file_name)


async def backup(file_name: str, _seller: Signed) -> Response:
    """A backup."""
    try:
        found = await asyncio.to_thread(backups.find, file_name)
    except NotFoundError as error:
        return missing(await parameters.current(), str(error))
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return FileResponse(found.path, filename=found.path.name, media_type="application/zip", headers=headers)


def saved(content: bytes, file_name: str) -> Response:
    """Answer with a file for the browser to save, never to open."""
    plain_name = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in file_name)
    disposition = f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(file_name, safe='')}"
    headers = {"content-disposition": disposition, "cache-control": "no-store", "x-content-type-options": "nosniff"}
    kind = "text/csv; charset=utf-8" if file_name.endswith(".csv") else "application/octet-stream"
    return Response(content, media_type=kind, headers=headers)


def _checked(id_: int) -> int:
    if not 0 < id_ <= LARGEST_ID:
        raise NotFoundError(_("There is no such file."))
    return id_
