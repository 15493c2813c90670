"""What a table shows and sends: columns, cells, and the check of what comes back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from models.text import is_clean
from pages.components.elements import own_address

MAX_SELECTED = 1000
MAX_PAGE = 1_000_000
MAX_TYPED = 200
PICTURE_SOURCES = ("/", "https://", "http://", "data:image/")


class ForgedError(ValueError):
    """A message our own page could not have sent."""


PhonePlace = Literal["title", "subtitle", "right", "right_sub", "below", "hidden"]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column. `phone` is its cell's place in the two-line row of a small screen, or `below` it, where something to
    press stands; `width` limits it ("18ch"). Where it is `sortable`, the first press on its head sorts words up, and
    numbers and times down.

    A column of icons can have an `unseen` label, which only screen readers tell. What has to be read to its end is
    `whole`: it takes as many lines as it needs.
    """

    name: str
    label: str
    sortable: Literal["", "up", "down"] = ""
    align: Literal["left", "right"] = "left"
    phone: PhonePlace = "hidden"
    width: str = ""
    unseen: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Action:
    """Something to do with the selected rows; actions of one `group` stand together under its name.

    A `letter` on the keyboard does it at once; with no row selected, with all that match.
    """

    key: str
    label: str
    group: str = ""
    danger: bool = False
    letter: str = ""


@dataclass(frozen=True)
class Selection:
    """The rows a seller chose: these ids, or every row that matches the filter."""

    ids: frozenset[int]
    all_matching: bool = False


@dataclass(frozen=True)
class PageRequest:
    """The page of a list somebody asked for, counted from 1, or from -1 at the end."""

    page: int
    sort: str
    descending: bool


@dataclass(frozen=True)
class CellEdit:
    """What somebody typed into a cell, and what stood there when they began."""

    id: int
    column: str
    typed: str
    seen: str


def check_columns(columns: Sequence[Column]) -> None:
    """Raise ValueError if two columns share a name or a place on the phone, or a width is not a length."""
    names = [column.name for column in columns]
    places = [column.phone for column in columns if column.phone != "hidden"]
    if len(set(names)) < len(names) or len(set(places)) < len(places):
        raise ValueError("two columns share a name or a place on the phone")
    for column in columns:
        if column.width and not re.fullmatch(r"\d+(\.\d+)?(px|ch|em|rem|%)", column.width):
            raise ValueError(f"not a width: {column.width!r}")


def selection_from(sent: object) -> Selection:
    """Return the selection a browser `sent` as {"ids": [...], "all": bool}; raises ForgedError if it is not one."""
    if not isinstance(sent, dict) or not isinstance(sent.get("ids"), list) or not isinstance(sent.get("all"), bool):
        raise ForgedError("not a selection")
    ids = sent["ids"]
    if len(ids) > MAX_SELECTED:
        raise ForgedError("too many rows")
    if not all(_is_id(id_) for id_ in ids):
        raise ForgedError("not an id")
    return Selection(frozenset(ids), all_matching=sent["all"])


def action_from(sent: object, actions: Iterable[Action]) -> str:
    """Return the key of the action a browser chose; raises ForgedError if it was not offered."""
    key = sent.get("key") if isinstance(sent, dict) else None
    if not isinstance(key, str) or key not in {action.key for action in actions}:
        raise ForgedError("not an action")
    return key


def page_request_from(sent: object, columns: Iterable[Column]) -> PageRequest:
    """Return the page a browser asked for; raises ForgedError for a page out of reach or an unsortable column."""
    if not isinstance(sent, dict):
        raise ForgedError("not a page")
    page, sort, descending = sent.get("page"), sent.get("sort"), sent.get("descending")
    if not isinstance(page, int) or isinstance(page, bool) or not 0 < abs(page) <= MAX_PAGE:
        raise ForgedError("not a page number")
    if not isinstance(descending, bool) or sort not in ["", *(c.name for c in columns if c.sortable)]:
        raise ForgedError("not a sortable column")
    return PageRequest(page, str(sort), descending)


def cell_edit_from(sent: object, columns: Iterable[Column]) -> CellEdit:
    """Return what a browser typed into a cell; raises ForgedError if it is no short text, or no column of the table."""
    if not isinstance(sent, dict) or not _is_id(sent.get("id")):
        raise ForgedError("not a cell")
    column, typed, seen = sent.get("column"), sent.get("typed"), sent.get("seen")
    if column not in [one.name for one in columns] or not all(_is_short(text) for text in (typed, seen)):
        raise ForgedError("not a value of a column")
    return CellEdit(sent["id"], str(column), str(typed), str(seen))


def _is_short(text: object) -> bool:
    return isinstance(text, str) and len(text) <= MAX_TYPED and is_clean(text)


def _is_id(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63


def row_for_browser(row: Row) -> dict[str, Any]:
    """Return `row` for the browser; raises ValueError if one of its links or pictures leads elsewhere."""
    own_address(row.get("href", ""))
    for cell in row.values():
        if isinstance(cell, dict):
            own_address(cell.get("href", ""))
            image = cell.get("image", "")
            if image and not image.startswith(PICTURE_SOURCES):
                raise ValueError(f"not a picture: {image!r}")
    return dict(row)
