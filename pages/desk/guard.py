"""The desk's door: a page is built, and a handler runs, only for a seller who may at that moment.

What a seller may goes by the address of the page or file: one rule for pages, their handlers, files and posted forms.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import quote

from fastapi import HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from nicegui import ui

from models import AuditKind, Seller, SellerSession
from models.text import N_, _, speak
from pages import plain
from pages.frame import PAGE_SECONDS
from services import audit, live, seller_sessions, settings, throttle
from services.throttle import TooManyError

Answer = TypeVar("Answer")
Find = Callable[[str], Awaitable[SellerSession | None]]

SIGN_IN_PATH = "/desk/sign-in"
OWNERS_ONLY = (  # with all that stands under them
    "/desk/parameters",
    "/desk/terms-of-sale",
    "/desk/sellers",
    "/desk/audit",
    "/desk/backups",
    "/desk/exports/profiles",
)
FOR_OWNERS_TEXT = N_("Only owners of this shop may see and change this. Ask one of them.")


class SignedOutError(Exception):
    """A seller has signed out between two looks; pages and handlers lead to the door then."""


def cookie_name() -> str:
    """The name of the desk's session cookie; browsers keep `__Host-` cookies to this host and to https."""
    return "__Host-pedido_desk" if settings.current().is_https else "pedido_desk"


def may(seller: Seller, path: str) -> bool:
    """Whether a seller may use what is at `path`: staff may not change the shop, its terms, transfers and sellers."""
    return seller.is_owner or not any(path == root or path.startswith(f"{root}/") for root in OWNERS_ONLY)


def desk_page(path: str, build: Callable[[Request], Awaitable[Response | None]]) -> None:
    """Declare a page of the desk at `path`; whoever is not signed in is sent to sign in first."""

    async def guarded(request: Request) -> Response | None:
        session = await _session_of(request, seller_sessions.find)
        if session is None:
            return RedirectResponse(f"{SIGN_IN_PATH}?next={quote(_path_of(request))}", 303)
        if not may(session.seller, request.scope["path"]):
            return await _for_owners(session.seller, request)
        _leave_when_signed_out(session)
        try:
            return await build(request)
        except SignedOutError:  # meanwhile
            return RedirectResponse(SIGN_IN_PATH, 303)

    ui.page(path, response_timeout=PAGE_SECONDS)(guarded)


def signed_in(handler: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """Wrap a handler that a socket event can reach: it does nothing once the seller may not, or is gone for good."""
    return _checked(handler, current_session)


def told(handler: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """Wrap what shows a live event, as `signed_in` does; the pages that are told of it share one look at who may."""
    return _checked(handler, lambda: _current_session(seller_sessions.find_when_told))


def _checked(
    handler: Callable[..., Any], look: Callable[[], Awaitable[SellerSession | None]]
) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(handler)
    async def checked(*arguments: Any, **named: Any) -> Any:
        session = await look()
        if _is_gone():
            return None
        if session is None:
            ui.navigate.to(SIGN_IN_PATH)
            return None
        try:
            result = handler(*arguments, **named)
            return await result if inspect.isawaitable(result) else result
        except SignedOutError:  # meanwhile
            ui.navigate.to(SIGN_IN_PATH)
            return None

    return checked


async def answered(question: Awaitable[Answer | None]) -> Answer | None:
    """What the seller answers to a question; None also if they have signed out while it stood there."""
    answer = await question
    if answer is None:  # also when the page was left with the question open: then there is nobody to ask about
        return None
    return answer if await current_session() else None


async def seller() -> Seller:
    """The seller at this page. Raises SignedOutError once signed out."""
    session = await current_session()
    if session is None:
        raise SignedOutError
    return session.seller


async def current_session() -> SellerSession | None:
    """The session of the page being built, or of the page whose handler runs; None once it has ended.

    It is None as well if this seller may not (any more) use this page.
    """
    return await _current_session(seller_sessions.find)


async def _current_session(find: Find) -> SellerSession | None:
    request = None if _is_gone() else ui.context.client.request
    session = await _session_of(request, find) if request else None
    return session if request and session and may(session.seller, request.scope["path"]) else None


async def _session_of(request: Request, find: Find) -> SellerSession | None:
    """The session of a visit, which is answered in the seller's language from here on."""
    session = await find(request.cookies.get(cookie_name(), ""))
    if session and session.seller.language:
        speak(session.seller.language)
    return session


async def _note_refusal(seller: Seller, request: Request) -> None:
    with suppress(TooManyError):
        throttle.spend(throttle.REFUSAL_NOTED, str(seller.id))
        await audit.note(AuditKind.REFUSED, seller, request.scope["path"])


async def _for_owners(seller: Seller, request: Request) -> Response:
    await _note_refusal(seller, request)
    shop, title = await plain.shop(), _("For owners")
    return plain.render(
        "message.html", shop, title=title, status=403, text=_(FOR_OWNERS_TEXT), link="/desk", link_text=_("To the desk")
    )


def _is_gone() -> bool:
    """Whether the page whose handler runs was left so long ago that it is no longer kept; live events may come late."""
    try:
        return ui.context.client.is_deleted
    except RuntimeError:  # also the element it was called from
        return True


async def require(request: Request) -> Seller:
    """A FastAPI dependency for the desk's files and plain routes; sends whoever is not signed in to sign in."""
    session = await _session_of(request, seller_sessions.find)
    if session is None:
        raise HTTPException(303, headers={"Location": f"{SIGN_IN_PATH}?next={quote(_path_of(request))}"})
    if not may(session.seller, request.scope["path"]):
        await _note_refusal(session.seller, request)
        raise HTTPException(403, _(FOR_OWNERS_TEXT))
    return session.seller


def _leave_when_signed_out(session: SellerSession) -> None:
    client = ui.context.client

    def leave(session_id: int) -> None:
        if session_id == session.id:
            client.open(SIGN_IN_PATH)

    live.sign_outs.subscribe(leave)


def _path_of(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
