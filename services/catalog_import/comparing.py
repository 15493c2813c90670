"""Products a file wants, compared with those the catalogue has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from models.text import _
from services.catalog_import import stored
from services.catalog_import.outcomes import Outcome, PlannedProduct, RowOutcome, ValueChange
from services.catalog_import.packed import Packed
from services.catalog_import.stored import StoredProduct
from services.catalog_import.wanted import Wanted, completed

ORDER = (Outcome.REFUSED, Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)  # what counts of several in one row
JUMP = 10  # a price that changes by this factor is held back for a look


@dataclass
class Comparing:
    """The comparison of wanted products with the stored ones, some at a time.

    `rows` has the outcome of each row; of a row that is a parent and its first variant in one the variant's, and the
    parent's news.
    """

    released: frozenset[str]
    stored: Mapping[str, StoredProduct] = field(default_factory=dict)
    planned: Packed[PlannedProduct] = field(default_factory=Packed)
    rows: dict[int, RowOutcome] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    refused: dict[str, int] = field(default_factory=dict)
    eans: dict[str, int] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)  # as parents, by what is planned of these
    parents: set[str] = field(default_factory=set)  # that are planned as such

    def compare(self, products: Sequence[Wanted], known: Mapping[str, StoredProduct]) -> None:
        """Compare some products with those that are `known` of them and of their parents.

        Parents come before their variants, which have to know what became of them.
        """
        self.stored = known
        for product in products:
            self._compare(product)
        self._mark_parents()

    def _compare(self, product: Wanted) -> None:
        known = self.stored.get(product.sku)
        after = self._completed(product, known)
        if known and "texts" in after:  # languages the file does not speak stay
            after["texts"] = known.values["texts"] | after["texts"]
        if (
            known
            and "category_texts" in after
            and after.get("category", known.values["category"]) == known.values["category"]
        ):
            after["category_texts"] = known.values["category_texts"] | after["category_texts"]
        reason = self._refusal(product, known, after)
        before = known.values if known else {}
        changed = {key: value for key, value in after.items() if not known or before[key] != value}
        held = not reason and product.sku not in self.released and _jumps(before.get("price"), changed.get("price"))
        if reason or held:
            self.refused[product.sku] = product.rows[0]
            self._tell(product, Outcome.REFUSED, before, changed, reason or _jump_reason(before, changed))
            return
        self.accepted.add(product.sku)
        if changed:
            kept = {key: before[key] for key in changed} if known else {}
            self._plan(PlannedProduct(product.sku, known, kept, changed))
        outcome = (Outcome.CHANGED if changed else Outcome.UNCHANGED) if known else Outcome.NEW
        self._tell(product, outcome, before, changed)

    def _completed(self, product: Wanted, known: StoredProduct | None) -> dict[str, Any]:
        """What the file says, and what a new variant takes from a parent that only the catalogue has."""
        own = {key: stored.plain(value) for key, value in product.values.items()}
        parent = self.stored.get(own.get("parent", "")) if known is None else None
        return completed(own, parent.values) if parent else own

    def _refusal(self, product: Wanted, known: StoredProduct | None, after: Mapping[str, Any]) -> str:
        """Why this product cannot be taken, or ""."""
        if product.is_variant:
            parent = product.values["parent"]
            if parent in self.refused:
                return _("Its parent in row {n} was refused.").format(n=self.refused[parent])
            if parent not in self.stored and parent not in self.accepted:
                return _("Its parent {sku} is neither in the file nor in the catalogue.").format(sku=parent)
        if known is None and not after.get("name"):
            return _("It has no name.")
        if known is None and "price" not in after and not after.get("is_parent"):
            return _("It has no price.")
        return ""

    def _tell(
        self, product: Wanted, outcome: Outcome, before: Mapping[str, Any], changed: Mapping[str, Any], reason: str = ""
    ) -> None:
        whole = {**before, **changed}
        told = RowOutcome(
            number=product.rows[0],
            outcome=outcome,
            sku=product.sku,
            name=str(whole.get("name", "")),
            price=str(whole.get("price") or ""),
            reason=reason,
            changes=tuple(ValueChange(key, before[key], value) for key, value in changed.items()) if before else (),
            notes=(*product.notes, *self._ean_notes(product)),
            is_held=outcome is Outcome.REFUSED and _jumps(before.get("price"), changed.get("price")),
        )
        self.rows[told.number] = min(told, self.rows.get(told.number, told), key=lambda row: ORDER.index(row.outcome))

    def _ean_notes(self, product: Wanted) -> tuple[str, ...]:
        code = product.values.get("ean")
        if not code:
            return ()
        first = self.eans.setdefault(code, product.rows[0])
        return () if first == product.rows[0] else (_("Row {n} has the same EAN.").format(n=first),)

    def _plan(self, product: PlannedProduct) -> None:
        self.planned.append(product)
        if "is_parent" in product.after:
            self.parents.add(product.sku)
        if product.after.get("parent"):
            self.named.add(product.after["parent"])

    def _mark_parents(self) -> None:
        """A product of the catalogue that gets its first variants becomes a parent."""
        named, self.named = self.named, set()
        for sku in sorted(named - self.parents):
            known = self.stored.get(sku)
            if known and not known.values["is_parent"]:
                self._plan(PlannedProduct(sku, known, {"is_parent": False}, {"is_parent": True}))


def _jumps(old: str | None, new: str | None) -> bool:
    """Whether a price changes by a factor of ten or more, as when a decimal sign was misread."""
    if not old or not new or not Decimal(old) or not Decimal(new):
        return False
    ratio = Decimal(new) / Decimal(old)
    return ratio >= JUMP or ratio <= 1 / Decimal(JUMP)


def _jump_reason(before: Mapping[str, Any], changed: Mapping[str, Any]) -> str:
    text = _("The price goes from {old} to {new}, ten times or more: it is held back for a look.")
    return text.format(old=before["price"], new=changed["price"])
