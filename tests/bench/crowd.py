"""A thousand buyers who browse, and twenty open desks, for a minute and a half; the soak has them for half an hour."""

from collections.abc import Iterator

from tests.bench import fill
from tests.bench.frame import Reading, quantile
from tests.soak import crowd

SHORT = crowd.Crowd(1000, 20, 60, 90)


def run() -> Iterator[Reading]:
    """Let them come once. What they did must stand in the database, and nobody must have met an error."""
    seen = crowd.watched(SHORT, fill.SEED)
    if errors := [*seen.came.errors, *seen.trouble]:
        raise AssertionError(f"{len(errors)} errors, such as {errors[:3]}")
    came = seen.came
    for what, seconds in (("page", came.pages), ("page of the desk", came.desk_pages)):
        yield _times(f"crowd: {what}", seconds, crowd.MOST_PAGE_MS)
    yield _times("crowd: suggestions", came.suggestions)
    yield _times("crowd: product into the cart", came.cart_changes)
    must = f"{100 * crowd.LAG_SHARE:.0f} % within {1000 * crowd.MOST_LAG_SECONDS:.0f} ms"
    beside = f"all within {seen.longest_lag}; {100 * seen.processor_share:.0f} % of a core, load of all {seen.load:.1f}"
    within = [100 * seen.lag_within]
    yield Reading("crowd: event loop in time", "%", within, must, seen.lag_within >= crowd.LAG_SHARE, beside)
    most = f"≤ {crowd.MOST_MB:.0f} MB"
    connected = f"{seen.connected} pages were connected"
    yield Reading("crowd: memory", "MB", seen.memory, most, max(seen.memory) <= crowd.MOST_MB, connected)


def _times(what: str, seconds: list[float], most: float | None = None) -> Reading:
    milliseconds = [1000 * one for one in seconds]
    must = f"p95 ≤ {most:.0f} ms" if most else ""
    return Reading(what, "ms", milliseconds, must, quantile(milliseconds, 0.95) <= most if most else None)
