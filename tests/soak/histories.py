"""What happened to the orders, one thing after the other, as their histories tell it."""

import csv
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import EventKind, Status
from models.order import STATUS_LABELS
from tests.soak.stores import Read

# Units of work take turns, so that the ids tell in which order they were done.
EVENTS = """
    SELECT o.number, e.kind, e.text FROM order_event e JOIN "order" o ON o.id = e.order_id ORDER BY e.id
"""
STATES = 'SELECT number, status, confirmed_at FROM "order"'
STATUS_OF = {label: status for status, label in STATUS_LABELS.items()}


@dataclass(frozen=True)
class State:
    """What the seller has made of an order."""

    status: str = Status.PENDING
    is_confirmed: bool = False


@dataclass(frozen=True)
class Step:
    """A change of an order: where it began as its history has it ("" where that does not tell), and what it led to."""

    number: str
    began: str
    after: State


class Histories:
    """The histories of all orders as they are in the database now."""

    def __init__(self, read: Read) -> None:
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)  # of each kind of event, by the order's number
        self.steps: list[Step] = []
        self._states: dict[str, State] = defaultdict(State)  # where the steps lead to
        for number, kind, text in read(EVENTS):
            self.counts[number][kind] += 1
            self._take(number, kind, text)
        self._found = {number: State(status, bool(confirmed)) for number, status, confirmed in read(STATES)}

    def broken(self) -> set[str]:
        """The orders of which a step begins elsewhere than the one before ended, or that are not where the last led."""
        walked: dict[str, State] = defaultdict(State)
        broken = {number for number, state in self._found.items() if self._states[number] != state}
        for step in self.steps:
            if step.began not in {"", walked[step.number].status}:
                broken.add(step.number)
            walked[step.number] = step.after
        return broken

    def moment(self, states: Mapping[str, State], earliest: int) -> int | None:
        """After how many steps, at least `earliest`, some orders were all in these states; None if they never were."""
        differing = {number for number, state in states.items() if state != State()}
        for taken, step in enumerate([None, *self.steps]):
            if step and step.number in states:
                (differing.discard if states[step.number] == step.after else differing.add)(step.number)
            if taken >= earliest and not differing:
                return taken
        return None

    def _take(self, number: str, kind: str, text: str) -> None:
        if kind == EventKind.CONFIRMED:
            self._step(number, "", State(Status.PROCESSED, is_confirmed=True))
        elif kind == EventKind.STATUS:
            began, after = (STATUS_OF[label] for label in text.split(" → "))
            self._step(number, began, State(after, self._states[number].is_confirmed))

    def _step(self, number: str, began: str, after: State) -> None:
        self.steps.append(Step(number, began, after))
        self._states[number] = after


def exported(file: bytes) -> dict[str, State]:
    """The states of the orders in a file that was exported for machines."""
    rows: Sequence[Mapping[str, str]] = list(csv.DictReader(file.decode().splitlines()))
    return {row["order_number"]: State(row["status"], bool(row["confirmed_at"])) for row in rows}
