"""The catalogue in memory: which products a search finds, in which order, and what it could be narrowed by.

It answers at each keystroke and alike on every database. What a product says is read from the database when it is
shown; the index only knows what products are found, filtered and sorted by.
"""

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from models.catalog_search import Search, Sort
from models.pricing import PriceList
from models.product import is_within
from models.text import fold
from services.catalog_gatherer import NONE, Gatherer, plain
from services.word_index import BEYOND, Flags, Hits, Numbers, WordIndex, in_order

MAX_WORDS = 8
MAX_EXACT = 20
MOST_OPTIONS = 24  # that can be filtered by: those most products have
LEAST_SHARE = 0.2  # of what is found has an option that is offered to narrow it by
MOST_VALUES = 40  # of one option that are offered
REMEMBERED = 64  # words whose hits are kept: who types goes back and forth between them
COMMON = "abcdefghijklmnopqrstuvwxyz0123456789"  # beginnings that everybody types first
WITHOUT_PRICE = 2**62
TEN_THOUSANDTHS = 10_000
REMEMBERED_GROUPS = 8  # whose prices are kept to sort by
BY_PRICE = (Sort.CHEAPEST, Sort.DEAREST)

_numbers = count()

Longs = NDArray[np.int64]


@dataclass(frozen=True)
class OfferedOption:
    """An option that tells the products found apart, and its values among them."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What a search found: a page of ids, the number of all and of those in each category,
    and what they could be narrowed by.

    `found` counts all categories. `exact` has the SKU that was asked for, by product id. `is_close` says that nothing
    is written like this and the products differ by a typo; `in_stock` is None where no product tells its stock.
    """

    ids: tuple[int, ...]
    page: int
    total: int
    found: int
    by_category: Mapping[int | None, int]
    options: tuple[OfferedOption, ...]
    in_stock: int | None
    exact: Mapping[int, str]
    is_close: bool


class _Option:
    """An option: which value each thing that is sold has, and the words for the values."""

    def __init__(self, name: str, values: Mapping[str, tuple[int, str]], of_rows: Numbers) -> None:
        self.name, self.of_rows = name, of_rows
        self.labels = [shown for _place, shown in values.values()]
        self._places = {key: place for key, (place, _shown) in values.items()}

    def rows_with(self, values: Iterable[str]) -> Flags:
        """Which rows have one of these values."""
        places = [self._places[fold(value)] for value in values if fold(value) in self._places]
        return np.isin(self.of_rows, np.array(places, dtype=np.int32))

    def values_of(self, rows: Flags) -> tuple[str, ...]:
        """The values these rows have; of very many, those that most of them have."""
        counts = np.bincount(self.of_rows[rows] + 1, minlength=len(self.labels) + 1)[1:]
        most = np.argsort(-counts, kind="stable")[:MOST_VALUES]
        return tuple(self.labels[place] for place in np.sort(most).tolist() if counts[place])


