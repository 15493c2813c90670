"""What becomes of each row of a catalogue file, in words and in values."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.text import N_
from services.catalog_import.stored import StoredProduct


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    MERGED = "merged"

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    Outcome.NEW: N_("New"),
    Outcome.CHANGED: N_("Changed"),
    Outcome.UNCHANGED: N_("Unchanged"),
    Outcome.REFUSED: N_("Refused"),
    Outcome.MERGED: N_("Merged"),
}
VALUE_LABELS = {
    "name": N_("Name"),
    "description": N_("Description"),
    "category": N_("Category"),
    "category_texts": N_("Category in other languages"),
    "price": N_("Price"),
    "unit": N_("Unit"),
    "pack_size": N_("Pack size"),
    "minimum_quantity": N_("Minimum quantity"),
    "breaks": N_("Quantity breaks"),
    "stock": N_("Stock"),
    "ean": N_("EAN"),
    "active": N_("Active"),
    "parent": N_("Parent SKU"),
    "options": N_("Options"),
    "texts": N_("Texts in other languages"),
    "is_parent": N_("Has variants"),
    "pictures": N_("Pictures"),
}


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value of a product, before and after; the name is a key of `VALUE_LABELS`."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What becomes of one row of the file, and why. `is_held` marks a refusal that the seller may lift."""

    number: int
    outcome: Outcome
    sku: str = ""
    name: str = ""
    price: str = ""
    reason: str = ""
    changes: tuple[ValueChange, ...] = ()
    notes: tuple[str, ...] = ()
    is_held: bool = False


@dataclass(frozen=True)
class PlannedProduct:
    """A product to be made (`stored` is None) or changed; the values are as JSON keeps them."""

    sku: str
    stored: StoredProduct | None
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def is_new(self) -> bool:
        """Whether the catalogue does not have it yet."""
        return self.stored is None
