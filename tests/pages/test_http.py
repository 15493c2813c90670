"""What stands between the network and the pages: the device's cookie, and what is refused unread."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request

from models import Shop
from pages import http, socket_door
from pages.desk import logo, sign_in
from pages.shop import legal
from pages.socket_door import SocketDoor
from services import settings, throttle
from tests.form_token import FormToken

TOKEN = "the-token-of-this-browser"


@pytest.fixture
async def web(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at a program that tells it who it takes it for."""
    application = FastAPI()
    for module in (http, sign_in, logo, legal):
        monkeypatch.setattr(module, "app", application)
        module.register()

    async def who(request: Request) -> str:
        return request.cookies[http.DEVICE_COOKIE]

    application.add_api_route("/who", who)
    net = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=net, auth=FormToken(), base_url=settings.current().public_url) as browser:
        yield browser


async def test_a_new_browser_is_known_from_its_first_page_on(web: httpx.AsyncClient) -> None:
    first = await web.get("/who")
    second = await web.get("/who")

    assert first.json() == second.json() == web.cookies[http.DEVICE_COOKIE]
    assert "set-cookie" not in second.headers


@pytest.mark.parametrize("other", ["a(b=1", "a@b=1", "a[b]=1", 'x={"a":1}', "bad", "é=1"])
async def test_a_strange_cookie_beside_ours_costs_nobody_the_cart(web: httpx.AsyncClient, other: str) -> None:
    cookies = f"{other}; {http.DEVICE_COOKIE}={TOKEN}".encode()

    answer = await web.get("/who", headers={b"cookie": cookies})

    assert answer.json() == TOKEN
    assert "set-cookie" not in answer.headers


async def test_an_address_that_no_database_takes_is_nobodys(web: httpx.AsyncClient) -> None:
    application = web._transport.app  # type: ignore[attr-defined] # of a transport within this process
    application.add_api_route("/product/{sku}", lambda sku: sku)

    assert (await web.get("/product/FR-200%20x")).json() == "FR-200 x"
    for odd in ("%00", "%01", "%C2%85"):
        answer = await web.get(f"/product/FR-200{odd}")
        assert answer.status_code == 404
        assert "There is nothing at this address" in answer.text


async def test_nobody_is_sent_to_the_host_they_name(web: httpx.AsyncClient) -> None:
    answer = await web.get("/desk/sign-in/?next=%2Fdesk", headers={"host": "elsewhere.example"})

    assert (answer.status_code, answer.headers["location"]) == (307, "/desk/sign-in?next=%2Fdesk")


@pytest.mark.parametrize("root", ["/verify/", "/request/", "/sign-in/", "/orders/csv/", "/desk/new-password/"])
async def test_links_cannot_be_tried_one_after_the_other(
    web: httpx.AsyncClient, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "SLOWLY_SECONDS", 0)
    times = throttle.UNKNOWN_LINK.times
    statuses = [(await web.get(f"{root}{number}")).status_code for number in range(times + 1)]

    assert statuses == [404] * times + [429]


async def test_connections_that_are_none_are_not_remembered() -> None:
    async def inner(*_given: object) -> None:
        """The framework, which knows no such connection."""

    door = SocketDoor(inner)
    net = httpx.ASGITransport(app=door)
    async with httpx.AsyncClient(transport=net, base_url="http://shop.example") as browser:
        for number in range(3):
            with pytest.raises(AssertionError):  # it does not answer
                await browser.post(f"{socket_door.PATH}/socket.io/?sid={number}", content=b"2")

    assert not door._polling


async def test_no_form_takes_more_than_a_form_holds(web: httpx.AsyncClient) -> None:
    large = b"x" * (http.MAX_FORM_BYTES + 1)

    assert (await web.post("/desk/sign-in", files={"email": ("x", large)})).status_code == 413
    assert (await web.post("/desk/sign-in", data={"email": "x" * 1000})).status_code == 422


async def test_a_body_of_unknown_size_is_not_read(web: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        raise AssertionError("this was read")
        yield b""

    assert (await web.post("/desk/sign-in", content=endless())).status_code == 413


async def test_a_strangers_logo_is_not_read(web: httpx.AsyncClient) -> None:
    answer = await web.post(
        logo.UPLOAD_PATH, content=b"no form at all", headers={"content-type": "multipart/form-data"}
    )

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/sign-in")


@pytest.mark.parametrize("path", ["/legal/privacy?version=x", "/legal/privacy?version=1.5"])
async def test_an_odd_address_gets_a_page_not_the_programs_own_words(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.get(path)

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text


async def test_what_breaks_is_told_on_a_plain_page_with_all_headers(web: httpx.AsyncClient) -> None:
    def broken() -> None:
        raise ZeroDivisionError("of the shop")

    application = web._transport.app  # type: ignore[attr-defined] # of a transport within this process
    application.add_api_route("/desk/broken", broken)
    net = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=net, base_url="http://shop.example") as browser:
        answer = await browser.get("/desk/broken")

    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text and "ZeroDivision" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for name, text in http.SECURITY_HEADERS.items():
        assert name == "content-security-policy" or answer.headers[name] == text
    assert answer.headers["cache-control"] == "no-store"
