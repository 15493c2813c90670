"""The questions about an export profile."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Protocol

from babel.dates import format_date

from models import (
    CSV_DIALECTS,
    DecimalSign,
    Delimiter,
    Dialect,
    Encoding,
    ExportProfile,
    Rhythm,
    Shape,
    Status,
    TimeFormat,
    TransferTarget,
)
from models.days import DAYS_OF_A_WEEK, date_locale
from models.export_profile import MAX_PROFILE_NAME
from models.text import _, spoken
from pages.components.form_values import Field, Values, Width
from services.profile_checks import PLACEHOLDERS, PLACEHOLDERS_OF_ORDER


class Labelled(Protocol):
    """One of some choices."""

    @property
    def value(self) -> str: ...

    @property
    def label(self) -> str: ...


A_MONDAY = date(2026, 11, 23)
MAX_RECIPIENTS_LENGTH = 4000


def values(profile: ExportProfile) -> Values:
    """The answers that make this profile."""
    return {
        "name": profile.name,
        "shape": profile.shape.value,
        "dialect": profile.dialect.value,
        "delimiter": profile.delimiter.value,
        "decimal_sign": profile.decimal_sign.value,
        "encoding": profile.encoding.value,
        "has_mark": profile.has_mark,
        "times": profile.times.value,
        "file_name": profile.file_name,
        "per_order": profile.per_order,
        "status_after": profile.status_after.value if profile.status_after else "",
        "rhythm": profile.rhythm.value,
        "weekday": str(profile.weekday),
        "at": profile.at,
        "recipients": "\n".join(profile.recipients),
        "target_id": str(profile.target_id or ""),
    }


def fields(profile: ExportProfile, targets: Sequence[TransferTarget], time_zone: str) -> list[Field]:
    """The questions that matter for a profile as it is."""
    return [
        Field("name", _("Name"), value=profile.name, required=True, max_length=MAX_PROFILE_NAME, width="half"),
        _choice("shape", _("Rows"), profile.shape, _labels(Shape)),
        _choice("dialect", _("Format"), profile.dialect, _labels(Dialect)),
        _choice("times", _("Dates and times"), profile.times, [(one.value, one.label) for one in TimeFormat]),
        *(_csv(profile) if profile.dialect in CSV_DIALECTS else ()),
        *_file(profile),
        Field(
            "status_after",
            _("Status of the orders afterwards"),
            "select",
            profile.status_after.value if profile.status_after else "",
            options=(("", _("stays as it is")), *_labels(Status)),
        ),
        *_schedule(profile, targets, time_zone),
    ]


def _csv(profile: ExportProfile) -> Iterable[Field]:
    yield _choice("delimiter", _("Between cells"), profile.delimiter, _labels(Delimiter))
    yield _choice("decimal_sign", _("Decimal sign"), profile.decimal_sign, _labels(DecimalSign))
    yield _choice("encoding", _("Encoding"), profile.encoding, [(one.value, one.label) for one in Encoding])
    if profile.encoding is Encoding.UTF_8:
        label = _("Begin with the mark that says UTF-8 (BOM)")
        yield Field("has_mark", label, "checkbox", profile.has_mark, hint=_("Excel wants it."), width="half")


def _file(profile: ExportProfile) -> Iterable[Field]:
    placeholders = PLACEHOLDERS_OF_ORDER if profile.per_order else PLACEHOLDERS
    hint = _("May hold {placeholders}.").format(placeholders=placeholders)
    yield Field("file_name", _("File name"), value=profile.file_name, required=True, max_length=120, hint=hint)
    yield Field("per_order", _("A file for each order, together in a zip"), "checkbox", profile.per_order)


def _schedule(profile: ExportProfile, targets: Sequence[TransferTarget], time_zone: str) -> Iterable[Field]:
    yield Field(
        "rhythm",
        _("When"),
        "select",
        profile.rhythm.value,
        required=True,
        options=_labels(Rhythm),
        heading=_("Schedule"),
        hint=_("What is new since its last run goes out by itself. Without news nothing is sent."),
        width="third" if profile.rhythm is Rhythm.WEEKLY else "half",
    )
    if profile.rhythm is Rhythm.WEEKLY:
        yield _choice("weekday", _("Day"), str(profile.weekday), weekdays(), width="third")
    if profile.rhythm is not Rhythm.NEVER:
        hint = _("On the shop’s clock ({zone}).").format(zone=time_zone)
        width: Width = "third" if profile.rhythm is Rhythm.WEEKLY else "half"
        yield Field("at", _("Time"), value=profile.at, required=True, max_length=5, hint=hint, width=width)
    yield Field(
        "recipients",
        _("Mail it to"),
        "textarea",
        "\n".join(profile.recipients),
        hint=_("One address per line."),
        max_length=MAX_RECIPIENTS_LENGTH,
        doubt=_doubt(profile),
    )
    known = [(str(target.id), target.name) for target in targets]
    yield Field(
        "target_id",
        _("Put it on"),
        "select",
        str(profile.target_id or ""),
        options=(("", _("no transfer target")), *known),
    )


def _doubt(profile: ExportProfile) -> str:
    if profile.recipients and profile.dialect is Dialect.MACHINE:
        return _("Whoever opens this mail’s file in a spreadsheet runs what buyers typed as formulas. Is it a program?")
    return ""


def _choice(name: str, label: str, value: str, options: Iterable[tuple[str, str]], *, width: Width = "half") -> Field:
    return Field(name, label, "select", str(value), required=True, options=tuple(options), width=width)


def _labels(choices: Iterable[Labelled]) -> tuple[tuple[str, str], ...]:
    return tuple((choice.value, _(choice.label)) for choice in choices)


def weekdays() -> list[tuple[str, str]]:
    """The days of a week by their numbers, from Monday."""
    locale = date_locale(spoken())
    days = (A_MONDAY + timedelta(days=n) for n in range(DAYS_OF_A_WEEK))
    return [(str(n), format_date(day, "EEEE", locale=locale)) for n, day in enumerate(days)]
