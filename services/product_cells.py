"""One value of a product, changed where it stands in the list."""

from datetime import UTC, datetime
from typing import Any

from models import Product
from models.errors import NotFoundError, ShopError
from models.text import _
from services import catalog_editing, database, live

YES, NO = "yes", "no"
EDITED = ("price", "pack_size", "stock", "active")


async def write(product_id: int, column: str, typed: str, *, seen: str) -> None:
    """Write what was typed for one of the columns `EDITED`; a parent's variants are shown and hidden with it.

    `seen` is what stood there, as `typed_value` has it, when the typing began. Raises FieldErrors, NotFoundError, or
    ShopError if something else stands there now.
    """
    value = typed == YES if column == "active" else catalog_editing.read_value(column, typed)
    await _write(product_id, column, value, seen)
    live.catalog_changed([product_id])


def typed_value(column: str, value: Any) -> str:
    """A value as it is typed."""
    if column == "active":
        return YES if value else NO
    if value is None:
        return ""
    return catalog_editing.typed_price(value) if column == "price" else str(value)


@database.unit_of_work
async def _write(product_id: int, column: str, value: Any, seen: str) -> None:
    found = await Product.filter(id=product_id).values(*EDITED)
    if not found:
        raise NotFoundError(_("This product does not exist any more."))
    now = typed_value(column, found[0][column])
    if now == typed_value(column, value):
        return
    if now != seen:
        told = now if column != "active" else _("Active") if now == YES else _("Inactive")
        raise ShopError(
            _("Meanwhile this has become “{now}”. Enter writes yours all the same.").format(now=told or "–")
        )
    if column == "active":
        await catalog_editing.switch([product_id], active=value)
    else:
        await Product.filter(id=product_id).update(**{column: value}, edited_at=datetime.now(UTC))
