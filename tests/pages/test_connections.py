"""A page's websocket that was closed leaves nothing behind, and a page that was left is not kept for long."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import aiohttp
import engineio
import pytest
import uvicorn
from engineio.async_drivers import asgi
from nicegui import Client, core, ui
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from pages import connections

ADDRESS = "/engine.io/?EIO=4"
KEPT = (HttpToolsProtocol, WebSocketsSansIOProtocol, asgi.WebSocket)


@pytest.mark.parametrize("is_let_go", [True, False])
async def test_a_closed_socket_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, *, is_let_go: bool) -> None:
    sockets = engineio.AsyncServer(async_mode="asgi")
    monkeypatch.setattr(core, "sio", SimpleNamespace(eio=sockets))
    if is_let_go:
        connections.let_go()
    http = connections.HttpConnection if is_let_go else HttpToolsProtocol
    async with _serving(engineio.ASGIApp(sockets), http) as server, aiohttp.ClientSession() as browser:
        gc.collect()
        gc.disable()
        try:
            async with browser.ws_connect(f"{server}{ADDRESS}&transport=websocket") as line:
                assert str((await line.receive()).data).startswith("0")
            await asyncio.sleep(0.2)
            left = {kind.__name__ for kind in map(type, gc.get_objects()) if issubclass(kind, KEPT)}
        finally:
            gc.enable()
            gc.collect()
    assert bool(left) is not is_let_go, left


async def test_what_a_browser_posts_is_read_and_an_upgrade_that_breaks_off_is_no_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sockets = engineio.AsyncServer(async_mode="asgi")
    told: list[str] = []
    sockets.on("message", lambda _sid, words: told.append(words))
    monkeypatch.setattr(core, "sio", SimpleNamespace(eio=sockets))
    connections.let_go()
    app = engineio.ASGIApp(sockets)
    async with _serving(app, connections.HttpConnection) as server, aiohttp.ClientSession() as browser:
        polling = f"{server}{ADDRESS}&transport=polling"
        async with browser.get(polling) as answer:
            sid = (await answer.text()).split('"sid":"')[1].split('"')[0]
        async with browser.post(f"{polling}&sid={sid}", data="4words") as answer:
            assert answer.status == 200
        async with browser.ws_connect(f"{server}{ADDRESS}&transport=websocket&sid={sid}"):
            pass
        async with browser.post(f"{polling}&sid={sid}", data="4more words") as answer:
            assert answer.status == 200
        await asyncio.sleep(0.1)
    assert told == ["words", "more words"]
    assert not caplog.records


@pytest.mark.parametrize(
    ("code", "usual", "seconds"), [(1001, 30, connections.LEFT_SECONDS), (1001, 0.1, 0.1), (1000, 30, 30)]
)
async def test_a_page_that_was_left_is_kept_for_less_long(
    monkeypatch: pytest.MonkeyPatch, code: int, usual: float, seconds: float
) -> None:
    sockets = engineio.AsyncServer(async_mode="asgi")
    monkeypatch.setattr(core, "sio", SimpleNamespace(eio=sockets))
    connections.let_go()
    shared = ui.page("/left", reconnect_timeout=usual)
    page = Client(shared, request=None)
    app = engineio.ASGIApp(sockets)
    async with _serving(app, connections.HttpConnection) as server, aiohttp.ClientSession() as browser:
        line = await browser.ws_connect(f"{server}{ADDRESS}&transport=websocket&client_id={page.id}")
        await line.receive()
        await line.close(code=code)
        await asyncio.sleep(0.1)
        assert (shared.reconnect_timeout, page.page.reconnect_timeout) == (usual, seconds)
        async with browser.ws_connect(f"{server}{ADDRESS}&transport=websocket&client_id={page.id}") as line:
            await line.receive()
            assert page.page.reconnect_timeout == usual  # it has come back
    page.delete()


@asynccontextmanager
async def _serving(app: ASGIApp, http: type[HttpToolsProtocol]) -> AsyncIterator[str]:
    """A server on a port of its own, within this process."""
    server = uvicorn.Server(uvicorn.Config(app, http=http, lifespan="off", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
