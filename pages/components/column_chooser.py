"""Which column of a file holds what: one row for each column, with some of its values and a choice."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from nicegui import events, ui

from models.text import _


@dataclass(frozen=True)
class FileColumn:
    """A column: its name, some values, and the field it holds ("" for none)."""

    name: str
    values: tuple[str, ...]
    field: str


class ColumnChooser(ui.element, component="column_chooser.js"):
    """The columns of a file; a choice is sent at once."""

    def __init__(self, fields: Sequence[tuple[str, str]], *, on_choose: Callable[[int, str], Awaitable[None]]) -> None:
        """`fields` are (value, label) pairs; `on_choose` gets a column's place (from 0) and a value, or ""."""
        super().__init__()
        self._fields = {value for value, _label in fields} | {""}
        self._on_choose = on_choose
        self.props.update(fields=[list(field) for field in fields], columns=[], summary="", answer=0)
        self.props["words"] = {
            "column": _("Column of the file"),
            "values": _("Its first values"),
            "holds": _("Holds"),
            "none": _("– left out –"),
            "all": _("Show all columns"),
        }
        self.on("choose", self._chosen)

    def show(self, columns: Iterable[FileColumn], summary: str) -> None:
        """Show these columns under `summary`."""
        self.props.update(columns=[asdict(column) for column in columns], summary=summary)
        self.props["answer"] += 1

    async def _chosen(self, event: events.GenericEventArguments) -> None:
        sent = event.args if isinstance(event.args, dict) else {}
        column, field = sent.get("column"), sent.get("field")
        if type(column) is not int or not 0 <= column < len(self.props["columns"]):
            return
        if isinstance(field, str) and field in self._fields:
            await self._on_choose(column, field)
