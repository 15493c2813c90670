"""What shop systems call the kinds of product, and which of them cannot be sold here."""

from collections.abc import Iterable
from enum import Enum, auto
from functools import lru_cache

from models.text import N_, fold


class Kind(Enum):
    """How a row's product is sold."""

    SIMPLE = auto()
    PARENT = auto()
    VARIANT = auto()
    UNSELLABLE = auto()
    UNKNOWN = auto()


PARENTS = {"configurable", "variable", "variable subscription", "parent", "master", "matrix"}
VARIANTS = {"variation", "variant", "child", "subscription variation"}
SIMPLES = {"simple", "virtual", "physical", "standard", "standard product", "single", "product", "normal", "stockable"}
DOWNLOADS = {"downloadable", "download", "digital", "digital product"}
BUNDLES = {"bundle", "grouped", "group", "pack", "pack of products", "composite", "kit", "bundled", "set", "collection"}
BOOKINGS = {"booking", "bookable", "appointment", "event", "rental", "accommodation booking", "ticket"}
OTHERS = {"external", "affiliate", "giftcard", "gift card", "gift certificate", "subscription"}
KNOWN = PARENTS | VARIANTS | SIMPLES | DOWNLOADS | BUNDLES | BOOKINGS | OTHERS

REASONS = (
    (DOWNLOADS, N_("A download cannot be ordered here.")),
    (BUNDLES, N_("A set of other products cannot be ordered here; its parts can.")),
    (BOOKINGS, N_("A booking cannot be ordered here.")),
    (OTHERS, N_("This kind of product ({kind}) cannot be ordered here.")),
)
UNKNOWN_REASON = N_("“{kind}” is not a kind of product that is known here.")


@lru_cache(maxsize=4096)  # a file's column may be anything, and nothing of it is kept for ever
def kind_of(text: str) -> tuple[Kind, str]:
    """Return the kind a cell names (several words may stand with commas), and why it cannot be sold, if so.

    The reason may hold `{kind}`; translate it with `_`.
    """
    words = _words(text)
    for unsellable, reason in REASONS:
        if words & unsellable:
            return Kind.UNSELLABLE, reason
    if words & PARENTS:
        return Kind.PARENT, ""
    if words & VARIANTS:
        return Kind.VARIANT, ""
    return (Kind.SIMPLE, "") if not words or words & SIMPLES else (Kind.UNKNOWN, UNKNOWN_REASON)


def are_kinds(cells: Iterable[str]) -> bool:
    """Whether a column names kinds of product: half of its different values at least are known ones."""
    values = {cell for cell in cells if cell}
    known = [value for value in values if _words(value) & KNOWN]
    return bool(values) and 2 * len(known) >= len(values)


def _words(text: str) -> set[str]:
    return {" ".join(fold(word).replace("_", " ").replace("-", " ").split()) for word in text.split(",")} - {""}
