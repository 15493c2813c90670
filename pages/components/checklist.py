"""What is left to do after set-up, as a card of links."""

from collections.abc import Iterable
from typing import Protocol

from nicegui import ui

from models.text import _
from pages.components.elements import own_address


class Step(Protocol):
    """One thing to do, and the page to do it on."""

    @property
    def text(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def is_done(self) -> bool: ...


class Checklist(ui.element, component="checklist.js"):
    """The steps, done or not."""

    def __init__(self, steps: Iterable[Step]) -> None:
        super().__init__()
        self.props.update(title=_("Left to do"), done=_("done"))
        self.props["steps"] = [
            {"text": step.text, "href": own_address(step.address), "done": step.is_done} for step in steps
        ]
