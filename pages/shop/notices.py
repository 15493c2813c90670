"""Sentences above a page's content that a buyer has to know."""

from collections.abc import Sequence

from pages.components.elements import paragraph


class Sentences:
    """A notice that is there while there is something to say."""

    def __init__(self, kind: str = "wait") -> None:
        """`kind` is "ok", "wait" or "bad"."""
        self._words = paragraph("", f"notice {kind} pre")
        self._words.props["role"] = "status"
        self.show(())

    def show(self, sentences: Sequence[str]) -> None:
        """Say these sentences, one to a line, from now on."""
        self._words.set_text("\n".join(sentences))
        self._words.set_visibility(bool(sentences))
