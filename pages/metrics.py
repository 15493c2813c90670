"""How long pages take, and `/metrics`, where programs that watch over this one read what is measured."""

import hmac
import time
from http import HTTPStatus

from fastapi import HTTPException, Request
from fastapi.responses import Response
from nicegui import Client, app
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.peers import is_at_home, visitor_address
from services import metrics, settings, throttle

BEARER = "Bearer "


class PageTime:
    """Measures how long pages take, from the visit to the answer's first byte."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            return await self.inner(scope, receive, send)
        came_at = time.perf_counter()

        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                side = "desk" if scope["path"].startswith("/desk") else "shop"
                metrics.page_seconds.labels(side).observe(time.perf_counter() - came_at)
            await send(message)

        return await self.inner(scope, receive, send_and_note)


def _is_page(message: Message) -> bool:
    is_html = Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")
    return is_html and message["status"] == HTTPStatus.OK


def register() -> None:
    """Declare the route."""
    app.add_api_route("/metrics", _metrics, methods=["GET"])


async def _metrics(request: Request) -> Response:
    if not _may_look(request):
        raise HTTPException(404)  # nobody is told that there is something
    clients = list(Client.instances.values())
    metrics.pages.set(len(clients))
    metrics.pages_connected.set(sum(client.has_socket_connection for client in clients))
    return Response(await metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _may_look(request: Request) -> bool:
    """Whoever has the token; without one, programs on this machine while no proxy stands before it."""
    token = settings.current().metrics_token
    if not token:
        return is_at_home(request)
    told = request.headers.get("authorization", "")
    if not told.startswith(BEARER):
        return False
    throttle.check(throttle.UNKNOWN_LINK, visitor_address(request))
    is_right = hmac.compare_digest(told.removeprefix(BEARER).encode(), token.encode())
    if not is_right:
        throttle.count(throttle.UNKNOWN_LINK, visitor_address(request))
    return is_right
