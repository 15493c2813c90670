"""Sellers sign in with their password, on a plain page that password managers know, and sign out."""

from typing import Annotated

from fastapi import BackgroundTasks, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from nicegui import app

from models.errors import ShopError
from models.text import _, is_clean
from pages import plain
from pages.desk import browser, guard
from pages.http import same_origin
from pages.peers import visitor_address
from services import seller_links, seller_sessions, seller_sign_in, throttle
from services.seller_sign_in import CodeAsked, SignedIn
from services.throttle import TooManyError

PATH = guard.SIGN_IN_PATH
CODE_PATH = f"{PATH}/code"
FORGOT_PATH = "/desk/forgot"
SIGN_OUT_PATH = "/desk/sign-out"
DESK_PATH = "/desk"
NOT_NEXT = (PATH, SIGN_OUT_PATH, FORGOT_PATH, seller_links.PATH)
LONGEST_SHOWN = 254
LONGEST_NEXT = 500

Text = Annotated[str, Form()]


def register() -> None:
    """Declare the routes."""
    posted = [Depends(same_origin)]
    app.add_api_route(PATH, show, methods=["GET", "HEAD"])
    app.add_api_route(PATH, sign_in, methods=["POST"], dependencies=posted)
    app.add_api_route(CODE_PATH, enter_code, methods=["POST"], dependencies=posted)
    app.add_api_route(FORGOT_PATH, show_forgot, methods=["GET", "HEAD"])
    app.add_api_route(FORGOT_PATH, forgot, methods=["POST"], dependencies=posted)
    app.add_api_route(SIGN_OUT_PATH, sign_out, methods=["POST"], dependencies=posted)


async def show(request: Request, next: str = "") -> Response:
    """Ask who it is, unless that is known."""
    if await seller_sessions.find(_token(request)) is not None:
        return RedirectResponse(local_path(next), 303)
    return await _form(local_path(next))


async def sign_in(request: Request, email: Text = "", password: Text = "", next: Text = "") -> Response:
    """Let a seller in, or ask for the code; the answer is the same for an unknown address as for a wrong password."""
    try:
        answer = await seller_sign_in.sign_in(email, password, browser.arrival(request))
    except ShopError as error:
        return await _form(local_path(next), email[:LONGEST_SHOWN] if is_clean(email) else "", error)
    if isinstance(answer, CodeAsked):
        return await _code_form(answer.ticket, local_path(next))
    return await _let_in(request, answer, next)


async def enter_code(request: Request, ticket: Text = "", code: Text = "", next: Text = "") -> Response:
    """Let a seller in whose password was right."""
    try:
        signed_in = await seller_sign_in.enter_code(ticket, code, browser.arrival(request))
    except PermissionError:
        return await _form(local_path(next), "", ShopError(_("That took too long. Please sign in again.")))
    except ShopError as error:
        return await _code_form(ticket, local_path(next), error)
    return await _let_in(request, signed_in, next)


async def sign_out(request: Request) -> RedirectResponse:
    """End the session, here and in every tab of this browser."""
    await seller_sessions.close(_token(request))
    answer = RedirectResponse(PATH, 303)
    browser.forget_session(answer)
    return answer


async def show_forgot() -> HTMLResponse:
    """Ask for the address of who has forgotten their password."""
    return await _forgot_form({})


async def forgot(request: Request, work: BackgroundTasks, email: Text = "") -> HTMLResponse:
    """Answer the same for every address: what is known is looked up after the answer, so that time tells nothing."""
    try:
        throttle.spend(throttle.RESET_ADDRESS, visitor_address(request))
    except TooManyError as error:
        return await _forgot_form({"": str(error)}, 429)
    if is_clean(email):
        work.add_task(seller_links.ask_reset, email)
    return plain.render(
        "message.html",
        await plain.shop(),
        title=_("Look into your mailbox"),
        text=_(
            "If this is the address of a seller of this shop, a mail with a link is on its way. It works for an hour. "
            "Nothing there? Look under spam, too, or ask an owner of the shop."
        ),
        link=PATH,
        link_text=_("Back to sign-in"),
    )


def local_path(wanted: str) -> str:
    """Return `wanted` if it is a page of the desk, else the desk: a link may not send a seller elsewhere."""
    is_desk = wanted == DESK_PATH or wanted.startswith((f"{DESK_PATH}/", f"{DESK_PATH}?"))
    is_plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted and len(wanted) <= LONGEST_NEXT
    return wanted if is_desk and is_plain and not wanted.startswith(NOT_NEXT) else DESK_PATH


async def _let_in(request: Request, signed_in: SignedIn, next_path: str) -> Response:
    await seller_sessions.close(_token(request))  # whoever was signed in here before
    answer = RedirectResponse(local_path(next_path), 303)
    browser.keep_signed_in(answer, signed_in)
    return answer


def _token(request: Request) -> str:
    return request.cookies.get(guard.cookie_name(), "")


def status_of(error: ShopError) -> int:
    """The status that says to programs what an error's sentence says to people."""
    return 429 if isinstance(error, TooManyError) else 422


async def _form(next_path: str, email: str = "", error: ShopError | None = None) -> HTMLResponse:
    return plain.render(
        "desk_sign_in.html",
        await plain.shop(),
        title=_("Sign in to the desk"),
        status=status_of(error) if error else 200,
        next=next_path,
        email=email,
        error=str(error) if error else "",
    )


async def _code_form(ticket: str, next_path: str, error: ShopError | None = None) -> HTMLResponse:
    return plain.render(
        "desk_code.html",
        await plain.shop(),
        title=_("One more step"),
        status=status_of(error) if error else 200,
        ticket=ticket,
        next=next_path,
        errors={"code": str(error)} if error else {},
    )


async def _forgot_form(errors: dict[str, str], status: int = 200) -> HTMLResponse:
    title = _("Forgot your password?")
    return plain.render("desk_forgot.html", await plain.shop(), title=title, status=status, errors=errors)
