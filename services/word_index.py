"""Which texts hold which words: an index in memory, quick enough to be asked at each keystroke.

A word is found by its beginning, by the beginning of a part of it (`8x40` and `40` find `m8x40`), and, from three
letters on, by what stands inside it (`rohr` finds `kupferrohr`). `closely` finds words that differ by one typo.
"""

import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]  # half as much to move as the usual size, and enough for two thousand million words
Flags = NDArray[np.bool_]

PART = re.compile(r"[^\W\d_]+|\d+")  # of a word: letters or digits
LETTERS = re.compile(r"[^\W\d_]{4,}")
BEYOND = "\U0010ffff"  # sorts after every text that goes on
LEAST_INSIDE = 3  # letters of what is looked for inside words
LEAST_CLOSE = 4  # letters of a word that may hold a typo: shorter ones are like too many others


@dataclass(frozen=True)
class Hits:
    """Which texts hold a word, and which of them hold it in their title."""

    anywhere: Flags
    in_title: Flags

    def __and__(self, other: "Hits") -> "Hits":
        return Hits(self.anywhere & other.anywhere, self.in_title & other.in_title)

    def __or__(self, other: "Hits") -> "Hits":
        return Hits(self.anywhere | other.anywhere, self.in_title | other.in_title)


class Collector:
    """Takes texts one after the other; `WordIndex` is made of what it took. All texts are folded."""

    def __init__(self) -> None:
        self.ids: defaultdict[str, int] = defaultdict(count().__next__)
        self.word_ids = array("i")
        self.lengths = array("i")  # of each text: words of the title, other words

    def add(self, title: str, text: str) -> None:
        """Take the next text."""
        of_title = set(title.split())
        others = set(text.split()) - of_title
        self.word_ids.extend(map(self.ids.__getitem__, of_title))
        self.word_ids.extend(map(self.ids.__getitem__, others))
        self.lengths.extend((len(of_title), len(others)))


class WordIndex:
    """The index of the texts a collector took; text `n` counts for the document `documents[n]`, or for none if -1."""

    def __init__(self, taken: Collector, documents: Numbers, how_many: int) -> None:
        self._size = how_many
        words = list(taken.ids)
        lengths = np.array(taken.lengths, dtype=np.int32).reshape(-1, 2)
        owner = np.repeat(documents, lengths.sum(axis=1))
        in_title = np.repeat(np.tile(np.array([True, False]), len(lengths)), lengths.ravel())
        word_of = np.frombuffer(taken.word_ids, dtype=np.int32) if taken.word_ids else np.empty(0, np.int32)
        order = np.argsort(word_of, kind="stable")
        order = order[owner[order] >= 0]
        self._owners, self._in_title = owner[order], in_title[order]
        self._first = np.searchsorted(word_of[order], np.arange(len(words) + 1)).astype(np.int32)
        begun = in_order((begin, number) for number, word in enumerate(words) for begin in _beginnings(word))
        self._begins = [begin for begin, _number in begun]
        self._words_of = np.array([number for _begin, number in begun], dtype=np.int32)
        self._make_insides(words)

    def _make_insides(self, words: Sequence[str]) -> None:
        """Every run of letters once, in one long text that is searched as a whole."""
        runs = sorted({run for word in words for run in LETTERS.findall(word)})
        self._inside = "\n".join(runs)
        self._run_starts = np.cumsum([0, *(len(run) + 1 for run in runs)], dtype=np.int32)[: len(runs)]
        self._run_spans = np.array([self._span(run) for run in runs], dtype=np.int32).reshape(-1, 2)

    def exactly(self, word: str) -> Hits:
        """The texts with a word that begins with `word`, or has it inside."""
        spans = np.array([self._span(word)], dtype=np.int32)
        if len(word) >= LEAST_INSIDE and word.isalpha():
            spans = np.concatenate([spans, self._run_spans[self._runs_with(word)]])
        return self._hits(spans)

    def closely(self, word: str, *, whole: bool) -> Hits:
        """The texts with a word that differs from `word` by one typo, as a `whole`, or else in its beginning."""
        spans = []
        for typo in self._typos(word) if len(word) >= LEAST_CLOSE else ():
            low, high = self._span(typo)
            if whole:
                high = bisect_left(self._begins, typo + "\0", low, high)
            spans.append((low, high))
        return self._hits(np.array(spans, dtype=np.int32).reshape(-1, 2))

    def nothing(self) -> Hits:
        """No texts."""
        return Hits(np.zeros(self._size, dtype=bool), np.zeros(self._size, dtype=bool))

    def _typos(self, word: str) -> Iterator[str]:
        """What `word` could have been: one letter more, less or another, or two exchanged; only what there is."""
        low, high = 0, len(self._begins)
        for i in range(len(word)):
            before, rest = word[:i], word[i + 1 :]
            low, high = self._span(before, low, high)
            if low == high:
                return
            yield before + rest
            if rest:
                yield before + rest[0] + word[i] + rest[1:]
            for letter in self._letters_after(before, low, high):
                yield before + letter + rest
                yield before + letter + word[i:]

    def _letters_after(self, before: str, low: int, high: int) -> Iterator[str]:
        place = low + (self._begins[low] == before)
        while place < high:
            begin = self._begins[place]
            if len(begin) == len(before):
                place += 1
                continue
            yield begin[len(before)]
            place = bisect_left(self._begins, before + begin[len(before)] + BEYOND, place, high)

    def _span(self, begin: str, low: int = 0, high: int | None = None) -> tuple[int, int]:
        """Where in the sorted list what begins like this stands."""
        high = len(self._begins) if high is None else high
        first = bisect_left(self._begins, begin, low, high)
        return first, bisect_left(self._begins, begin + BEYOND, first, high)

    def _runs_with(self, word: str) -> Numbers:
        places = []
        place = self._inside.find(word)
        while place >= 0:
            places.append(place)
            place = self._inside.find(word, place + 1)
        return (np.searchsorted(self._run_starts, np.array(places, dtype=np.int32), side="right") - 1).astype(np.int32)

    def _hits(self, spans: Numbers) -> Hits:
        words = self._words_of[_ranges(spans[:, 0], spans[:, 1])]
        owners = _ranges(self._first[words], self._first[words + 1])
        found = self.nothing()
        found.anywhere[self._owners[owners]] = True
        found.in_title[self._owners[owners[self._in_title[owners]]]] = True
        return found


def in_order(begun: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Pairs sorted, letter by letter: one sort of everything would let no other thread work for a fifth of a second."""
    by_letter: dict[str, list[tuple[str, int]]] = {}
    for begin, number in begun:
        by_letter.setdefault(begin[:1], []).append((begin, number))
    return [pair for letter in sorted(by_letter) for pair in sorted(by_letter[letter])]


def _beginnings(word: str) -> Iterable[str]:
    """A word, and what begins with each part of it: `m8-x` is also found by `8` and by `x`."""
    return {word, *(word[part.start() :] for part in PART.finditer(word))}


def _ranges(lows: Numbers, highs: Numbers) -> Numbers:
    """The numbers of all ranges, one range after the other."""
    lengths = highs - lows
    ends = np.cumsum(lengths, dtype=np.int32)
    return np.repeat(lows - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0, dtype=np.int32)
