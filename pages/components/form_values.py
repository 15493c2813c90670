"""What a form may send: its fields, and the check of every value that comes back."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from models.address import checked_address
from models.text import _, is_clean

Kind = Literal[
    "text",
    "email",
    "tel",
    "number",
    "money",
    "password",
    "textarea",
    "select",
    "checkbox",
    "radio",
    "date",
    "color",
    "trap",
]
Width = Literal["full", "half", "third", "two-thirds"]
Values = dict[str, str | bool]
Options = tuple[tuple[str, str], ...]

MULTILINE = {"textarea"}
CHOSEN = {"select", "radio"}
NUMERIC = {"number", "money"}


@dataclass(frozen=True)
class Field:
    """One question of a form. `options` are (value, label) pairs; `link` is (text, address) shown beside a checkbox.

    Options of which there are many are `shared_as` something: a page that is being built holds them once by that name,
    and they are not sent again with each answer of the shop.

    `heading` stands above it and those that follow. `doubt` is a sentence about what was typed that stops nobody, ""
    while there is none, so that screen readers watch its place. `shown_with` names a checkbox: the field is seen, and
    required if it is so, only while that is ticked.
    """

    name: str
    label: str
    kind: Kind = "text"
    value: str | bool = ""
    hint: str = ""
    required: bool = False
    options: Options = ()
    shared_as: str = ""
    autocomplete: str = ""
    width: Width = "full"
    max_length: int = 200
    placeholder: str = ""
    link: tuple[str, str] | None = None
    readonly: bool = False
    secret: bool = False  # a text the browser must not keep, and that is not shown again
    heading: str = ""
    doubt: str | None = None
    shown_with: str = ""
    least: str = ""  # the first day of a date that makes sense


def checked(fields: Iterable[Field], sent: object) -> tuple[Values, dict[str, str]]:
    """Return what a browser `sent` as clean values of known `fields`, and a sentence for each field that is wrong.

    Text comes back stripped (passwords as they are), checkboxes as booleans. Names that are not asked for are dropped.
    """
    answers: Mapping[object, object] = sent if isinstance(sent, dict) else {}
    values: Values = {}
    errors: dict[str, str] = {}
    for field in fields:
        try:
            values[field.name] = _clean(_as_seen(field, answers), answers.get(field.name))
        except ValueError as error:
            errors[field.name] = str(error)
    return values, errors


def put_together(parts: Iterable[str], last: object) -> object:
    """Return the answers of a form that came in one piece, or in parts that are JSON only together."""
    if not isinstance(last, str):
        return last
    try:
        return json.loads("".join([*parts, last]))
    except (ValueError, RecursionError):
        return None


def taken(fields: Iterable[Field], sent: object) -> Values:
    """Return what can be kept of a half-filled form: nothing is required yet, and what is wrong is left out."""
    answers: Mapping[object, object] = sent if isinstance(sent, dict) else {}
    values: Values = {}
    for field in fields:
        answer = answers.get(field.name)
        if field.kind == "checkbox":
            values[field.name] = answer is True
        elif isinstance(answer, str) and is_clean(answer) and len(answer) <= field.max_length:
            values[field.name] = answer
    return values


def _as_seen(field: Field, answers: Mapping[object, object]) -> Field:
    """A field that nobody sees, as its checkbox is not ticked, cannot be required."""
    is_seen = not field.shown_with or answers.get(field.shown_with) is True
    return field if is_seen else replace(field, required=False)


def _clean(field: Field, answer: object) -> str | bool:
    if field.readonly:
        return field.value
    if field.kind == "checkbox":
        return _clean_tick(field, answer)
    text = _clean_text(field, answer)
    if not text:
        if field.required:
            raise ValueError(_("Choose one.") if field.kind in CHOSEN else _("Fill in this field."))
        return ""
    _check_kind(field, text)
    return text


def _clean_tick(field: Field, answer: object) -> bool:
    if answer not in (True, False, None):
        raise ValueError(_("This answer is not one of the choices."))
    if field.required and not answer:
        raise ValueError(_("Tick this box to go on."))
    return bool(answer)


def _clean_text(field: Field, answer: object) -> str:
    if answer is None:
        return ""
    if not isinstance(answer, str):
        raise ValueError(_("This answer is not text."))
    if not is_clean(answer):
        raise ValueError(_("There is an unreadable character in this text. Type it again."))
    text = answer.replace("\r\n", "\n").replace("\r", "\n")
    if field.kind not in MULTILINE:
        text = re.sub(r"[\n\t]+", " ", text)
    if field.kind != "password":
        text = text.strip()
    if len(text) > field.max_length:
        raise ValueError(_("At most {n} characters, please.").format(n=field.max_length))
    return text


def _check_kind(field: Field, text: str) -> None:
    if field.kind in CHOSEN and text not in {value for value, _label in field.options}:
        raise ValueError(_("This answer is not one of the choices."))
    if field.kind == "email":
        checked_address(text)
    if field.kind in NUMERIC and not re.fullmatch(r"[-+]?[\d\s.,'’]*\d[\d\s.,'’]*", text):
        raise ValueError(_("Write a number here."))
    if field.kind == "date" and not _is_date(text):
        raise ValueError(_("Write a date, like 2026-11-22."))
    if field.kind == "color" and not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError(_("Choose a colour, like #0f6b5c."))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-11-22")


def is_secret(field: Field) -> bool:
    """Whether it is a text that the browser must not keep."""
    return field.secret or field.kind == "password"


def for_browser(field: Field, shared: Mapping[str, Options] | None = None) -> dict[str, Any]:
    """Return `field` as the browser's component reads it; `shared` are the options that its page holds."""
    is_shared = bool(field.shared_as) and (shared or {}).get(field.shared_as) == field.options
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind,
        "value": field.value if field.kind != "checkbox" else bool(field.value),
        "hint": field.hint,
        "required": field.required,
        "options": () if is_shared else field.options,
        "sharedAs": field.shared_as if is_shared else "",
        "autocomplete": field.autocomplete,
        "width": field.width,
        "maxLength": field.max_length,
        "placeholder": field.placeholder,
        "link": field.link,
        "readonly": field.readonly,
        "secret": is_secret(field),
        "heading": field.heading,
        "doubt": field.doubt,
        "shownWith": field.shown_with,
        "least": field.least,
    }
