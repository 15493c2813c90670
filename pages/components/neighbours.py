"""The way to the thing before and after the one that is open."""

from nicegui import ui

from models.text import _
from pages.components.elements import own_address


class NeighbourLinks(ui.element, component="neighbours.js", dependencies=["row_keys.js", "modal.js"]):
    """Two links, which the keys k and j follow as well."""

    def __init__(self) -> None:
        super().__init__()
        self.props["links"] = {"above": "", "below": ""}
        self.props["words"] = {"list": _("Within the list"), "above": _("Previous order"), "below": _("Next order")}

    def show(self, above: str, below: str) -> None:
        """Lead to these addresses; "" where the list ends."""
        self.props["links"] = {"above": own_address(above), "below": own_address(below)}
