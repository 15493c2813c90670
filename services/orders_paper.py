"""The sheets a list of orders is drawn on: the columns' titles and a page's number on each."""

from collections.abc import Iterator, Sequence

from fpdf import FPDF, ViewerPreferences

from services.orders_pdf import Sheet
from services.request_paper import BAR_HEIGHT, FONTS, INK, QUIET, REST, RULE, SANS

MARGIN, TOP, BOTTOM = 12, 12, 14  # millimetres, as all that follow
SIZE, SMALL, TITLE = 8, 7.5, 15  # points
LINE, PADDING, GAP = 3.9, 1.1, 2.6
NARROWEST, WIDEST = 11, 62  # a column
MOST_LINES = 6  # of a cell


def draw(sheet: Sheet) -> bytes:
    """The PDF; it takes a while and belongs in a thread."""
    pdf = _List(sheet)
    pdf.measure()
    pdf.add_page()
    for row in sheet.rows:
        pdf.row(row)
    return bytes(pdf.output())


class _List(FPDF):
    """Sheets of A4 on their side."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(orientation="L", format="A4")
        self._sheet = sheet
        self._widths: list[float] = []
        self.add_font(SANS, "", FONTS / "OpenSans-Regular.ttf")
        self.add_font(SANS, "B", FONTS / "OpenSans-Semibold.ttf")
        self.add_font(REST, "", FONTS / "DejaVuSansCondensed.ttf")
        self.set_fallback_fonts([REST], exact_match=False)
        self.set_margins(MARGIN, TOP, MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(auto=False, margin=BOTTOM)
        self.set_title(f"{sheet.title} · {sheet.shop_name}")
        self.set_author(sheet.shop_name)
        self.set_lang(sheet.language)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)

    def measure(self) -> None:
        """Give each column as much room as its longest words want, and all together the width of the sheet."""
        self.set_font(SANS, "", SIZE)
        columns = zip(self._sheet.headings, *self._sheet.rows, strict=True)
        wanted = [min(max(map(self.get_string_width, set(words))), WIDEST) + GAP for words in columns]
        room = self.epw
        if sum(wanted) > room:  # the narrow ones keep theirs
            share = room / len(wanted)
            narrow = sum(width for width in wanted if width <= share)
            wide = sum(width for width in wanted if width > share)
            wanted = [w if w <= share else max(NARROWEST, w * (room - narrow) / wide) for w in wanted]
        self._widths = [width * room / sum(wanted) for width in wanted]

    def header(self) -> None:
        """The bar in the shop's colour, what this is on the first sheet, and the titles of the columns."""
        self.set_fill_color(self._sheet.color)
        self.rect(0, 0, self.w, BAR_HEIGHT, style="F")
        self.set_y(TOP)
        if self.page_no() == 1:
            self._ink(INK, TITLE, "B")
            self.multi_cell(self.epw, 7, self._sheet.title, align="L", new_x="LMARGIN", new_y="NEXT")
            self._ink(QUIET, SIZE)
            self.multi_cell(self.epw, 5, self._sheet.shop_name, align="L", new_x="LMARGIN", new_y="NEXT")
            self.ln(3)
        self._ink(QUIET, SMALL, "B")
        self.row(self._sheet.headings)
        self._ink(INK, SIZE)

    def footer(self) -> None:
        """Which shop, which list, which page."""
        self.set_y(8 - BOTTOM)
        self._ink(QUIET, SMALL)
        page = self._sheet.page.format(page=self.page_no(), pages=self.str_alias_nb_pages)
        self.cell(self.epw, 5, f"{self._sheet.shop_name} · {self._sheet.title} · {page}", align="C")

    def row(self, words: Sequence[str]) -> None:
        """A row, on the next sheet if this one has no room for it."""
        broken = [list(self._lines(text, width - GAP)) for text, width in zip(words, self._widths, strict=True)]
        height = max(map(len, broken)) * LINE + 2 * PADDING
        if self.get_y() + height > self.h - BOTTOM:
            self.add_page()
        top, x = self.get_y(), float(self.l_margin)
        for lines, width, is_figure in zip(broken, self._widths, self._sheet.are_figures, strict=True):
            for number, line in enumerate(lines):
                self.set_xy(x, top + PADDING + number * LINE)
                self.cell(width - GAP, LINE, line, align="R" if is_figure else "L")
            x += width
        self.set_draw_color(RULE)
        self.line(self.l_margin, top + height, self.w - self.r_margin, top + height)
        self.set_xy(self.l_margin, top + height)

    def _lines(self, text: str, width: float) -> Iterator[str]:
        """The text in lines of at most this width; what takes too many ends with a sign that tells so."""
        line, count = "", 1
        for word in self._short_words(text, width):
            longer = f"{line} {word}" if line else word
            if self.get_string_width(longer) <= width or not line:
                line = longer
            elif count == MOST_LINES:
                yield f"{line} …"
                return
            else:
                yield line
                line, count = word, count + 1
        yield line

    def _short_words(self, text: str, width: float) -> Iterator[str]:
        """Its words, those too long for a line in pieces."""
        for word in text.split():
            piece = ""
            for sign in word if self.get_string_width(word) > width else [word]:
                if piece and self.get_string_width(piece + sign) > width:
                    yield piece
                    piece = ""
                piece += sign
            yield piece

    def _ink(self, color: str, size: float, style: str = "") -> None:
        self.set_text_color(color)
        self.set_font(SANS, style, size)
