"""Uploaded files wait here, as files, between the preview and the import."""

import json
import re
import secrets
import time
from pathlib import Path

from models.errors import NotFoundError
from models.text import _
from services import settings

TOKEN = re.compile(r"[0-9a-f]{32}")
KEPT_SECONDS = 24 * 3600.0


def keep(file_name: str, content: bytes) -> str:
    """Keep a file for a day and return the token to open it with. Call it in a thread."""
    _forget_old()
    token = secrets.token_hex(16)
    _folder().mkdir(parents=True, exist_ok=True)
    _path(token).write_bytes(json.dumps(file_name).encode() + b"\n" + content)
    return token


def open_file(token: str) -> tuple[str, bytes]:
    """Return a kept file's name and bytes. Call it in a thread. Raises NotFoundError."""
    if TOKEN.fullmatch(token) and _path(token).is_file():
        name, _line, content = _path(token).read_bytes().partition(b"\n")
        return str(json.loads(name)), content
    raise NotFoundError(_("This file is not here any more. Please drop it once more."))


def forget(token: str) -> None:
    """Remove a kept file."""
    if TOKEN.fullmatch(token):
        _path(token).unlink(missing_ok=True)


def _forget_old() -> None:
    for path in _folder().glob("*.upload"):
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            path.unlink(missing_ok=True)


def _folder() -> Path:
    return settings.current().data / "imports"


def _path(token: str) -> Path:
    return _folder() / f"{token}.upload"
