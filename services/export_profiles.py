"""Export profiles: keeping them, and showing what their files look like."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from tortoise.functions import Max

from models import (
    CSV_DIALECTS,
    AuditKind,
    DecimalSign,
    Delimiter,
    Dialect,
    Encoding,
    Export,
    ExportProfile,
    Order,
    Rhythm,
    Shape,
    Shop,
    TransferTarget,
    order_csv,
)
from models.csv_style import BYTE_ORDER_MARK, Style
from models.errors import FieldErrors, NotFoundError, ShopError
from models.file_layout import Layout
from models.file_name import file_name
from models.text import _
from services import audit, orders_pdf, profile_checks
from services.database import shielded, unit_of_work
from services.exports import local_time, sheets

MOST_PROFILES = 50
SHOWN_ORDERS = 5  # in the preview
FIRST_PATTERN = "orders-{date}-{time}"
SCHEDULE = ("rhythm", "weekday", "at")


@dataclass(frozen=True)
class Preview:
    """What a file would hold: its name, titles and rows in words, and a CSV's text with how many letters it lacks."""

    file_name: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text: str = ""
    has_mark: bool = False
    lacking: int = 0


async def every() -> list[ExportProfile]:
    """All profiles by name, with their targets."""
    return await ExportProfile.all().select_related("target")


async def csv_profiles() -> list[ExportProfile]:
    """Those whose files are CSV, whose bytes stay the same: a transfer target may use them."""
    return await ExportProfile.filter(dialect__in=list(CSV_DIALECTS), per_order=False)


async def last_exports(profiles: Sequence[ExportProfile]) -> dict[int, Export]:
    """The last standing export of each, by the profile's id."""
    standing = Export.filter(profile_id__in=[profile.id for profile in profiles], undone_at=None)
    newest = await standing.annotate(newest=Max("id")).group_by("profile_id").values("newest")
    found = await Export.filter(id__in=[row["newest"] for row in newest])
    return {export.profile_id: export for export in found if export.profile_id}


async def get(profile_id: int) -> ExportProfile:
    """One profile. Raises NotFoundError."""
    found = await ExportProfile.get_or_none(id=profile_id)
    if found is None:
        raise NotFoundError(_("This export profile is no longer there."))
    return found


def new(shop: Shop) -> ExportProfile:
    """A profile that is not there yet: a CSV for a spreadsheet of the shop's language."""
    style = Style.of(Dialect.SPREADSHEET, language=shop.language, time_zone=shop.time_zone)
    has_commas = style.decimal_sign == DecimalSign.COMMA.sign
    return ExportProfile(
        name="",
        shape=Shape.ORDERS,
        dialect=Dialect.SPREADSHEET,
        columns=titled(Shape.ORDERS, shop),
        delimiter=Delimiter.SEMICOLON if has_commas else Delimiter.COMMA,
        decimal_sign=DecimalSign.COMMA if has_commas else DecimalSign.POINT,
        encoding=Encoding.UTF_8,
        has_mark=True,
        times=style.times,
        file_name=FIRST_PATTERN,
    )


def titled(shape: Shape, shop: Shop) -> list[list[str]]:
    """The columns to begin with, titled in the shop's language."""
    layout = Layout.of(shape, Dialect.PDF, language=shop.language, time_zone=shop.time_zone)
    return [[column.name, column.title] for column in layout.columns]


def drafted(profile: ExportProfile, values: Mapping[str, object]) -> ExportProfile:
    """The profile with what has been typed so far, as far as it can be meant."""
    columns = {name: getattr(profile, name) for name in profile_checks.CHECKS}
    for name in columns.keys() & values.keys():
        with suppress(ValueError):
            columns[name] = profile_checks.CHECKS[name](values[name])
    known = set(order_csv.columns(columns["shape"]))
    columns["columns"] = [column for column in columns["columns"] if column[0] in known]
    return ExportProfile(last_seq=profile.last_seq, **columns)


async def save(
    profile_id: int | None, values: Mapping[str, object], *, by: str, now: datetime | None = None
) -> ExportProfile:
    """Check and store a profile in the name of `by`, a new one for None; return it. Raises FieldErrors.

    `values` is named as the table's columns; `now` (aware) is when its schedule was set, the present if left out.
    """
    return await _save(profile_id, profile_checks.checked(values), by, now or datetime.now(UTC))


