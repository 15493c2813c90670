"""What the columns of a file without a header hold, judged by their values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from models.catalog_field import Field
from services.catalog_import import values
from services.catalog_import.numbers import looks_numeric
from services.catalog_import.source import SourceTable

SAMPLE = 500
MOST = 0.8
LONG = 25  # an average length above it may be a description
PATH = re.compile(r"\S\s*(>|->|»|/|\|)\s*\S")


@dataclass(frozen=True)
class Shape:
    """What the filled cells of one column have in common; shares are from 0 to 1."""

    index: int
    cells: tuple[str, ...]
    filled: float
    different: float

    def share(self, holds: Iterable[bool]) -> float:
        """The share of the cells a test holds for."""
        return sum(holds) / len(self.cells) if self.cells else 0.0

    @property
    def is_ean(self) -> bool:
        return self.share(values.has_check_digit(cell) for cell in self.cells) >= MOST

    @property
    def is_number(self) -> bool:
        return self.share(looks_numeric(cell) for cell in self.cells) >= MOST

    @property
    def has_decimals(self) -> bool:
        return any(re.search(r"\d[.,]\d", cell) for cell in self.cells)

    @property
    def is_picture(self) -> bool:
        return self.share(bool(values.pictures([cell])) for cell in self.cells) >= MOST

    @property
    def is_path(self) -> bool:
        return self.share(bool(PATH.search(cell)) for cell in self.cells) >= MOST

    @property
    def is_code(self) -> bool:
        return self.different >= MOST and self.share(" " not in cell and len(cell) <= 40 for cell in self.cells) >= MOST

    @property
    def is_text(self) -> bool:
        return self.share(bool(re.search(r"[^\W\d_]{2}", cell)) for cell in self.cells) >= MOST

    @property
    def length(self) -> float:
        return sum(map(len, self.cells)) / len(self.cells) if self.cells else 0.0


def by_values(table: SourceTable) -> tuple[Field | None, ...]:
    """Say what each column holds; None for what cannot be told."""
    shapes = [_shape(table, i) for i in range(len(table.header))]
    found = _codes(shapes) | _numbers(shapes)
    rest = [shape for shape in shapes if shape.index not in found and shape.cells]
    found |= _texts(rest)
    return tuple(found.get(i) for i in range(len(shapes)))


def _shape(table: SourceTable, index: int) -> Shape:
    column = table.column(index)[:SAMPLE]
    cells = tuple(cell for cell in column if cell)
    return Shape(index, cells, len(cells) / len(column), len(set(cells)) / max(len(cells), 1))


def _codes(shapes: list[Shape]) -> dict[int, Field]:
    """The SKU and the EAN: of two columns of EANs the first is the EAN, the other the SKU."""
    eans = [shape for shape in shapes if shape.is_ean]
    found = {eans[0].index: Field.EAN} if eans else {}
    codes = [s for s in shapes if s.index not in found and s.is_code and not s.is_picture and not s.is_path]
    codes = [shape for shape in codes if shape.is_ean or not (shape.is_number and shape.has_decimals)]
    if codes:
        best = max(codes, key=lambda shape: (shape.is_ean or not shape.is_number, shape.filled, -shape.index))
        found[best.index] = Field.SKU
    elif eans:
        found[eans[0].index] = Field.SKU
    return found


def _numbers(shapes: list[Shape]) -> dict[int, Field]:
    """The price is the first column of numbers with decimals, the stock the next one without."""
    numbers = [shape for shape in shapes if shape.is_number and not shape.is_ean]
    numbers = [shape for shape in numbers if shape.has_decimals or not shape.is_code] or numbers
    prices = [shape for shape in numbers if shape.has_decimals] or numbers[:1]
    if not prices:
        return {}
    found = {prices[0].index: Field.PRICE}
    stocks = [shape for shape in numbers if shape.index > prices[0].index and not shape.has_decimals]
    return found | ({stocks[0].index: Field.STOCK} if stocks else {})


def _texts(shapes: list[Shape]) -> dict[int, Field]:
    """Pictures, the category, the name (short, and different in each row), and the longest text."""
    found: dict[int, Field] = {shape.index: Field.PICTURES for shape in shapes if shape.is_picture}
    shapes = [shape for shape in shapes if shape.index not in found]
    paths = [shape for shape in shapes if shape.is_path and shape.different < MOST]
    if paths:
        found[paths[0].index] = Field.CATEGORY
    texts = [s for s in shapes if s.index not in found and s.is_text and s.different >= 0.5]
    names = [shape for shape in texts if shape.filled >= MOST and shape.length <= 120]
    if names:
        name = min(names, key=lambda shape: (-round(shape.filled, 1), shape.length > 60, shape.index))
        found[name.index] = Field.NAME
    longer = [shape for shape in texts if shape.index not in found and shape.length > LONG]
    return found | ({max(longer, key=lambda shape: shape.length).index: Field.DESCRIPTION} if longer else {})
