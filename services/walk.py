"""Walking through the rows of a list that grows, in its order, from one of them on, as far as somebody wants to look.

What is rare is looked up and sorted. Else an index leads through all rows as they are sorted. Of those that it leads
through first, enough match as a rule; if they do not, then often few match at all. Else the walk goes on. Nothing is
skipped by counting, so that the last page costs what the first does; and nobody counts on when nobody would read the
number.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from tortoise.expressions import Case, Q, RawSQL, Subquery, When
from tortoise.queryset import QuerySet

from services import database

T = TypeVar("T")

FEW = 5000  # rows are sorted as quickly as a page is found among more
FIRST_STRETCH, LONGER = 1000, 10  # rows that are looked at, and how many times as many the next time
MOST_COUNTED = 10_000
MOST_LOOKED_AT = MOST_COUNTED + FEW  # of what may match: nearly all of it does
LAST_BY_NUMBER = 200  # the last page that is found by its number alone, as an old address has it


@dataclass(frozen=True)
class Told:
    """Rows among which all are that match: the condition to be one of them, and how many they are."""

    where: Q
    count: int


Tell = Callable[[int], Awaitable[Told | None]]


@dataclass(frozen=True)
class Leg:
    """A part of the way that one index leads through: rows that are `alike` in the first columns of the sorting."""

    where: Q
    alike: int


@dataclass(frozen=True)
class Steps:
    """The values of a first column that follow each other in an order of their own, and those that can match."""

    values: tuple[str, ...]
    possible: frozenset[str]


@dataclass(frozen=True)
class Way:
    """What is walked through: the rows of a `table` in the order of `columns`, which end with `id`, as an index leads.

    The index serves what is `served`: all it leads through fulfils that. Of these rows those are found that fulfil all
    that is `wanted`. `candidates(most)` tells of rows among which all are that match, but of no more than `most` of
    them; None if nothing tells. Where the first column has `steps`, the index leads through one of them at a time.
    """

    table: QuerySet[Any]
    columns: tuple[str, ...]
    descending: bool = True
    served: Q = field(default_factory=Q)
    wanted: tuple[Q, ...] = ()
    candidates: Tell | None = None
    steps: Steps | None = None
    few_first: bool = False  # look whether few match before going along: few do as a rule, or they are far apart

    @property
    def matching(self) -> QuerySet[Any]:
        """All that match, in no order."""
        return self.table.filter(self.served, *self.wanted)

    async def few(self) -> Q | None:
        """The condition to be one of few rows among which all are that match; None if they may be many."""
        told = await self.candidates(FEW + 1) if self.candidates else None
        return told.where if told and told.count <= FEW else None

    async def looked_for(self) -> QuerySet[Any]:
        """All that match, in no order, looked for among few where an index tells that they are few."""
        few = await self.few()
        return self.matching if few is None else self.matching.filter(few)

    async def count(self) -> int:
        """How many match, as far as anybody reads it: `MOST_COUNTED` and one if they are more."""
        told = await self.candidates(MOST_LOOKED_AT) if self.few_first and self.candidates else None
        if told:
            found = await count(self.matching.filter(told.where))
            if found > MOST_COUNTED or told.count < MOST_LOOKED_AT:
                return found
        return await count(self.matching)

    @property
    def backwards(self) -> "Way":
        """The same way from its other end."""
        return replace(self, descending=not self.descending)

    async def ids(self, count: int, *, beyond: int | None = None) -> list[int]:
        """The ids of the first `count` rows that match; of those after the row `beyond`, if one is given.

        That row need not match; but if it is no longer there, nothing comes after it.
        """
        rest = self._beginning() if beyond is None else await self._after(beyond)
        if not rest:
            return []
        if not self.wanted:
            return await self._along(rest, count)
        if self.few_first and (few := await self.few()) is not None:
            return await self._among(few, rest, count)
        found: list[int] = []
        stretch = FIRST_STRETCH
        while rest and len(found) < count:
            led = self._led(rest[0]).limit(stretch)
            matching = self._sorted(self.table.filter(*self.wanted, id__in=Subquery(led.values("id"))))
            found += await _ids(matching.limit(count - len(found)))
            if len(found) == count:
                break
            last = await led.offset(stretch - 1).first().values(*self.columns)
            if last is None:
                rest = rest[1:]
                continue
            rest = self._beyond(last)
            if self.candidates is None:
                return found + await self._onwards(rest, count - len(found))
            if stretch == FIRST_STRETCH and not self.few_first and (few := await self.few()) is not None:
                return found + await self._among(few, rest, count - len(found))
            stretch *= LONGER
        return found

    async def _along(self, rest: Sequence[Leg], count: int) -> list[int]:
        """The first ids of what an index leads through, where everything matches."""
        found: list[int] = []
        for leg in rest:
            found += await _ids(self._led(leg).limit(count - len(found)))
            if len(found) == count:
                break
        return found

    async def _onwards(self, rest: Sequence[Leg], count: int) -> list[int]:
        """The first ids of what matches, where nothing tells whether few do: one row after another is looked at."""
        found: list[int] = []
        for leg in rest:
            ahead = self._sorted(self.matching.filter(leg.where), leg.alike)
            found += await _ids(ahead.limit(count - len(found)))
            if len(found) == count:
                break
        return found

    async def _among(self, few: Q, rest: Sequence[Leg], count: int) -> list[int]:
        ahead = self.matching.filter(few, Q(*(leg.where for leg in rest), join_type=Q.OR))
        return await _ids((self._stepped(ahead) if self.steps else self._sorted(ahead)).limit(count))

    async def _after(self, row_id: int) -> list[Leg]:
        """The way on from a row; none if it is no longer there."""
        place = await self.table.filter(id=row_id).first().values(*self.columns)
        return self._beyond(place) if place else []

    def _beginning(self) -> list[Leg]:
        return [Leg(Q(), 0)] if self.steps is None else self._steps_after(None)

    def _steps_after(self, value: str | None) -> list[Leg]:
        """A leg for each step that comes after the one with this value, or for all of them."""
        if self.steps is None:
            return []
        values = self.steps.values[::-1] if self.descending else self.steps.values
        ahead = values if value is None else values[values.index(value) + 1 :]
        return [Leg(Q(**{self.columns[0]: step}), 1) for step in ahead if step in self.steps.possible]

    def _beyond(self, place: Mapping[str, Any]) -> list[Leg]:
        """The way on from a place: first the rows that are like it in all but the last column."""
        further = "lt" if self.descending else "gt"
        legs = []
        for alike in reversed(range(1 if self.steps else 0, len(self.columns))):
            same = {column: place[column] for column in self.columns[:alike]}
            legs.append(Leg(Q(**same, **{f"{self.columns[alike]}__{further}": place[self.columns[alike]]}), alike))
        if self.steps is None:
            return legs
        here = place[self.columns[0]]
        return [*(legs if here in self.steps.possible else ()), *self._steps_after(here)]

    def _led(self, leg: Leg) -> QuerySet[Any]:
        return self._sorted(self.table.filter(leg.where, self.served), leg.alike)

    def _sorted(self, found: QuerySet[Any], alike: int = 0) -> QuerySet[Any]:
        """Rows in the order of the way; those that are `alike` in its first columns are sorted by the others."""
        sign = "-" if self.descending else ""
        return found.order_by(*(f"{sign}{column}" for column in self.columns[alike:]))

    def _stepped(self, found: QuerySet[Any]) -> QuerySet[Any]:
        """Rows in the order of the way, sorted by their steps: no index leads through these."""
        values = self.steps.values if self.steps else ()
        # Numbers in words, as the ORM takes no others here: there are fewer than ten.
        step = Case(*(When(Q(**{self.columns[0]: value}), then=str(number)) for number, value in enumerate(values)))
        sign = "-" if self.descending else ""
        return found.annotate(step=step).order_by(*(f"{sign}{column}" for column in ("step", *self.columns[1:])))


@dataclass(frozen=True)
class Spot:
    """The ids of a page, its number, counted from 1, or from -1 at the end, and whether it is the last."""

    ids: list[int]
    page: int
    is_last: bool


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of what matches, counted from 1, or from -1 at the end.

    `total` is how many match: None if nobody has counted them, and fewer than there are if `is_more`.
    """

    rows: tuple[T, ...]
    page: int
    is_last: bool
    total: int | None = None
    is_more: bool = False

    @property
    def is_first(self) -> bool:
        """Whether nothing comes before it."""
        return self.page == 1

    @property
    def ends(self) -> tuple[bool, bool]:
        """Whether it is the first page, and whether the last."""
        return self.is_first, self.is_last

    def place_of(self, page: int) -> str:
        """Where a page beside this one begins or ends; of the first and the last that need not be told."""
        if not self.rows or page in {1, -1}:
            return ""
        first, last = self.rows[0], self.rows[-1]
        return {self.page + 1: f"after-{last.id}", self.page - 1: f"before-{first.id}"}.get(page, "")  # type: ignore[attr-defined] # every row has one


