"""The columns of a file: which, in which order, under which titles."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from nicegui import events, ui

from models.text import _

Columns = list[list[str]]

MOST_COLUMNS = 100
LONGEST = 200


class ColumnList(ui.element, component="column_list.js"):
    """Columns that are moved, renamed, taken out and put in; each change is sent at once."""

    def __init__(self, *, on_change: Callable[[Columns], Awaitable[None]]) -> None:
        """`on_change` gets [name, title] of each column in their order; names only of those that are offered."""
        super().__init__()
        self._on_change = on_change
        self.props.update(columns=[], offered=[], round=0, plain=False)
        self.props["words"] = {
            "columns": _("Columns"),
            "add": _("Add a column …"),
            "all": _("Add all"),
            "up": _("{column} further up"),
            "down": _("{column} further down"),
            "remove": _("Take {column} out"),
            "removed": _("{column} is taken out."),
            "place": _("{column} is column {n} of {total}."),
        }
        self.on("change", self._changed)

    def show(self, columns: Columns, offered: Iterable[tuple[str, str]], *, plain: bool) -> None:
        """Show these columns; `offered` are (name, label) of all there are.

        With `plain`, those that are added are titled with their names, as programs want them.
        """
        self.props.update(columns=columns, offered=[list(one) for one in offered], plain=plain)
        self.props["round"] += 1

    async def _changed(self, event: events.GenericEventArguments) -> None:
        offered = {name for name, _label in self.props["offered"]}
        sent = event.args
        if isinstance(sent, list) and len(sent) <= MOST_COLUMNS and all(_is_column(one, offered) for one in sent):
            await self._on_change([list(one) for one in sent])


def _is_column(sent: object, offered: Iterable[str]) -> bool:
    if not (isinstance(sent, Sequence) and len(sent) == 2 and all(isinstance(part, str) for part in sent)):
        return False
    return sent[0] in offered and len(sent[1]) <= LONGEST
