"""What a buyer looks for in the catalogue, as its address says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models import query_values
from models.text import N_, is_clean

PAGE_SIZES = (24, 48)
MAX_SEARCH_LENGTH = 100
MAX_CATEGORY_LENGTH = 400


class Sort(StrEnum):
    """In which order the catalogue is shown."""

    BEST = "best"
    NAME = "name"
    CHEAPEST = "price"
    DEAREST = "-price"
    NEWEST = "new"

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return SORT_LABELS[self]


SORT_LABELS = {
    Sort.BEST: N_("Best match"),
    Sort.NAME: N_("Name"),
    Sort.CHEAPEST: N_("Price, lowest first"),
    Sort.DEAREST: N_("Price, highest first"),
    Sort.NEWEST: N_("Newest"),
}


@dataclass(frozen=True)
class Search:
    """What a buyer looks for, as the catalogue's address says it. `category` is a path."""

    words: str = ""
    category: str = ""
    sort: Sort = Sort.BEST
    page: int = 1
    page_size: int = PAGE_SIZES[0]

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "Search":
        """Read the parameters of an address; what makes no sense is left out."""
        sort, size = query.get("sort", ""), query.get("per", "")
        return cls(
            words=_clean(query.get("q", ""))[:MAX_SEARCH_LENGTH],
            category=_clean(query.get("category", ""))[:MAX_CATEGORY_LENGTH],
            sort=Sort(sort) if sort in set(Sort) else Sort.BEST,
            page=query_values.page(query.get("page", "")),
            page_size=int(size) if size in map(str, PAGE_SIZES) else PAGE_SIZES[0],
        )

    def query(self) -> dict[str, str]:
        """The parameters of this search's address, without those that go without saying."""
        plain = {
            "q": self.words,
            "category": self.category,
            "sort": self.sort.value,
            "page": str(self.page),
            "per": str(self.page_size),
        }
        unsaid = {"q": "", "category": "", "sort": Sort.BEST.value, "page": "1", "per": str(PAGE_SIZES[0])}
        return {name: text for name, text in plain.items() if text != unsaid[name]}


def _clean(text: str) -> str:
    return " ".join(text.split()) if is_clean(text) else ""
