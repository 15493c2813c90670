"""A button that prints the page it stands on."""

from nicegui import ui

from models.text import _


class PrintButton(ui.element, component="print_button.js"):
    """What is not to be printed has the class `unprinted`."""

    def __init__(self) -> None:
        super().__init__()
        self.props["label"] = _("Print")
