"""Which column holds which field: recognised by names, guessed by values, or chosen by hand."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.catalog_field import Field
from models.errors import ShopError
from models.text import _, fold
from services.catalog_import import guess, kinds
from services.catalog_import.names import ranked_field_of, translation_of
from services.catalog_import.source import SourceTable

LONG_TEXT = 60  # an average above it is a description, not a name
Stored = Mapping[str, object]


@dataclass(frozen=True)
class ColumnMapping:
    """The field of each column, None for columns that are left out."""

    fields: tuple[Field | None, ...]

    def columns(self, field: Field) -> tuple[int, ...]:
        """The places of all columns that hold `field`, counted from 0."""
        return tuple(i for i, known in enumerate(self.fields) if known is field)

    def has(self, field: Field) -> bool:
        """Whether some column holds `field`."""
        return field in self.fields

    def with_field(self, column: int, field: Field | None) -> "ColumnMapping":
        """The mapping with `column` (from 0) holding `field`; another column with a single field gives it up."""
        fields = [None if known is field and field and not field.is_repeatable else known for known in self.fields]
        fields[column] = field
        return ColumnMapping(tuple(fields))

    def stored(self) -> dict[str, object]:
        """The mapping as it is remembered."""
        return {"fields": [field.value if field else "" for field in self.fields]}


def signature(table: SourceTable) -> str:
    """What tells this kind of file from others: its folded header row, or the number of its columns."""
    names = "\n".join(map(fold, table.header)) if table.has_header else f"no header\n{len(table.header)}"
    return hashlib.sha256(names.encode()).hexdigest()


def recognise(table: SourceTable, remembered: Stored | None = None) -> ColumnMapping:
    """Say what each column holds: as `remembered` from this kind of file, else by its name, else by its values."""
    recalled = _recalled(table, remembered)
    if recalled:
        return recalled
    return _by_name(table) if table.has_header else ColumnMapping(guess.by_values(table))


def _recalled(table: SourceTable, remembered: Stored | None) -> ColumnMapping | None:
    names = remembered.get("fields") if remembered else None
    if not isinstance(names, list) or len(names) != len(table.header):
        return None
    return ColumnMapping(tuple(Field(name) if name in set(Field) else None for name in names))


def _by_name(table: SourceTable) -> ColumnMapping:
    found = [ranked_field_of(name) for name in table.header]
    fields: list[Field | None] = [field if _is_best(i, found) else None for i, (field, _rank) in _known(found)]
    fields = _own_where_only_translated(fields, table)
    fields = _checked_kind(fields, table)
    fields = _options_only_with_variants(fields)
    fields = _description_as_name(fields, table)
    return _id_as_sku(ColumnMapping(tuple(fields)), table)


def _known(found: Sequence[tuple[Field, int] | None]) -> list[tuple[int, tuple[Field | None, int]]]:
    return [(i, one or (None, 0)) for i, one in enumerate(found)]


def _is_best(column: int, found: Sequence[tuple[Field, int] | None]) -> bool:
    """Whether no other column has a better name for the same field (or an equal one, further left)."""
    one = found[column]
    if one is None or one[0].is_repeatable:
        return True
    rivals = [(other[1], i) for i, other in enumerate(found) if other and other[0] is one[0]]
    return min(rivals) == (one[1], column)


def _own_where_only_translated(fields: list[Field | None], table: SourceTable) -> list[Field | None]:
    """Where every name (or description, or category) says its language, the first of them is the product's own.

    A file without prices makes no products: it brings texts to those that are there.
    """
    if Field.PRICE not in fields:
        return fields
    for own in (Field.NAME, Field.DESCRIPTION, Field.CATEGORY):
        keys = [translation_of(name) for name in table.header]
        translated = [i for i, key in enumerate(keys) if key.startswith(f"{own.value}:")]
        if translated and own not in fields:
            fields[translated[0]] = own
    return fields


def _checked_kind(fields: list[Field | None], table: SourceTable) -> list[Field | None]:
    """A column "type" says how a product is sold, or else it is a category."""
    if Field.KIND not in fields:
        return fields
    column = fields.index(Field.KIND)
    if not kinds.are_kinds(table.column(column)):
        fields[column] = None if Field.CATEGORY in fields else Field.CATEGORY
    return fields


def _options_only_with_variants(fields: list[Field | None]) -> list[Field | None]:
    """A column "colour" is an option where rows are variants of something, and a mere property elsewhere."""
    if Field.PARENT in fields or Field.HANDLE in fields:
        return fields
    return [None if field is Field.OPTION else field for field in fields]


def _description_as_name(fields: list[Field | None], table: SourceTable) -> list[Field | None]:
    """Where no column is called a name, a column of short descriptions is one."""
    if Field.NAME in fields or Field.DESCRIPTION not in fields:
        return fields
    column = fields.index(Field.DESCRIPTION)
    lengths = [len(cell) for cell in table.column(column) if cell]
    if lengths and sum(lengths) / len(lengths) <= LONG_TEXT:
        fields[column] = Field.NAME
    return fields


def _id_as_sku(mapping: ColumnMapping, table: SourceTable) -> ColumnMapping:
    """Where nothing else tells products apart, a column "ID" of distinct values may serve."""
    ids = mapping.columns(Field.ROW_ID)
    if not ids or any(mapping.has(field) for field in (Field.SKU, Field.HANDLE, Field.PARENT)):
        return mapping
    cells = [cell for cell in table.column(ids[0]) if cell]
    return mapping.with_field(ids[0], Field.SKU) if len(cells) == len(set(cells)) else mapping


def chosen(mapping: ColumnMapping, table: SourceTable, choices: Sequence[str]) -> ColumnMapping:
    """Apply choices like `price=3` or `price=Preis` (`ignore=3` leaves a column out).

    Raises ShopError naming the choice that cannot be meant.
    """
    for choice in choices:
        name, sign, column = choice.partition("=")
        if not sign:
            raise ShopError(_("“{choice}” is not FIELD=COLUMN, like price=3.").format(choice=choice))
        field = _field(name)
        mapping = mapping.with_field(_column(column.strip(), table), field)
    return mapping


def _field(name: str) -> Field | None:
    word = fold(name).replace(" ", "_").replace("-", "_")
    if word in {"", "ignore", "none"}:
        return None
    if word not in set(Field):
        known = ", ".join(field.value for field in Field)
        raise ShopError(_("“{name}” is not a field. The fields are: {known}, ignore.").format(name=name, known=known))
    return Field(word)


def _column(name: str, table: SourceTable) -> int:
    folded = [fold(header) for header in table.header]
    if table.has_header and fold(name) in folded:
        return folded.index(fold(name))
    if name.isdecimal() and 1 <= int(name) <= len(table.header):
        return int(name) - 1
    known = ", ".join(table.header)
    raise ShopError(_("There is no column “{name}”. The columns are: {known}.").format(name=name, known=known))
