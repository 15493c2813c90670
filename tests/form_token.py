"""A browser that posts what a page of the shop gave it: the form's token goes with each post."""

from collections.abc import Generator
from http.cookies import SimpleCookie

import httpx

from pages import forms

POSTED = {"POST", "PUT", "PATCH", "DELETE"}


class FormToken(httpx.Auth):
    """Give each post the token that belongs to the browser's cookie, as the page before it would have.

    A browser that was given no cookie yet opens a page first. The shop must use this process's key file.
    """

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        if request.method in POSTED and forms.HEADER not in request.headers:
            device = _device(request.headers.get("cookie", ""))
            if not device:
                page = yield httpx.Request(
                    "GET", request.url.join("/sign-in"), headers={"host": request.headers["host"]}
                )
                device = _device(page.headers["set-cookie"])
                sent = (request.headers.get("cookie", ""), f"{forms.DEVICE_COOKIE}={device}")
                request.headers["cookie"] = "; ".join(filter(None, sent))
            request.headers[forms.HEADER] = forms.token(device)
        yield request


def _device(cookies: str) -> str:
    known = SimpleCookie(cookies).get(forms.DEVICE_COOKIE)
    return known.value if known else ""
