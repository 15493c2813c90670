"""The rows of many orders as a workbook, cell by cell."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from models.csv_style import Cell
from models.order_columns import SOURCES, Column, Kind, cell, unit_price
from services.exports.columns import day, moment
from services.exports.runs import LINES, ORDERS, Read, Row, style
from services.workbooks import Workbook

# What is kept otherwise than it is shown.
TYPED: dict[Kind, Callable[[Any], Any]] = {Kind.TIME: moment, Kind.DATE: day, Kind.UNIT_PRICE: unit_price}


class Rows:
    """The rows of a file as a task tells it, from one state of the database."""

    def __init__(self, task: Mapping[str, Any], read: Read) -> None:
        columns = [Column(*told) for told in task["columns"]]
        self._workbook = Workbook(task["title"], columns, style(task))
        self._sources = [SOURCES[column.name] for column in columns]
        self._has_lines, self._words, self._read = bool(task["has_lines"]), task["words"], read

    def of(self, order_ids: Sequence[int]) -> tuple[bytes, Sequence[int]]:
        """Write orders, in the order of their ids as given; return nothing yet, and the ids of those that are there.

        Raises ShopError if a workbook cannot hold so many.
        """
        stored = {row[-3]: row for row in self._stored(ORDERS, order_ids, of_line=False)}
        there = [order_id for order_id in order_ids if order_id in stored]
        lines: dict[int, list[Row]] = {order_id: [] if self._has_lines else [()] for order_id in there}
        if self._has_lines:
            for line in self._stored(LINES, there, of_line=True):
                lines[line[-1]].append(line)
        for order_id in there:
            self._workbook.add(self._rows(stored[order_id], lines[order_id]))
        return b"", there

    def end(self) -> bytes:
        """The workbook."""
        return self._workbook.close()

    def _stored(self, statement: str, order_ids: Sequence[int], *, of_line: bool) -> Sequence[Row]:
        fields = [f'"{source.field}", ' for source in self._sources if source.of_line is of_line]
        return self._read(statement.replace("{fields}", "".join(fields)), list(order_ids))

    def _rows(self, order: Row, lines: Sequence[Row]) -> Iterator[list[Cell]]:
        *_fields, _id, currency, is_hidden = order
        of_order = self._cells(order, currency, of_line=False, is_hidden=is_hidden)
        for line in lines:
            of_line = iter(self._cells(line, currency, of_line=True, is_hidden=is_hidden))
            rest = iter(of_order)
            yield [next(of_line if source.of_line else rest) for source in self._sources]

    def _cells(self, stored: Row, currency: str, *, of_line: bool, is_hidden: bool) -> list[Cell]:
        """Those of an order, or of one of its lines, for which there is nothing in a file of orders."""
        sources = [source for source in self._sources if source.of_line is of_line]
        return [
            cell(source.kind, _typed(source.kind, value), currency, self._words, is_hidden=is_hidden)
            for source, value in zip(sources, stored, strict=False)  # the last are those it is found by
        ]


def _typed(kind: Kind, stored: Any) -> Any:
    return TYPED[kind](stored) if kind in TYPED and stored is not None else stored
