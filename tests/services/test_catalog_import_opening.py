"""A seller's file is read in a process of its own; what is a bomb is refused in words, and nothing goes off."""

import time
import zipfile
from collections.abc import Callable

import pytest

from models.errors import ShopError
from services import catalog_import
from services.catalog_import import reading
from tests import bombs
from tests.catalogue_files import SAMPLES, Cell, xlsx

LARGE_SECONDS = 10.0  # also on a busy machine


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.csv")))
async def test_the_door_gives_the_table_that_reading_gives(name: str) -> None:
    content = (SAMPLES / name).read_bytes()

    assert await catalog_import.read(f"folder/{name}", content) == reading.read(name, content)


async def test_numbers_stay_numbers_on_their_way() -> None:
    content = xlsx([["SKU", "Price", "Note"], ["A", 0.1 + 0.2, "1.5"], ["B", 14, "Ünal"]])

    through, direct = await catalog_import.read("p.xlsx", content), reading.read("p.xlsx", content)

    assert through == direct
    assert [list(map(type, row.cells)) for row in through.rows] == [list(map(type, row.cells)) for row in direct.rows]


async def test_an_honest_catalogue_of_20000_rows_is_read() -> None:
    rows: list[list[Cell]] = [[f"S-{number}", f"Hammer {number} with a handle", number / 7] for number in range(20_000)]

    assert len((await catalog_import.read("large.xlsx", xlsx([["SKU", "Name", "Price"], *rows]))).rows) == 20_000


@pytest.mark.parametrize(
    ("bomb", "words"),
    [
        (bombs.four_gigabytes, "too large to be read here"),
        (bombs.liar, "too large to be read here"),
        (bombs.million_columns, "more than 200000 rows or 400 columns"),
        (bombs.far_corner, "more time or memory"),
        (lambda: bombs.spreadsheet(b"<row/>", method=zipfile.ZIP_BZIP2), "cannot be opened"),
        (lambda: bombs.spreadsheet(b"<row/>", method=zipfile.ZIP_LZMA), "cannot be opened"),
        (lambda: bombs.spreadsheet(b"", b"", 2001), "too large to be read here"),
        (lambda: b"a;" * 1_000_000 + b"\n1;", "more than 200000 rows or 400 columns"),
        (lambda: b"a\n" * 14_000_000, "more than 200000 rows or 400 columns"),
        (lambda: b"\n" * 29_000_000, "more than 200000 rows or 400 columns"),
        (lambda: b"SKU,Name,Price\n" + b"a,b,1\n" * 150_000 + b"x," * 399, "more than 8 million cells"),
        (lambda: b"x" * 30_000_001, "larger than 30 MB"),
    ],
    ids=[
        "4 GB", "a lie", "columns", "corner", "bzip2", "lzma", "members",
        "text columns", "text rows", "empty rows", "text cells", "bytes",
    ],
)  # fmt: skip
async def test_a_bomb_is_refused_in_words(bomb: Callable[[], bytes], words: str) -> None:
    content = bomb()
    begun_at = time.monotonic()
    with pytest.raises(ShopError, match=words):
        await catalog_import.read("bomb", content)
    assert time.monotonic() - begun_at < LARGE_SECONDS
