"""In which language a visit is answered: the one that was chosen, else the browser's, else the shop's."""

from contextvars import ContextVar
from functools import lru_cache
from urllib.parse import quote

from nicegui.slot import Slot
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from models import text
from models.text import LANGUAGES

COOKIE = "pedido_language"
COOKIE_SECONDS = 400 * 24 * 3600  # the longest a browser keeps one
ONE_BUTTON = ("/setup", "/verify/", "/orders/", "/sign-in/", "/sign-out", "/desk/new-password/")  # for one thing alone
MOST_TOLD = 20  # languages a browser may tell; people have fewer
LONGEST_TOLD = 300  # characters of them, each of which is remembered

# As each calls itself; Babel would read four languages whole to say so.
NAMES = (("en", "English"), ("es", "Español"), ("de", "Deutsch"), ("fr", "Français"))

address: ContextVar[str] = ContextVar(
    "address", default=""
)  # of the page that is answered, if another language may be chosen on it
_around: ContextVar[tuple[str, ...]] = ContextVar("around", default=())  # the wishes of those around a page's part


class VisitLanguage:
    """Answer each visit in its language."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            text.speak(wanted(Headers(scope=scope)))
            may_choose = scope.get("method") == "GET" and not scope["path"].startswith(ONE_BUTTON)
            address.set(_address(scope) if may_choose else "")
        await self.inner(scope, receive, send)


def wanted(headers: Headers) -> str:
    """The language that was chosen, else the browser's, else ""."""
    chosen = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
    return chosen if chosen in LANGUAGES else of_browser(headers.get("accept-language", "")[:LONGEST_TOLD])


@lru_cache(maxsize=1024)
def of_browser(accepted: str) -> str:
    """The language of ours that a browser likes best ("de-AT,de;q=0.9,en;q=0.5"), or ""."""
    likes = [_like(part) for part in accepted.split(",")[:MOST_TOLD]]
    liking, language = max(likes, key=lambda like: like[0])  # of equals, the first
    return language if liking > 0 else ""


def _like(part: str) -> tuple[float, str]:
    """How much a language is liked, not at all if it is none of ours, and which it is."""
    tag, _semicolon, weight = part.partition(";")
    language = tag.strip().partition("-")[0].lower()
    try:
        liking = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
    except ValueError:
        return 0.0, ""
    return (liking, language) if language in LANGUAGES else (0.0, "")


def cookie(language: str, *, secure: bool) -> str:
    """The cookie that keeps the choice of a language."""
    ending = "; Secure" if secure else ""
    return f"{COOKIE}={language}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax{ending}"


def follow_pages() -> None:
    """Let whatever runs for an open page speak that page's language: handlers, timers and live events.

    All of them enter a part of their page first (a slot, as the framework calls it), and leave it afterwards; what
    they start meanwhile inherits the language.
    """
    if Slot.__enter__ is not _enter:
        Slot.__enter__, Slot.__exit__ = _enter, _leave  # type: ignore[method-assign,assignment] # around theirs


_framework_enter, _framework_leave = Slot.__enter__, Slot.__exit__


def _enter(slot: Slot) -> Slot:
    _around.set((*_around.get(), text.wish()))
    if language := _of_page(slot):
        text.speak(language)
    return _framework_enter(slot)


def _leave(slot: Slot, *error: object) -> None:
    *around, before = _around.get()
    _around.set(tuple(around))
    text.speak(before)
    _framework_leave(slot, *error)


def _of_page(slot: Slot) -> str:
    """The language a part's page was built in, or "" while it has none of its own, and when it is gone."""
    try:
        language = slot.parent.client.page.language
    except RuntimeError:
        return ""
    return language.partition("-")[0] if isinstance(language, str) else ""


def _address(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return quote(scope["path"]) + (f"?{query}" if query else "")
