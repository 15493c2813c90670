"""What an import would do, row by row, before anything is written."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from models.catalog_field import Field
from models.text import _
from services.catalog_import import families, stored, understanding, wanted
from services.catalog_import.columns import ColumnMapping
from services.catalog_import.comparing import Comparing
from services.catalog_import.entries import Entry, entries
from services.catalog_import.families import Draft, Family
from services.catalog_import.outcomes import Outcome, PlannedProduct, RowOutcome
from services.catalog_import.packed import Packed
from services.catalog_import.progress import Progress, unheard
from services.catalog_import.source import SourceTable
from services.catalog_import.understanding import Understanding
from services.catalog_import.wanted import Problem, Wanted

AT_ONCE = 900  # products read and compared, at least


@dataclass(frozen=True)
class ImportPlan:
    """Everything an import would do. There is one outcome for each row of the file, in its order."""

    table: SourceTable
    mapping: ColumnMapping
    understood: Understanding
    outcomes: tuple[RowOutcome, ...]
    products: Packed[PlannedProduct]
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
    on_progress: Progress = unheard,
) -> ImportPlan:
    """Compare a file with the catalogue; writes nothing.

    `currency` is the shop's, `language` the one its texts are taken in where rows come in several; `released` are
    SKUs whose price may change by any factor. `on_progress` is called with how many of how many products are compared.
    Rows that cannot be taken are refused in the plan: this never raises.
    """
    understood = await asyncio.to_thread(understanding.understand, table, mapping, currency=currency, language=language)
    rows, family = await asyncio.to_thread(_arranged, table, mapping)
    comparing, problems, done = Comparing(frozenset(released)), list[Problem](), 0
    for drafts in _in_parts(family):
        reading = await asyncio.to_thread(wanted.read_drafts, drafts, understood)
        known = await stored.load(_skus(reading.wanted))
        await asyncio.to_thread(comparing.compare, reading.wanted, known)
        problems += reading.problems
        done += len(drafts)
        on_progress(done, len(family.drafts))
    outcomes = await asyncio.to_thread(_outcomes, rows, family, problems, comparing)
    return ImportPlan(table, mapping, understood, outcomes, comparing.planned, _missing_fields(mapping))


def _arranged(table: SourceTable, mapping: ColumnMapping) -> tuple[list[Entry], Family]:
    rows = entries(table, mapping)
    return rows, families.arrange(rows)


def _in_parts(family: Family) -> Iterator[list[Draft]]:
    """Some products at a time, a parent with all of its variants: few are in memory, and others get their turn."""
    part: list[Draft] = []
    for draft in family.drafts:
        if draft.parent is None:
            part += [draft, *draft.variants]
        if len(part) >= AT_ONCE:
            yield part
            part = []
    yield part


def _skus(products: Iterable[Wanted]) -> set[str]:
    """What the catalogue has to be asked for: the products and their parents."""
    return {sku for product in products for sku in (product.sku, product.values.get("parent")) if sku}


def _missing_fields(mapping: ColumnMapping) -> tuple[str, ...]:
    """What a file of new products would need and does not have."""
    can_make_sku = any(mapping.has(f) for f in (Field.SKU, Field.HANDLE, Field.EAN, Field.NAME))
    missing = [] if can_make_sku else [Field.SKU]
    return tuple(_(f.label) for f in [*missing, *(f for f in (Field.NAME, Field.PRICE) if not mapping.has(f))])


def _outcomes(
    rows: list[Entry], family: Family, problems: Iterable[Problem], comparing: Comparing
) -> tuple[RowOutcome, ...]:
    """One outcome for each row of the file, in its order."""
    told = dict(comparing.rows)
    told |= {draft.lead.number: _refused(draft.lead, reason, draft.notes) for draft, reason in problems}
    told |= {row.number: _refused(row, family.refused[row.number]) for row in rows if row.number in family.refused}
    told |= {number: _merged(number, told[draft.lead.number]) for number, draft in family.merged.items()}
    if len(told) != len(rows):
        raise AssertionError("a row of the file was lost")
    return tuple(told[row.number] for row in rows)


def _refused(entry: Entry, reason: str, notes: Sequence[str] = ()) -> RowOutcome:
    name, price = entry.text(Field.NAME), entry.text(Field.PRICE)
    return RowOutcome(entry.number, Outcome.REFUSED, entry.sku, name, price, reason, notes=tuple(notes))


def _merged(number: int, into: RowOutcome) -> RowOutcome:
    if into.outcome is Outcome.REFUSED:
        reason = _("It belongs to row {n}, which was refused.").format(n=into.number)
        return RowOutcome(number, Outcome.REFUSED, into.sku, into.name, reason=reason)
    reason = _("It belongs to row {n}.").format(n=into.number)
    return RowOutcome(number, Outcome.MERGED, into.sku, into.name, reason=reason)
