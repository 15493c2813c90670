"""What a file will hold: its name, its first rows as a table, and a CSV's own text."""

from collections.abc import Sequence

from nicegui import ui

from models.text import _

LONGEST_CELL, LONGEST_TEXT = 300, 6000


class FilePreview(ui.element, component="file_preview.js"):
    """The beginning of a file."""

    def __init__(self) -> None:
        super().__init__()
        self.props.update(name="", note="", titles=[], rows=[], text="", doubt="")
        self.props["words"] = {
            "table": _("The first rows as a table"),
            "text": _("The file as text"),
            "empty": _("There are no orders yet."),
        }

    def show(
        self, name: str, note: str, titles: Sequence[str], rows: Sequence[Sequence[str]], *, text: str, doubt: str
    ) -> None:
        """Show a file; `note` says what it is made of, `doubt` what may be wrong with it."""
        cut = [[cell if len(cell) <= LONGEST_CELL else f"{cell[:LONGEST_CELL]} …" for cell in row] for row in rows]
        self.props.update(name=name, note=note, titles=list(titles), rows=cut, doubt=doubt)
        self.props["text"] = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} …"
