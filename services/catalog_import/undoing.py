"""An import is taken back, except for what has been ordered, edited or changed otherwise since."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from models import AuditKind, CatalogImport, Category, ImportChange, ImportChangeKind, OrderLine, Picture, Product
from models.errors import NotFoundError
from models.price_rule import PriceRule
from models.text import _
from services import audit, database, live, pictures
from services.catalog_import import stored, writing
from services.catalog_import.applying import check_unchanged
from services.catalog_import.outcomes import PlannedProduct
from services.catalog_import.progress import unheard
from services.catalog_import.stored import StoredProduct, chunks
from services.catalog_import.writing import Prepared

NOT_COMPARED = {"category_texts"}  # what products of one category say together


@dataclass(frozen=True)
class UndoReport:
    """What became of an import's products; the tuples hold SKUs that were kept, and why."""

    file_name: str
    removed: int = 0
    restored: int = 0
    kept_ordered: tuple[str, ...] = ()
    kept_edited: tuple[str, ...] = ()


@dataclass
class _Sorted:
    """An import's products by what is to be done with them."""

    remove: list[StoredProduct] = field(default_factory=list)
    deactivate: list[StoredProduct] = field(default_factory=list)
    restore: list[PlannedProduct] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    categories: set[str] = field(default_factory=set)


async def last_import() -> CatalogImport | None:
    """The newest import that has not been taken back."""
    return await CatalogImport.filter(undone_at=None, price_rule__isnull=True).order_by("-id").first()


async def undo_last(by: str) -> UndoReport:
    """Take the newest import of a file back. `by` is the seller's address. Raises NotFoundError if there is none."""
    record = await last_import()
    if record is None:
        raise NotFoundError(_("There is no import that could be taken back."))
    return await undo(record.id, by)


async def undo(import_id: int, by: str) -> UndoReport:
    """Take an import back, as far as nobody relies on it yet. `by` is the seller's address.

    New products are removed, or made inactive if they were ordered; changed ones get their old values. Products
    changed since then stay as they are and are listed. Raises NotFoundError if it has been taken back already.
    """
    record = await CatalogImport.get_or_none(id=import_id)
    if record is None:
        raise NotFoundError(_("There is no such import."))
    changes = await ImportChange.filter(catalog_import_id=record.id).order_by("id")
    work = _sort(record, changes, await stored.load(change.sku for change in changes))
    prepared = await asyncio.to_thread(writing.prepare, work.restore)
    report = await _undo(record, work, prepared, by)
    live.catalog_changed()
    await asyncio.to_thread(pictures.tidy, await pictures.files_in_use())
    return report


@database.unit_of_work
async def _undo(record: CatalogImport, work: _Sorted, prepared: Prepared, by: str) -> UndoReport:
    claimed = await CatalogImport.filter(id=record.id, undone_at=None).update(undone_at=datetime.now(UTC))
    if not claimed:
        raise NotFoundError(_("This import has been taken back already."))
    await check_unchanged(work.restore)
    await _keep_ordered(work)
    await _keep_parents(work)
    for chunk in chunks([product.id for product in work.deactivate]):
        await Product.filter(id__in=list(chunk)).update(active=False)
    for chunk in chunks([product.id for product in work.remove]):
        await Picture.filter(product_id__in=list(chunk)).delete()
        await Product.filter(id__in=list(chunk)).delete()
    await writing.write(prepared, unheard)
    await _remove_empty_categories(work.categories)
    kept = tuple(product.sku for product in work.deactivate)
    await audit.record(AuditKind.CATALOGUE, by, _("{name}: taken back").format(name=told(record)))
    return UndoReport(told(record), len(work.remove), len(work.restore), kept, tuple(work.edited))


async def _keep_ordered(work: _Sorted) -> None:
    """What somebody ordered is not removed, only no longer sold."""
    ordered: set[int] = set()
    for chunk in chunks([product.id for product in work.remove]):
        rows = await OrderLine.filter(product_id__in=list(chunk)).distinct().order_by("product_id").values("product_id")
        ordered |= {row["product_id"] for row in rows}
    work.deactivate = [product for product in work.remove if product.id in ordered]
    work.remove = [product for product in work.remove if product.id not in ordered]


def told(record: CatalogImport) -> str:
    """What was done, in a few words: the file's name, or the rule of a change of prices."""
    if record.price_rule is None:
        return record.file_name
    return _("Prices {rule}").format(rule=PriceRule.stored(record.price_rule).words)


def _sort(record: CatalogImport, changes: Iterable[ImportChange], now: Mapping[str, StoredProduct]) -> _Sorted:
    work = _Sorted(categories={change.after["category"] for change in changes if change.after.get("category")})
    for change in changes:
        product = now.get(change.sku)
        if product is None:
            continue  # deleted by hand since
        if _is_changed(record, change, product):
            work.edited.append(product.sku)
        elif change.kind is ImportChangeKind.CHANGED:
            current = {key: product.values[key] for key in change.before}
            work.restore.append(PlannedProduct(product.sku, product, current, change.before))
        else:
            work.remove.append(product)
    return work


def _is_changed(record: CatalogImport, change: ImportChange, product: StoredProduct) -> bool:
    """Whether a product was changed after the import: a price is only looked at for what it is now."""
    is_edited = product.edited_at is not None and product.edited_at > record.created_at
    keys = change.after.keys() - NOT_COMPARED
    return (is_edited and record.price_rule is None) or any(product.values[key] != change.after[key] for key in keys)


async def _keep_parents(work: _Sorted) -> None:
    """A parent stays, inactive, as long as one of its variants does."""
    removed = {product.id for product in work.remove}
    parents = {product.id for product in work.remove if product.values["is_parent"]}
    needed: set[int] = set()
    for chunk in chunks(sorted(parents)):
        rows = await Product.filter(parent_id__in=list(chunk)).values("id", "parent_id")
        needed |= {row["parent_id"] for row in rows if row["id"] not in removed}
    work.deactivate += [product for product in work.remove if product.id in needed]
    work.remove = [product for product in work.remove if product.id not in needed]


async def _remove_empty_categories(paths: Iterable[str]) -> None:
    """Remove the import's categories that hold nothing any more."""
    for chunk in chunks(sorted(paths)):
        ids = await Category.filter(path__in=list(chunk)).values_list("id", flat=True)
        products = Product.filter(category_id__in=list(ids)).distinct().order_by("category_id")
        used = set(await products.values_list("category_id", flat=True))
        await Category.filter(id__in=[id_ for id_ in ids if id_ not in used]).delete()
