"""The words shown to people: every sentence passes through gettext here."""

import gettext
import unicodedata
from pathlib import Path

LOCALE_FOLDER = Path(__file__).parent / "locale"

_catalogue = gettext.translation("pedido", LOCALE_FOLDER, fallback=True)

_ = _catalogue.gettext
ngettext = _catalogue.ngettext


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark now, translate when shown"
    """Mark a message for extraction; it is translated with `_` where it is shown."""
    return message


def fold(text: str) -> str:
    """Return `text` without case and accents, for searching (`ÄPFEL` and `apfel` are the same)."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def is_clean(text: str) -> bool:
    """Whether `text` can be stored everywhere: no NUL, no lone surrogate, no control character but tab and newline."""
    return not any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\t\n\r" for c in text)
