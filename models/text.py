"""The words shown to people: every sentence passes through gettext here, in the language of whoever reads it."""

import functools
import gettext
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

LOCALE_FOLDER = Path(__file__).parent / "locale"
DOMAIN = "pedido"
SOURCE_LANGUAGE = "en"  # in which the sentences stand in the program
LANGUAGES = (SOURCE_LANGUAGE, "es", "de", "fr")  # in which all of them can be said

_wanted: ContextVar[str] = ContextVar("language", default="")  # by whoever is answered; "" has no wish
_of_shop = SOURCE_LANGUAGE  # there is one shop in a process


def spoken() -> str:
    """The language in which whoever is answered here reads: the one they want, else the shop's."""
    return _wanted.get() or _of_shop


def wish() -> str:
    """The language that whoever is answered here wants, or ""."""
    return _wanted.get()


def speak(language: str) -> None:
    """Speak `language` from here on, in this task and those it starts; the shop's if it is none of ours."""
    _wanted.set(language if language in LANGUAGES else "")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language` for a while: what is written inside is for somebody else."""
    before = _wanted.set(language if language in LANGUAGES else "")
    try:
        yield
    finally:
        _wanted.reset(before)


def shop_speaks(language: str) -> None:
    """Speak the shop's `language` with whoever has no wish; what none of ours is, is read by most in English."""
    global _of_shop  # noqa: PLW0603 - there is one shop in a process
    _of_shop = language if language in LANGUAGES else SOURCE_LANGUAGE


def _(message: str) -> str:
    """Return `message` in the language that is spoken here."""
    return _catalogue(spoken()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the message for `count` in the language that is spoken here."""
    return _catalogue(spoken()).ngettext(singular, plural, count)


@functools.cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALE_FOLDER, [language], fallback=True)


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
