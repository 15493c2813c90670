"""Files with what a buyer wants: read as the text that they could have pasted instead, and a sample of one."""

from pathlib import PurePath

from models import Dialect, Product, Shop
from models.csv_style import BYTE_ORDER_MARK, Style, write
from models.errors import ShopError
from models.text import _, spoken
from services import confined
from services.catalog_import import opening
from services.catalog_import.source import SourceRow
from services.quick_order.pasted import MAX_LINES, MAX_TEXT, quantity_column, whole_quantity

MAX_BYTES = 5_000_000
SAMPLE_ROWS = 3
LIMITS = confined.Limits(memory_bytes=700_000_000, seconds=10, answer_bytes=60_000_000)


async def read_file(file_name: str, content: bytes) -> str:
    """The rows of a CSV or XLSX file that order something, cells with tabs between them. Raises ShopError."""
    if len(content) > MAX_BYTES:
        raise ShopError(_("This file is larger than {n} MB.").format(n=MAX_BYTES // 1_000_000))
    table = await opening.read(PurePath(file_name).name, content, limits=LIMITS)
    column = quantity_column(table.header) if table.has_header else None
    rows = [row for row in table.rows if _orders_something(row, column)]
    text = "\n".join(
        _line(cells) for cells in [*([table.header] if table.has_header else []), *(r.cells for r in rows)]
    )
    if len(rows) > MAX_LINES or len(text) > MAX_TEXT:
        raise ShopError(_("This file has more than {n} rows to order. Please split it.").format(n=MAX_LINES))
    return text


def _orders_something(row: SourceRow, column: int | None) -> bool:
    """Whether a row of a price list has a quantity; without such a column every row orders."""
    if column is None:
        return True
    cell = row.cells[column] if column < len(row.cells) else ""
    return bool(cell) and whole_quantity(cell) != 0


def _line(cells: tuple[str, ...]) -> str:
    return "\t".join(" ".join(cell.split()) for cell in cells)


async def sample(shop: Shop) -> bytes:
    """A file as it can be read here, with a few products of the shop, for the reader's spreadsheet program."""
    sold = Product.filter(active=True, is_parent=False, parent_id__isnull=True).order_by("id").limit(SAMPLE_ROWS)
    rows = [
        (row["sku"], row["name"], max(row["minimum_quantity"], row["pack_size"], 1))
        for row in await sold.values("sku", "name", "minimum_quantity", "pack_size")
    ]
    style = Style.of(Dialect.SPREADSHEET, language=spoken(), time_zone=shop.time_zone)
    return (BYTE_ORDER_MARK + write([(_("SKU"), _("Name"), _("Quantity")), *rows], style)).encode()
