"""What a filter panel asks and sends: its fields, and the check of what comes back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.text import is_clean

MAX_TEXT = 100
FilterKind = Literal["search", "dates", "chips", "pick"]


@dataclass(frozen=True)
class Filter:
    """One question of a filter panel; its value is text, and nothing is "".

    search: free text. dates: two values, `{name}_from` and `{name}_to`, as 2026-11-22. chips: one of `options`, which
    are (value, label) pairs ("" is any, added by itself as `any_label`), or with `several` any of them, joined by
    commas. pick: a value suggested while typing. What is `set_elsewhere` on the page shows only among the active ones.
    """

    name: str
    label: str
    kind: FilterKind
    options: tuple[tuple[str, str], ...] = ()
    placeholder: str = ""
    any_label: str = ""
    several: bool = False
    set_elsewhere: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of its values."""
        return (f"{self.name}_from", f"{self.name}_to") if self.kind == "dates" else (self.name,)


def filter_values(filters: Iterable[Filter], sent: object) -> dict[str, str]:
    """Return what a browser `sent` as a value for every key of `filters`; what cannot be is taken as "" (any)."""
    answers: Mapping[object, object] = sent if isinstance(sent, dict) else {}
    return {key: _clean(filter_, answers.get(key)) for filter_ in filters for key in filter_.keys}


def _clean(filter_: Filter, answer: object) -> str:
    if not isinstance(answer, str) or len(answer) > MAX_TEXT or not is_clean(answer):
        return ""
    text = answer.strip()
    if filter_.kind == "chips":
        return _chosen(filter_, text)
    if filter_.kind == "dates" and not _is_date(text):
        return ""
    return text


def _chosen(filter_: Filter, text: str) -> str:
    asked = text.split(",") if filter_.several else [text]
    return ",".join(value for value, _label in filter_.options if value in asked)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
