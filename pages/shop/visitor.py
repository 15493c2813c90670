"""Who is looking at a shop page: the device cookie of the current page or socket event."""

from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import Response
from nicegui import ui

from pages.http import DEVICE_COOKIE, keep_device
from pages.peers import visitor_address
from services import throttle, visitors
from services.throttle import Limit

CODE = "code"  # the parameter that brings a discount code along


def visitor_token() -> str:
    """The device cookie of the page being built, or of the page whose handler runs."""
    request = ui.context.client.request
    return token_of(request) if request else ""


def address() -> str:
    """The path of the page being built, or of the page whose handler runs."""
    request = ui.context.client.request
    return request.url.path if request else "/"


def brought_code() -> str:
    """The discount code that the address of the page being built brings along (`?code=`), or ""."""
    request = ui.context.client.request
    return request.query_params.get(CODE, "") if request else ""


def address_without_code() -> str:
    """The address of the page whose handler runs, without the discount code it brings along."""
    request = ui.context.client.request
    told = request.query_params.multi_items() if request else []
    query = urlencode([(name, value) for name, value in told if name != CODE])
    return quote(address()) + (f"?{query}" if query else "")


def spend(per_device: Limit, per_address: Limit) -> None:
    """Count what the visitor of a live page does. Raises TooManyError."""
    request = ui.context.client.request
    if request:
        throttle.spend(per_device, token_of(request))
        throttle.spend(per_address, visitor_address(request))


def token_of(request: Request) -> str:
    """The device cookie of a plain request."""
    return request.cookies.get(DEVICE_COOKIE, "")


async def renew(request: Request, answer: Response, link: str) -> None:
    """Give a browser the cookie it goes by since this link has signed a buyer in on it, if it has."""
    if token := await visitors.successor(token_of(request), by=link):
        keep_device(answer, token)
