"""The door for pictures: each is drawn anew in a process of its own before it is kept."""

import asyncio
import json
from collections.abc import Iterator, Sequence

from models.text import _
from services import confined, picture_files
from services.confined import Content, Limits

MEMORY_BYTES = 1_000_000_000  # 50 million pixels, several times over
SECONDS = 20
ANSWER_BYTES = 10_000_000  # both sizes of a picture, or the names in a ZIP file


async def store(content: Content) -> str:
    """Keep a picture and return the name of its file. Raises ShopError if it is none, or too large."""
    limits = Limits(MEMORY_BYTES, SECONDS, ANSWER_BYTES)
    large, small = await confined.read(
        "services.picture_drawing", content, limits=limits, refusal=_too_much(), take=tuple
    )
    return await asyncio.to_thread(picture_files.keep, large, small)


async def names_in_zip(content: Content) -> dict[int, str]:
    """The names of what may be pictures in a ZIP, by their place. Raises ShopError if it cannot be opened."""
    limits = Limits(MEMORY_BYTES, SECONDS, ANSWER_BYTES)
    names: dict[str, str] = await confined.read(
        "services.picture_zips", content, limits=limits, refusal=_too_much(), take=lambda parts: json.loads(next(parts))
    )
    return {int(place): name for place, name in names.items()}


async def store_from_zip(content: Content, places: Sequence[int]) -> list[str]:
    """Keep the pictures at these places of a ZIP, all of them or none, and return the names of their files.

    Raises ShopError about the first that cannot be used.
    """
    limits = Limits(MEMORY_BYTES, SECONDS + len(places), ANSWER_BYTES * len(places))
    return await confined.read(
        "services.picture_zips", content, *map(str, places), limits=limits, refusal=_too_much(), take=_keep_all
    )


def _keep_all(parts: Iterator[bytes]) -> list[str]:
    kept: list[str] = []
    try:
        for large in parts:
            kept.append(picture_files.keep(large, next(parts)))
    except BaseException:  # also when cancelled: no file stays that nobody knows
        for file in kept:
            picture_files.remove(file)
        raise
    return kept


def _too_much() -> str:
    return _("Reading this picture takes more time or memory than there is for it. Please make it smaller.")
