"""What a file of orders looks like: which columns under which titles, in which dialect and style."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from models import order_csv
from models.csv_style import Cell, Style, write
from models.file_kind import Dialect, Shape
from models.order_columns import Column
from models.text import N_, _, speaking

# What people call the columns; programs know them by their names.
COLUMN_WORDS = {
    "order_number": N_("Order"),
    "created_at": N_("Sent"),
    "status": N_("Status"),
    "buyer": N_("Buyer"),
    "company": N_("Company"),
    "email": N_("E-mail"),
    "verified": N_("Verified"),
    "phone": N_("Phone"),
    "buyer_reference": N_("Buyer’s reference"),
    "references": N_("References"),
    "lines_total": N_("Price"),
    "discounts": N_("Discounts"),
    "surcharges": N_("Surcharges"),
    "total": N_("Total"),
    "currency": N_("Currency"),
    "comments": N_("Comments"),
    "zone": N_("Zone"),
    "confirmed_at": N_("Confirmed"),
    "line_no": N_("Line"),
    "sku": N_("SKU"),
    "name": N_("Product"),
    "quantity": N_("Quantity"),
    "unit": N_("Unit"),
    "unit_price": N_("Unit price"),
    "line_total": N_("Line total"),
    "requested_date": N_("Requested delivery date"),
    "vat_number": N_("VAT number"),
    "delivery_street": N_("Delivery: street"),
    "delivery_postcode": N_("Delivery: postcode"),
    "delivery_city": N_("Delivery: city"),
    "delivery_country": N_("Delivery: country"),
    "invoice_street": N_("Invoice: street"),
    "invoice_postcode": N_("Invoice: postcode"),
    "invoice_city": N_("Invoice: city"),
    "invoice_country": N_("Invoice: country"),
}
# What a sheet of paper has room for.
PAPER_COLUMNS = {
    Shape.ORDERS: ("order_number", "created_at", "status", "company", "buyer", "references", "total", "currency"),
    Shape.LINES: (
        "order_number",
        "created_at",
        "company",
        "sku",
        "name",
        "quantity",
        "unit",
        "unit_price",
        "line_total",
    ),
}


@dataclass(frozen=True)
class Layout:
    """A file's rows, columns, dialect and style; what it is called besides, where it has a heading."""

    shape: Shape
    dialect: Dialect
    columns: tuple[Column, ...]
    style: Style
    heading: str = ""

    @classmethod
    def of(cls, shape: Shape, dialect: Dialect, *, language: str, time_zone: str) -> Self:
        """The file as the desk offers it by itself: with all columns, on paper with as many as there is room for."""
        style = Style.of(dialect, language=language, time_zone=time_zone)
        if dialect is Dialect.PDF:
            with speaking(language):
                titled = tuple(Column(name, _(COLUMN_WORDS[name])) for name in PAPER_COLUMNS[shape])
            return cls(shape, dialect, titled, style)
        return cls(shape, dialect, tuple(Column(name, name) for name in order_csv.columns(shape)), style)

    @cached_property
    def _places(self) -> tuple[int, ...]:
        known = order_csv.columns(self.shape)
        return tuple(known.index(column.name) for column in self.columns)

    def picked(self, row: Sequence[Cell]) -> list[Cell]:
        """The cells of this file's columns, of a row with those of all columns."""
        return [row[place] for place in self._places]

    def head(self) -> bytes:
        """How a CSV begins: the titles of its columns, after the mark that says UTF-8 if it has one."""
        return self.style.encoded(self.style.mark + write([[column.title for column in self.columns]], self.style))

    def write(self, rows: Iterable[Sequence[Cell]]) -> bytes:
        """Rows with the cells of all columns as CSV."""
        return self.style.encoded(write(map(self.picked, rows), self.style))
