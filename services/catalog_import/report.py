"""An import told in lines of text: what was understood, what would change, what is refused and why."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

from models.text import _, ngettext, spoken
from services.catalog_import.outcomes import VALUE_LABELS, Outcome, RowOutcome, ValueChange
from services.catalog_import.planning import ImportPlan
from services.catalog_import.undoing import UndoReport

MAX_SHOWN = 80
LONGEST = 60


def lines(plan: ImportPlan) -> list[str]:
    """The whole preview: columns, counts, changes old → new, and every refused row."""
    return [
        _("{file}: {dialect}").format(file=plan.table.file_name, dialect=plan.table.dialect),
        *_columns(plan),
        "",
        counts(plan),
        *_missing(plan),
        *_section(plan, Outcome.CHANGED),
        *_section(plan, Outcome.REFUSED),
        *_notes(plan),
    ]


def counts(plan: ImportPlan) -> str:
    """How many rows have each outcome, as a sentence."""
    parts = [f"{_number(number)} {_(outcome.label).lower()}" for outcome, number in plan.counts.items()]
    rows = ngettext("{n} row", "{n} rows", len(plan.outcomes)).format(n=_number(len(plan.outcomes)))
    return _("{rows}: {parts}").format(rows=rows, parts=", ".join(parts))


def change(one: ValueChange) -> str:
    """One change as `Price: 4.20 → 4.50`."""
    told = _price if one.name == "price" else shown
    return f"{_(VALUE_LABELS[one.name])}: {told(one.old)} → {told(one.new)}"


def value(one: ValueChange) -> str:
    """What a new product has as `Price: 4.50`."""
    told = _price if one.name == "price" else shown
    return f"{_(VALUE_LABELS[one.name])}: {told(one.new)}"


def shown(value: Any) -> str:
    """A value as people read it; an empty one is a dash."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        text = ", ".join(f"{name}: {one}" for name, one in value.items())
    elif isinstance(value, list):
        text = ", ".join(f"{one[0]}: {one[1]}" if isinstance(one, list) else str(one) for one in value)
    else:
        text = "" if value is None else str(value)
    flat = " ".join(text.split())
    return (flat[: LONGEST - 1] + "…" if len(flat) > LONGEST else flat) or "–"


def undone(report: UndoReport) -> str:
    """What became of an import that was taken back, in sentences."""
    removed = ngettext("{n} product removed", "{n} products removed", report.removed)
    restored = ngettext("{n} restored", "{n} restored", report.restored)
    parts = [
        _("{file} was taken back: {removed}, {restored}.").format(
            file=report.file_name,
            removed=removed.format(n=_number(report.removed)),
            restored=restored.format(n=_number(report.restored)),
        )
    ]
    if report.kept_ordered:
        parts.append(_("Ordered since, kept and made inactive: {skus}.").format(skus=_some(report.kept_ordered)))
    if report.kept_edited:
        parts.append(_("Changed since, kept as they are: {skus}.").format(skus=_some(report.kept_edited)))
    return " ".join(parts)


def _columns(plan: ImportPlan) -> Iterable[str]:
    for number, (name, field) in enumerate(zip(plan.table.header, plan.mapping.fields, strict=True), 1):
        if field:
            yield f"  {number:>3}  {name} → {_(field.label)}"


def _missing(plan: ImportPlan) -> list[str]:
    return [_("No column is known for: {names}.").format(names=", ".join(plan.missing))] if plan.missing else []


def _section(plan: ImportPlan, outcome: Outcome) -> Iterable[str]:
    rows = [row for row in plan.outcomes if row.outcome is outcome]
    if rows:
        yield ""
        yield f"{_(outcome.label)}:"
    for row in rows if outcome is Outcome.REFUSED else rows[:MAX_SHOWN]:
        yield _line(row, row.reason or "; ".join(map(change, row.changes)))
    if outcome is not Outcome.REFUSED and len(rows) > MAX_SHOWN:
        yield "  " + _("… and {n} more").format(n=_number(len(rows) - MAX_SHOWN))


def _notes(plan: ImportPlan) -> Iterable[str]:
    noted = [row for row in plan.outcomes if row.notes and row.outcome is not Outcome.REFUSED]
    if noted:
        yield ""
        yield _("Notes:")
    for row in noted[:MAX_SHOWN]:
        yield _line(row, " ".join(row.notes))
    if len(noted) > MAX_SHOWN:
        yield "  " + _("… and {n} more").format(n=_number(len(noted) - MAX_SHOWN))


def _line(row: RowOutcome, words: str) -> str:
    name = row.sku or shown(row.name)
    return "  " + _("row {n}, {name}: {words}").format(n=row.number, name=name, words=words)


def _number(count: int) -> str:
    """A whole number with the thousands sign of whoever reads."""
    return format_decimal(count, locale=spoken())


def _price(value: Any) -> str:
    """A price with two decimals at least, so that `4.2 → 12` reads as money."""
    if not value:
        return shown(value)
    price = Decimal(value).normalize()
    return f"{price:.{max(2, -int(price.as_tuple().exponent))}f}"


def _some(skus: tuple[str, ...]) -> str:
    more = len(skus) - MAX_SHOWN
    return ", ".join(skus[:MAX_SHOWN]) + (f" … (+{more})" if more > 0 else "")
