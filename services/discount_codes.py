"""Discount codes of the terms of sale: listing, checking, saving, deleting."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from tortoise.exceptions import IntegrityError

from models import AuditKind, DiscountCode, DiscountKind
from models.errors import FieldErrors, NotFoundError
from models.text import _, fold
from services import amounts, audit, live, parameter_checks, parameters
from services.database import unit_of_work

CODE = re.compile(r"[^\W_]([\w.%-]{0,38}[\w%])?")

Values = Mapping[str, object]


async def every() -> list[DiscountCode]:
    """All discount codes, active or not, by code."""
    return await DiscountCode.all()


async def get(code_id: int) -> DiscountCode:
    """One discount code. Raises NotFoundError."""
    found = await DiscountCode.get_or_none(id=code_id)
    if found is None:
        raise NotFoundError(_("This discount code is no longer there."))
    return found


async def save(code_id: int | None, values: Values, *, by: str = audit.SYSTEM) -> DiscountCode:
    """Check and store a discount code, a new one for None.

    `values` has `code`, `title`, `kind`, `amount`, `valid_from`, `valid_to` (ISO dates or empty), `active`.
    Raises FieldErrors.
    """
    columns = _checked(values, (await parameters.current()).currency)
    saved = await _write(code_id, columns, by)
    live.offer_changed()
    return saved


async def delete(code_id: int, *, by: str = audit.SYSTEM) -> None:
    """Delete a discount code; orders keep their discount."""
    await _delete(code_id, by)
    live.offer_changed()


@unit_of_work
async def _write(code_id: int | None, columns: dict[str, Any], by: str) -> DiscountCode:
    await audit.record(AuditKind.SETTINGS, by, _("discount code {code}").format(code=columns["code"]))
    try:
        if code_id is None:
            return await DiscountCode.create(**columns)
        await DiscountCode.filter(id=code_id).update(**columns)
        return await get(code_id)
    except IntegrityError:
        raise FieldErrors({"code": _("There is already such a code.")}) from None


@unit_of_work
async def _delete(code_id: int, by: str) -> None:
    if found := await DiscountCode.get_or_none(id=code_id):
        await audit.record(AuditKind.SETTINGS, by, _("discount code {code}: deleted").format(code=found.code))
    await DiscountCode.filter(id=code_id).delete()


def _checked(values: Values, currency: str) -> dict[str, Any]:
    checks: dict[str, parameter_checks.Check] = {"code": _code, "title": parameter_checks.text(80)}
    given = {"code": "", "title": "", **values}
    errors: dict[str, str] = {}
    columns: dict[str, Any] = {"active": values.get("active") is not False}
    try:
        columns.update(parameter_checks.checked(given, checks))
        columns["folded"] = fold(columns["code"])
    except FieldErrors as refused:
        errors.update(refused.fields)
    for part in (_worth, _validity):
        try:
            columns.update(part(values, currency))
        except FieldErrors as refused:
            errors.update(refused.fields)
    if errors:
        raise FieldErrors(errors)
    return columns


def _code(value: object) -> str:
    code = str(value).strip()
    if not CODE.fullmatch(code):
        raise ValueError(_("At most 40 letters, digits, dots, dashes or percent signs, without spaces."))
    return code


def _worth(values: Values, currency: str) -> dict[str, Any]:
    try:
        kind = DiscountKind(str(values.get("kind")))
    except ValueError:
        raise FieldErrors({"kind": _("Choose one.")}) from None
    amount = values.get("amount") or ""
    try:
        worth = amounts.percent(amount) if kind is DiscountKind.PERCENT else amounts.positive_money(amount, currency)
    except ValueError as error:
        raise FieldErrors({"amount": str(error)}) from None
    return {"kind": kind, "amount": amounts.stored(worth)}


def _validity(values: Values, _currency: str) -> dict[str, Any]:
    first, last = _date("valid_from", values), _date("valid_to", values)
    if first and last and last < first:
        raise FieldErrors({"valid_to": _("The last day is before the first.")})
    return {"valid_from_date": first, "valid_to_date": last}


def _date(name: str, values: Values) -> date | None:
    written = str(values.get(name) or "").strip()
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise FieldErrors({name: _("Write a date, like 2026-11-22.")}) from None
