"""Where many products are put in at once: a field to paste into, one for a scanner, and a place for a file."""

from collections.abc import Awaitable, Callable

from nicegui import events, ui

from models.text import _
from pages import forms
from pages.components.elements import own_address
from pages.components.upload import upload_words

OnText = Callable[[str], Awaitable[None]]

MAX_PART = 6_000
MAX_CODE = 120


class QuickEntry(ui.element, component="quick_entry.js", dependencies=["drop_zone.js"]):
    """Paste, type, drop or scan; a file comes back from its route as text and is read like what is pasted."""

    def __init__(
        self, *, url: str, sample: str, longest: int, max_bytes: int, on_text: OnText, on_scan: OnText
    ) -> None:
        """`url` takes a file and answers with {"text": …} or {"error": …}; `sample` is a file to download."""
        super().__init__()
        self._longest, self._parts = longest, list[str]()
        self._on_text, self._on_scan = on_text, on_scan
        self.props.update(url=own_address(url), sample=own_address(sample), longest=longest, maxBytes=max_bytes)
        self.props.update(answer=0, problem="", said={"text": "", "bad": False})
        self.props["token"] = [forms.HEADER, forms.token_of_page()]
        self.props["words"] = _words(max_bytes)
        self.on("part", self._part_came)
        self.on("read", self._read)
        self.on("scan", self._scanned)

    def say(self, words: str, *, is_bad: bool = False) -> None:
        """Say what became of the code that was scanned last."""
        self.props["said"] = {"text": words, "bad": is_bad}

    def show_problem(self, sentence: str) -> None:
        """Say why a text could not be read, "" if it could."""
        self.props["problem"] = sentence

    def forget(self) -> None:
        """Forget what was pasted, as when it has come into the cart."""
        self.run_method("done")

    def _part_came(self, event: events.GenericEventArguments) -> None:
        """Keep a part of a text that is too long for one message; what does not follow on is not kept."""
        sent = event.args
        if not (isinstance(sent, list) and len(sent) == 2 and type(sent[0]) is int and isinstance(sent[1], str)):
            return
        number, part = sent
        if number == 0:
            self._parts = []  # of a text that was sent again after a connection was lost
        if number == len(self._parts) <= self._longest // MAX_PART + 1 and len(part) <= MAX_PART:
            self._parts.append(part)

    async def _read(self, event: events.GenericEventArguments) -> None:
        parts, self._parts = self._parts, []
        try:
            if isinstance(event.args, str) and len(event.args) <= MAX_PART:
                await self._on_text("".join(parts) + event.args)
        finally:
            if not self.is_deleted:
                self.props["answer"] += 1

    async def _scanned(self, event: events.GenericEventArguments) -> None:
        if isinstance(event.args, str) and 0 < len(event.args) <= MAX_CODE:
            await self._on_scan(event.args)


def _words(max_bytes: int) -> dict[str, object]:
    return {
        "scan": _("Scan or type a code"),
        "scanHint": _("A SKU or EAN, then Enter. “5 FR-200” takes five."),
        "take": _("Take"),
        "paste": _("Paste a list"),
        "how": _(
            "One product per line, from a spreadsheet, a mail, or as SKU;QTY. You see everything before it counts."
        ),
        "example": "FR-200;10\nSAW-240\t2\n5 x 4006381333931",
        "check": _("Check the list"),
        "clear": _("Clear"),
        "file": _("Drop a CSV or XLSX file"),
        "fileHint": _("with SKU or EAN, and a quantity"),
        "sample": _("Download a sample file"),
        "drop": upload_words(max_bytes),
    }
