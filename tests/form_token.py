"""A browser that posts what a page of the shop gave it: the form's token goes with each post."""

import re
from collections.abc import Generator
from http.cookies import SimpleCookie

import httpx

from pages import forms

POSTED = {"POST", "PUT", "PATCH", "DELETE"}
TOKEN = re.compile(rf'name="{forms.FIELD}" value="([^"]+)"')


def of_page(html: str) -> str:
    """The token in the forms of a plain page, "" if it has none."""
    found = TOKEN.search(html)
    return found[1] if found else ""


def asked_of(address: str) -> tuple[str, str]:
    """A new browser's cookie and the token that goes with it, as a page of the running shop gives them."""
    page = httpx.get(f"{address}/sign-in")
    return page.cookies[forms.DEVICE_COOKIE], of_page(page.text)


class FormToken(httpx.Auth):
    """Give each post the token that belongs to the browser's cookie, as the page before it would have.

    A browser that was given no cookie yet opens a page first. Otherwise the shop must use this process's key file.
    """

    requires_response_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        if request.method in POSTED and forms.HEADER not in request.headers:
            device, token = _device(request.headers.get("cookie", "")), ""
            if not device:
                host = {"host": request.headers["host"]}
                page = yield httpx.Request("GET", request.url.join("/sign-in"), headers=host)
                device, token = _device(page.headers["set-cookie"]), of_page(page.text)
                sent = (request.headers.get("cookie", ""), f"{forms.DEVICE_COOKIE}={device}")
                request.headers["cookie"] = "; ".join(filter(None, sent))
            request.headers[forms.HEADER] = token or forms.token(device)
        yield request


def _device(cookies: str) -> str:
    known = SimpleCookie(cookies).get(forms.DEVICE_COOKIE)
    return known.value if known else ""
