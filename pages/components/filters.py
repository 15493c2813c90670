"""The panel that filters a list, with the active filters as chips above it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from nicegui import events, ui

from models.text import _, is_clean
from pages.components.filter_values import MAX_TEXT, Filter, filter_values

__all__ = ["Filter", "FilterButton", "Filters"]

MAX_SUGGESTIONS = 20
Suggestions = Sequence[tuple[str, str]]


class Filters(ui.element, component="filters.js"):
    """The filters at the right of a `.cols` box; on a small screen they open from a `FilterButton`.

    Put it into an element of class "cols" beside one other element. Every change gives `on_change` the values of all
    filters (see `Filter`). `on_suggest(name, text)` returns (value, label) pairs for a pick.
    """

    def __init__(
        self,
        filters: Iterable[Filter],
        *,
        on_change: Callable[[dict[str, str]], Awaitable[None]],
        values: Mapping[str, str] | None = None,
        pick_labels: Mapping[str, str] | None = None,
        on_suggest: Callable[[str, str], Awaitable[Suggestions]] | None = None,
        time_zone: str = "UTC",
    ) -> None:
        """`values` stand there at first, `pick_labels` are the words of picked ones, `time_zone` says when today is."""
        super().__init__()
        self._filters = list(filters)
        self._on_change = on_change
        self._on_suggest = on_suggest
        self.props.update(filters=[asdict(filter_) for filter_ in self._filters], words=_words(), timeZone=time_zone)
        self.props.update(set=0, suggestions={"name": "", "text": "", "options": []}, suggested=0)
        self.set_values(values or {}, pick_labels)
        self.on("change", self._changed)
        self.on("suggest", self._asked)

    def set_values(self, values: Mapping[str, str], pick_labels: Mapping[str, str] | None = None) -> None:
        """Show these values, all others as "any"; `on_change` is not called."""
        self.props["values"] = filter_values(self._filters, dict(values))
        self.props["labels"] = dict(pick_labels or {})
        self.props["set"] += 1

    async def _changed(self, event: events.GenericEventArguments) -> None:
        await self._on_change(filter_values(self._filters, event.args))

    async def _asked(self, event: events.GenericEventArguments) -> None:
        question: Any = event.args if isinstance(event.args, dict) else {}
        name, text = question.get("name"), question.get("text")
        known = any(filter_.name == name and filter_.kind == "pick" for filter_ in self._filters)
        if not (self._on_suggest and known and isinstance(text, str) and len(text) <= MAX_TEXT and is_clean(text)):
            return
        options = await self._on_suggest(str(name), text)
        self.props["suggestions"] = {
            "name": name,
            "text": text,
            "options": [list(o) for o in options[:MAX_SUGGESTIONS]],
        }
        self.props["suggested"] += 1


class FilterButton(ui.element, component="filter_button.js"):
    """Opens the filters on a small screen, and says how many are active; unseen on wide screens."""

    def __init__(self) -> None:
        super().__init__()
        self.props["words"] = {"filter": _("Filter"), "active": _("active")}


def _words() -> dict[str, str]:
    return {
        "filters": _("Filters"),
        "any": _("Any"),
        "from": _("From"),
        "to": _("To"),
        "today": _("Today"),
        "week": _("7 days"),
        "month": _("This month"),
        "lastMonth": _("Last month"),
        "reset": _("Reset filters"),
        "remove": _("Remove filter {filter}"),
        "clear": _("Clear"),
        "close": _("Close"),
        "show": _("Show results"),
        "nothing": _("Nobody found"),
        "since": _("from {date}"),
        "until": _("until {date}"),
    }
