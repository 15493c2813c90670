"""Pictures as files: checked, drawn anew in two sizes without anything hidden in them, and named at random."""

import io
import re
import secrets
import time
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from models.errors import ShopError
from models.text import _
from services import settings

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MAX_BYTES = 15_000_000
MAX_PIXELS = 50_000_000
LARGE, SMALL = 1200, 400  # pixels of the longer side
QUALITY = 82
MAX_ZIP_MEMBERS = 5_000
SMALL_MARK = "-s"
FILE_NAME = re.compile(r"[0-9a-f]{32}(-s)?\.webp")
KEPT_UNUSED_SECONDS = 3600.0  # a picture may be stored a moment before a row names it


def store(content: bytes) -> str:
    """Keep a picture (JPEG, PNG, WebP, or the first frame of a GIF) and return the name of its file.

    Slow: call it in a thread. Raises ShopError if it is no such picture, or too large.
    """
    if len(content) > MAX_BYTES:
        raise ShopError(_("This picture is larger than {n} MB.").format(n=MAX_BYTES // 1_000_000))
    large = _opened(content)
    small = large.copy()
    large.thumbnail((LARGE, LARGE))
    small.thumbnail((SMALL, SMALL))
    file = f"{secrets.token_hex(16)}.webp"
    _write(small, thumb(file))
    _write(large, file)
    return file


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


def names_in_zip(content: bytes) -> list[str]:
    """The names of the files in a ZIP that may be pictures. Raises ShopError if it cannot be opened."""
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError):
        raise ShopError(_("This ZIP file cannot be opened.")) from None
    if len(members) > MAX_ZIP_MEMBERS:
        raise ShopError(_("There are more than {n} files in this ZIP file.").format(n=MAX_ZIP_MEMBERS))
    return [member.filename for member in members if 0 < member.file_size <= MAX_BYTES]


def from_zip(content: bytes, name: str) -> bytes:
    """One file of a ZIP, never more than a picture weighs. Raises ShopError if it is damaged or locked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)).open(name) as member:
            return member.read(MAX_BYTES)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        raise ShopError(_("“{name}” in this ZIP file cannot be read.").format(name=name[:80])) from None


def _opened(content: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise Image.DecompressionBombError
        picture.draft("RGB", (LARGE, LARGE))
        upright = ImageOps.exif_transpose(picture)
        has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
        return upright.convert("RGBA" if has_alpha else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ShopError(_("This picture has more pixels than can be used here. Please make it smaller.")) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise ShopError(_("This is not a picture that can be read here (JPEG, PNG, WebP or GIF).")) from None


def _write(picture: Image.Image, file: str) -> None:
    """Write a clean copy: only its pixels, no camera data, no place, no colour profile."""
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    target = settings.current().media / file
    part = target.with_suffix(".part")
    clean.save(part, "WEBP", quality=QUALITY, method=4)
    part.replace(target)
