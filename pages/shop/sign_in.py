"""Buyers sign in by a mailed link with a button behind it, and sign out."""

from typing import Annotated

from fastapi import BackgroundTasks, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from nicegui import app

from models.errors import ShopError
from models.order_form import buyers_address
from models.text import _
from pages import plain
from pages.http import same_origin
from pages.peers import visitor_address
from pages.shop.visitor import renew, token_of
from services import buyer_sign_in, throttle, visitors

ACCOUNT_PATH = "/account"
LONGEST_SHOWN = 254


def register() -> None:
    """Declare the routes."""
    posted = [Depends(same_origin)]
    app.add_api_route("/sign-in", show_form, methods=["GET", "HEAD"])
    app.add_api_route("/sign-in", ask, methods=["POST"], dependencies=posted)
    app.add_api_route("/sign-in/{token}", show_button, methods=["GET", "HEAD"])
    app.add_api_route("/sign-in/{token}", sign_in, methods=["POST"], dependencies=posted)
    app.add_api_route("/sign-out", ask_sign_out, methods=["GET", "HEAD"])
    app.add_api_route("/sign-out", sign_out, methods=["POST"], dependencies=posted)


async def show_form(request: Request) -> HTMLResponse:
    """Ask for the address, or say who is signed in."""
    visitor = await visitors.load(token_of(request))
    if visitor.buyer is not None:
        return await _signed_in(visitor.buyer.email)
    return await _form()


async def ask(request: Request, work: BackgroundTasks, email: Annotated[str, Form()] = "") -> HTMLResponse:
    """Answer the same for every address: what is known is looked up after the answer, so that time tells nothing."""
    throttle.spend(throttle.BUYER_SIGN_IN_ADDRESS, visitor_address(request))
    try:
        address = buyers_address(email)
    except ValueError as error:
        return await _form(email[:LONGEST_SHOWN], str(error))
    work.add_task(buyer_sign_in.ask, address)
    return plain.render(
        "message.html",
        await plain.shop(),
        title=_("Look into your mailbox"),
        text=_(
            "If {address} has ordered here before, a mail with a link is on its way. It works for 30 minutes. Nothing "
            "there? Look under spam, too – or simply send a request: no account is needed."
        ).format(address=address),
        link="/",
        link_text=_("To the catalogue"),
    )


async def show_button(token: str) -> HTMLResponse:
    """Show one button, if the link still works."""
    address = await buyer_sign_in.address_of(token)
    if not address:
        return await _no_longer()
    return plain.render(
        "sign_in_button.html", await plain.shop(), title=_("Sign in"), address=address, path=f"/sign-in/{token}"
    )


async def sign_in(request: Request, token: str) -> Response:
    """Sign this device in; the link is used up."""
    answer: Response
    try:
        await buyer_sign_in.use(token, token_of(request))
        answer = RedirectResponse(ACCOUNT_PATH, 303)
    except ShopError:
        answer = await _no_longer()
    await renew(request, answer, token)
    return answer


async def ask_sign_out(request: Request) -> Response:
    """Show the button that signs out."""
    visitor = await visitors.load(token_of(request))
    if visitor.buyer is None:
        return RedirectResponse("/sign-in", 303)
    return await _signed_in(visitor.buyer.email)


async def sign_out(request: Request) -> RedirectResponse:
    """Sign this device out; its cart stays."""
    await visitors.sign_out(token_of(request))
    return RedirectResponse("/", 303)


async def _form(email: str = "", error: str = "") -> HTMLResponse:
    status = 422 if error else 200
    shop = await plain.shop()
    return plain.render("sign_in.html", shop, title=_("Sign in"), status=status, email=email, error=error)


async def _signed_in(email: str) -> HTMLResponse:
    return plain.render("signed_in.html", await plain.shop(), title=_("You are signed in"), email=email)


async def _no_longer() -> HTMLResponse:
    return plain.render(
        "message.html",
        await plain.shop(),
        title=_("This link does not work any more"),
        status=410,
        text=_("A sign-in link works for 30 minutes and only once. Ask for a new one; it takes a moment."),
        link="/sign-in",
        link_text=_("Mail me a new link"),
    )
