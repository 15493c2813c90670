"""A list of orders as a PDF: its words are put together here; the sheets are drawn from them in a thread."""

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module

from babel.numbers import format_decimal

from models import Shop, Status, brand
from models.csv_style import Cell
from models.errors import ShopError
from models.file_layout import Layout
from models.order import VERIFIED_WORDS
from models.text import _, speaking

PAPER = "services.orders_paper"  # what it draws with takes half a second to import: only once somebody asks for it
MOST_ROWS = 1000  # four seconds of drawing, some forty pages
MOST_COLUMNS = 12

_threads = ThreadPoolExecutor(1, thread_name_prefix="pdf-list")


@dataclass(frozen=True)
class Sheet:
    """All the words of the PDF, and how it looks."""

    language: str
    title: str
    shop_name: str
    color: str
    headings: tuple[str, ...]
    are_figures: tuple[bool, ...]  # by column: set to the right
    rows: tuple[tuple[str, ...], ...]
    page: str  # of a page's foot, with {page} and {pages}


class Rows:
    """The rows of a list as they grow, in words of the shop's language."""

    def __init__(self, layout: Layout, shop: Shop) -> None:
        self._layout, self._shop = layout, shop
        self._rows: list[tuple[str, ...]] = []
        self._figures = [False] * len(layout.columns)

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Take rows, given with the cells of all columns. Raises ShopError if they are too many to be printed."""
        with speaking(self._shop.language):
            for row in rows:
                self._take(self._layout.picked(row))

    def _take(self, cells: Sequence[Cell]) -> None:
        if len(self._rows) == MOST_ROWS:
            words = _("A PDF holds at most {n} rows. Please choose fewer orders, or CSV or XLSX.")
            raise ShopError(words.format(n=MOST_ROWS))
        for place, cell in enumerate(cells):
            self._figures[place] |= isinstance(cell, int | Decimal)
        pairs = zip(self._layout.columns, cells, strict=True)
        self._rows.append(tuple(self._words(column.name, cell) for column, cell in pairs))

    def _words(self, name: str, cell: Cell) -> str:
        times = self._layout.style.times
        if cell is None:
            return ""
        if isinstance(cell, int | Decimal):
            return _number(cell, self._shop.language)
        if isinstance(cell, datetime):
            return cell.astimezone(self._layout.style.zone).strftime(times.time.replace(":%S", ""))
        if isinstance(cell, date):
            return cell.strftime(times.date)
        return _label(name, cell)

    def sheet(self) -> Sheet:
        """The whole list."""
        with speaking(self._shop.language):
            return Sheet(
                language=self._shop.language,
                title=self._layout.heading or _("Purchase orders"),
                shop_name=self._shop.name,
                color=brand.palettes(self._shop.color)[0]["brand-text"],
                headings=tuple(column.title for column in self._layout.columns),
                are_figures=tuple(self._figures),
                rows=tuple(self._rows),
                page=_("Page {page} of {pages}"),
            )


async def make(rows: Rows) -> bytes:
    """The list as a PDF. Raises ShopError if it has more columns than a sheet has room for."""
    sheet = rows.sheet()
    if len(sheet.headings) > MOST_COLUMNS:
        raise ShopError(_("A PDF has room for at most {n} columns.").format(n=MOST_COLUMNS))
    in_thread = asyncio.get_running_loop().run_in_executor
    paper = await in_thread(_threads, import_module, PAPER)
    drawn: bytes = await in_thread(_threads, paper.draw, sheet)
    return drawn


def _number(number: int | Decimal, language: str) -> str:
    """A number with the decimals it came with."""
    decimals = 0 if isinstance(number, int) else max(0, -int(number.as_tuple().exponent))
    return format_decimal(number, format="#,##0" + "." * bool(decimals) + "0" * decimals, locale=language)


def _label(name: str, word: str) -> str:
    """What people say for the words that programs use, and everything else on one line."""
    if name == "status":
        return _(Status(word).label)
    if name == "verified":
        return _(VERIFIED_WORDS[word].label)
    return " ".join(word.split())
