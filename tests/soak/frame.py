"""What an experiment is, and the table in which its outcome is told."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Figure = int | float | str
Answer = TypeVar("Answer")
LARGEST_SEED = 999_999
LOOK_AGAIN_SECONDS = 0.1
ASK_DATABASE_SECONDS = 0.5  # for which each time a connection is made


@dataclass(frozen=True)
class Outcome:
    """What came of an experiment: its figures by name, and a sentence for each thing that does not hold."""

    seed: int
    figures: Mapping[str, Figure]
    broken: Sequence[str] = ()

    @property
    def holds(self) -> bool:
        """Whether the promise was kept."""
        return not self.broken

    @property
    def line(self) -> str:
        """The figures in one line."""
        return f"seed {self.seed}: " + ", ".join(f"{name} {_shown(figure)}" for name, figure in self.figures.items())


Experiment = Callable[[int], Outcome]


def new_seed() -> int:
    """A seed nobody chose."""
    return random.randint(1, LARGEST_SEED)


async def wait_for(answer: Callable[[], Answer], until: float, *, every: float = LOOK_AGAIN_SECONDS) -> Answer:
    """Ask until the answer is true, but not longer than `until` (monotonic); return the last answer."""
    while not (given := answer()):
        if time.monotonic() > until:
            break
        await asyncio.sleep(every)
    return given


def row(name: str, outcome: Outcome) -> str:
    """An experiment as a row of the table, and under it what does not hold."""
    told = f"{'yes' if outcome.holds else 'NO':5}  {name:20}  {outcome.line}"
    return "\n".join([told, *(f"       ! {sentence}" for sentence in outcome.broken)])


def heading() -> str:
    """The first row of the table."""
    return f"{'holds':5}  {'experiment':20}  figures"


def _shown(figure: Figure) -> str:
    return f"{figure:,.1f}" if isinstance(figure, float) else f"{figure:,}" if isinstance(figure, int) else figure
