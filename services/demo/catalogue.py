"""The catalogue of the demo shop: its spreadsheet is imported as a seller's would be, then its pictures are drawn."""

import asyncio
import csv
import io
import zipfile
from pathlib import Path

from PIL import Image

from services import catalog_import, pictures
from services.catalog_import import reading
from services.demo import drawings
from services.demo.drawings import logo

FILE = Path(__file__).parent / "products.csv"
TRANSLATIONS = Path(__file__).parent / "translations.csv"  # more columns for some of its rows, in other languages


async def fill(currency: str, seller: str) -> None:
    """Import the products and give them their pictures; what is there already stays."""
    table = reading.read(FILE.name, _sheet())
    plan = await catalog_import.plan(table, catalog_import.recognise(table), currency=currency)
    if plan.changes_anything:
        await catalog_import.apply(plan, by=seller)
    await pictures.match("pictures.zip", await asyncio.to_thread(_album))


async def draw_logo(name: str) -> str:
    """Draw the shop's logo and return the name of its file."""
    return await pictures.store(await asyncio.to_thread(lambda: _png(logo.draw(name))))


def _sheet() -> bytes:
    """The products with their texts in all languages, as one file."""
    others = {row["SKU"]: row for row in _rows(TRANSLATIONS)}
    rows = [row | others.get(row["SKU"], {}) for row in _rows(FILE)]
    written = io.StringIO()
    sheet = csv.DictWriter(written, max(rows, key=len))
    sheet.writeheader()
    sheet.writerows(rows)
    return written.getvalue().encode()


def _rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))


def _album() -> bytes:
    """All pictures in one ZIP file, as a seller would bring them."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as album:
        for name in drawings.ALBUM:
            album.writestr(name, _png(drawings.draw(name)))
    return written.getvalue()


def _png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG", compress_level=1)
    return written.getvalue()
