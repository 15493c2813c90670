"""Bars of months with their table, as one element."""

from collections.abc import Iterable, Mapping
from typing import Any

from nicegui import ui

from models.text import _
from pages.components.elements import own_address


class MonthBars(ui.element, component="month_bars.js"):
    """A month is {"name" (short), "title", "told" (in words), "count", "value", "share" (0 to 1), "href" (or "")}."""

    def __init__(self, *, label: str, heads: tuple[str, str, str]) -> None:
        super().__init__()
        self.props.update(label=label, asTable=_("As a table"), heads=list(heads), months=[])

    def show(self, months: Iterable[Mapping[str, Any]]) -> None:
        """Show other months."""
        shown = [dict(month) for month in months]
        for month in shown:
            own_address(month["href"])
        self.props["months"] = shown
