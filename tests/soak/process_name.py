"""A header, for tests alone, by which each answer says which of a shop's processes it comes from: its port."""

from nicegui import app
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services import settings

HEADER = "x-process"


def register() -> None:
    """Let each answer have it."""
    app.add_middleware(_Named)


class _Named:
    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = str(settings.current().port)
            await send(message)

        await self._inner(scope, receive, send_named)
