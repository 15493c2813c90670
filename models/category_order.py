"""The order in which categories are shown: as the seller placed them, then those nobody placed yet, by name."""

from collections.abc import Callable, Mapping

from models.catalog_field import CATEGORY_SEPARATOR

NOT_PLACED = 2**31
Key = tuple[tuple[int, str], ...]


def order_of(positions: Mapping[str, int]) -> Callable[[str], Key]:
    """What paths are sorted by, whose `positions` count from 1 and are 0 for those not placed yet.

    Where something below was placed, what it lies in has a place, too.
    """
    first: dict[str, int] = {}
    for path, position in positions.items():
        for above in with_those_above(path):
            first[above] = min(first.get(above, NOT_PLACED), position or NOT_PLACED)

    def key(path: str) -> Key:
        return tuple((first.get(above, NOT_PLACED), name_of(above)) for above in with_those_above(path))

    return key


def with_those_above(path: str) -> list[str]:
    """A path and those of the categories it lies in, from the top."""
    names = path.split(CATEGORY_SEPARATOR)
    return [CATEGORY_SEPARATOR.join(names[:place]) for place in range(1, len(names) + 1)]


def name_of(path: str) -> str:
    """The last name of a path."""
    return path.rpartition(CATEGORY_SEPARATOR)[2]


def parent_of(path: str) -> str:
    """The path of the category it lies in; "" at the top."""
    return path.rpartition(CATEGORY_SEPARATOR)[0]
