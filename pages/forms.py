"""The token in each plain form: only a page that this shop gave to this very browser carries the right one."""

import hmac
import re
from contextvars import ContextVar

from fastapi import Request
from nicegui import ui

from services import keys

DEVICE_COOKIE = "pedido_device"
FIELD = "form_token"
HEADER = "x-form-token"
PURPOSE = "form"
POSTED_FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\"[^>]*>")  # nobody's text brings one: it is escaped

device: ContextVar[str] = ContextVar("device", default="")  # the cookie of the browser whose visit is answered


def token(device_token: str) -> str:
    """What this browser's forms carry."""
    return keys.sign(device_token, PURPOSE) if device_token else ""


def token_of_page() -> str:
    """What a form on the live page being built, or whose handler runs, carries."""
    request = ui.context.client.request
    return token(request.cookies.get(DEVICE_COOKIE, "")) if request else ""


def with_token(html: str) -> str:
    """A plain page with the token put into each of its forms, so that none can be forgotten."""
    field = f'<input type="hidden" name="{FIELD}" value="{token(device.get())}">'
    return POSTED_FORM.sub(lambda form: form[0] + field, html)


async def has_token(request: Request) -> bool:
    """Whether what is posted carries the token of the browser that posts it.

    It is looked for in the header, and else in the fields of a form without files: those are read later, by whoever
    has asked who it is.
    """
    sent = request.headers.get(HEADER, "")
    if not sent and not request.headers.get("content-type", "").startswith("multipart/"):
        sent = str((await request.form()).get(FIELD, ""))
    expected = token(request.cookies.get(DEVICE_COOKIE, ""))
    return bool(expected) and hmac.compare_digest(sent.encode(), expected.encode())
