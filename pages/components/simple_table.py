"""Short lists, each one element: a table without pages, a history, and facts by name."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from nicegui import events, ui

from models.text import _
from pages.components.elements import own_address

Align = Literal["left", "right"]
Cell = str | Mapping[str, Any]


class SimpleTable(ui.element, component="simple_table.js"):
    """A table of few rows.

    A row is {"id": int, "cells": […], "act": the words of its button or ""}; a cell is a string or a dict with any of
    `text`, `sub`, `sub_mono`, `sub_bad`, `href`, `title`, `mono`, `strong`, `quiet`, `tag` ("wait|look|ok|bad|quiet").
    """

    def __init__(
        self,
        columns: Sequence[tuple[str, Align]],
        *,
        label: str,
        empty: str = "",
        on_act: Callable[[int], Awaitable[None]] | None = None,
    ) -> None:
        """`label` names it for screen readers, `empty` stands in an empty one; `on_act` gets the row's id."""
        super().__init__()
        self._on_act = on_act
        self._rows: list[Mapping[str, Any]] = []
        self.props.update(label=label, empty=empty, answer=0, words={"action": _("Action")})
        self.props["columns"] = [{"label": words, "align": align} for words, align in columns]
        self.show([])
        if on_act:
            self.on("act", self._acted)

    def show(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Show other rows; raises ValueError if a link leads elsewhere."""
        self._rows = [_checked(row) for row in rows]
        self.props["rows"] = self._rows

    async def _acted(self, event: events.GenericEventArguments) -> None:
        try:
            offered = {row["id"] for row in self._rows if row.get("act")}
            if self._on_act and type(event.args) is int and event.args in offered:
                await self._on_act(event.args)
        finally:
            if not self.is_deleted:
                self.props["answer"] += 1


class History(ui.element, component="history.js"):
    """What happened: entries with id, text, quote (may be ""), by and at, newest first."""

    def __init__(self, entries: Iterable[Mapping[str, Any]] = (), *, label: str) -> None:
        super().__init__()
        self.props["label"] = label
        self.show(entries)

    def show(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Show other entries."""
        self.props["entries"] = [dict(entry) for entry in entries]


class Facts(ui.element, component="facts.js"):
    """Facts by name: dicts of label and text with any of `href` (ours, mailto: or tel:), `tick`, `mono`, `tag`, `sub`.

    Facts without text are left out.
    """

    def __init__(self, facts: Iterable[Mapping[str, str]] = (), *, label: str) -> None:
        super().__init__()
        self.props["label"] = label
        self.show(facts)

    def show(self, facts: Iterable[Mapping[str, str]]) -> None:
        """Show other facts; raises ValueError if a link leads elsewhere."""
        shown = [dict(fact) for fact in facts if fact["text"]]
        for fact in shown:
            if not fact.get("href", "").startswith(("mailto:", "tel:")):
                own_address(fact.get("href", ""))
        self.props["facts"] = shown


def _checked(row: Mapping[str, Any]) -> Mapping[str, Any]:
    for cell in row["cells"]:
        if not isinstance(cell, str):
            own_address(cell.get("href", ""))
    return dict(row)
