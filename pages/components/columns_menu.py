"""Which columns of a table are shown: put it into the table."""

from collections.abc import Awaitable, Callable, Collection, Sequence

from nicegui import events, ui

from models.text import _
from pages.components.table_values import Column


class ColumnsMenu(ui.element, component="columns_menu.js", dependencies=["menu_box.js"]):
    """A box for each column; what is ticked is shown at once.

    Small screens show a row in two lines, and no such menu.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        shown: Sequence[str],
        usual: Sequence[str],
        fixed: Collection[str],
        on_choose: Callable[[list[str]], Awaitable[None]],
    ) -> None:
        """`shown`, `usual` and `fixed` are names; `on_choose` gets those that are wanted, among them all `fixed`."""
        super().__init__()
        self._columns, self._fixed, self._on_choose = columns, fixed, on_choose
        self.props["columns"] = [
            {"name": column.name, "label": column.label, "fixed": column.name in fixed} for column in columns
        ]
        self.props.update(usual=list(usual), words={"columns": _("Columns"), "usual": _("The usual columns")})
        self.show(shown)
        self.on("choose", self._chosen)

    def show(self, shown: Sequence[str]) -> None:
        """Tick these."""
        self.props["shown"] = list(shown)

    async def _chosen(self, event: events.GenericEventArguments) -> None:
        if isinstance(event.args, list) and len(event.args) <= len(self._columns):
            await self._on_choose([c.name for c in self._columns if c.name in event.args or c.name in self._fixed])
