"""The page behind the verification mail: looking changes nothing, its one button verifies."""

from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse
from nicegui import app

from models import Order
from models.errors import NotFoundError, ShopError
from models.order_form import buyers_address
from models.text import _
from pages import plain
from pages.http import same_origin
from pages.peers import visitor_address
from pages.shop import visitor
from pages.shop.visitor import token_of
from services import orders, throttle, verification
from services.verification import LinkState

PATH = "/verify/{token}"
LONGEST_SHOWN = 254


def register() -> None:
    """Declare the routes."""
    posted = [Depends(same_origin)]
    app.add_api_route(PATH, show, methods=["GET", "HEAD"])
    app.add_api_route(PATH, verify, methods=["POST"], dependencies=posted)
    app.add_api_route(f"{PATH}/renew", renew, methods=["POST"], dependencies=posted)
    app.add_api_route(f"{PATH}/address", ask_address, methods=["GET", "HEAD"])
    app.add_api_route(f"{PATH}/address", correct_address, methods=["POST"], dependencies=posted)


async def show(token: str) -> HTMLResponse:
    """Say what the link is good for."""
    state, order = await verification.describe(token)
    if order is None:
        return await _unknown()
    return await _page(state, token, order)


async def verify(request: Request, token: str) -> HTMLResponse:
    """Verify the buyer, and sign in the device whose button was pressed."""
    try:
        verified = await verification.confirm(token, token_of(request))
    except NotFoundError:
        return await _unknown()
    except ShopError:
        return await show(token)  # it expired while the page was open: offer a new one
    title = _("Already verified") if verified.was_already else _("Verified")
    answer = plain.render(
        "verified.html",
        await plain.shop(),
        title=title,
        number=verified.number,
        link=f"/request/{verified.request_token}",
        was_already=verified.was_already,
    )
    await visitor.renew(request, answer, token)
    return answer


async def renew(request: Request, token: str) -> HTMLResponse:
    """Mail a new link to the address of the request."""
    throttle.spend(throttle.RESEND_ADDRESS, visitor_address(request))
    try:
        order = await verification.renew(token)
    except NotFoundError:
        return await _unknown()
    except ShopError as error:
        return await _message(_("Not just now"), str(error), status=429)
    if order.verification.is_received:
        return await show(token)
    return await _on_its_way(order.email)


async def ask_address(token: str) -> HTMLResponse:
    """Show the form that corrects the address."""
    return await _address_form(token)


async def correct_address(request: Request, token: str, email: Annotated[str, Form()] = "") -> HTMLResponse:
    """Send the verification to another address; the request stays as it is."""
    state, order = await verification.describe(token)
    if order is None or state is LinkState.DONE:
        return await show(token)
    try:
        address = buyers_address(email)
    except ValueError as error:
        return await _address_form(token, email[:LONGEST_SHOWN], str(error))
    throttle.spend(throttle.RESEND_ADDRESS, visitor_address(request))
    try:
        await orders.correct_address(order.id, address)
    except ShopError as error:
        return await _address_form(token, address, str(error))
    return await _on_its_way(address)


async def _page(state: LinkState, token: str, order: Order) -> HTMLResponse:
    titles = {
        LinkState.OPEN: _("Verify your address"),
        LinkState.EXPIRED: _("This link has expired"),
        LinkState.DONE: _("Already verified"),
    }
    shop = await plain.shop()
    return plain.render("verify.html", shop, title=titles[state], state=state, order=order, path=f"/verify/{token}")


async def _address_form(token: str, email: str = "", error: str = "") -> HTMLResponse:
    state, order = await verification.describe(token)
    if order is None or state is LinkState.DONE:
        return await show(token)
    return plain.render(
        "verify_address.html",
        await plain.shop(),
        title=_("Correct the address"),
        status=422 if error else 200,
        path=f"/verify/{token}",
        order=order,
        email=email,
        error=error,
    )


async def _on_its_way(address: str) -> HTMLResponse:
    text = _(
        "A new mail is on its way to {address}; if several went there within the hour, it waits a while. Only its "
        "link works now; it does so for 72 hours."
    )
    return await _message(_("Look into your mailbox"), text.format(address=address))


async def _unknown() -> HTMLResponse:
    text = _(
        "Either a newer mail has replaced it, or it was not copied whole. Please look for the newest mail about your "
        "request."
    )
    return await _message(_("This link is not known here"), text, status=404)


async def _message(title: str, text: str, *, status: int = 200) -> HTMLResponse:
    shop = await plain.shop()
    link_text = _("To the catalogue")
    return plain.render("message.html", shop, title=title, status=status, text=text, link="/", link_text=link_text)
