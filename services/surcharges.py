"""Surcharges of the terms of sale: listing, checking, saving, deleting."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from models import AuditKind, Surcharge, SurchargeKind
from models.errors import FieldErrors, NotFoundError
from models.text import N_, _, fold
from services import amounts, audit, live, parameter_checks, parameters
from services.database import unit_of_work

MAX_TRANCHES = 8
MAX_SURCHARGES = 200
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
TRANCHE_PARTS = ("from", "to", "amount")

Values = Mapping[str, object]
Tranche = tuple[Decimal, Decimal, Decimal]


async def every() -> list[Surcharge]:
    """All surcharges, active or not, in their order."""
    return await Surcharge.all()


async def get(surcharge_id: int) -> Surcharge:
    """One surcharge. Raises NotFoundError."""
    found = await Surcharge.get_or_none(id=surcharge_id)
    if found is None:
        raise NotFoundError(_("This surcharge is no longer there."))
    return found


async def save(surcharge_id: int | None, kind: SurchargeKind, values: Values, *, by: str = audit.SYSTEM) -> Surcharge:
    """Check and store a surcharge, a new one for None.

    `values` has `title`, `code`, `active`; `amount` for all kinds but tranches; `zone` for zones; for tranches
    `tranche_1_from`, `tranche_1_to`, `tranche_1_amount` and so on, empty rows left out. Raises FieldErrors.
    """
    currency = (await parameters.current()).currency
    columns = _checked(kind, values, currency)
    saved = await _write(surcharge_id, kind, columns, by)
    live.offer_changed()
    return saved


async def delete(surcharge_id: int, *, by: str = audit.SYSTEM) -> None:
    """Delete a surcharge; orders keep what they were charged."""
    await _delete(surcharge_id, by)
    live.offer_changed()


@unit_of_work
async def _write(surcharge_id: int | None, kind: SurchargeKind, columns: dict[str, Any], by: str) -> Surcharge:
    others = [other for other in await Surcharge.all() if other.id != surcharge_id]
    _check_unique(kind, columns, others)
    await audit.record(AuditKind.SETTINGS, by, _("surcharge {code}").format(code=columns["code"]))
    if surcharge_id is not None:
        await Surcharge.filter(id=surcharge_id, kind=kind).update(**columns)
        return await get(surcharge_id)
    if len(others) >= MAX_SURCHARGES:
        raise FieldErrors({"title": _("There are too many surcharges already.")})
    position = max((other.position for other in others), default=0) + 1
    return await Surcharge.create(kind=kind, position=position, **columns)


@unit_of_work
async def _delete(surcharge_id: int, by: str) -> None:
    if found := await Surcharge.get_or_none(id=surcharge_id):
        await audit.record(AuditKind.SETTINGS, by, _("surcharge {code}: deleted").format(code=found.code))
    await Surcharge.filter(id=surcharge_id).delete()


def _check_unique(kind: SurchargeKind, columns: Mapping[str, Any], others: list[Surcharge]) -> None:
    if kind is SurchargeKind.ZONE:
        taken = {fold(other.zone) for other in others if other.kind is kind}
        if fold(columns["zone"]) in taken:
            raise FieldErrors({"zone": _("There is already a zone with this name.")})
    elif fold(columns["code"]) in {fold(other.code) for other in others}:
        raise FieldErrors({"code": _("Another surcharge has this code.")})


def _checked(kind: SurchargeKind, values: Values, currency: str) -> dict[str, Any]:
    checks: dict[str, parameter_checks.Check] = {
        "title": parameter_checks.text(80, required=N_("Write a title: buyers see it in the cart.")),
        "code": _code,
        "active": lambda value: value is not False,
    }
    if kind is SurchargeKind.ZONE:
        checks["zone"] = parameter_checks.text(80, required=N_("Write the zone's name: buyers choose by it."))
    given = {"title": "", "code": "", "zone": "", **values}
    columns: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for check in (lambda: parameter_checks.checked(given, checks), lambda: _numbers(kind, values, currency)):
        try:
            columns.update(check())
        except FieldErrors as refused:
            errors.update(refused.fields)
    if errors:
        raise FieldErrors(errors)
    return columns


def _code(value: object) -> str:
    code = str(value).strip().upper()
    if not CODE.fullmatch(code):
        raise ValueError(_("At most 20 letters, digits, dots, dashes or underscores."))
    return code


def _numbers(kind: SurchargeKind, values: Values, currency: str) -> dict[str, Any]:
    if kind is SurchargeKind.TRANCHES:
        rows = [[amounts.stored(number) for number in tranche] for tranche in tranches(values, currency)]
        return {"tranches": rows}
    try:
        return {"amount": amounts.stored(_amount(kind, values.get("amount", ""), currency))}
    except ValueError as error:
        raise FieldErrors({"amount": str(error)}) from None


def _amount(kind: SurchargeKind, value: object, currency: str) -> Decimal:
    match kind:
        case SurchargeKind.PERCENT:
            return amounts.percent(value)
        case SurchargeKind.ZONE:
            return amounts.money(value, currency)
        case _:
            return amounts.positive_money(value, currency)


def tranches(values: Values, currency: str) -> list[Tranche]:
    """The table of tranches: each from below its to, each beginning where the one before has ended or later.

    Raises FieldErrors at the cell that is wrong.
    """
    found: list[Tranche] = []
    errors: dict[str, str] = {}
    for row in range(1, MAX_TRANCHES + 1):
        names = [f"tranche_{row}_{part}" for part in TRANCHE_PARTS]
        if not any(str(values.get(name) or "").strip() for name in names):
            continue
        numbers = _row(names, values, currency, errors)
        if numbers is not None and _follows(names, numbers, found, errors):
            found.append(numbers)
    if not found and not errors:
        errors["tranche_1_from"] = _("Fill in at least one row.")
    if errors:
        raise FieldErrors(errors)
    return found


def _row(names: list[str], values: Values, currency: str, errors: dict[str, str]) -> Tranche | None:
    numbers: list[Decimal] = []
    for name in names:
        try:
            numbers.append(amounts.money(values.get(name) or "", currency))
        except ValueError as error:
            errors[name] = str(error)
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == len(names) else None


def _follows(names: list[str], row: Tranche, before: list[Tranche], errors: dict[str, str]) -> bool:
    start, end, _amount_of_row = row
    if end <= start:
        errors[names[1]] = _("This must be above {start}.").format(start=start)
    elif before and start < before[-1][1]:
        errors[names[0]] = _("The row above reaches to {end}: begin there or later.").format(end=before[-1][1])
    return not {names[0], names[1]} & errors.keys()
