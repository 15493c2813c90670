"""The checks of what a seller enters about an export profile."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from models import (
    CSV_DIALECTS,
    DecimalSign,
    Delimiter,
    Dialect,
    Encoding,
    Rhythm,
    Shape,
    Status,
    TimeFormat,
    order_csv,
    query_values,
)
from models.address import checked_addresses
from models.days import DAYS_OF_A_WEEK
from models.errors import FieldErrors
from models.export_profile import MAX_PROFILE_NAME, MAX_TITLE
from models.file_name import MAX_LENGTH, PLACEHOLDER
from models.text import N_, _, is_clean
from services import parameter_checks
from services.orders_pdf import MOST_COLUMNS
from services.parameter_checks import Check

MAX_RECIPIENTS = 20
ORDER_NUMBER, SEQ = "{order_number}", "{seq}"
PLACEHOLDERS = "{date} {time} {seq}"
PLACEHOLDERS_OF_ORDER = f"{ORDER_NUMBER} {PLACEHOLDERS}"
SIGNS_OF_NAMES = "._- "
CLOCK_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
SUFFIXES = {".csv", ".txt", ".dat", ".tsv"}  # of a CSV


def checked(values: Mapping[str, object]) -> dict[str, Any]:
    """Return the profile's columns. Raises FieldErrors at each field that is wrong."""
    found = parameter_checks.checked({name: values.get(name, "") for name in CHECKS}, CHECKS)
    _check_together(found)
    return found


def file_name(pattern: str, dialect: Dialect) -> str:
    """The pattern with the ending that files of a dialect have."""
    suffix = PurePosixPath(pattern).suffix
    if dialect in CSV_DIALECTS and suffix in SUFFIXES:
        return pattern
    known = SUFFIXES | {".xlsx", ".pdf", ".zip"}
    return (pattern.removesuffix(suffix) if suffix in known else pattern) + dialect.suffix


def _check_together(found: Mapping[str, Any]) -> None:
    """What is right by itself and wrong with something else."""
    errors = {}
    pattern = found["file_name"]
    if found["per_order"] and not (ORDER_NUMBER in pattern or SEQ in pattern):
        sentence = _("Put {a} or {b} in, so that each order has a file of its own.")
        errors["file_name"] = sentence.format(a=ORDER_NUMBER, b=SEQ)
    if not found["per_order"] and ORDER_NUMBER in pattern:
        errors["file_name"] = _("A file of several orders has no {placeholder}.").format(placeholder=ORDER_NUMBER)
    if found["shape"] is Shape.ORDERS and {name for name, _title in found["columns"]} - set(_known(Shape.ORDERS)):
        errors["columns"] = _("Some of these columns belong to lines. Take them out, or choose one row per line.")
    if found["dialect"] is Dialect.PDF and len(found["columns"]) > MOST_COLUMNS:
        errors["columns"] = _("A PDF has room for at most {n} columns.").format(n=MOST_COLUMNS)
    if found["rhythm"] is not Rhythm.NEVER and not found["recipients"] and not found["target_id"]:
        errors["recipients"] = _("Say where it goes: write an address, or choose a transfer target.")
    if errors:
        raise FieldErrors(errors)


def _known(shape: Shape) -> tuple[str, ...]:
    return order_csv.columns(shape)


def columns(value: object) -> list[list[str]]:
    """Columns by name with their titles, each once. Raises ValueError with a sentence."""
    given = value if isinstance(value, list) else []
    found = [_column(one) for one in given]
    if not found:
        raise ValueError(_("Choose at least one column."))
    if len({name for name, _title in found}) < len(found):
        raise ValueError(_("A column may be chosen once."))
    return found


def _column(value: object) -> list[str]:
    if not (isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(part, str) for part in value)):
        raise ValueError(_("This answer is not one of the choices."))
    name, title = value[0], " ".join(value[1].split())
    if name not in _known(Shape.LINES):
        raise ValueError(_("This answer is not one of the choices."))
    if not title:
        raise ValueError(_("Give each column a title."))
    if len(title) > MAX_TITLE or not is_clean(title):
        raise ValueError(_("A title has at most {n} characters.").format(n=MAX_TITLE))
    return [name, title]


def _pattern(value: object) -> str:
    pattern = str(value).strip()
    rest = PLACEHOLDER.sub("", pattern)
    if not pattern or len(pattern) > MAX_LENGTH - len(".xlsx") or "{" in rest or "}" in rest:
        raise ValueError(_("Only {placeholders} may stand in braces.").format(placeholders=PLACEHOLDERS_OF_ORDER))
    if any(not (c.isascii() and (c.isalnum() or c in SIGNS_OF_NAMES)) for c in rest) or pattern[0] in SIGNS_OF_NAMES:
        raise ValueError(_("Use letters, digits, dots, dashes and underscores, with a letter or digit first."))
    return pattern


def _status(value: object) -> Status | None:
    return Status(str(value)) if str(value) in set(Status) else None


def _at(value: object) -> str:
    found = CLOCK_TIME.fullmatch(str(value).strip())
    if not found:
        raise ValueError(_("Write a time, like 07:30."))
    return f"{int(found[1]):02}:{found[2]}"


def _recipients(value: object) -> list[str]:
    addresses = checked_addresses(str(value)) if str(value).strip() else []
    if len(addresses) > MAX_RECIPIENTS:
        raise ValueError(_("At most {n} addresses, please.").format(n=MAX_RECIPIENTS))
    return addresses


def _target(value: object) -> int | None:
    return query_values.number(str(value))


CHECKS: dict[str, Check] = {
    "name": parameter_checks.text(MAX_PROFILE_NAME, required=N_("Give it a name.")),
    "shape": parameter_checks.member(Shape),
    "dialect": parameter_checks.member(Dialect),
    "columns": columns,
    "delimiter": parameter_checks.member(Delimiter),
    "decimal_sign": parameter_checks.member(DecimalSign),
    "encoding": parameter_checks.member(Encoding),
    "has_mark": lambda value: value is True,
    "times": parameter_checks.member(TimeFormat),
    "file_name": _pattern,
    "per_order": lambda value: value is True,
    "status_after": _status,
    "rhythm": parameter_checks.member(Rhythm),
    "weekday": parameter_checks.whole_number(0, DAYS_OF_A_WEEK - 1),
    "at": _at,
    "recipients": _recipients,
    "target_id": _target,
}
