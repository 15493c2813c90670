"""Pictures as files: each in two sizes, and named at random."""

import re
import secrets
import time
from collections.abc import Collection
from pathlib import Path

from services import settings

SMALL_MARK = "-s"
FILE_NAME = re.compile(r"[0-9a-f]{32}(-s)?\.webp")
KEPT_UNUSED_SECONDS = 3600.0  # a picture may be stored a moment before a row names it


def keep(large: bytes, small: bytes) -> str:
    """Keep a picture in its two sizes and return the name of its file. Call it in a thread."""
    file = f"{secrets.token_hex(16)}.webp"
    _write(small, thumb(file))
    _write(large, file)
    return file


def remove(file: str) -> None:
    """Remove a picture that no row names."""
    for name in (file, thumb(file)):
        (settings.current().media / name).unlink(missing_ok=True)


def thumb(file: str) -> str:
    """The name of the small picture that belongs to `file`."""
    return file.replace(".webp", f"{SMALL_MARK}.webp") if file and SMALL_MARK not in file else file


def path(file: str) -> Path | None:
    """Where a file of this name lies; None if there is none, or no picture could be called that."""
    if not FILE_NAME.fullmatch(file):
        return None
    found = settings.current().media / file
    return found if found.is_file() else None


def tidy(in_use: Collection[str]) -> None:
    """Remove the files no row names any more."""
    kept = {*in_use, *map(thumb, in_use)}
    for found in settings.current().media.glob("*.webp"):
        is_old = found.stat().st_mtime < time.time() - KEPT_UNUSED_SECONDS
        if found.name not in kept and is_old and FILE_NAME.fullmatch(found.name):
            found.unlink(missing_ok=True)


def _write(content: bytes, file: str) -> None:
    target = settings.current().media / file
    part = target.with_suffix(".part")
    part.write_bytes(content)
    part.replace(target)
