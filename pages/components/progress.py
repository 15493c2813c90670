"""How far something has come, for as long as it takes, and a way to stop it."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from babel.numbers import format_decimal
from nicegui import ui

from models.text import _, spoken
from pages.components.elements import Button, box, text


@contextmanager
def progress_line(
    place: ui.element, label: str, on_cancel: Callable[[], Awaitable[None]] | None = None
) -> Iterator[Callable[[int, int], None]]:
    """Show a bar in `place` and what takes so long, with a Cancel button if something can be cancelled; gives what
    moves it: called with how much of how much is done."""
    language = spoken()
    with place, box("line") as line:
        with box("grow stack tight"):
            words = text(label, "small muted")
            bar = ui.element("progress").classes("wide-progress")
        bar.props["aria-label"] = label
        if on_cancel:
            Button(_("Cancel"), on_cancel)

    def progress(done: int, total: int) -> None:
        words.set_text(f"{label} {format_decimal(done, locale=language)} / {format_decimal(total, locale=language)}")
        bar.props.update({"max": 100, "value": round(100 * done / max(total, 1))})

    try:
        yield progress
    finally:
        if not line.is_deleted:  # it goes with its page
            line.delete()