async def page(
    way: Way, number: int, at: str, size: int, read: Callable[[list[int]], Awaitable[Sequence[T]]]
) -> Page[T]:
    """The page that an address asks for, with what `read` makes of its ids, or the nearest there is; counted."""
    total = None
    if number > 1 and not at:
        total = await way.count()
        number = min(number, max(1, -(-total // size)))
    spot = await spot_of(way, number, at, size)
    if total is None:
        is_all = spot.page == 1 and spot.is_last
        total = len(spot.ids) if is_all else await way.count()
    rows = {row.id: row for row in await read(spot.ids)}  # type: ignore[attr-defined] # every row has one
    here = tuple(rows[row_id] for row_id in spot.ids if row_id in rows)
    return Page(here, spot.page, spot.is_last, min(total, MOST_COUNTED), total > MOST_COUNTED)


async def spot_of(way: Way, number: int, at: str, size: int) -> Spot:
    """Where the page is that an address asks for: by its number, or as `at` says; where it is gone, the nearest."""
    side, _dash, row_id = at.partition("-")
    if number < 0 or side == "before":
        return await _before(way, number, int(row_id) if side == "before" else None, size)
    skipped = 0 if at else (min(number, LAST_BY_NUMBER) - 1) * size
    found = await way.ids(skipped + size + 1, beyond=int(row_id) if at else None)
    here = found[skipped:]
    if not here and at:  # the row is gone, or those after it are
        return await spot_of(way, number, "", size)
    if not here and number > 1:
        return await _before(way, -1, None, size)
    return Spot(here[:size], number if at else min(number, LAST_BY_NUMBER), len(here) <= size)


async def count(matching: QuerySet[Any]) -> int:
    """How many match, as far as anybody reads it: `MOST_COUNTED` and one if they are more."""
    return await database.count(matching, MOST_COUNTED)


async def fewest(most: int, each: Iterable[Tell]) -> Told | None:
    """What the first condition tells that leaves fewer than `most` rows; else what the first does that tells any."""
    first = None
    for tell in each:
        told = await tell(most)
        if told and told.count < most:
            return told
        first = first or told
    return first


async def told_by(found: QuerySet[Any], most: int, column: str = "id") -> Told:
    """What a query tells: its rows, or what they name in a `column`, are looked up where they are asked for.

    They are counted first; those that come later are found, too. A server takes them for fewer than they are, and
    compares each with all: it gets their ids.
    """
    some = found.limit(most)
    if database.is_shared():
        ids = [row[column] for row in await some.values(column)]
        return Told(one_of(ids), len(ids))
    number = await database.count(found, most - 1)
    return Told(Q(id__in=Subquery((found if number < most else some).values(column))), number)


def told_of(row_ids: Sequence[int] | None) -> Told | None:
    """The same of rows that are known by their ids; None if nothing told them."""
    return None if row_ids is None else Told(one_of(row_ids), len(row_ids))


def one_of(row_ids: Sequence[int]) -> Q:
    """The condition to be one of some rows."""
    return Q(id__in=RawSQL(f"({','.join(map(str, row_ids))})")) if row_ids else Q(id__in=[])


async def _before(way: Way, number: int, row_id: int | None, size: int) -> Spot:
    """The page that ends before a row, or with the last of all."""
    found = await way.backwards.ids(size + 1, beyond=row_id)
    if len(found) <= size:  # nothing comes before it, so it is the first
        return await spot_of(way, 1, "", size) if row_id else Spot(found[::-1], 1, is_last=True)
    return Spot(found[size - 1 :: -1], number, row_id is None)


async def _ids(found: QuerySet[Any]) -> list[int]:
    return [row["id"] for row in await found.values("id")]
