"""The door for catalogue files: each is read in a process of its own, and comes from there as a table."""

import json
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from models.errors import ShopError
from models.text import _
from services import confined
from services.catalog_import.reading import MAX_BYTES, MAX_FILE_NAME
from services.catalog_import.source import NumberText, SourceRow, SourceTable

LIMITS = confined.Limits(memory_bytes=1_000_000_000, seconds=30, answer_bytes=150_000_000)
ROOM = "services.catalog_import.reading"


async def read(file_name: str, content: bytes, *, limits: confined.Limits = LIMITS) -> SourceTable:
    """Read a CSV or XLSX file, with no more memory and time than `limits`.

    Raises ShopError if it cannot be read as a table, is empty, or is larger than can be meant.
    """
    if len(content) > MAX_BYTES:
        raise ShopError(_("This file is larger than {n} MB. Please split it.").format(n=MAX_BYTES // 1_000_000))
    refusal = _("Reading this file takes more time or memory than there is for it. Please split it into several files.")
    name = PurePath(file_name).name[:MAX_FILE_NAME]
    return await confined.read(
        ROOM, content, limits=limits, refusal=refusal, take=lambda parts: _table(name, map(json.loads, parts))
    )


def _table(file_name: str, told: Iterator[Any]) -> SourceTable:
    """The table that `reading.answer` tells of, part by part: the program goes on in between."""
    head = next(told)
    known: dict[str, str] = {}  # units, categories and the like stand in many rows, and once in memory
    rows = tuple(_row(number, cells, numbers, known) for some_rows in told for number, cells, numbers in some_rows)
    return SourceTable(file_name, tuple(head["header"]), head["has_header"], rows, head["dialect"], head["delimiter"])


def _row(number: int, cells: list[str], numbers: list[int], known: dict[str, str]) -> SourceRow:
    texts = [known.setdefault(cell, cell) for cell in cells]
    for place in numbers:
        texts[place] = NumberText(cells[place])
    return SourceRow(number, tuple(texts))
