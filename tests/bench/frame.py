"""What a benchmark yields, and the table it is told in."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

P95 = 0.95
WHAT, NUMBER = 58, 10  # characters of the table's columns


@dataclass(frozen=True)
class Reading:
    """What was measured: a value in `unit` for each run or request, and what stands beside it.

    `must` says in words what must be reached and `holds` whether it was; `beside` tells the reference of the same run.
    """

    what: str
    unit: str
    values: Sequence[float]
    must: str = ""
    holds: bool | None = None
    beside: str = ""

    @property
    def median(self) -> float:
        """The middle of the values."""
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        """What 95 of 100 values do not exceed."""
        return quantile(self.values, P95)


Benchmark = Callable[[], Iterator[Reading]]


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def heading() -> str:
    """The first row of the table."""
    columns = ("median", "p95", "least", "most")
    return f"{'what':{WHAT}}" + "".join(f"{name:>{NUMBER}}" for name in columns) + f"  {'unit':6} {'runs':>5}  reached"


def row(reading: Reading) -> str:
    """A reading as a row of the table, and under it what it is measured against."""
    numbers = (reading.median, reading.p95, min(reading.values), max(reading.values))
    reached = {True: "yes", False: "NO", None: ""}[reading.holds]
    told = f"{reading.what:{WHAT}}" + "".join(f"{_shown(number):>{NUMBER}}" for number in numbers)
    told += f"  {reading.unit:6} {len(reading.values):>5}  {reached} {reading.must}".rstrip()
    return f"{told}\n    {reading.beside}" if reading.beside else told


def _shown(number: float) -> str:
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.2f}" if abs(number) >= 1 else f"{number:.3f}"