@unit_of_work
async def _save(profile_id: int | None, columns: dict[str, Any], by: str, now: datetime) -> ExportProfile:
    before = await get(profile_id) if profile_id is not None else None
    if before is None and await ExportProfile.all().count() >= MOST_PROFILES:
        raise ShopError(_("There are {n} profiles already. Delete one first.").format(n=MOST_PROFILES))
    await _check_targets(before, columns)
    columns |= _schedule(before, columns, now)
    if before is None:
        await audit.record(AuditKind.PROFILE, by, _("{profile}: new").format(profile=columns["name"]))
        return await ExportProfile.create(**columns)
    changed = [name for name, value in columns.items() if getattr(before, name) != value]
    if changed:
        await audit.record(AuditKind.PROFILE, by, f"{before.name}: {', '.join(changed)}")
    await ExportProfile.filter(id=before.id).update(**columns)
    return await get(before.id)


async def _check_targets(before: ExportProfile | None, columns: Mapping[str, Any]) -> None:
    """Whether the target it goes to is there, and the targets that use it for their own files still can."""
    if columns["target_id"] and not await TransferTarget.exists(id=columns["target_id"]):
        raise FieldErrors({"target_id": _("This transfer target is no longer there.")})
    fits = columns["dialect"] in CSV_DIALECTS and not columns["per_order"]
    user = await TransferTarget.filter(profile_id=before.id).first() if before and not fits else None
    if user:
        sentence = _("“{target}” puts its files by this profile, and takes one CSV at a time.")
        raise FieldErrors({"dialect": sentence.format(target=user.name)})


def _schedule(before: ExportProfile | None, columns: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A schedule that was set anew waits for its next time; what was received before it is not new to it."""
    if columns["rhythm"] is Rhythm.NEVER:
        return {"since": None, "ran_at": None, "trouble": ""}
    if before and before.rhythm is not Rhythm.NEVER:
        is_same = all(getattr(before, name) == columns[name] for name in SCHEDULE)
        return {"trouble": ""} if is_same else {"ran_at": now, "trouble": ""}
    return {"since": now, "ran_at": now, "trouble": ""}


@unit_of_work
async def delete(profile_id: int, *, by: str) -> None:
    """Delete a profile; what it took out stays. Raises NotFoundError, or ShopError while a target uses it."""
    profile = await get(profile_id)
    if user := await TransferTarget.filter(profile_id=profile_id).first():
        sentence = _("“{target}” puts its files by this profile. Choose another format there first.")
        raise ShopError(sentence.format(target=user.name))
    await audit.record(AuditKind.PROFILE, by, _("{profile}: deleted").format(profile=profile.name))
    await ExportProfile.filter(id=profile_id).delete()


@shielded
async def preview(profile: ExportProfile, shop: Shop) -> Preview:
    """What the newest orders look like in its files."""
    newest = await Order.all().order_by("-id").limit(SHOWN_ORDERS).values("id", "number")
    sheet = await sheets.read([row["id"] for row in newest], profile.shape)
    number = newest[0]["number"] if newest and profile.per_order else ""
    name = named(profile, shop, number, datetime.now(UTC), seq=1 if profile.per_order else profile.last_seq + 1)
    layout = profile.layout(shop)
    titles = tuple(column.title for column in layout.columns)
    if profile.dialect is Dialect.PDF:
        rows = orders_pdf.Rows(layout, shop)
        rows.add(sheet.rows())
        return Preview(name, titles, rows.sheet().rows)
    if profile.dialect is Dialect.XLSX:
        typed = replace(layout.style, for_people=False)  # cells of a workbook need no guard
        return Preview(name, titles, tuple(tuple(map(typed.write, layout.picked(row))) for row in sheet.rows()))
    words = tuple(tuple(map(layout.style.write, layout.picked(row))) for row in sheet.rows())
    text = (layout.head() + layout.write(sheet.rows())).decode(layout.style.encoding)
    lacking = sum(_lacking(cell, layout.style.encoding) for row in words for cell in row)
    return Preview(name, titles, words, text.removeprefix(BYTE_ORDER_MARK), bool(layout.style.mark), lacking)


def named(profile: ExportProfile, shop: Shop, number: str, now: datetime, *, seq: int, revision: int = 1) -> str:
    """The name of a file of this profile."""
    pattern = profile_checks.file_name(profile.file_name, profile.dialect)
    return file_name(pattern, number, local_time(now, shop), seq=seq, revision=revision)


def _lacking(text: str, encoding: Encoding) -> int:
    """How many letters an encoding has no bytes for."""
    return sum(letter not in "?" and letter.encode(encoding, "replace") == b"?" for letter in text)
