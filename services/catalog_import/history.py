"""What imports and changes of many prices have done, one after the other, and product by product."""

from collections.abc import Iterable
from dataclasses import dataclass

from models import CatalogImport, ImportChange, ImportChangeKind, Product
from models.errors import NotFoundError
from models.text import _
from services.catalog_import.outcomes import VALUE_LABELS, ValueChange
from services.database import shielded

PAGE_SIZE = 50
HIDDEN = {"is_parent", "category_texts"}  # what follows from the rest, or was no product's own


@dataclass(frozen=True)
class HistoryPage:
    """One page of the imports, the newest first, counted from 1."""

    rows: tuple[CatalogImport, ...]
    total: int
    page: int


@dataclass(frozen=True)
class ChangedProduct:
    """A product that an import made or changed; `product_id` is None once it is gone, and `name` is its name of now."""

    id: int
    sku: str
    product_id: int | None
    name: str
    is_new: bool
    changes: tuple[ValueChange, ...]


@dataclass(frozen=True)
class ChangePage:
    """One page of what an import changed, counted from 1."""

    rows: tuple[ChangedProduct, ...]
    total: int
    page: int


@shielded
async def page(number: int) -> HistoryPage:
    """A page of the history, or the last one there is."""
    total = await CatalogImport.all().count()
    shown = _page(number, total)
    rows = await CatalogImport.all().order_by("-id").offset((shown - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    return HistoryPage(tuple(rows), total, shown)


async def get(import_id: int) -> CatalogImport:
    """One import. Raises NotFoundError."""
    found = await CatalogImport.get_or_none(id=import_id)
    if found is None:
        raise NotFoundError(_("There is no such import."))
    return found


@shielded
async def changes(import_id: int, number: int) -> ChangePage:
    """A page of what an import changed, in the order of its file, or the last one there is."""
    found = ImportChange.filter(catalog_import_id=import_id)
    total = await found.count()
    shown = _page(number, total)
    rows = await found.order_by("id").offset((shown - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    products = await Product.filter(sku__in=[row.sku for row in rows]).values("id", "sku", "name")
    known = {product["sku"]: (int(product["id"]), str(product["name"])) for product in products}
    return ChangePage(tuple(_changed(row, *known.get(row.sku, (None, ""))) for row in rows), total, shown)


def _page(number: int, total: int) -> int:
    return min(max(number, 1), max(1, -(-total // PAGE_SIZE)))


def _changed(row: ImportChange, product_id: int | None, name: str) -> ChangedProduct:
    is_new = row.kind is ImportChangeKind.NEW
    told = name or str(row.after.get("name") or row.before.get("name") or "")
    keys = [key for key in _in_order(row.after) if not is_new or row.after[key] not in ("", None, [], {})]
    values = tuple(ValueChange(key, row.before.get(key), row.after[key]) for key in keys)
    return ChangedProduct(row.id, row.sku, product_id, told, is_new, values)


def _in_order(keys: Iterable[str]) -> list[str]:
    """The values as the preview tells them, the price first: that is what is looked for."""
    shown = [key for key in VALUE_LABELS if key in set(keys) - HIDDEN]
    return sorted(shown, key=lambda key: key != "price")
