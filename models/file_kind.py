"""What kinds of files orders become: what a row is, and for whom it is written."""

from enum import StrEnum

from models.text import N_


class Shape(StrEnum):
    """What a row of a file is."""

    ORDERS = "orders"
    LINES = "lines"

    @property
    def label(self) -> str:
        return {"orders": N_("One row per order"), "lines": N_("One row per line")}[self.value]


class Dialect(StrEnum):
    """For whom a file is written: two dialects of CSV, a workbook, and paper."""

    SPREADSHEET = "spreadsheet"
    MACHINE = "machine"
    XLSX = "xlsx"
    PDF = "pdf"

    @property
    def label(self) -> str:
        return {
            "spreadsheet": N_("CSV for a spreadsheet"),
            "machine": N_("CSV for a machine"),
            "xlsx": N_("XLSX for Excel and the like"),
            "pdf": N_("PDF to print and to read"),
        }[self.value]

    @property
    def suffix(self) -> str:
        """How the names of its files end."""
        return ".csv" if self in CSV_DIALECTS else f".{self.value}"


CSV_DIALECTS = (Dialect.SPREADSHEET, Dialect.MACHINE)  # of what goes out by itself: its bytes stay the same
