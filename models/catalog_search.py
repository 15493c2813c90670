"""What a buyer looks for in the catalogue, as its address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from models import query_values
from models.text import N_, is_clean

PAGE_SIZES = (24, 48)
MAX_SEARCH_LENGTH = 100
MAX_CATEGORY_LENGTH = 400
MAX_OPTIONS = 8  # to narrow by at once
MAX_OPTION_LENGTH = 400
OPTION_PREFIX = "option."  # of a parameter's name: option.Colour=red|blue
OPTION_SEPARATOR = "|"


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
    """What a buyer looks for, as the catalogue's address says it.

    `category` is a path; `options` are names, each with the values that will do.
    """

    words: str = ""
    category: str = ""
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()
    in_stock: bool = False
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
            options=_options(query),
            in_stock=query.get("stock", "") == "1",
            sort=Sort(sort) if sort in set(Sort) else Sort.BEST,
            page=query_values.page(query.get("page", "")),
            page_size=int(size) if size in map(str, PAGE_SIZES) else PAGE_SIZES[0],
        )

    def query(self) -> dict[str, str]:
        """The parameters of this search's address, without those that go without saying."""
        plain = {
            "q": self.words,
            "category": self.category,
            **{OPTION_PREFIX + name: OPTION_SEPARATOR.join(values) for name, values in self.options},
            "stock": "1" if self.in_stock else "",
            "sort": self.sort.value,
            "page": str(self.page),
            "per": str(self.page_size),
        }
        unsaid = {"sort": Sort.BEST.value, "page": "1", "per": str(PAGE_SIZES[0])}
        return {name: text for name, text in plain.items() if text != unsaid.get(name, "")}

    def values_of(self, option: str) -> tuple[str, ...]:
        """The values of an option this is narrowed to."""
        return dict(self.options).get(option, ())

    def with_option(self, option: str, value: str) -> "Search":
        """The same search from its first page, narrowed to a value of an option too, or no longer if it is already."""
        values = self.values_of(option)
        now = tuple(v for v in values if v != value) if value in values else (*values, value)
        kept = {**dict(self.options), option: now}
        return replace(self, options=tuple((name, values) for name, values in kept.items() if values), page=1)


def _options(query: Mapping[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    options = []
    for key in [key for key in query if key.startswith(OPTION_PREFIX)][:MAX_OPTIONS]:
        name = _clean(key.removeprefix(OPTION_PREFIX))
        texts = _clean(query[key])[:MAX_OPTION_LENGTH].split(OPTION_SEPARATOR)
        values = tuple(dict.fromkeys(filter(None, map(str.strip, texts))))
        if name and values and len(name) <= MAX_SEARCH_LENGTH:
            options.append((name, values))
    return tuple(dict(options).items())


def _clean(text: str) -> str:
    return " ".join(text.split()) if is_clean(text) else ""
