"""What the catalogue holds of the products a file is about, in the words of the import."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from tortoise.expressions import Q

from models import Picture, Product
from models.product import BY_SKU

T = TypeVar("T")

AT_ONCE = 900  # SQLite takes a limited number of values in one query
COLUMNS = (
    "name",
    "description",
    "unit",
    "pack_size",
    "minimum_quantity",
    "breaks",
    "stock",
    "ean",
    "active",
    "options",
    "texts",
    "is_parent",
)


@dataclass(frozen=True)
class StoredProduct:
    """A product as it is now; `values` has the same keys and kinds of values as a `Wanted`."""

    id: int
    sku: str
    values: dict[str, Any]
    edited_at: datetime | None = None


async def load(skus: Iterable[str]) -> dict[str, StoredProduct]:
    """The products with these SKUs, by SKU."""
    found: dict[str, StoredProduct] = {}
    for chunk in chunks(sorted(set(skus))):
        rows = await Product.filter(sku__in=chunk).values(
            "id", "sku", "price", "edited_at", "category__path", "category__texts", "parent__sku", *COLUMNS
        )
        sources = await _sources([row["id"] for row in rows])
        found |= {row["sku"]: _stored(row, sources) for row in rows}
    return found


def chunks(everything: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """Cut a long list into pieces a query can take."""
    return (everything[start : start + size] for start in range(0, len(everything), size))


def plain(value: Any) -> Any:
    """A value as JSON keeps it: prices as text."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


async def _sources(product_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Picture.filter(product_id__in=product_ids).exclude(Q(source="") | Q(source__startswith=BY_SKU))
    for row in await rows.order_by("position", "id").values("product_id", "source"):
        found[row["product_id"]].append(row["source"])
    return found


def _stored(row: dict[str, Any], sources: dict[int, list[str]]) -> StoredProduct:
    values = {name: row[name] for name in COLUMNS}
    values |= {
        "texts": row["texts"] or {},
        "price": plain(row["price"]),
        "category": row["category__path"] or "",
        "category_texts": row["category__texts"] or {},
        "parent": row["parent__sku"] or "",
        "pictures": sources.get(row["id"], []),
    }
    return StoredProduct(row["id"], row["sku"], values, row["edited_at"])
