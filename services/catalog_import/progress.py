"""How far something long has come, for whoever watches it."""

from collections.abc import Callable

Progress = Callable[[int, int], None]  # how many of how many are done


def unheard(_done: int, _total: int) -> None:
    """Progress that nobody watches."""
