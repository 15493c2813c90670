"""How large a table may be; whatever unpacks a file asks before it does."""

from models.errors import ShopError
from models.text import _

MAX_ROWS = 200_000
MAX_COLUMNS = 400
MAX_CELLS = 8_000_000


def check_shape(rows: int, columns: int) -> None:
    """Raise ShopError if that many rows and columns are more than can be meant."""
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise ShopError(
            _("This file has more than {rows} rows or {columns} columns. Please split it.").format(
                rows=MAX_ROWS, columns=MAX_COLUMNS
            )
        )
    if rows * columns > MAX_CELLS:
        raise ShopError(
            _("This file has more than {n} million cells. Please split it, or leave out columns.").format(
                n=MAX_CELLS // 1_000_000
            )
        )
