"""A field that looks things up: what is typed is asked for, and one of what was found is chosen."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass

from nicegui import events, ui

from models.text import _, is_clean

MAX_TEXT = 100
MAX_OPTIONS = 20


@dataclass(frozen=True)
class Option:
    """Something that was found: how it is known, its words, and quieter ones."""

    key: int
    text: str
    sub: str = ""


class Lookup(ui.element, component="lookup.js"):
    """A combobox that empties itself once something is chosen, so that the next one can be typed.

    `on_ask` gets a text and returns what it finds; `on_choose` gets the key of one of those.
    """

    def __init__(
        self,
        label: str,
        *,
        on_ask: Callable[[str], Awaitable[Sequence[Option]]],
        on_choose: Callable[[int], Awaitable[None]],
        hint: str = "",
        placeholder: str = "",
    ) -> None:
        super().__init__()
        self._on_ask, self._on_choose = on_ask, on_choose
        self._offered: set[int] = set()
        self.props.update(label=label, hint=hint, error="", placeholder=placeholder, said="", round=0)
        self.props["found"] = {"text": "", "options": []}
        self.props["words"] = {"nothing": _("Nothing found")}
        self.on("ask", self._asked)
        self.on("choose", self._chosen)

    def say(self, words: str) -> None:
        """Tell screen readers what became of the choice."""
        self.props["said"] = words

    def show_error(self, sentence: str) -> None:
        """Mark the field, with what is wrong; "" takes the mark away."""
        if self.props["error"] != sentence:
            self.props["error"] = sentence

    async def _asked(self, event: events.GenericEventArguments) -> None:
        text = event.args
        if not isinstance(text, str) or not 0 < len(text) <= MAX_TEXT or not is_clean(text):
            return
        options = list(await self._on_ask(text) or ())[:MAX_OPTIONS]
        self._offered |= {option.key for option in options}
        self.props["found"] = {"text": text, "options": [asdict(option) for option in options]}
        self.props["round"] += 1

    async def _chosen(self, event: events.GenericEventArguments) -> None:
        if type(event.args) is int and event.args in self._offered:
            await self._on_choose(event.args)
