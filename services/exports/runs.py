"""The rows of many orders as CSV, put together from columns.

Columns that stand side by side and are all of the order, or all of its lines, are a run. The cells of each run are
joined once, an order's for all of its lines; then the runs are joined to rows.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, repeat
from operator import attrgetter
from typing import Any

from models.csv_style import ROW_END, Encoding, Style, TimeFormat
from models.order_columns import SOURCES
from services.exports.columns import Columns

ORDERS = 'SELECT {fields} "id", "currency", "prices_hidden" FROM "order" WHERE "id" {among}'
LINES = 'SELECT {fields} "order_id" FROM "order_line" WHERE "order_id" {among} ORDER BY "order_id", "line_no"'

Row = Sequence[Any]
Read = Callable[[str, Sequence[int]], Sequence[Row]]  # the rows of a statement that asks for some orders


class Rows:
    """The rows of a file as a task tells it, from one state of the database."""

    def __init__(self, task: Mapping[str, Any], read: Read) -> None:
        self._style = style(task)
        sources = [SOURCES[name] for name, _title in task["columns"]]
        self._columns, self._read = Columns(self._style, task["words"], is_alone=len(sources) == 1), read
        self._runs = [list(run) for _of_line, run in groupby(sources, attrgetter("of_line"))]
        self._has_lines = bool(task["has_lines"])

    def end(self) -> bytes:
        """How the file ends."""
        return b""

    def of(self, order_ids: Sequence[int]) -> tuple[bytes, Sequence[int]]:
        """The rows of orders, in the order of their ids as given, and the ids of those that are there."""
        place = _places(order_ids)
        stored = sorted(self._stored(ORDERS, order_ids, of_line=False), key=lambda row: place[row[-3]])
        if not stored:
            return b"", ()
        *columns, ids, currencies, hidden = zip(*stored, strict=True)
        runs = self._joined(columns, currencies, hidden, of_line=False)
        rows = zip(*(self._with_lines(runs, ids, currencies, hidden) if self._has_lines else runs), strict=True)
        return self._style.encoded(ROW_END.join([*map(self._style.delimiter.join, rows), ""])), ids

    def _with_lines(
        self, of_orders: Iterator[Iterable[str]], ids: Row, currencies: Row, hidden: Row
    ) -> list[Iterable[str]]:
        """All runs with a cell for each line, given those of the orders."""
        place = _places(ids)
        stored = sorted(self._stored(LINES, ids, of_line=True), key=lambda row: place[row[-1]])
        if not stored:
            return []
        *columns, order_ids = zip(*stored, strict=True)
        lines = list(map(Counter(order_ids).__getitem__, ids))
        of_lines = self._joined(columns, _repeated(currencies, lines), _repeated(hidden, lines), of_line=True)
        return [next(of_lines) if run[0].of_line else _repeated(next(of_orders), lines) for run in self._runs]

    def _stored(self, statement: str, order_ids: Sequence[int], *, of_line: bool) -> Sequence[Row]:
        fields = [f'"{source.field}", ' for run in self._runs for source in run if source.of_line is of_line]
        return self._read(statement.replace("{fields}", "".join(fields)), list(order_ids))

    def _joined(
        self, columns: Sequence[Row], currencies: Row, hidden: Row, *, of_line: bool
    ) -> Iterator[Iterable[str]]:
        """Each run with all its rows."""
        secret = hidden if any(hidden) else None
        rest = iter(columns)
        for run in self._runs:
            if run[0].of_line is of_line:
                cells = [self._columns.cells(source, next(rest), currencies, secret) for source in run]
                yield map(self._style.delimiter.join, zip(*cells, strict=True))


def style(task: Mapping[str, Any]) -> Style:
    """How the cells are written, as the task tells it."""
    told = {**task["style"], "times": TimeFormat(task["style"]["times"])}
    return Style(**told | {"encoding": Encoding(told["encoding"])})


def _places(ids: Sequence[int]) -> Mapping[int, int]:
    return {id_: place for place, id_ in enumerate(ids)}


def _repeated(values: Iterable[Any], times: Sequence[int]) -> list[Any]:
    """Each of the values as often as is said of it."""
    return list(chain.from_iterable(map(repeat, values, times)))
