"""The bytes of a file of orders."""

import asyncio
import zipfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from models import Dialect, Order, OrderLine, Shape, Shop
from models.errors import NotFoundError, ShopError
from models.file_layout import Layout
from models.text import _
from services import orders_pdf
from services.database import on_one_state
from services.exports import sheets
from services.workbooks import Workbook

MOST_FILES = {Dialect.PDF: 100}  # of a zip: each sheet of paper takes a tenth of a second
MOST_FILES_ELSE = 1000


def layout(shape: Shape, dialect: Dialect, shop: Shop) -> Layout:
    """The files that the desk offers by itself."""
    return Layout.of(shape, dialect, language=shop.language, time_zone=shop.time_zone)


async def order_csv(order_id: int, chosen: Layout) -> bytes:
    """One order as CSV; it may be called inside a unit of work. Raises NotFoundError."""
    sheet = await sheets.read([order_id], chosen.shape)
    if not sheet.orders:
        raise NotFoundError(_("This order is no longer there."))
    return chosen.head() + chosen.write(sheet.rows())


def lines_csv(order: Order, lines: Sequence[OrderLine], chosen: Layout) -> bytes:
    """The same of an order at hand, a row for each of its lines."""
    return chosen.head() + chosen.write(sheets.of(order, lines).rows())


@on_one_state
async def render(order_ids: Sequence[int], chosen: Layout, shop: Shop) -> bytes:
    """Orders as a file, in the order of their ids as given; what is no longer there is left out. Raises ShopError."""
    return await _rendered(order_ids, chosen, shop)


@on_one_state
async def render_each(names: Sequence[tuple[int, str]], chosen: Layout, shop: Shop, at: datetime) -> bytes:
    """A zip with a file for each order, by their ids and the files' names, as of a local time. Raises ShopError."""
    most = MOST_FILES.get(chosen.dialect, MOST_FILES_ELSE)
    if len(names) > most:
        words = _("A zip holds at most {n} files. Please choose fewer orders, or one file for all of them.")
        raise ShopError(words.format(n=most))
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for order_id, name in names:
            content = await _rendered([order_id], chosen, shop)
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


async def _rendered(order_ids: Sequence[int], chosen: Layout, shop: Shop) -> bytes:
    match chosen.dialect:
        case Dialect.XLSX:
            return await _workbook(order_ids, chosen)
        case Dialect.PDF:
            return await _paper(order_ids, chosen, shop)
        case _:
            return await _csv(order_ids, chosen)


async def _csv(order_ids: Sequence[int], chosen: Layout) -> bytes:
    parts = [chosen.head()]
    for some_ids in sheets.chunks(order_ids):
        sheet = await sheets.read(some_ids, chosen.shape)
        parts.append(await asyncio.to_thread(lambda sheet: chosen.write(sheet.rows()), sheet))
    return b"".join(parts)


async def _workbook(order_ids: Sequence[int], chosen: Layout) -> bytes:
    with Workbook(chosen.shape.value, chosen.columns, chosen.style) as workbook:
        for some_ids in sheets.chunks(order_ids):
            sheet = await sheets.read(some_ids, chosen.shape)
            await asyncio.to_thread(lambda sheet: workbook.add(map(chosen.picked, sheet.rows())), sheet)
        return await asyncio.to_thread(workbook.close)


async def _paper(order_ids: Sequence[int], chosen: Layout, shop: Shop) -> bytes:
    rows = orders_pdf.Rows(chosen, shop)
    for some_ids in sheets.chunks(order_ids):
        sheet = await sheets.read(some_ids, chosen.shape)
        rows.add(sheet.rows())
    return await orders_pdf.make(rows)
