"""What stands between the network and the pages: cookies, headers, limits, health."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import HTTPException, Request
from fastapi.responses import PlainTextResponse, Response
from nicegui import app
from nicegui.middlewares import RedirectWithPrefixMiddleware, SetCacheControlMiddleware
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser

from models.text import _, is_clean
from pages import error_pages, forms, languages, metrics, origins, socket_door, theme
from pages.peers import visitor_address
from pages.static_files import StaticFiles
from services import logs, self_test, settings, throttle, tokens
from services.throttle import TooManyError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

DEVICE_COOKIE = forms.DEVICE_COOKIE
DEVICE_COOKIE_SECONDS = 400 * 24 * 3600  # the longest a browser keeps one
WITHOUT_DEVICE = ("/_nicegui", "/static/", "/media/", "/health", "/favicon")
MAX_FORM_BYTES = 1_000_000
# What the framework adds costs each page more than all of ours: nobody tells a prefix here (see `NoPrefix`), and who
# answers with its files says how long they are kept (see `StaticFiles`).
NEEDLESS: set[object] = {RedirectWithPrefixMiddleware, SetCacheControlMiddleware}
# The desk asks who it is before it reads a file; a buyer's order is counted before it is read, and cut off.
UPLOADS = ("/desk/import/", "/desk/products/", "/desk/parameters/", "/quick-order/file")

HSTS = "max-age=31536000"  # this host only: what else stands under the seller's domain is not ours to say
PRIVATE = (
    "/desk",
    "/quick-order",
    "/setup",
    "/cart",
    "/checkout",
    "/request",
    "/account",
    "/sign-in",
    "/sign-out",
    "/verify",
    "/orders",
    "/language",
)
SECRET = (
    "/verify/",
    "/request/",
    "/sign-in/",
    "/orders/",
    "/setup",
    "/desk/new-password/",
)  # addresses that open something by a token in them
OPENS_NOTHING = {404, 410}
SLOWLY_SECONDS = 1.0
SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
}


class DeviceCookie:
    """Give each browser that opens a page a random cookie, and show it to the page at once.

    The cart and the tokens of forms go by it. Nothing is written to the database for it: a visitor who only looks
    leaves no trace.
    """

    def __init__(self, inner: AsgiApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(WITHOUT_DEVICE):
            return await self.inner(scope, receive, send)
        if known_token := cookie_parser(Headers(scope=scope).get("cookie", "")).get(DEVICE_COOKIE):
            forms.device.set(known_token)
            return await self.inner(scope, receive, send)
        token = tokens.new()
        forms.device.set(token)
        headers = MutableHeaders(scope=scope)
        known = headers.get("cookie")
        headers["cookie"] = f"{known}; {DEVICE_COOKIE}={token}" if known else f"{DEVICE_COOKIE}={token}"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", _device_cookie(token))
            await send(message)

        return await self.inner(scope, receive, send_with_cookie)


class RequestName:
    """Give each visit a name that its lines in the log carry, and tell the visitor, who may be asked for it."""

    def __init__(self, inner: AsgiApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            return await self.inner(scope, receive, send)
        name = logs.new_request_id()
        logs.request_id.set(name)

        async def send_with_name(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["x-request-id"] = name
            await send(message)

        return await self.inner(scope, receive, send_with_name)


class GuessLimit:
    """Count links that open nothing: whoever tries many at random has to wait, and is told so slowly."""

    def __init__(self, inner: AsgiApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(SECRET):
            return await self.inner(scope, receive, send)
        request = Request(scope)
        address = visitor_address(request)
        try:
            throttle.check(throttle.UNKNOWN_LINK, address)
        except TooManyError as error:
            await asyncio.sleep(SLOWLY_SECONDS)
            return await (await error_pages.too_often(request, error))(scope, receive, send)

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in OPENS_NOTHING:
                throttle.count(throttle.UNKNOWN_LINK, address)
            await send(message)

        return await self.inner(scope, receive, counted)


class PlainAddress:
    """Answer that nothing is at an address with characters in it that no database takes: nothing is called that."""

    def __init__(self, inner: AsgiApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_clean(scope["path"]):
            return await self.inner(scope, receive, send)
        request = Request(scope)
        return await (await error_pages.not_found(request, HTTPException(404)))(scope, receive, send)


class BodyLimit:
    """Refuse what is larger than any form of ours, unread: forms are read before anybody is asked who they are.

    Where a large body is answered before it was read to its end, the connection is closed: it might never end.
    """

    def __init__(self, inner: AsgiApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_large_body(Headers(scope=scope)):
            return await self.inner(scope, receive, send)
        if not scope["path"].startswith(UPLOADS):
            refusal = PlainTextResponse(_("This is more than can be sent here."), 413, {"connection": "close"})
            return await refusal(scope, receive, send)
        is_read = False

        async def receive_to_the_end() -> Message:
            nonlocal is_read
            message = await receive()
            is_read = not message.get("more_body", False)
            return message

        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start" and not is_read:
                MutableHeaders(scope=message)["connection"] = "close"
            await send(message)

        return await self.inner(scope, receive_to_the_end, send_and_close)


def _security_headers(path: str, answer: Headers) -> dict[str, str]:
    headers = dict(SECURITY_HEADERS)
    if settings.current().is_https:
        headers["strict-transport-security"] = HSTS
    if path.startswith(PRIVATE):
        headers["cache-control"] = "no-store"
    if "content-disposition" in answer:
        headers["referrer-policy"] = "no-referrer"
    return headers


class NoPrefix:
    """Let nobody tell the framework that the shop stands below a path: it would put that before its links."""

    def __init__(self, inner: AsgiApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            del MutableHeaders(scope=scope)["x-forwarded-prefix"]
        await self.inner(scope, receive, send)


class SecurityHeaders:
    """Add the headers every answer carries, where the answer does not say otherwise."""

    def __init__(self, inner: AsgiApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "location" in headers:
                    headers["location"] = _without_host(headers["location"], Headers(scope=scope))
                for name, text in _security_headers(scope["path"], headers).items():
                    headers.setdefault(name, text)
            await send(message)

        await self.inner(scope, receive, send_with_headers if scope["type"] == "http" else send)


async def same_origin(request: Request) -> None:
    """Refuse what no page of ours posts (a FastAPI dependency for every POST route): by origin, and by its token."""
    if not origins.is_own(request.headers):
        raise HTTPException(403, _("This form was sent from another site."))
    if not await forms.has_token(request):
        text = _(
            "Nothing was done: this page was opened too long ago, or your browser keeps no cookies. Please open it "
            "again and press the button once more."
        )
        raise HTTPException(403, text)


def not_too_often(request: Request) -> None:
    """Count a file that is sent to the desk (a FastAPI dependency, after the one that asks who it is)."""
    throttle.spend(throttle.UPLOAD, visitor_address(request), request.cookies.get(DEVICE_COOKIE, ""))


def register() -> None:
    """Add the middleware, the error pages and the health check to the program."""
    languages.follow_pages()
    app.add_middleware(PlainAddress)
    app.add_middleware(GuessLimit)
    app.add_middleware(socket_door.SocketDoor)
    app.add_middleware(DeviceCookie)
    app.add_middleware(BodyLimit)
    app.add_middleware(languages.VisitLanguage)
    app.add_middleware(metrics.PageTime)
    app.add_middleware(RequestName)  # the last one added is the first that a visit meets
    build = app.build_middleware_stack

    def build_ours() -> AsgiApp:
        """Around all others, also those that the framework adds when it starts, and what went wrong in one."""
        app.user_middleware[:] = [added for added in app.user_middleware if added.cls not in NEEDLESS]
        return SecurityHeaders(StaticFiles(NoPrefix(build()), theme.STATIC_URL))

    app.build_middleware_stack = build_ours  # type: ignore[method-assign] # around the framework's
    error_pages.register(app)
    app.add_api_route("/health", _health, methods=["GET", "HEAD"])


async def _health() -> Response:
    """Say that the program answers, and for the self-test which shop it is."""
    return PlainTextResponse("ok", headers={self_test.INSTANCE_HEADER: self_test.instance()})


def _has_large_body(headers: Headers) -> bool:
    """Whether a body is too large, or does not say how large it is."""
    declared = headers.get("content-length", "0")
    return "transfer-encoding" in headers or not declared.isdecimal() or int(declared) > MAX_FORM_BYTES


def _without_host(location: str, asked: Headers) -> str:
    """Where a visitor is sent, without the name they gave the shop: the framework repeats it, and always with http."""
    return location.removeprefix(f"http://{asked.get('host', '')}") or "/"


def keep_device(answer: Response, token: str) -> None:
    """Let a browser go by this cookie from now on."""
    answer.headers.append("set-cookie", _device_cookie(token))


def _device_cookie(token: str) -> str:
    secure = "; Secure" if settings.current().is_https else ""
    return f"{DEVICE_COOKIE}={token}; Path=/; Max-Age={DEVICE_COOKIE_SECONDS}; HttpOnly; SameSite=Lax{secure}"
