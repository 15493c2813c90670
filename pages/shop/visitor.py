"""Who is looking at a shop page: the device cookie of the current page or socket event."""

from fastapi import Request
from nicegui import ui

from pages.http import DEVICE_COOKIE


def visitor_token() -> str:
    """The device cookie of the page being built, or of the page whose handler runs."""
    request = ui.context.client.request
    return token_of(request) if request else ""


def token_of(request: Request) -> str:
    """The device cookie of a plain request."""
    return request.cookies.get(DEVICE_COOKIE, "")
