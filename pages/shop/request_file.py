"""A sent request as a PDF: behind the link of its page, and in the account of its buyer."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import app

from models.errors import NotFoundError
from models.text import _
from pages.peers import visitor_address
from pages.shop.shop_page import refusal
from pages.shop.visitor import token_of
from services import parameters, request_pdf, sent_requests, throttle, visitors
from services.sent_requests import SentRequest


def register() -> None:
    """Declare the routes."""
    app.add_api_route("/request/{token}/pdf", behind_link, methods=["GET"])
    app.add_api_route("/account/request/{number}/pdf", of_buyer, methods=["GET"])


async def behind_link(request: Request, token: str) -> Response:
    """The request whose page this link opens."""
    try:
        return await _file(request, await sent_requests.behind_link(token))
    except NotFoundError as error:
        return refusal(await parameters.current(), _("Not found"), str(error))


async def of_buyer(request: Request, number: str) -> Response:
    """A request of the buyer who is signed in on this device."""
    buyer = (await visitors.load(token_of(request))).buyer
    if buyer is None:
        return RedirectResponse("/sign-in", 303)
    try:
        return await _file(request, await sent_requests.of_buyer(buyer.id, number))
    except NotFoundError as error:
        return refusal(await parameters.current(), _("Not found"), str(error))


async def _file(request: Request, sent: SentRequest) -> Response:
    throttle.spend(throttle.PDF, token_of(request))
    throttle.spend(throttle.PDF_ADDRESS, visitor_address(request))
    content = await request_pdf.make(sent, await parameters.current())
    headers = {
        "content-disposition": f'attachment; filename="{request_pdf.file_name(sent.order)}"',  # a plain name
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    return Response(content, media_type="application/pdf", headers=headers)
