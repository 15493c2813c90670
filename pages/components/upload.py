"""A place to drop a file, which goes to a route of ours."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import events, ui

from models.text import _
from pages import forms
from pages.components.elements import own_address

MAX_ANSWER_KEYS = 20
MAX_ANSWER_TEXT = 1000
MEGABYTE = 1_000_000

Answer = dict[str, str | int | float | bool | None]


class Upload(ui.element, component="drop_zone.js"):
    """Drop a file or choose one; it is posted as `file` of a multipart form, with progress."""

    def __init__(
        self,
        url: str,
        *,
        label: str,
        on_done: Callable[[Answer], Awaitable[None]],
        hint: str = "",
        accept: str = "",
        max_bytes: int = 20 * MEGABYTE,
        small: bool = False,
        many: bool = False,
    ) -> None:
        """`url` is a path of ours that answers with JSON; an answer with `error` is shown as a sentence.

        With `many`, several files go one after the other, and what is answered to them comes as one: numbers are added.
        `accept` is as in HTML (".csv,.xlsx"). What `on_done` gets came through the browser: take no more from it than
        an id to look up. The route itself must check the session, the size and the content.
        """
        super().__init__()
        self._on_done = on_done
        self.props.update(
            url=own_address(url), label=label, hint=hint, accept=accept, maxBytes=max_bytes, small=small, many=many
        )
        self.props["token"] = [forms.HEADER, forms.token_of_page()]
        self.props["words"] = upload_words(max_bytes)
        self.on("done", self._done)

    def reset(self) -> None:
        """Make ready for another file."""
        self.run_method("reset")

    async def _done(self, event: events.GenericEventArguments) -> None:
        answer = answer_from(event.args)
        if answer is not None:
            await self._on_done(answer)


def answer_from(sent: Any) -> Answer | None:
    """Return a browser's report of the route's answer if it is a small flat dict, else None."""
    if not isinstance(sent, dict) or len(sent) > MAX_ANSWER_KEYS:
        return None
    flat = all(
        isinstance(key, str) and (value is None or isinstance(value, (bool, int, float)) or _is_short(value))
        for key, value in sent.items()
    )
    return dict(sent) if flat else None


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_ANSWER_TEXT


def upload_words(max_bytes: int) -> dict[str, str]:
    """The words of a place to drop files."""
    return {
        "choose": _("or choose a file"),
        "chooseMany": _("or choose files"),
        "refused": _("{name}: {why}"),
        "sending": _("Sending {name} … {percent} %"),
        "reading": _("Reading {name} …"),
        "tooBig": _("This file is larger than {n} MB. Nothing was sent.").format(n=max_bytes // MEGABYTE),
        "wrongKind": _("This kind of file cannot be read here. Expected: {kinds}."),
        "lost": _("The file did not arrive: the connection was lost. Please try again."),
        "failed": _("The file was not accepted. Please try again."),
        "one": _("One file at a time, please."),
    }
