"""Pictures in a ZIP file: unpacked and drawn anew in a process of its own. A name in it is a name, never a path."""

import json
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from models.errors import ShopError
from models.text import _
from services.picture_drawing import MAX_BYTES, sizes

MAX_MEMBERS = 5_000
MAX_RATIO = 200  # a picture is packed already
SMALL_BYTES = 1_000_000  # what unpacks to no more than that may be packed as tightly as it likes
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others unpack to millions of times their size at one go
MAX_NAME = 255


def answer(file: IO[bytes], *wanted: str) -> Iterator[bytes]:
    """Yield the names of what may be pictures, as JSON by their place; or those at the places `wanted`, in two sizes.

    Raises ShopError if the file cannot be opened, or one of the pictures not be used.
    """
    try:
        members = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise ShopError(_("This ZIP file cannot be opened.")) from None
    with members:
        if wanted:
            for place in map(int, wanted):
                yield from _sizes(members, members.infolist()[place])
        else:
            yield json.dumps(_names(members.infolist())).encode()


def bare(name: str) -> str:
    """A picture's name without the folders that stand before it, whatever system wrote them."""
    return name.replace("\\", "/").rpartition("/")[2][:MAX_NAME]


def _names(members: list[zipfile.ZipInfo]) -> dict[int, str]:
    if len(members) > MAX_MEMBERS:
        raise ShopError(_("There are more than {n} files in this ZIP file.").format(n=MAX_MEMBERS))
    return {place: bare(member.filename) for place, member in enumerate(members) if 0 < member.file_size <= MAX_BYTES}


def _sizes(members: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    name = bare(member.filename)[:80]
    try:
        content = _unpacked(members, member)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        raise ShopError(_("“{name}” in this ZIP file cannot be read.").format(name=name)) from None
    try:
        yield from sizes(content)
    except ShopError as error:
        raise ShopError(f"{name}: {error}") from None


def _unpacked(members: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A member's bytes, no more of them than a picture may have."""
    most = min(MAX_BYTES, max(SMALL_BYTES, MAX_RATIO * member.compress_size))
    if member.compress_type not in PACKINGS:
        raise NotImplementedError
    member.file_size = MAX_BYTES + 1  # what it says of its size itself is not believed
    with members.open(member) as unpacked:
        content = unpacked.read(most + 1)
    if len(content) > most:
        raise zipfile.BadZipFile
    return content
