"""The sheet a request is drawn on: the seller's logo and colour, lines, sums, and a page's number at each foot."""

import logging
from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF, FontFace, ViewerPreferences
from fpdf.enums import TableBordersLayout

from services.mails.order_summary import Row
from services.request_pdf import Head, Sheet

FONTS = Path(__file__).parent / "fonts"
SANS, REST = "Open Sans", "DejaVu"  # the second has the letters and signs that the first one lacks
MARGIN, TOP, BOTTOM = 18, 16, 20  # millimetres, as all that follow
BAR_HEIGHT = 2.5
LOGO_HEIGHT, LOGO_WIDTH = 15, 70
LABEL_WIDTH = 38
SUM_WIDTH, AMOUNT_WIDTH, SUM_HEIGHT = 96, 34, 22  # the height of the longest reason
COLUMN_WIDTHS = (28, 68, 24, 26, 28)
ALIGNED = ("LEFT", "LEFT", "RIGHT", "RIGHT", "RIGHT")
INK, QUIET, RULE = "#15201d", "#51605b", "#cbd4d0"

for noisy in ("fpdf", "fontTools"):
    logging.getLogger(noisy).setLevel(logging.CRITICAL)  # they would write letters of names into the log


def draw(sheet: Sheet) -> bytes:
    """The PDF; it takes a while and belongs in a thread."""
    pdf = Paper(sheet)
    pdf.add_page()
    pdf.head()
    pdf.who(sheet.summary.facts)
    pdf.products(sheet.headings, sheet.lines)
    pdf.sums([*sheet.summary.sums, *filter(None, [sheet.summary.total])])
    pdf.words("", sheet.note)
    pdf.words(sheet.comments_label, sheet.summary.comments)
    return bytes(pdf.output())


class Paper(FPDF):
    """A sheet of A4 with the shop's colour at its top and the page's number at its foot."""

    def __init__(self, sheet: Head) -> None:
        super().__init__(format="A4")
        self._sheet = sheet
        self.add_font(SANS, "", FONTS / "OpenSans-Regular.ttf")
        self.add_font(SANS, "B", FONTS / "OpenSans-Semibold.ttf")
        self.add_font(REST, "", FONTS / "DejaVuSansCondensed.ttf")
        self.set_fallback_fonts([REST], exact_match=False)
        self.set_margins(MARGIN, TOP, MARGIN)
        self.c_margin = 0  # so that words, pictures and rules begin at the same line
        self.set_auto_page_break(auto=True, margin=BOTTOM)
        self.set_title(f"{sheet.title} · {sheet.shop_name}")
        self.set_author(sheet.shop_name)
        self.set_lang(sheet.language)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)

    def is_of(self, sheet: Head) -> None:
        """What follows, to the foot of this page, is of another order."""
        self._sheet = sheet

    def header(self) -> None:
        """The bar in the shop's colour; each page has it."""
        self.set_fill_color(self._sheet.color)
        self.rect(0, 0, self.w, BAR_HEIGHT, style="F")
        self.set_y(TOP)

    def footer(self) -> None:
        """Which shop, which request, which page."""
        self.set_y(12 - BOTTOM)
        self.ink(QUIET, 8)
        page = self._sheet.page.format(page=self.page_no(), pages=self.str_alias_nb_pages)
        self.cell(self.epw, 5, f"{self._sheet.shop_name} · {self._sheet.title} · {page}", align="C")

    def head(self) -> None:
        """The logo or the name, how the shop is reached, and what this is."""
        top = self.get_y()
        bottom = self._sign(top)
        self.ink(QUIET, 8.5)
        self.set_xy(self.w / 2, top)
        self.multi_cell(self.w / 2 - MARGIN, 4.2, self._sheet.contact, align="R", new_x="LMARGIN", new_y="NEXT")
        self.set_y(max(self.get_y(), bottom) + 9)
        self.start_section(self._sheet.title)
        self.ink(INK, 20, "B")
        self.multi_cell(self.epw, 9, self._sheet.title, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ink(QUIET, 9.5)
        self.multi_cell(self.epw, 5, self._sheet.stages, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(5)

    def _sign(self, top: float) -> float:
        """The logo, or the shop's name in its colour; returns where it ends."""
        if self._sheet.logo:
            _name, _image, size = self.preload_image(self._sheet.logo)
            height = min(LOGO_HEIGHT, LOGO_WIDTH * size.height / size.width)
            self.image(self._sheet.logo, x=MARGIN, y=top, h=height, alt_text=self._sheet.shop_name)
            return top + LOGO_HEIGHT
        self.ink(self._sheet.color, 17, "B")
        self.multi_cell(self.w / 2 - MARGIN, 8, self._sheet.shop_name, align="L", new_x="LMARGIN", new_y="NEXT")
        return self.get_y()

    def who(self, facts: Sequence[tuple[str, str]]) -> None:
        """Who asks, where to deliver, and when."""
        for label, words in facts:
            self.ink(QUIET, 9)
            self.cell(LABEL_WIDTH, 5.2, label)
            self.ink(INK, 9.5)
            width = self.epw - LABEL_WIDTH
            self.multi_cell(width, 5.2, words, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(6)

    def products(
        self,
        headings: Sequence[str],
        lines: Sequence[Sequence[str]],
        *,
        columns: Sequence[int] = COLUMN_WIDTHS,
        align: Sequence[str] = ALIGNED,
    ) -> None:
        """The lines; the headings stand on each page."""
        self.ink(INK, 9)
        self.set_draw_color(RULE)
        widths = columns[: len(headings)]
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=widths,
            headings_style=FontFace(emphasis="BOLD", color=QUIET, size_pt=8.5),
            line_height=5,
            padding=(1.4, 1.2),
            text_align=align[: len(headings)],
            width=self.epw,
        ) as table:
            for row in (headings, *lines):
                table.row(row)
        self.ln(4)

    def sums(self, rows: Sequence[Row]) -> None:
        """What it costs, the total last."""
        for row in rows:
            is_total = row is rows[-1]
            self.ink(INK, 12 if is_total else 9.5, "B" if is_total else "")
            words = row.title if is_total or not row.note else f"{row.title} ({row.note})"
            self._sum(words, row.amount)
            if is_total and row.note:
                self.ink(QUIET, 8.5)
                self._sum("", row.note)
        self.ln(4)

    def _sum(self, words: str, amount: str) -> None:
        if self.will_page_break(SUM_HEIGHT):
            self.add_page()
        top = self.get_y()
        self.set_x(self.w - MARGIN - SUM_WIDTH)
        self.multi_cell(SUM_WIDTH - AMOUNT_WIDTH, 5.4, words, align="L", new_x="LMARGIN", new_y="NEXT")
        bottom = self.get_y()
        self.set_xy(self.w - MARGIN - AMOUNT_WIDTH, top)
        self.multi_cell(AMOUNT_WIDTH, 5.4, amount, align="R", new_x="LMARGIN", new_y="NEXT")
        self.set_y(max(bottom, self.get_y()))

    def words(self, label: str, words: str) -> None:
        """A paragraph with its label above it, unless it says nothing."""
        if not words:
            return
        if label:
            self.ink(QUIET, 9)
            self.cell(self.epw, 6, label, new_x="LMARGIN", new_y="NEXT")
        self.ink(INK, 9.5)
        self.multi_cell(self.epw, 5.2, words, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(3)

    def ink(self, color: str, size: float, style: str = "") -> None:
        """Write in this colour and size from here on."""
        self.set_text_color(color)
        self.set_font(SANS, style, size)
