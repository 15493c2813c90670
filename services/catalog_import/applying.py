"""An import is written: all of it, or nothing."""

import asyncio
from collections.abc import Sequence

from models import AuditKind, CatalogImport, ImportChange, ImportChangeKind
from models.errors import ShopError
from models.text import _
from services import audit, database, live, pictures
from services.catalog_import import memory, stored, writing
from services.catalog_import.outcomes import PlannedProduct
from services.catalog_import.planning import ImportPlan
from services.catalog_import.progress import Progress, unheard
from services.catalog_import.stored import chunks
from services.catalog_import.writing import Prepared

DEACTIVATED = "deactivated"  # in a summary: how many products buyers no longer see


async def apply(plan: ImportPlan, by: str, on_progress: Progress = unheard) -> CatalogImport:
    """Write what `plan` shows and remember it, so that it can be undone.

    `by` is the seller's address; `on_progress` is called with how many of how many products are written, and must
    not await or write. Raises ShopError if the products in it changed since the plan was made.
    """
    prepared = await asyncio.to_thread(writing.prepare, plan.products)
    record = await _write(plan, prepared, by, on_progress)
    live.catalog_changed()
    pictures.wake()
    return record


@database.unit_of_work
async def _write(plan: ImportPlan, prepared: Prepared, by: str, on_progress: Progress) -> CatalogImport:
    await check_unchanged(plan.products)
    summary = {outcome.value: count for outcome, count in plan.counts.items()}
    summary[DEACTIVATED] = sum(
        product.before.get("active") is True and product.after.get("active") is False for product in plan.products
    )
    record = await CatalogImport.create(file_name=plan.table.file_name, done_by=by, summary=summary)
    await writing.write(prepared, on_progress)
    for chunk in chunks(plan.products):
        await ImportChange.bulk_create([_change(record, product) for product in chunk])
    await memory.remember(plan.table, plan.mapping)
    await audit.record(AuditKind.CATALOGUE, by, plan.table.file_name)
    return record


async def check_unchanged(products: Sequence[PlannedProduct]) -> None:
    """Raise ShopError if a product is not as the plan saw it."""
    for chunk in chunks(products):
        now = await stored.load(product.sku for product in chunk)
        for product in chunk:
            known = now.get(product.sku)
            values = known.values if known else {}
            if (known is None) != product.is_new or any(values[key] != old for key, old in product.before.items()):
                text = _("The product {sku} was changed in the meantime. Nothing was written: please look at it again.")
                raise ShopError(text.format(sku=product.sku))


def _change(record: CatalogImport, product: PlannedProduct) -> ImportChange:
    kind = ImportChangeKind.NEW if product.is_new else ImportChangeKind.CHANGED
    return ImportChange(catalog_import=record, sku=product.sku, kind=kind, before=product.before, after=product.after)
