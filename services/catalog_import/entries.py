"""The rows of a file with their cells sorted by field, still as text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from models.catalog_field import Field
from models.text import fold
from services.catalog_import import values
from services.catalog_import.columns import ColumnMapping
from services.catalog_import.names import translation_of
from services.catalog_import.source import SourceRow, SourceTable

NO_OPTION = {"default title", "default", "n/a", "-"}
BREAK_QUANTITY = re.compile(r"(\d{1,6})\D*$")


@dataclass(frozen=True)
class Entry:
    """One row. `texts` holds what is filled in; `breaks` are prices by the quantity in their column's header.

    `translations` are texts in other languages by the keys of `Product.texts`.
    `options` are pairs of a name and a value, in the order of their columns; both may be empty.
    """

    number: int
    texts: dict[Field, str]
    pictures: tuple[str, ...] = ()
    variant_pictures: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    breaks: dict[int, str] = field(default_factory=dict)
    translations: dict[str, str] = field(default_factory=dict)
    is_too_long: bool = False

    def text(self, of: Field) -> str:
        """The text of a field, "" if it is empty or not in the file."""
        return self.texts.get(of, "")

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
    reader = _Reader(table, mapping)
    return [reader.entry(row) for row in table.rows]


class _Reader:
    """Knows where each field stands; made once for a file."""

    def __init__(self, table: SourceTable, mapping: ColumnMapping) -> None:
        self.width = len(table.header)
        self.singles = [(i, f) for i, f in enumerate(mapping.fields) if f and not f.is_repeatable]
        self.pictures = mapping.columns(Field.PICTURES)
        self.variant_pictures = mapping.columns(Field.VARIANT_PICTURES)
        names, option_values = mapping.columns(Field.OPTION_NAME), mapping.columns(Field.OPTION_VALUE)
        self.options = list(zip(names, option_values, strict=False))
        self.named_options = [(values.option_name(table.header[i]), i) for i in mapping.columns(Field.OPTION)]
        self.translations = [(translation_of(table.header[i]), i) for i in mapping.columns(Field.TRANSLATION)]
        quantities = [(BREAK_QUANTITY.search(table.header[i]), i) for i in mapping.columns(Field.BREAK_PRICE)]
        self.breaks = [(int(match[1]), i) for match, i in quantities if match]

    def entry(self, row: SourceRow) -> Entry:
        """Sort the cells of one row."""
        cells = row.cells + ("",) * (self.width - len(row.cells))
        return Entry(
            number=row.number,
            texts={f: cells[i] for i, f in self.singles if cells[i]},
            pictures=_pictures(cells, self.pictures),
            variant_pictures=_pictures(cells, self.variant_pictures),
            options=self._options(cells),
            breaks={quantity: cells[i] for quantity, i in self.breaks if cells[i]},
            translations={key: cells[i] for key, i in self.translations if key and cells[i]},
            is_too_long=len(row.cells) > self.width,
        )

    def _options(self, cells: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        pairs = [(values.option_name(cells[name]), cells[value]) for name, value in self.options]
        pairs += [(name, cells[i]) for name, i in self.named_options]
        return tuple((name, "" if fold(value) in NO_OPTION else value[:120]) for name, value in pairs)


def _pictures(cells: tuple[str, ...], columns: Iterable[int]) -> tuple[str, ...]:
    filled = [cells[i] for i in columns if cells[i]]
    return tuple(values.pictures(filled)) if filled else ()
