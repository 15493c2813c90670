"""The bytes of a file of orders."""

import asyncio
from collections.abc import Sequence

from models import Dialect, Shape, Shop
from models import order_csv as csv
from models.errors import NotFoundError
from models.text import _
from services.database import on_one_state
from services.exports import sheets
from services.workbooks import Workbook


async def order_csv(order_id: int, shape: Shape, dialect: Dialect, shop: Shop) -> bytes:
    """One order as CSV; it may be called inside a unit of work. Raises NotFoundError."""
    sheet = await sheets.read([order_id], shape)
    if not sheet.orders:
        raise NotFoundError(_("This order is no longer there."))
    style = _style(dialect, shop)
    return (csv.head(shape, style) + csv.write(sheet.rows(), style)).encode()


@on_one_state
async def render(order_ids: Sequence[int], shape: Shape, dialect: Dialect, shop: Shop) -> bytes:
    """Orders as a file, in the order of their ids as given; what is no longer there is left out."""
    if dialect is Dialect.XLSX:
        return await _workbook(order_ids, shape, shop)
    style = _style(dialect, shop)
    parts = [csv.head(shape, style)]
    for some_ids in sheets.chunks(order_ids):
        sheet = await sheets.read(some_ids, shape)
        parts.append(await asyncio.to_thread(lambda sheet: csv.write(sheet.rows(), style), sheet))
    return "".join(parts).encode()


async def _workbook(order_ids: Sequence[int], shape: Shape, shop: Shop) -> bytes:
    with Workbook(shape, shop.time_zone) as workbook:
        for some_ids in sheets.chunks(order_ids):
            sheet = await sheets.read(some_ids, shape)
            await asyncio.to_thread(lambda sheet: workbook.add(sheet.rows()), sheet)
        return await asyncio.to_thread(workbook.close)


def _style(dialect: Dialect, shop: Shop) -> csv.Style:
    return csv.Style.of(dialect, language=shop.language, time_zone=shop.time_zone)
