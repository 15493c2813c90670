"""The rows of a file with their cells sorted by field, still as text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from models.catalog_field import Field
from models.text import fold
from services.catalog_import import values
from services.catalog_import.columns import ColumnMapping
from services.catalog_import.names import translation_of
from services.catalog_import.source import SourceTable

NO_OPTION = {"default title", "default", "n/a", "-"}
BREAK_QUANTITY = re.compile(r"(\d{1,6})\D*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. It keeps its cells alone, for there may be very many, and looks up what they hold when asked."""

    number: int
    cells: tuple[str, ...]
    columns: "Columns"

    def text(self, of: Field) -> str:
        """The text of a field, "" if it is empty or not in the file."""
        place = self.columns.singles.get(of)
        return "" if place is None else self.cells[place]

    @property
    def filled(self) -> set[Field]:
        """The fields that have a text here."""
        return {of for of, place in self.columns.singles.items() if self.cells[place]}

    @property
    def is_too_long(self) -> bool:
        """Whether there are more cells than columns."""
        return len(self.cells) > self.columns.width

    @property
    def pictures(self) -> tuple[str, ...]:
        """The pictures of the product."""
        return _pictures(self.cells, self.columns.pictures)

    @property
    def variant_pictures(self) -> tuple[str, ...]:
        """The pictures of the variant alone."""
        return _pictures(self.cells, self.columns.variant_pictures)

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a name and a value, in the order of their columns; both may be empty."""
        pairs = [(values.option_name(self.cells[name]), self.cells[value]) for name, value in self.columns.options]
        pairs += [(name, self.cells[place]) for name, place in self.columns.named_options]
        return tuple((name, "" if fold(value) in NO_OPTION else value[:120]) for name, value in pairs)

    @property
    def breaks(self) -> dict[int, str]:
        """Prices by the quantity in their column's header."""
        return {quantity: self.cells[place] for quantity, place in self.columns.breaks if self.cells[place]}

    @property
    def translations(self) -> dict[str, str]:
        """Texts in other languages by the keys of `Product.texts`."""
        return {key: self.cells[place] for key, place in self.columns.translations if key and self.cells[place]}

    @property
    def sku(self) -> str:
        """The SKU as it stands in the file."""
        return self.text(Field.SKU)

    @property
    def has_options(self) -> bool:
        """Whether some option has a value here."""
        return any(value for _name, value in self.options)

    @property
    def handle(self) -> str:
        """The folded handle."""
        return fold(self.text(Field.HANDLE))


def entries(table: SourceTable, mapping: ColumnMapping) -> list[Entry]:
    """Sort the cells of all rows by field."""
    columns = Columns(table, mapping)
    return [Entry(row.number, row.cells + ("",) * (columns.width - len(row.cells)), columns) for row in table.rows]


class Columns:
    """Where each field stands; made once for a file."""

    def __init__(self, table: SourceTable, mapping: ColumnMapping) -> None:
        self.width = len(table.header)
        self.singles = {f: i for i, f in enumerate(mapping.fields) if f and not f.is_repeatable}
        self.pictures = mapping.columns(Field.PICTURES)
        self.variant_pictures = mapping.columns(Field.VARIANT_PICTURES)
        names, option_values = mapping.columns(Field.OPTION_NAME), mapping.columns(Field.OPTION_VALUE)
        self.options = list(zip(names, option_values, strict=False))
        self.named_options = [(values.option_name(table.header[i]), i) for i in mapping.columns(Field.OPTION)]
        self.translations = [(translation_of(table.header[i]), i) for i in mapping.columns(Field.TRANSLATION)]
        quantities = [(BREAK_QUANTITY.search(table.header[i]), i) for i in mapping.columns(Field.BREAK_PRICE)]
        self.breaks = [(int(match[1]), i) for match, i in quantities if match]


def _pictures(cells: tuple[str, ...], columns: Iterable[int]) -> tuple[str, ...]:
    filled = [cells[i] for i in columns if cells[i]]
    return tuple(values.pictures(filled)) if filled else ()
