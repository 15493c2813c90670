"""The categories in their order as one element, moved by drag and by buttons."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from nicegui import events, ui

from models.text import _, is_clean
from pages.components.elements import own_address

MAX_PATH = 400
ASKED = ("rename", "move", "remove")
WHERE = ("before", "after", "under")


class CategoryTree(ui.element, component="category_tree.js"):
    """A row is {"path", "name", "within" (what it lies in, in words), "depth" (from 1), "count" (words), "href",
    "first", "last" (among those beside it), "empty" (it can be removed)}.
    """

    def __init__(
        self,
        *,
        label: str,
        on_step: Callable[[str, int], Awaitable[None]],
        on_place: Callable[[str, str, str], Awaitable[None]],
        on_ask: Callable[[str, str], Awaitable[None]],
    ) -> None:
        """`on_step` gets a path and -1 or 1, `on_place` a path, another and one of `WHERE`, `on_ask` a path and one of
        `ASKED`. What is said about paths came through the browser.
        """
        super().__init__()
        self._on_step, self._on_place, self._on_ask = on_step, on_place, on_ask
        self.props.update(label=label, rows=[], words=_words())
        self.on("step", self._stepped)
        self.on("place", self._placed)
        self.on("ask", self._asked)

    def show(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Show other rows."""
        shown = [dict(row) for row in rows]
        for row in shown:
            own_address(row["href"])
        self.props["rows"] = shown

    async def _stepped(self, event: events.GenericEventArguments) -> None:
        path, by = _path(event.args), _part(event.args, "by")
        if path and by in (-1, 1):
            await self._on_step(path, by)

    async def _placed(self, event: events.GenericEventArguments) -> None:
        path, target, where = _path(event.args), _path(event.args, "target"), _part(event.args, "where")
        if path and target and where in WHERE:
            await self._on_place(path, target, where)

    async def _asked(self, event: events.GenericEventArguments) -> None:
        path, what = _path(event.args), _part(event.args, "what")
        if path and what in ASKED:
            await self._on_ask(path, what)


def _part(sent: object, name: str) -> Any:
    part = sent.get(name) if isinstance(sent, dict) else None
    return part if isinstance(part, str) or type(part) is int else None


def _path(sent: object, name: str = "path") -> str:
    path = _part(sent, name)
    return path if isinstance(path, str) and len(path) <= MAX_PATH and is_clean(path) else ""


def _words() -> dict[str, str]:
    return {
        "drag": _("Drag it where it belongs"),
        "up": _("{name}: up"),
        "down": _("{name}: down"),
        "rename": _("Rename"),
        "move": _("Move"),
        "remove": _("Remove"),
        "renameWhich": _("Rename {name}"),
        "moveWhich": _("Move {name}"),
        "removeWhich": _("Remove {name}"),
    }
