"""The exact bytes of exports, each kept as a file for a time."""

import asyncio
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from models import Export
from models.errors import NotFoundError, StorageError
from models.text import _
from services import settings

FILES_KEPT = timedelta(days=90)  # the record of who took what out stays


@dataclass(frozen=True)
class Content:
    """The bytes of an export and the name they are saved under."""

    file_name: str
    content: bytes


async def open_again(export_id: int) -> Content:
    """The very bytes of an earlier export. Raises NotFoundError if they are no longer kept."""
    export = await Export.get_or_none(id=export_id)
    if export is None:
        raise NotFoundError(_("This export is not known here."))
    try:
        content = await asyncio.to_thread(path(export.sha256).read_bytes)
    except FileNotFoundError:
        raise NotFoundError(_("The file of this export is no longer kept. Please export the orders again.")) from None
    return Content(export.file_name, content)


def path(sha256: str) -> Path:
    """Where the bytes of an export are kept: under one name, whatever its dialect."""
    return settings.current().exports / f"{sha256}.csv"


def forget_files(*, before: datetime) -> None:
    """Delete the bytes of exports made before a moment (aware); the record of who took what out stays."""
    for file in settings.current().exports.glob("*.csv*"):  # also what a process that died has left half-written
        if file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)


async def forget_contents(sha256s: Iterable[str]) -> None:
    """Delete the bytes of exports: somebody in them was erased. The record of who took what out stays."""
    for sha256 in sha256s:
        await asyncio.to_thread(path(sha256).unlink, missing_ok=True)


def keep(sha256: str, content: bytes) -> None:
    """Write a whole file or none; one with the same bytes is the same file. Raises StorageError."""
    file_path = path(sha256)
    unfinished = file_path.with_name(f"{file_path.name}.{secrets.token_hex(4)}.part")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(file_path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise StorageError(_("The export could not be saved. Is the disk full? Please try again.")) from error
