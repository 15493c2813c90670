"""What an import would do, row by row, before anything is written."""

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from models.catalog_field import Field
from models.text import _
from services.catalog_import import families, stored, understanding, wanted
from services.catalog_import.columns import ColumnMapping
from services.catalog_import.comparing import Comparing
from services.catalog_import.entries import Entry, entries
from services.catalog_import.families import Family
from services.catalog_import.outcomes import Outcome, PlannedProduct, RowOutcome
from services.catalog_import.source import SourceTable
from services.catalog_import.understanding import Understanding
from services.catalog_import.wanted import Reading


@dataclass(frozen=True)
class ImportPlan:
    """Everything an import would do. There is one outcome for each row of the file, in its order."""

    table: SourceTable
    mapping: ColumnMapping
    understood: Understanding
    outcomes: tuple[RowOutcome, ...]
    products: tuple[PlannedProduct, ...]
    missing: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows have each outcome."""
        counted = Counter(row.outcome for row in self.outcomes)
        return {outcome: counted[outcome] for outcome in Outcome}

    @property
    def imported(self) -> int:
        """How many rows are in the catalogue afterwards: rows in = imported + refused + merged."""
        counts = self.counts
        return counts[Outcome.NEW] + counts[Outcome.CHANGED] + counts[Outcome.UNCHANGED]

    @property
    def changes_anything(self) -> bool:
        """Whether there is something to write."""
        return bool(self.products)


async def plan(
    table: SourceTable,
    mapping: ColumnMapping,
    *,
    currency: str,
    language: str = "en",
    released: Collection[str] = frozenset(),
) -> ImportPlan:
    """Compare a file with the catalogue; writes nothing.

    `currency` is the shop's, `language` the one its texts are taken in where rows come in several; `released` are
    SKUs whose price may change by any factor. Rows that cannot be taken are refused in the plan: this never raises.
    """
    understood = await asyncio.to_thread(understanding.understand, table, mapping, currency=currency, language=language)
    rows, family, reading = await asyncio.to_thread(_read, table, mapping, understood)
    skus = {product.sku for product in reading.wanted}
    skus |= {product.values["parent"] for product in reading.wanted if product.is_variant}
    in_catalogue = await stored.load(skus)
    comparing = Comparing(in_catalogue, frozenset(released))
    await asyncio.to_thread(comparing.compare_all, reading.wanted)
    outcomes = _outcomes(rows, family, reading, comparing)
    return ImportPlan(table, mapping, understood, outcomes, tuple(comparing.planned), _missing_fields(mapping))


def _read(table: SourceTable, mapping: ColumnMapping, understood: Understanding) -> tuple[list[Entry], Family, Reading]:
    rows = entries(table, mapping)
    family = families.arrange(rows)
    return rows, family, wanted.read_drafts(family.drafts, understood)


def _missing_fields(mapping: ColumnMapping) -> tuple[str, ...]:
    """What a file of new products would need and does not have."""
    can_make_sku = any(mapping.has(f) for f in (Field.SKU, Field.HANDLE, Field.EAN, Field.NAME))
    missing = [] if can_make_sku else [Field.SKU]
    return tuple(_(f.label) for f in [*missing, *(f for f in (Field.NAME, Field.PRICE) if not mapping.has(f))])


def _outcomes(rows: list[Entry], family: Family, reading: Reading, comparing: Comparing) -> tuple[RowOutcome, ...]:
    """One outcome for each row of the file, in its order."""
    told = {number: _together(outcomes) for number, outcomes in comparing.rows.items()}
    told |= {draft.lead.number: _refused(draft.lead, reason, draft.notes) for draft, reason in reading.problems}
    told |= {row.number: _refused(row, family.refused[row.number]) for row in rows if row.number in family.refused}
    told |= {number: _merged(number, told[draft.lead.number]) for number, draft in family.merged.items()}
    if len(told) != len(rows):
        raise AssertionError("a row of the file was lost")
    return tuple(told[row.number] for row in rows)


def _refused(entry: Entry, reason: str, notes: Sequence[str] = ()) -> RowOutcome:
    name, price = entry.text(Field.NAME), entry.text(Field.PRICE)
    return RowOutcome(entry.number, Outcome.REFUSED, entry.sku, name, price, reason, notes=tuple(notes))


def _together(rows: list[RowOutcome]) -> RowOutcome:
    """The outcome of a row that is a parent and its first variant in one: the variant's, and the parent's news."""
    order = [Outcome.REFUSED, Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED]
    return min(reversed(rows), key=lambda row: order.index(row.outcome))


def _merged(number: int, into: RowOutcome) -> RowOutcome:
    if into.outcome is Outcome.REFUSED:
        reason = _("It belongs to row {n}, which was refused.").format(n=into.number)
        return RowOutcome(number, Outcome.REFUSED, into.sku, into.name, reason=reason)
    reason = _("It belongs to row {n}.").format(n=into.number)
    return RowOutcome(number, Outcome.MERGED, into.sku, into.name, reason=reason)
