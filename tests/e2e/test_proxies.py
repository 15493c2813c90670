"""Behind Caddy and nginx, configured by the very files of `deploy/`: pages, live connection, limits, stickiness."""

import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import httpx
import pytest
from playwright.sync_api import Browser, WebSocket, expect

from pages import forms
from pages.desk.uploads import MAX_ZIP_BYTES, PICTURES_PATH
from pages.received import OVERHEAD
from services import throttle
from tests import form_token
from tests.e2e import buying, people, seeding
from tests.e2e.shop_process import ShopProcess, somewhere
from tests.servers import free_port
from tests.servers.proxies import Proxy, StartProxy, caddy, nginx

PROXIES: dict[str, StartProxy] = {"caddy": caddy, "nginx": nginx}
VISITORS, VISITS = 12, 4
WORTH_COMPRESSING = 2000  # bytes


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop that believes the proxies of this machine."""
    shop = ShopProcess(tmp_path_factory.mktemp("shop"), public_url="https://localhost")
    seeding.open_shop(shop)
    shop.start()
    yield shop
    shop.stop()
    assert not shop.trouble()


@pytest.fixture(scope="module", params=PROXIES)
def proxy(
    request: pytest.FixtureRequest, pedido: ShopProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    with PROXIES[request.param](tmp_path_factory.mktemp(request.param), [pedido.port], free_port()) as started:
        yield started


@pytest.fixture
def visit(proxy: Proxy) -> Iterator[httpx.Client]:
    """A visitor without a browser."""
    with visitor(proxy) as client:
        yield client


def visitor(proxy: Proxy, comes_from: str | None = None) -> httpx.Client:
    transport = httpx.HTTPTransport(verify=proxy.trust, local_address=comes_from)
    return httpx.Client(base_url=proxy.address, transport=transport, timeout=30)


def test_a_cart_is_filled_over_a_websocket(proxy: Proxy, browser: Browser) -> None:
    sockets: list[WebSocket] = []
    context = browser.new_context(base_url=proxy.address, ignore_https_errors=True, locale="en-GB")
    page = context.new_page()
    page.on("websocket", lambda socket: sockets.append(socket))  # noqa: PLW0108 - it cannot be a builtin method
    people.visit(page, "/")
    expect(page.get_by_text("Folding rule 2 m").first).to_be_visible()
    [socket] = sockets
    assert socket.url.startswith(proxy.address.replace("https:", "wss:"))
    assert not socket.is_closed()

    buying.put_in_cart(page)
    people.visit(page, "/cart")
    expect(page.get_by_text("Folding rule 2 m").first).to_be_visible()
    assert {cookie["secure"] for cookie in context.cookies() if cookie["name"] == "pedido_device"} == {True}
    context.close()


def test_files_that_never_change_are_kept(proxy: Proxy, visit: httpx.Client) -> None:
    page = visit.get("/").text
    files = sorted(set(re.findall(r"""["'](/(?:_nicegui|static)/[^"']+\.(?:js|css))["']""", page)))
    assert len(files) > 3
    sizes = {}
    for file in files * 2:  # the second time perhaps from the proxy
        answer = visit.get(file)
        assert answer.status_code == 200, file
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        sizes[file] = len(answer.content), answer.num_bytes_downloaded
        assert "pedido_device" not in answer.headers.get("set-cookie", "")
    assert all(downloaded < size for size, downloaded in sizes.values() if size > WORTH_COMPRESSING)
    assert "no-store" in visit.get("/cart").headers["cache-control"]


def test_a_file_at_the_limit_arrives_and_what_is_over_it_is_told_in_words(
    proxy: Proxy, pedido: ShopProcess, visit: httpx.Client
) -> None:
    visit.cookies.set("__Host-pedido_desk", pedido.owner_token)
    headers = {"origin": proxy.address, forms.HEADER: form_token.of_page(visit.get("/sign-in").text)}

    def sent(content: bytes) -> httpx.Response:
        return visit.post(PICTURES_PATH, files={"file": ("all.zip", content)}, headers=headers)

    at_the_limit = sent(picture_zip(MAX_ZIP_BYTES))
    assert at_the_limit.status_code == 422, at_the_limit.text
    assert at_the_limit.json()["error"].startswith("No product names a picture that is in this ZIP file")
    over = sent(bytes(MAX_ZIP_BYTES + OVERHEAD))
    assert (over.status_code, over.json()) == (413, {"error": "This file is larger than 200 MB."})
    assert visit.get("/health").text == "ok"


def picture_zip(size: int) -> bytes:
    """A ZIP of so many bytes, with one file that is no product's picture."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("unknown.jpg", b"")
    around = len(made.getvalue())
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("unknown.jpg", bytes(size - around))
    assert len(made.getvalue()) == size
    return made.getvalue()


def test_limits_count_by_the_visitors_own_address(proxy: Proxy) -> None:
    here = f"{proxy.port // 256}.{proxy.port % 256}"  # neither is the other proxy's visitor, nor on this machine's own
    with visitor(proxy, f"127.1.{here}") as guesser, visitor(proxy, f"127.2.{here}") as other:
        for _guess in range(throttle.UNKNOWN_LINK.times):
            assert guesser.get("/verify/guess", headers={"x-forwarded-for": somewhere()}).status_code == 404
        assert guesser.get("/verify/guess", headers={"x-forwarded-for": somewhere()}).status_code == 429
        assert other.get("/verify/guess").status_code == 404


@contextmanager
def stand_in(name: str) -> Iterator[ThreadingHTTPServer]:
    """A program that sets a cookie, as a page does, and says its name; it is gone once it is closed."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            if "pedido_device" not in self.headers.get("cookie", ""):
                self.send_header("set-cookie", "pedido_device=x; Path=/; Secure")
            self.send_header("content-length", str(len(name)))
            self.end_headers()
            self.wfile.write(name.encode())

        def log_message(self, *_arguments: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("name", PROXIES)
def test_a_visitor_stays_in_one_process_and_goes_on_in_the_other_when_that_is_gone(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with ExitStack() as ends, stand_in("one") as first:
        second = ends.enter_context(stand_in("two"))
        behind = [first.server_port, second.server_port]
        proxy = ends.enter_context(PROXIES[name](tmp_path_factory.mktemp(name), behind, free_port()))
        visitors = [ends.enter_context(visitor(proxy)) for _n in range(VISITORS)]
        served = [[client.get("/").text for _n in range(VISITS)] for client in visitors]
        assert all(len(set(answers)) == 1 for answers in served), served
        assert {answers[0] for answers in served} == {"one", "two"}

        first.shutdown()
        first.server_close()
        answers = [client.get("/") for client in visitors for _n in range(VISITS)]
        assert {(answer.status_code, answer.text) for answer in answers} == {(200, "two")}
