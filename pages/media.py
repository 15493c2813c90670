"""The pictures' files, for everybody and for ever: a file never changes under its name."""

from fastapi import HTTPException
from fastapi.responses import FileResponse
from nicegui import app

from models.text import _
from services import picture_files

HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def register() -> None:
    """Serve `/media/{file}`."""
    app.add_api_route("/media/{file}", media, methods=["GET", "HEAD"])


def media(file: str) -> FileResponse:
    """One picture; 404 if there is none of that name."""
    path = picture_files.path(file)
    if path is None:
        raise HTTPException(404, _("There is no such picture."))
    return FileResponse(path, media_type="image/webp", headers=HEADERS)
