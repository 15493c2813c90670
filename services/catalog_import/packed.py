"""Very many values kept in little memory."""

import pickle
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar, overload

T = TypeVar("T")

TOGETHER = 250  # values in one pack: what is like in them is kept once, and one is soon unpacked


class Packed(Sequence[T], Generic[T]):
    """A sequence that grows at its end; what is asked for is made anew from bytes each time, so it never changes."""

    def __init__(self, values: Iterable[T] = ()) -> None:
        self._packs: list[bytes] = []
        self._loose: list[T] = []
        for value in values:
            self.append(value)

    def append(self, value: T) -> None:
        """Add one more."""
        self._loose.append(value)
        if len(self._loose) == TOGETHER:
            self._packs.append(pickle.dumps(self._loose))
            self._loose = []

    def __len__(self) -> int:
        """How many there are."""
        return len(self._packs) * TOGETHER + len(self._loose)

    def __iter__(self) -> Iterator[T]:
        """All of them, one pack in memory at a time."""
        for number in range(len(self._packs) + 1):
            yield from self._pack(number)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        """One of them, or those of a part."""
        if isinstance(place, int):
            number, within = divmod(range(len(self))[place], TOGETHER)
            return self._pack(number)[within]
        places = range(len(self))[place]
        packs = {number: self._pack(number) for number in sorted({place // TOGETHER for place in places})}
        return [packs[place // TOGETHER][place % TOGETHER] for place in places]

    def _pack(self, number: int) -> list[T]:
        if number == len(self._packs):
            return self._loose
        pack: list[T] = pickle.loads(self._packs[number])  # noqa: S301 - bytes of our own
        return pack
