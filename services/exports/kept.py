"""The exact bytes of exports, each kept as a file for a time."""

import asyncio
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from models import Export
from models.errors import NotFoundError, StorageError
from models.text import _
from services import settings

UNRECORDED_KEPT = timedelta(hours=1)  # nothing takes so long from its bytes to its record
FILES_KEPT = timedelta(days=90)  # the record of who took what out stays


@dataclass(frozen=True)
class Content:
    """The bytes of an export and the name they are saved under."""

    file_name: str
    content: bytes


@dataclass(frozen=True)
class KeptFile:
    """Where the bytes of an export are, and the name they are saved under."""

    file_name: str
    path: Path


async def find(export_id: int) -> KeptFile:
    """The file of an earlier export. Raises NotFoundError if it is no longer kept."""
    export = await Export.get_or_none(id=export_id)
    if export is None:
        raise NotFoundError(_("This export is not known here."))
    if not await asyncio.to_thread(path(export.sha256).exists):
        raise _gone()
    return KeptFile(export.file_name, path(export.sha256))


async def open_again(export_id: int) -> Content:
    """The very bytes of an earlier export. Raises NotFoundError if they are no longer kept."""
    kept = await find(export_id)
    try:
        return Content(kept.file_name, await asyncio.to_thread(kept.path.read_bytes))
    except FileNotFoundError:
        raise _gone() from None


def path(sha256: str) -> Path:
    """Where the bytes of an export are kept: under one name, whatever its dialect."""
    return settings.current().exports / f"{sha256}.csv"


def unfinished() -> Path:
    """Where the bytes of an export are written; `forget_unrecorded` finds what a process that died has left."""
    return settings.current().exports / f"{secrets.token_hex(8)}.csv.part"


def keep(written: Path, sha256: str) -> Path:
    """Keep a file whose bytes are on the disk; one with the same bytes is the same file. Raises StorageError."""
    try:
        return written.replace(path(sha256))
    except OSError as error:
        raise StorageError(_("The export could not be saved. Is the disk full? Please try again.")) from error


def forget_files(*, before: datetime) -> None:
    """Delete the bytes of exports made before a moment (aware); the record of who took what out stays."""
    for file in _files_before(before):
        _delete(file)


async def forget_unrecorded(now: datetime) -> None:
    """Delete what a process that died has left without a record: nobody would know who is in it."""
    left = await asyncio.to_thread(_files_before, now - UNRECORDED_KEPT)
    recorded = {row["sha256"] for row in await Export.all().values("sha256")} if left else set()
    for file in left:
        if file.name.partition(".")[0] not in recorded:
            await asyncio.to_thread(_delete, file)


async def forget_contents(sha256s: Iterable[str]) -> None:
    """Delete the bytes of exports: somebody in them was erased. The record of who took what out stays."""
    for sha256 in sha256s:
        await asyncio.to_thread(path(sha256).unlink, missing_ok=True)


def _delete(left: Path) -> None:
    """A file, or the folder that a process had for itself."""
    if left.is_dir():
        shutil.rmtree(left, ignore_errors=True)
    else:
        left.unlink(missing_ok=True)


def _files_before(moment: datetime) -> list[Path]:
    """What was written before a moment (aware), also if it was never finished."""
    found = []
    for file in settings.current().exports.glob("*.csv*"):
        with suppress(FileNotFoundError):  # an export ended just now, perhaps of another process
            if file.stat().st_mtime < moment.timestamp():
                found.append(file)
    return found


def _gone() -> NotFoundError:
    return NotFoundError(_("The file of this export is no longer kept. Please export the orders again."))
