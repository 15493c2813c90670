"""What the index of the catalogue is made of: what products say that they are found, filtered and sorted by."""

import json
import re
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.catalog_search import OPTION_SEPARATOR
from models.text import fold
from services.catalog_words import CatalogWords, found_by
from services.word_index import Collector

NONE = -1
GONE = -2  # in the place of an id
NOBODYS = -3  # in the place of a parent's

KnownCategory = tuple[int, str, Mapping[str, str] | None]  # id, path, paths in other languages

MEASURE = re.compile(r"(?<=\d) ?[x×] ?(?=\d)")


@dataclass(frozen=True)
class Entry:
    """An active product as the index reads it. `price` is in ten-thousandths, `options` an object as JSON."""

    id: int
    parent_id: int | None
    is_parent: bool
    sku: str
    ean: str
    search: str
    sort_name: str
    price: int | None
    stock: int | None
    category_id: int | None
    options: str
    texts: str | None = None  # of variants whose options are told in other languages, as JSON


class Gatherer:
    """Takes products in parts, so that few are in memory at once; `CatalogIndex` is made of what it took.

    It takes changed products once more, and what it had of them counts no longer: only they have to be read again.
    """

    def __init__(self) -> None:
        self.words = Collector()
        self.told = CatalogWords()
        self.paths: dict[int, str] = {}
        self.gone = 0  # rows that count no longer
        self._tellers: set[int] = set()  # products with words for their options in other languages
        self._category_words: dict[int, str] = {}
        self.ids, self.parents, self.categories = array("q"), array("q"), array("q")
        self.prices, self.stocks, self.is_parent = array("q"), array("q"), array("b")
        self.skus: list[str] = []
        self.names: list[str] = []
        self.codes: dict[str, list[int]] = {}
        self.options: dict[str, tuple[str, dict[str, tuple[int, str]], array[int], array[int]]] = {}

    def know(self, categories: Sequence[KnownCategory]) -> None:
        """Take all categories."""
        self.paths = {id_: path for id_, path, _texts in categories}
        self._category_words = {id_: found_by(texts) for id_, _path, texts in categories if texts}
        for _id, path, texts in categories:
            self.told.add_category(path, texts)

    def replace(self, product_ids: Collection[int], entries: Collection[Entry]) -> bool:
        """Take products, and their variants, in the place of what they were; whether that could be done.

        Words that products tell for all others are not taken back.
        """
        if any(entry.texts for entry in entries) or not self._tellers.isdisjoint(product_ids):
            return False
        self._forget(product_ids)
        self.add(entries)
        return True

    def _forget(self, product_ids: Collection[int]) -> None:
        wanted = list(product_ids)
        for row in np.flatnonzero(np.isin(self.ids, wanted) | np.isin(self.parents, wanted)).tolist():
            self.ids[row], self.parents[row] = GONE, NOBODYS
            self.gone += 1

    def add(self, entries: Iterable[Entry]) -> None:
        """Take some more."""
        for entry in entries:
            number = len(self.skus)
            name = plain(entry.sort_name)
            category = self._category_words.get(entry.category_id or NONE, "")
            self.words.add(name, plain(f"{entry.search} {category}" if category else entry.search))
            self.ids.append(entry.id)
            self.parents.append(entry.parent_id or NONE)
            self.categories.append(NONE if entry.category_id is None else entry.category_id)
            self.prices.append(NONE if entry.price is None else entry.price)
            self.stocks.append(NONE if entry.stock is None else max(entry.stock, 0))
            self.is_parent.append(entry.is_parent)
            self.skus.append(entry.sku)
            self.names.append(name)
            for code in {fold(entry.sku), entry.ean} - {""}:
                self.codes.setdefault(code, []).append(number)
            if entry.options not in ("", "{}"):
                options = json.loads(entry.options)
                self._add_options(number, options)
                if entry.texts:
                    self._tellers |= {entry.id, entry.parent_id or entry.id}
                    self.told.add_options(options, json.loads(entry.texts))

    def _add_options(self, number: int, options: Mapping[str, Any]) -> None:
        for name, value in options.items():
            shown = " ".join(str(value).split())
            if not shown or OPTION_SEPARATOR in shown or not name.strip():
                continue
            _name, values, numbers, chosen = self.options.setdefault(fold(name), (name, {}, array("q"), array("q")))
            place, _shown = values.setdefault(fold(shown), (len(values), shown))
            numbers.append(number)
            chosen.append(place)


def plain(folded: str) -> str:
    """A folded text with its measures as one word: `4 × 40` is written in many ways."""
    return MEASURE.sub("x", folded)
