"""The rows of many orders as CSV, put together from pieces.

Columns that stand side by side and are all of the order, or all of its lines, are a run. Each run is joined once: those
of an order are a form, and each of its lines fills in the places between.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, repeat
from operator import attrgetter
from typing import Any

from models.csv_style import ROW_END, Encoding, Style, TimeFormat
from models.order_columns import SOURCES, Source
from services.exports.columns import Columns

ORDERS = 'SELECT {fields} "id", "currency", "prices_hidden" FROM "order" WHERE "id" {among}'
LINES = 'SELECT {fields} "order_id" FROM "order_line" WHERE "order_id" {among} ORDER BY "order_id", "line_no"'

Row = Sequence[Any]
Read = Callable[[str, Sequence[int]], Sequence[Row]]  # the rows of a statement that asks for some orders


class Rows:
    """The rows of a file as a task tells it, from one state of the database."""

    def __init__(self, task: Mapping[str, Any], read: Read) -> None:
        told = {**task["style"], "times": TimeFormat(task["style"]["times"])}
        self._style = Style(**told | {"encoding": Encoding(told["encoding"])})
        self._columns, self._read = Columns(self._style, task["words"]), read
        sources = [SOURCES[name] for name in task["columns"]]
        self._runs = [list(run) for _of_line, run in groupby(sources, attrgetter("of_line"))]
        self._is_alone = len(sources) == 1  # an only cell is quoted when it is empty
        self._has_lines = bool(task["has_lines"])

    def of(self, order_ids: Sequence[int]) -> tuple[bytes, Sequence[int]]:
        """The rows of orders, in the order of their ids as given, and the ids of those that are there."""
        stored = self._stored(ORDERS, order_ids, of_line=False)
        if not stored:
            return b"", ()
        places = {order_id: place for place, order_id in enumerate(order_ids)}
        *columns, ids, currencies, hidden = zip(*sorted(stored, key=lambda row: places[row[-3]]), strict=True)
        forms = self._forms(columns, currencies, hidden)
        if self._has_lines:
            lines = self._lines(dict(zip(ids, zip(currencies, hidden, strict=True), strict=True)))
            rows = (form % line for id_, form in zip(ids, forms, strict=True) for line in lines[id_])
        else:
            rows = (form % () for form in forms)
        return self._style.encoded("".join(rows)), ids

    def _stored(self, statement: str, order_ids: Sequence[int], *, of_line: bool) -> Sequence[Row]:
        fields = [f'"{source.field}", ' for run in self._runs for source in run if source.of_line is of_line]
        return self._read(statement.replace("{fields}", "".join(fields)), order_ids)

    def _forms(self, columns: Sequence[Row], currencies: Row, hidden: Row) -> Iterator[str]:
        """The row of each order, with a place for each run of its lines."""
        joined = self._joined(columns, currencies, hidden, of_line=False)
        parts = [
            repeat("%s") if run[0].of_line else [text.replace("%", "%%") for text in next(joined)] for run in self._runs
        ]
        return map("".join, zip(*parts, repeat(ROW_END, len(currencies)), strict=False))

    def _lines(self, orders: Mapping[int, tuple[str, bool]]) -> Mapping[int, Sequence[tuple[str, ...]]]:
        """What the lines of each order fill into its form."""
        lines: dict[int, list[tuple[str, ...]]] = defaultdict(list)
        stored = self._stored(LINES, list(orders), of_line=True)
        if stored:
            *columns, ids = zip(*stored, strict=True)
            currencies, hidden = zip(*[orders[order_id] for order_id in ids], strict=True)
            joined = list(self._joined(columns, currencies, hidden, of_line=True))
            for order_id, line in zip(ids, zip(*joined, strict=True) if joined else repeat(()), strict=False):
                lines[order_id].append(line)
        return lines

    def _joined(self, columns: Sequence[Row], currencies: Row, hidden: Row, *, of_line: bool) -> Iterator[list[str]]:
        """Each run with all its rows."""
        secret = hidden if any(hidden) else None
        rest = iter(columns)
        for run in self._runs:
            if run[0].of_line is of_line:
                texts = [self._columns.texts(source, next(rest), currencies, secret) for source in run]
                yield self._cut(run, _Sink.joined(zip(*texts, *self._end, strict=False), self._style.delimiter))

    @property
    def _end(self) -> list[Iterator[str]]:
        """An empty cell behind each run, so that it ends with a delimiter."""
        return [] if self._is_alone else [repeat("")]

    def _cut(self, run: Sequence[Source], rows: Sequence[str]) -> list[str]:
        """Without their ends, and the last run without its delimiter."""
        is_last = run is self._runs[-1] and not self._is_alone
        end = len(ROW_END) + (len(self._style.delimiter) if is_last else 0)
        return [row[:-end] for row in rows]


class _Sink(list[str]):
    """Where each row that is written stays by itself."""

    write = list.append

    @classmethod
    def joined(cls, rows: Iterator[Sequence[str | int]], delimiter: str) -> Sequence[str]:
        sink = cls()
        csv.writer(sink, delimiter=delimiter, lineterminator=ROW_END).writerows(rows)
        return sink
