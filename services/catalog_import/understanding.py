"""What holds for a whole file: decimal signs, how a category's path is written, the shop's currency and language."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.catalog_field import Field
from models.text import fold
from services.catalog_import import breaks, values
from services.catalog_import.columns import ColumnMapping
from services.catalog_import.numbers import Sign, decimal_sign
from services.catalog_import.source import SourceTable

LISTS = ("categories", "categorias", "kategorien", "taxons")  # headers that promise several


@dataclass(frozen=True)
class Understanding:
    """How the cells of this file are to be read."""

    currency: str
    language: str
    price_sign: Sign
    break_sign: Sign
    path_sign: str
    categories_are_lists: bool


def understand(table: SourceTable, mapping: ColumnMapping, *, currency: str, language: str) -> Understanding:
    """Look at whole columns; what they leave open follows from the other columns, then from the delimiter."""
    by_delimiter: Sign = "," if table.delimiter == ";" else "."
    prices = _cells(table, mapping, Field.PRICE)
    break_prices = [
        *_prices_of_breaks(_cells(table, mapping, Field.BREAKS)),
        *_cells(table, mapping, Field.BREAK_PRICE),
    ]
    of_file = decimal_sign([*prices, *break_prices], by_delimiter)
    category = mapping.columns(Field.CATEGORY)
    header = fold(table.header[category[0]]) if category else ""
    return Understanding(
        currency=currency.upper(),
        language=fold(language),
        price_sign=decimal_sign(prices, of_file),
        break_sign=decimal_sign(break_prices, of_file),
        path_sign=values.path_sign(_cells(table, mapping, Field.CATEGORY)),
        categories_are_lists=table.has_header and header.startswith(LISTS),
    )


def _cells(table: SourceTable, mapping: ColumnMapping, of: Field) -> list[str]:
    return [cell for column in mapping.columns(of) for cell in table.column(column) if cell]


def _prices_of_breaks(cells: Iterable[str]) -> list[str]:
    matches = (breaks.BREAK_PART.fullmatch(part) for cell in cells for part in breaks.parts(cell))
    return [match[2] for match in matches if match]
