"""Products are made and changed in bulk, inside the caller's unit of work."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tortoise.expressions import Q

from models import Category, Picture, Product
from models.catalog_field import CATEGORY_SEPARATOR
from models.product import BY_SKU
from services import product_texts
from services.catalog_import.outcomes import PlannedProduct
from services.catalog_import.packed import Packed
from services.catalog_import.progress import Progress
from services.catalog_import.stored import chunks

AT_ONCE = 250
SEARCHED = {"name", "ean", "category", "description", "options", "texts"}
NOT_COLUMNS = {"category", "category_texts", "parent", "pictures"}
NEW, NEW_VARIANTS = "new", "new variants"

CategoryTexts = tuple[str, dict[str, str], bool]  # a path, what it is called, whether its product was in it before


@dataclass(frozen=True)
class Row:
    """A planned product with the columns it gets, except those that are ids of other rows."""

    product: PlannedProduct
    columns: dict[str, Any]


@dataclass
class Prepared:
    """Products to be written, and what has to be known of all of them before the first.

    `groups` are new products without a parent, new variants, then changed products by the columns that change.
    """

    groups: dict[Hashable, Packed[Row]] = field(default_factory=dict)
    count: int = 0
    ids: dict[str, int] = field(default_factory=dict)  # of those that are there, by SKU
    categories: set[str] = field(default_factory=set)
    category_texts: list[CategoryTexts] = field(default_factory=list)
    pictures: dict[str, list[str]] = field(default_factory=dict)  # by SKU

    def add(self, product: PlannedProduct) -> None:
        """Prepare one more."""
        after, known = product.after, product.stored
        self.groups.setdefault(_group(product), Packed()).append(Row(product, _columns(product)))
        self.count += 1
        if known:
            self.ids[product.sku] = known.id
        if after.get("category"):
            self.categories.add(after["category"])
        if "category_texts" in after:
            path = after.get("category") or (known.values["category"] if known else "")
            self.category_texts.append((path, after["category_texts"], known is not None and "category" not in after))
        if "pictures" in after:
            self.pictures[product.sku] = after["pictures"]


def prepare(products: Iterable[PlannedProduct]) -> Prepared:
    """Work out the columns of all products; slow for many, so call it in a thread."""
    prepared = Prepared(groups={NEW: Packed(), NEW_VARIANTS: Packed()})
    for product in products:
        prepared.add(product)
    return prepared


def _group(product: PlannedProduct) -> Hashable:
    if product.is_new:
        return NEW_VARIANTS if product.after.get("parent") else NEW
    return frozenset(product.after)


def _columns(product: PlannedProduct) -> dict[str, Any]:
    columns = {key: value for key, value in product.after.items() if key not in NOT_COLUMNS}
    if columns.get("price") is not None:
        columns["price"] = Decimal(columns["price"])
    if product.is_new or SEARCHED & product.after.keys():
        whole = (product.stored.values if product.stored else {}) | product.after
        columns["search"] = product_texts.search_text(
            sku=product.sku,
            name=whole.get("name", ""),
            ean=whole.get("ean", ""),
            category=whole.get("category", ""),
            description=whole.get("description", ""),
            options=whole.get("options", {}).values(),
            texts=whole.get("texts", {}),
        )
        columns["sort_name"] = product_texts.sort_name(whole.get("name", ""))
    return columns


async def write(prepared: Prepared, on_progress: Progress) -> None:
    """Make and change products, parents before their variants, then their pictures. Needs a transaction."""
    categories = await _category_ids(prepared.categories)
    ids = dict(prepared.ids)
    await _write_category_texts(prepared.category_texts)
    done = 0
    for group in prepared.groups.values():
        for chunk in chunks(group, AT_ONCE):
            parents = await _parent_ids(chunk, ids)
            if chunk[0].product.is_new:
                ids |= await _create(chunk, categories, parents)
            else:
                await _change(chunk, categories, parents)
            done += len(chunk)
            on_progress(done, prepared.count)
    await _write_pictures({ids[sku]: sources for sku, sources in prepared.pictures.items()})


async def _category_ids(paths: Iterable[str]) -> dict[str, int]:
    """Find or make the categories with these paths."""
    wanted = sorted(set(paths))
    found = {row["path"]: row["id"] for row in await Category.all().values("id", "path")}
    missing = [path for path in wanted if path not in found]
    await Category.bulk_create([Category(path=path, name=path.split(CATEGORY_SEPARATOR)[-1]) for path in missing])
    if missing:
        found = {row["path"]: row["id"] for row in await Category.all().values("id", "path")}
    return {path: found[path] for path in wanted}


async def _write_category_texts(told_of: Sequence[CategoryTexts]) -> None:
    """Give categories their names in other languages.

    What a product says that stays in its category is the whole of it, so that an undone import takes back its words.
    """
    rows = await Category.all().values("path", "texts") if told_of else []
    before = {row["path"]: row["texts"] or {} for row in rows}
    found: dict[str, dict[str, str]] = {}
    for path, told, stays in told_of:
        if path:
            found[path] = told if stays else found.get(path, before[path]) | told
    for path, texts in found.items():
        if texts != before[path]:
            await Category.filter(path=path).update(texts=texts)


async def _parent_ids(chunk: Sequence[Row], known: Mapping[str, int]) -> dict[str, int]:
    named = {one.product.after["parent"] for one in chunk if one.product.after.get("parent")}
    missing = [sku for sku in named if sku not in known]
    rows = await Product.filter(sku__in=missing).values("id", "sku") if missing else []
    return {sku: known[sku] for sku in named if sku in known} | {row["sku"]: row["id"] for row in rows}


def _all_columns(one: Row, categories: Mapping[str, int], parents: Mapping[str, int]) -> dict[str, Any]:
    columns = dict(one.columns)
    for name, ids in (("category", categories), ("parent", parents)):
        if name in one.product.after:
            columns[f"{name}_id"] = ids[one.product.after[name]] if one.product.after[name] else None
    return columns


async def _create(chunk: Sequence[Row], categories: Mapping[str, int], parents: Mapping[str, int]) -> dict[str, int]:
    await Product.bulk_create([Product(sku=one.product.sku, **_all_columns(one, categories, parents)) for one in chunk])
    rows = await Product.filter(sku__in=[one.product.sku for one in chunk]).values("id", "sku")
    return {row["sku"]: row["id"] for row in rows}


async def _change(chunk: Sequence[Row], categories: Mapping[str, int], parents: Mapping[str, int]) -> None:
    """Change products that all get the same columns."""
    products = []
    for one in chunk:
        columns = _all_columns(one, categories, parents)
        assert one.product.stored is not None  # noqa: S101 - the caller sorted new ones out
        product = Product(id=one.product.stored.id, **columns)
        product._saved_in_db = True
        products.append(product)
    if products and columns:
        await Product.bulk_update(products, fields=list(columns), batch_size=AT_ONCE)


async def _write_pictures(sources: Mapping[int, list[str]]) -> None:
    """Give products these pictures in this order, keeping files that are there and pictures that were uploaded."""
    for chunk in chunks(list(sources), AT_ONCE):
        named = Picture.filter(product_id__in=list(chunk)).exclude(Q(source="") | Q(source__startswith=BY_SKU))
        rows = await named.values("id", "product_id", "source")
        kept = {(row["product_id"], row["source"]) for row in rows}
        gone = [row["id"] for row in rows if row["source"] not in sources[row["product_id"]]]
        await Picture.filter(id__in=gone).delete()
        await _place(rows, sources)
        await _add_pictures({id_: sources[id_] for id_ in chunk}, kept)


async def _place(rows: Iterable[Mapping[str, Any]], sources: Mapping[int, list[str]]) -> None:
    for row in rows:
        order = sources[row["product_id"]]
        if row["source"] in order:
            await Picture.filter(id=row["id"]).update(position=order.index(row["source"]))


async def _add_pictures(sources: Mapping[int, list[str]], kept: set[tuple[int, str]]) -> None:
    missing = [(id_, i, s) for id_, order in sources.items() for i, s in enumerate(order) if (id_, s) not in kept]
    files: dict[str, str] = {}
    for chunk in chunks(sorted({source for _id, _i, source in missing})):
        known = await Picture.filter(source__in=list(chunk)).exclude(file="").values("source", "file")
        files |= {row["source"]: row["file"] for row in known}
    await Picture.bulk_create(
        [Picture(product_id=id_, position=i, source=s, file=files.get(s, "")) for id_, i, s in missing]
    )
