"""The catalogue of the demo shop: its spreadsheet is imported as a seller's would be, then its pictures are drawn."""

import asyncio
import io
import zipfile
from pathlib import Path

from PIL import Image

from services import catalog_import, pictures
from services.catalog_import import reading
from services.demo import drawings
from services.demo.drawings import logo

FILE = Path(__file__).parent / "products.csv"


async def fill(currency: str, seller: str) -> None:
    """Import the products and give them their pictures; what is there already stays."""
    table = reading.read(FILE.name, FILE.read_bytes())
    plan = await catalog_import.plan(table, catalog_import.recognise(table), currency=currency)
    if plan.changes_anything:
        await catalog_import.apply(plan, by=seller)
    await pictures.match("pictures.zip", await asyncio.to_thread(_album))


async def draw_logo(name: str) -> str:
    """Draw the shop's logo and return the name of its file."""
    return await pictures.store(await asyncio.to_thread(lambda: _png(logo.draw(name))))


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
