"""The sheets of picking lists: a box to tick at each line, and room for a name at the end; each order on a new page."""

from collections.abc import Sequence

from services.picking_list import PickingSheet
from services.request_paper import INK, QUIET, RULE, Paper

COLUMN_WIDTHS = (9, 32, 89, 22, 22)
ALIGNED = ("CENTER", "LEFT", "LEFT", "RIGHT", "LEFT")
SIGN_HEIGHT = 22


def draw(sheets: Sequence[PickingSheet]) -> bytes:
    """The PDF; it takes a while and belongs in a thread."""
    pdf = _PickingPaper(sheets[0])
    for sheet in sheets:
        pdf.order(sheet)
    return bytes(pdf.output())


class _PickingPaper(Paper):
    def order(self, sheet: PickingSheet) -> None:
        """One order, from a new page on."""
        self.add_page()
        self.is_of(sheet)
        self.head()
        self.who(sheet.facts)
        self.products(sheet.headings, sheet.lines, columns=COLUMN_WIDTHS, align=ALIGNED)
        self.words(sheet.comments_label, sheet.comments)
        self._sign_here(sheet.signed)

    def _sign_here(self, labels: Sequence[str]) -> None:
        """A line to write on for each label, side by side."""
        if self.will_page_break(SIGN_HEIGHT):
            self.add_page()
        width = (self.epw - 8 * (len(labels) - 1)) / len(labels)
        top = self.get_y() + 14
        self.set_draw_color(QUIET)
        for at, label in enumerate(labels):
            left = self.l_margin + at * (width + 8)
            self.line(left, top, left + width, top)
            self.ink(QUIET, 8.5)
            self.set_xy(left, top + 1)
            self.cell(width, 5, label)
        self.ink(INK, 9)
        self.set_draw_color(RULE)
