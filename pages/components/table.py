"""A paged list as one element: sorting, selection, actions, and rows that change while one looks."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import asdict
from typing import Any

from nicegui import events, ui

from models.errors import ShopError
from models.text import _, ngettext
from pages.components.table_values import (
    Action,
    CellEdit,
    Column,
    ForgedError,
    PageRequest,
    Row,
    Selection,
    action_from,
    cell_edit_from,
    check_columns,
    page_request_from,
    selection_from,
)
from pages.components.written_rows import WrittenRows, write

__all__ = ["Action", "CellEdit", "Column", "PageRequest", "Row", "Selection", "Table"]


class Table(ui.element, component="paged_table.js", dependencies=["row_keys.js", "modal.js", "cell_editor.js"]):
    """One page of rows, fed by `show`.

    A row is a dict with `id` (int) and, by column name, a string or a cell. A cell is a dict with any of `text`, `sub`,
    `href`, `mono`, `strong`, `quiet` (never bold), `link` (looks like one), `title` (on hover),
    `tag` ("wait|look|ok|bad|quiet", the colour of `text`), `tick` ("yes|no|override"; `tick_label` for other words),
    `marks` ([{"state": "ok|wait|bad|none", "label": …}]), `icon` ("comment|warning|lock"), `image` (a URL),
    `edit` ({"value": as it is typed, "options": [[value, label], …] to choose among}; then it can be changed in place).
    Row flags: `href` (opens on click), `new` (bold), `muted`.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        label: str,
        on_page: Callable[[PageRequest], Awaitable[None]],
        on_action: Callable[[str, Selection], Awaitable[None]] | None = None,
        actions: Sequence[Action] = (),
        on_edit: Callable[[CellEdit], Awaitable[None]] | None = None,
        empty: tuple[str, str] = ("", ""),
    ) -> None:
        """`label` names the table for screen readers; `empty` is what stands in an empty one: what is so, what to do.

        With `actions` rows can be selected. A ShopError that `on_edit` raises is told at the cell, with what was typed.
        """
        super().__init__()
        check_columns(columns)
        self._columns = columns
        self._actions = actions
        self._on_page, self._on_action, self._on_edit = on_page, on_action, on_edit
        self.props.update(label=label, columns=tuple(asdict(column) for column in columns), words=_words())
        self.props.update(actions=tuple(asdict(action) for action in actions))
        self._written = write([])
        self.props.update(
            rows=self._written.rows,
            total=0,
            page=1,
            pageSize=50,
            sort="",
            descending=False,
            live=False,
            answer=0,
            ends=None,
            more=False,
        )
        self.set_empty(*empty)
        self.on("page", self._page_asked)
        self.on("act", self._action_chosen)
        if on_edit:
            self.on("edit", self._cell_edited)

    def show(
        self,
        rows: Iterable[Row] | WrittenRows,
        *,
        total: int | None,
        page: int = 1,
        page_size: int = 50,
        sort: str = "",
        descending: bool = False,
        live: bool = False,
        ends: tuple[bool, bool] | None = None,
        is_more: bool = False,
    ) -> None:
        """Replace the page; scroll, focus and selection stay. With `live`, rows not seen before slide in, tinted.

        Where nobody has counted the rows yet (`total` is None), `ends` says whether this is the first page, and the
        last; `page` may then be counted from the end, where -1 is the last. With `is_more` there are more than `total`.
        """
        self._written = rows if isinstance(rows, WrittenRows) else write(rows)
        self.props.update(
            rows=self._written.rows,
            total=total,
            page=page,
            pageSize=page_size,
            sort=sort,
            descending=descending,
            live=live,
            ends=ends,
            more=is_more,
        )
        self._answered()

    def set_total(self, total: int) -> None:
        """Say how many rows there are, once they are counted; the rows themselves are not sent again for it."""
        with self.props.suspend_updates():
            self.props["total"] = total
        self.run_method("setTotal", total, self.props["answer"])  # of other rows, sent meanwhile, it says nothing

    def show_columns(self, names: Collection[str]) -> None:
        """Show these columns alone; on a small screen a row is as always."""
        self.props["columns"] = tuple(asdict(column) | {"off": column.name not in names} for column in self._columns)

    def set_empty(self, title: str, hint: str = "") -> None:
        """Say what stands in the empty table."""
        self.props["empty"] = (title or _("Nothing here yet"), hint)

    def set_actions(self, actions: Sequence[Action]) -> None:
        """Offer other actions."""
        self._actions = actions
        self.props["actions"] = tuple(asdict(action) for action in actions)

    def clear_selection(self) -> None:
        """Select nothing, as after an action or under another filter."""
        self.run_method("clearSelection")

    def _to_dict(self) -> dict[str, Any]:
        """What the framework sends: the rows as they were written."""
        told = super()._to_dict()
        return told | {"props": told["props"] | {"rows": self._written.json}}

    async def _page_asked(self, event: events.GenericEventArguments) -> None:
        try:
            await self._on_page(page_request_from(event.args, self._columns))
        except ForgedError:
            return
        finally:
            self._answered()

    async def _action_chosen(self, event: events.GenericEventArguments) -> None:
        try:
            selection = selection_from(event.args)
            key = action_from(event.args, self._actions)
            if self._on_action and (selection.ids or selection.all_matching):
                await self._on_action(key, selection)
        except ForgedError:
            return
        finally:
            self._answered()

    async def _cell_edited(self, event: events.GenericEventArguments) -> None:
        refusal = ""
        try:
            edit = cell_edit_from(event.args, self._columns)
            if self._on_edit:
                await self._on_edit(edit)
        except ForgedError:
            return
        except ShopError as error:
            refusal = str(error)
        if not self.is_deleted:
            self.run_method("cellAnswered", f"{edit.id} {edit.column}", refusal)

    def _answered(self) -> None:
        if not self.is_deleted:
            self.props["answer"] += 1


def _words() -> dict[str, str]:
    return {
        "range": _("{from}–{to} of {total}"),
        "more": _("more than {n}"),
        "first": _("First page"),
        "last": _("Last page"),
        "previous": _("Previous page"),
        "next": _("Next page"),
        "selectedOne": ngettext("{n} selected", "{n} selected", 1),
        "selected": ngettext("{n} selected", "{n} selected", 2),
        "none": _("None selected"),
        "actions": _("Actions"),
        "pickPage": _("Select all rows of this page"),
        "pickRow": _("Select {row}"),
        "pageSelected": _("All {n} on this page are selected."),
        "selectAll": _("Select all {n} that match"),
        "allSelected": _("All {n} that match are selected."),
        "clear": _("Clear selection"),
        "yes": _("verified"),
        "no": _("not verified"),
        "override": _("accepted by the seller without verification"),
        "sortBy": _("Sort by {column}"),
        "keys": _("Keys"),
        "keysOn": _("These keys work"),
        "search": _("Search"),
        "nextRow": _("Next row"),
        "previousRow": _("Previous row"),
        "openRow": _("Open"),
        "pickThis": _("Select, or no longer"),
        "close": _("Close"),
        "change": _("Change {column} of {row}"),
    }
