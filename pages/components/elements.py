"""Plain HTML elements with text: headings, words, links and buttons in our look."""

import html
from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement


class Words(TextElement):
    """An element of any tag that holds text, which is escaped by the browser."""

    def __init__(self, words: str, classes: str = "", *, tag: str = "span") -> None:
        super().__init__(tag=tag, text=words)
        if classes:
            self.classes(classes)


def text(words: str, classes: str = "", *, tag: str = "span") -> Words:
    """Write `words`; change them later with `.set_text`. `classes` must not come from a person."""
    return Words(words, classes, tag=tag)


def h1(words: str) -> Words:
    """Write the page's one heading."""
    return Words(words, tag="h1")


def h2(words: str, classes: str = "") -> Words:
    """Write a section's heading."""
    return Words(words, classes, tag="h2")


def paragraph(words: str, classes: str = "") -> Words:
    """Write a paragraph."""
    return Words(words, classes, tag="p")


def box(classes: str = "", *, tag: str = "div") -> ui.element:
    """Make an empty element to put others in."""
    return ui.element(tag).classes(classes)


def link(words: str, href: str, classes: str = "link") -> Words:
    """Write a link to a page of ours; raises ValueError for any other address."""
    made = Words(words, classes, tag="a")
    made.props["href"] = own_address(href)
    return made


def link_button(words: str, href: str, kind: str = "", *, download: bool = False) -> Words:
    """Write a link that looks like a button."""
    made = link(words, href, f"btn {kind}")
    if download:
        made.props["download"] = True
    return made


class Button(Words):
    """A button that is busy, and deaf, while its handler runs."""

    def __init__(
        self, words: str, on_click: Callable[[], Awaitable[None] | None], kind: str = "", *, label: str = ""
    ) -> None:
        """`kind` is "", "primary", "quiet", "soft" or "danger", and "small"; `label` says more to screen readers."""
        super().__init__(words, f"btn {kind}", tag="button")
        self._on_click = on_click
        self._busy = False
        self.props["type"] = "button"
        if label:
            self.props["aria-label"] = label
        self.on("click", self._clicked, args=[])

    async def _clicked(self) -> None:
        if self._busy or self.props.get("disabled"):
            return
        self._set_busy(True)
        try:
            result = self._on_click()
            if result is not None:
                await result
        finally:
            if not self.is_deleted:  # a dialog's button goes with its dialog
                self._set_busy(False)

    def set_enabled(self, enabled: bool) -> None:
        """Make the button answer to clicks, or not."""
        self.props["disabled"] = not enabled

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.props["aria-disabled"] = "true" if busy else "false"
        self.classes("busy") if busy else self.classes(remove="busy")


def markup(element: ui.element) -> str:
    """Return a plain element, and all that stands in it, as the browser will have it."""
    attributes = {"class": " ".join(element.classes), **element.props}
    written = "".join(f' {name}="{html.escape(str(value))}"' for name, value in attributes.items())
    words = html.escape(element.text) if isinstance(element, Words) else ""
    return f"<{element.tag}{written}>{words}{''.join(map(markup, element))}</{element.tag}>"


def own_address(href: str) -> str:
    """Return `href` if it is a path of this program (or an empty string); raises ValueError otherwise."""
    if href and (not href.startswith(("/", "?", "#")) or href.startswith(("//", "/\\"))):
        raise ValueError(f"not an address of this program: {href!r}")
    return href