class CatalogIndex:
    """All active products that buyers can find. A document is a product of the list, a row something that is sold."""

    def __init__(self, taken: Gatherer) -> None:
        self.categories = taken.paths
        self.told = taken.told
        ids, parents = _array(taken.ids), _array(taken.parents)
        is_parent = np.frombuffer(taken.is_parent, dtype=np.int8).astype(bool)
        of_active_parent = np.isin(parents, ids)
        is_listed = (parents == NONE) & (~is_parent | np.isin(ids, parents[of_active_parent]))
        listed = np.flatnonzero(is_listed)
        named = in_order((taken.names[row], taken.ids[row]) for row in listed.tolist())
        order = _positions(ids, np.array([id_ for _name, id_ in named], dtype=np.int64)).tolist()
        self.size = len(order)
        self.number = next(_numbers)  # tells it from every other one
        self._ids = ids[order]
        self._names = [taken.names[row] for row in order]
        self._document_of = _positions(self._ids, np.where(parents == NONE, ids, parents))
        self._categories = _array(taken.categories)[order]
        self._is_sold = (self._document_of != NONE) & ~is_parent
        self._sold_documents = self._document_of[self._is_sold]
        self._in_stock = (_array(taken.stocks) > 0)[self._is_sold]
        self._tells_stock = bool((_array(taken.stocks) != NONE)[self._is_sold].any())
        self._row_ids, self._row_prices, self._order = ids, _array(taken.prices), order
        self._prices = self._lowest(self._row_prices, order)
        self._prices_of: OrderedDict[Hashable, Longs] = OrderedDict()
        self._options = self._kept_options(taken)
        self._skus, self._codes = taken.skus, taken.codes
        self._words = WordIndex(taken.words, self._document_of, self.size)
        self._remembered: OrderedDict[str, Hits] = OrderedDict()
        self._common = {letter: self._words.exactly(letter) for letter in COMMON}

    def find(self, search: Search, prices: PriceList) -> Found:
        """A page of what a search finds, sorted by this buyer's prices if by any, and what it could be narrowed by."""
        words = plain(fold(search.words)).split()[:MAX_WORDS]
        exact = self._exact(fold(search.words)) if words else {}
        hits, is_close = self._hits(words)
        of_words = hits.anywhere
        if exact:
            of_words = of_words.copy()
            of_words[list(exact)] = True
        of_rows = {name: self._rows_with(name, values) for name, values in search.options}
        in_stock = self._in_stock if search.in_stock else None
        found = of_words & self._with_rows([*of_rows.values(), in_stock])
        within = self._within(search.category) if search.category else None
        documents = np.flatnonzero(found if within is None else found & within)
        if search.sort in BY_PRICE:
            documents = self._by_price(documents, prices, is_cheapest_first=search.sort is Sort.CHEAPEST)
        else:
            documents = self._sorted(documents, search, hits, exact)
        page = min(search.page, max(1, -(-len(documents) // search.page_size)))
        start = (page - 1) * search.page_size
        here = of_words if within is None else of_words & within
        return Found(
            ids=tuple(self._ids[documents[start : start + search.page_size]].tolist()),
            page=page,
            total=len(documents),
            found=int(found.sum()),
            by_category=self._by_category(found),
            options=tuple(self._offered(here, of_rows, in_stock)),
            in_stock=self._stock_count(here, of_rows),
            exact={int(self._ids[document]): self._skus[row] for document, row in exact.items()},
            is_close=is_close and not exact and bool(len(documents)),
        )

    def first(self, words: str, many: int) -> tuple[tuple[int, ...], int, Mapping[int, str]]:
        """The ids of the first that a search for words finds, how many it finds, and SKUs as in `Found.exact`."""
        search = Search(words=words)
        exact = self._exact(fold(words))
        hits, _is_close = self._hits(plain(fold(words)).split()[:MAX_WORDS])
        documents = np.flatnonzero(hits.anywhere)
        documents = np.union1d(documents, list(exact)) if exact else documents
        ids = self._ids[self._sorted(documents, search, hits, exact)[:many]]
        return tuple(ids.tolist()), len(documents), {int(self._ids[d]): self._skus[row] for d, row in exact.items()}

    def like(self, name: str, category: str, many: int) -> tuple[int, ...]:
        """The ids of the products most like a name: those with most of its words in their own, and of its category."""
        score = np.zeros(self.size, dtype=np.int32)
        for word in set(plain(fold(name)).split()[:MAX_WORDS]):
            score += 2 * self._exactly(word).in_title
        if category:
            score += 3 * self._within(category)
        best = np.argsort(-score, kind="stable")[:many]
        return tuple(self._ids[best[score[best] > 0]].tolist())

    def _exact(self, code: str) -> dict[int, int]:
        """The documents with this SKU or EAN, or a variant with it, and the row that has it."""
        known = [row for row in self._codes.get(code, ()) if row < len(self._document_of)]  # others came after this
        rows = [row for row in known if self._document_of[row] != NONE][:MAX_EXACT]
        return {int(self._document_of[row]): row for row in reversed(rows)}

    def _hits(self, words: Sequence[str]) -> tuple[Hits, bool]:
        """The documents with every word; if there are none, those with words that differ by a typo."""
        if not words:
            everything = np.ones(self.size, dtype=bool)
            return Hits(everything, everything), False
        of_words = [self._exactly(word) for word in words]
        if _all(of_words).anywhere.any():
            return _all(of_words), False
        for whole in (True, False):
            pairs = zip(of_words, words, strict=True)
            of_words = [hits | self._words.closely(word, whole=whole) for hits, word in pairs]
            if _all(of_words).anywhere.any():
                return _all(of_words), True
        return self._words.nothing(), False

    def _exactly(self, word: str) -> Hits:
        if word in self._common:
            return self._common[word]
        hits = self._remembered.get(word)
        if hits is None:
            hits = self._remembered[word] = self._words.exactly(word)
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return hits

    def _rows_with(self, name: str, values: Iterable[str]) -> Flags:
        option = self._options.get(fold(name))
        return option.rows_with(values) if option else np.zeros(len(self._sold_documents), dtype=bool)

    def _with_rows(self, conditions: Iterable[Flags | None]) -> Flags:
        """The documents something of which is sold that meets all conditions at once."""
        asked = [condition for condition in conditions if condition is not None]
        if not asked:
            return np.ones(self.size, dtype=bool)
        documents = np.zeros(self.size, dtype=bool)
        documents[self._sold_documents[np.logical_and.reduce(asked)]] = True
        return documents

    def _within(self, category: str) -> Flags:
        ids = [id_ for id_, path in self.categories.items() if is_within(path, category)]
        return np.isin(self._categories, np.array(ids, dtype=np.int64))

    def _sorted(self, documents: Longs, search: Search, hits: Hits, exact: Mapping[int, int]) -> Longs:
        """Documents are numbered by name, so that is the order they come in."""
        match search.sort:
            case Sort.NEWEST:
                return documents[np.argsort(-self._ids[documents], kind="stable")]
            case Sort.BEST if search.words:
                return documents[np.argsort(self._ranks(documents, search, hits, exact), kind="stable")]
        return documents

    def _by_price(self, documents: Longs, told: PriceList, *, is_cheapest_first: bool) -> Longs:
        """What has no price comes last either way; hidden prices leave the order as it is, which would tell of them."""
        if told.is_hidden:
            return documents
        prices = self._lowest_of(told)[documents]
        keys = prices if is_cheapest_first else np.where(prices == WITHOUT_PRICE, 1, -prices)
        return documents[np.argsort(keys, kind="stable")]

    def _lowest_of(self, told: PriceList) -> Longs:
        """The lowest price of each document for whoever has these prices; remembered for the groups that look."""
        if not told.own and not told.percent:
            return self._prices
        known = self._prices_of.get(told.mark)
        if known is None:
            known = self._prices_of[told.mark] = self._lowest(self._rows_for(told), self._order)
            if len(self._prices_of) > REMEMBERED_GROUPS:
                self._prices_of.popitem(last=False)
        return known

    def _rows_for(self, told: PriceList) -> Longs:
        """The price of each row with the percentage taken off, or the buyer's own."""
        share = float(1 - told.percent / 100)
        rows = np.where(self._row_prices == NONE, NONE, np.rint(self._row_prices * share).astype(np.int64))
        places = _positions(self._row_ids, np.array(list(told.own), dtype=np.int64))
        own = np.array([int(price * TEN_THOUSANDTHS) for price in told.own.values()], dtype=np.int64)
        rows[places[places != NONE]] = own[places != NONE]
        return rows

    def _ranks(self, documents: Longs, search: Search, hits: Hits, exact: Mapping[int, int]) -> NDArray[np.int8]:
        """An exact SKU or EAN first, then names that begin with the words, then names that hold them, then the rest."""
        ranks = np.where(hits.in_title[documents], np.int8(2), np.int8(3))
        begin, end = _begun_with(self._names, plain(fold(search.words)))
        ranks[(documents >= begin) & (documents < end)] = 1
        ranks[np.isin(documents, list(exact))] = 0
        return ranks

    def _by_category(self, found: Flags) -> dict[int | None, int]:
        ids, counts = np.unique(self._categories[found], return_counts=True)
        return {None if id_ == NONE else id_: n for id_, n in zip(ids.tolist(), counts.tolist(), strict=True)}

    def _offered(self, here: Flags, chosen: Mapping[str, Flags], in_stock: Flags | None) -> Iterable[OfferedOption]:
        """The options to narrow by; each as if it were not narrowed by yet: its other values can be added."""
        of_here = here[self._sold_documents]
        if in_stock is not None:
            of_here = of_here & in_stock
        for key, option in self._options.items():
            others = [rows for name, rows in chosen.items() if fold(name) != key]
            rows = np.logical_and.reduce([of_here, *others])
            values = option.values_of(rows)
            is_chosen = len(others) < len(chosen)
            is_told_often = self._count(rows & (option.of_rows >= 0)) >= self._count(rows) * LEAST_SHARE
            if (len(values) > 1 and is_told_often) or (values and is_chosen):
                yield OfferedOption(option.name, values)

    def _count(self, rows: Flags) -> int:
        """How many documents sell these rows."""
        return int(self._with_rows([rows]).sum())

    def _stock_count(self, here: Flags, chosen: Mapping[str, Flags]) -> int | None:
        if not self._tells_stock:
            return None
        return int((here & self._with_rows([self._in_stock, *chosen.values()])).sum())

    def _lowest(self, prices: Longs, order: Sequence[int]) -> Longs:
        """The lowest price of each document: of its variants, which have their parent's if they have none."""
        own = np.append(prices[order], NONE)  # the last one is for what belongs to no document
        of_rows = np.where(prices == NONE, own[self._document_of], prices)[self._is_sold]
        lowest = np.full(self.size, WITHOUT_PRICE)
        np.minimum.at(lowest, self._sold_documents, np.where(of_rows == NONE, WITHOUT_PRICE, of_rows))
        return np.where((lowest == WITHOUT_PRICE) & (own[:-1] != NONE), own[:-1], lowest)

    def _kept_options(self, taken: Gatherer) -> dict[str, _Option]:
        most = sorted(taken.options.items(), key=lambda option: -len(option[1][2]))[:MOST_OPTIONS]
        kept = {}
        for key, (name, values, numbers, chosen) in most:
            of_rows = np.full(len(taken.skus), NONE, dtype=np.int32)
            of_rows[_array(numbers)] = _array(chosen)
            kept[key] = _Option(name, values, of_rows[self._is_sold])
        return kept


def _all(of_words: Sequence[Hits]) -> Hits:
    together = of_words[0]
    for hits in of_words[1:]:
        together = together & hits
    return together


def _begun_with(names: Sequence[str], words: str) -> tuple[int, int]:
    begin = bisect_left(names, words)
    return begin, bisect_left(names, words + BEYOND, begin)


def _array(numbers: "array[int]") -> Longs:
    return np.array(numbers, dtype=np.int64)


def _positions(ids: Longs, wanted: Longs) -> Numbers:
    """Where each wanted id stands among `ids`; -1 for those that do not."""
    order = np.argsort(ids, kind="stable")
    places = np.searchsorted(ids[order], wanted)
    ids, order = np.append(ids[order], NONE), np.append(order, NONE)
    return np.where(ids[places] == wanted, order[places], NONE).astype(np.int32)
