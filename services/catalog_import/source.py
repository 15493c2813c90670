"""A catalogue file as a table of text, before anything is understood."""

from dataclasses import dataclass


class NumberText(str):
    """The text of a cell that was a number: its decimal sign is a point, whatever the rest of the column uses."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of the file. `number` is the one a spreadsheet shows, counted from 1 with the header."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class SourceTable:
    """A catalogue file as read: every cell is text, and rows without any text are left out.

    `header` has a name for each column ("Column 3" where the file has none); `dialect` says in words how the file was
    read; rows longer than the header keep their extra cells.
    """

    file_name: str
    header: tuple[str, ...]
    has_header: bool
    rows: tuple[SourceRow, ...]
    dialect: str
    delimiter: str = ""

    def column(self, index: int) -> list[str]:
        """The cells of a column, as many as there are rows."""
        return [row.cells[index] if index < len(row.cells) else "" for row in self.rows]
