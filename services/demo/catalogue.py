"""The catalogue of the demo shop: its spreadsheet is imported as a seller's would be, then its pictures are drawn."""

import asyncio
import io
from pathlib import Path

from PIL import Image

from services import catalog_import, pictures
from services.catalog_import import reading
from services.demo import drawings
from services.demo.drawings import logo

FILE = Path(__file__).parent / "products.csv"
AT_ONCE = 4


async def fill(currency: str, seller: str) -> None:
    """Import the products and give them their pictures; what is there already stays."""
    table = reading.read(FILE.name, FILE.read_bytes())
    plan = await catalog_import.plan(table, catalog_import.recognise(table), currency=currency)
    if plan.changes_anything:
        await catalog_import.apply(plan, by=seller)
    at_once = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(_hang(name, at_once) for name in drawings.ALBUM))


async def draw_logo(name: str) -> str:
    """Draw the shop's logo and return the name of its file."""
    return await pictures.store(await asyncio.to_thread(lambda: _png(logo.draw(name))))


async def _hang(name: str, at_once: asyncio.Semaphore) -> None:
    async with at_once:
        await pictures.match(name, await asyncio.to_thread(lambda: _png(drawings.draw(name))))


def _png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG", compress_level=0)
    return written.getvalue()
