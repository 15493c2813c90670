"""Which products the desk lists, as the page's address says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import query_values
from models.catalog_field import CATEGORY_SEPARATOR
from models.product import Product
from models.text import N_, fold, is_clean

MAX_WORDS = 8
MAX_CATEGORY_LENGTH = 400


class Activity(StrEnum):
    """Whether buyers see a product."""

    ACTIVE = "active"
    INACTIVE = "inactive"

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return {"active": N_("Active"), "inactive": N_("Inactive")}[self.value]


SORTS = {
    "name": ("sort_name", "-is_parent", "parent_id", "id"),  # a parent stands before its variants
    "sku": ("sku",),
    "category": ("category__path", "sort_name", "id"),
    "price": ("price", "sort_name", "id"),
    "stock": ("stock", "sort_name", "id"),
    "active": ("active", "sort_name", "id"),
}


@dataclass(frozen=True)
class ProductFilter:
    """What the list shows; the page counts from 1. `category` is a path and finds what lies below it, too."""

    search: str = ""
    category: str = ""
    activity: Activity | None = None
    sort: str = "name"
    descending: bool = False
    page: int = 1

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "ProductFilter":
        """Read an address; what cannot be meant is ignored."""
        activity, sort = query.get("activity", ""), query.get("sort", "")
        return cls(
            search=query_values.text(query.get("search", "")),
            category=_category(query.get("category", "")),
            activity=Activity(activity) if activity in set(Activity) else None,
            sort=sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "name",
            descending=sort.startswith("-") and sort[1:] in SORTS,
            page=query_values.page(query.get("page", "")),
        )

    def query(self) -> dict[str, str]:
        """Write the address; `parse` gives the same filter back."""
        sort = f"-{self.sort}" if self.descending else self.sort
        everything = {
            "search": self.search,
            "category": self.category,
            "activity": self.activity.value if self.activity else "",
            "sort": "" if sort == "name" else sort,
            "page": "" if self.page == 1 else str(self.page),
        }
        return {name: text for name, text in everything.items() if text}

    @property
    def is_empty(self) -> bool:
        """Whether every product matches."""
        return not (self.search or self.category or self.activity)

    def select(self) -> QuerySet[Product]:
        """The products that match, in order."""
        found = Product.all()
        for word in fold(self.search).split()[:MAX_WORDS]:
            found = found.filter(Q(search__contains=word) | Q(parent__search__contains=word))
        if self.category:
            below = self.category + CATEGORY_SEPARATOR
            found = found.filter(Q(category__path=self.category) | Q(category__path__startswith=below))
        if self.activity:
            found = found.filter(active=self.activity is Activity.ACTIVE)
        first, *rest = SORTS[self.sort]
        return found.order_by(f"-{first}" if self.descending else first, *rest)


def _category(path: str) -> str:
    return " ".join(path.split()) if len(path) <= MAX_CATEGORY_LENGTH and is_clean(path) else ""
