"""Sellers sign in with their password, on a plain page that password managers know, and sign out."""

from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from nicegui import app

from models.errors import ShopError
from models.text import _, is_clean
from pages import plain
from pages.desk import guard
from pages.http import same_origin
from services import sellers, settings

PATH = guard.SIGN_IN_PATH
SIGN_OUT_PATH = "/desk/sign-out"
DESK_PATH = "/desk"
LONGEST_SHOWN = 254
LONGEST_NEXT = 500

Text = Annotated[str, Form()]


def register() -> None:
    """Declare the routes."""
    posted = [Depends(same_origin)]
    app.add_api_route(PATH, show, methods=["GET", "HEAD"])
    app.add_api_route(PATH, sign_in, methods=["POST"], dependencies=posted)
    app.add_api_route(SIGN_OUT_PATH, sign_out, methods=["POST"], dependencies=posted)


async def show(request: Request, next: str = "") -> Response:
    """Ask who it is, unless that is known."""
    if await sellers.session_of(_token(request)) is not None:
        return RedirectResponse(local_path(next), 303)
    return await _form(local_path(next))


async def sign_in(email: Text = "", password: Text = "", next: Text = "") -> Response:
    """Let a seller in; the answer is the same for an unknown address as for a wrong password."""
    try:
        token = await sellers.sign_in(email, password)
    except ShopError as error:
        return await _form(local_path(next), email[:LONGEST_SHOWN] if is_clean(email) else "", str(error))
    answer = RedirectResponse(local_path(next), 303)
    give_cookie(answer, token)
    return answer


async def sign_out(request: Request) -> RedirectResponse:
    """End the session, here and in every tab of this browser."""
    await sellers.sign_out(_token(request))
    answer = RedirectResponse(PATH, 303)
    secure = settings.current().is_https
    answer.delete_cookie(guard.cookie_name(), path="/", secure=secure, httponly=True, samesite="lax")
    return answer


def give_cookie(answer: Response, token: str) -> None:
    """Let a browser keep the session."""
    answer.set_cookie(
        guard.cookie_name(),
        token,
        max_age=int(sellers.SESSION_LIFETIME.total_seconds()),
        path="/",
        secure=settings.current().is_https,
        httponly=True,
        samesite="lax",
    )


def local_path(wanted: str) -> str:
    """Return `wanted` if it is a page of the desk, else the desk: a link may not send a seller elsewhere."""
    is_desk = wanted == DESK_PATH or wanted.startswith((f"{DESK_PATH}/", f"{DESK_PATH}?"))
    is_plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted and len(wanted) <= LONGEST_NEXT
    return wanted if is_desk and is_plain and not wanted.startswith((PATH, SIGN_OUT_PATH)) else DESK_PATH


def _token(request: Request) -> str:
    return request.cookies.get(guard.cookie_name(), "")


async def _form(next_path: str, email: str = "", error: str = "") -> HTMLResponse:
    return plain.render(
        "desk_sign_in.html",
        await plain.shop(),
        title=_("Sign in to the desk"),
        status=422 if error else 200,
        next=next_path,
        email=email,
        error=error,
    )
