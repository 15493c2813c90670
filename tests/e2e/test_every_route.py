"""Every route of the program, as the program lists them: its headers, and what guards those that are posted to."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from pages import forms
from tests import every_page
from tests.e2e import seeding
from tests.e2e.shop_process import ShopProcess, running_shop
from tests.form_token import FormToken
from tests.routes import Route, listed

PUBLIC = "https://orders.norte.example"
OWN = {"host": "orders.norte.example", "origin": PUBLIC}
FRAMEWORK = "/_nicegui"
OPEN_TO_ALL = ("/", "/product/", "/legal/", "/media/", "/static/", "/health", FRAMEWORK)  # may be kept by a browser
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop that is reached by https."""
    folder = tmp_path_factory.mktemp("shop")
    with running_shop(folder, public_url=PUBLIC, prepare=seeding.open_shop) as shop:
        yield shop


@pytest.fixture(scope="module")
def routes() -> list[Route]:
    return listed()


def unguarded(routes: list[Route]) -> list[str]:
    """The routes that change something and do not ask first where that comes from."""
    return [path for path, methods, guards in routes if CHANGING & set(methods) and guards[:1] != ["same_origin"]]


def address(path: str) -> str:
    """An address that leads to a route."""
    return re.sub(r"\{[^}]+\}", "1", path)


def test_whatever_is_posted_to_asks_first_where_that_comes_from(routes: list[Route]) -> None:
    assert sum(bool(CHANGING & set(methods)) for _path, methods, _guards in routes) >= 13
    assert unguarded(routes) == []


def test_a_route_that_does_not_ask_is_found() -> None:
    more = "app.add_api_route('/hole', lambda: '', methods=['POST'])"
    assert unguarded(listed(more)) == ["/hole"]


def test_every_page_is_among_those_that_are_looked_at(routes: list[Route]) -> None:
    assert every_page.without_view(routes) == []
    assert every_page.without_view([("/a-new-page/{id}", ["GET"], [])]) == ["/a-new-page/{id}"]


def test_nothing_is_taken_without_the_browsers_own_token(pedido: ShopProcess, routes: list[Route]) -> None:
    posted = {path for path, methods, _guards in routes if "POST" in methods}
    with httpx.Client(base_url=pedido.address, headers=OWN, cookies={"__Host-pedido_desk": pedido.owner_token}) as us:
        us.get("/sign-in")
        for path in posted:
            for given in ({}, {forms.HEADER: "x" * 64}, {forms.HEADER: forms.token("another-browser")}):
                answer = us.post(address(path), headers=given)
                assert answer.status_code == 403, (path, given)
                assert "Nothing was done" in answer.text
        kept = us.post("/sign-out", auth=FormToken())
        assert kept.status_code == 303
        assert us.get("/desk").status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("who", ["nobody", "owner"])
def test_every_answer_carries_the_headers(pedido: ShopProcess, routes: list[Route], who: str, method: str) -> None:
    cookies = {"__Host-pedido_desk": pedido.owner_token} if who == "owner" else {}
    with httpx.Client(base_url=pedido.address, headers=OWN, cookies=cookies) as browser:
        for path in {path for path, _methods, _guards in routes} | {
            "/nowhere",
            "/desk/nowhere",
            "/legal/%00",
            "/verify/",
        }:
            answer = browser.request(method, address(path))
            assert missing(path, answer) == [], (path, answer.status_code, answer.headers)


def missing(path: str, answer: httpx.Response) -> list[str]:
    """What an answer lacks."""
    headers = answer.headers
    policy = headers.get("content-security-policy", "")
    expected = {
        "nosniff": headers.get("x-content-type-options") == "nosniff",
        "frames": "frame-ancestors 'none'" in policy or "sandbox" in policy,
        "foreign": not re.search(r"https?:|\*|//", policy) and "default-src" in policy,
        "referrer": headers.get("referrer-policy") in {"same-origin", "no-referrer"},
        "hsts": headers.get("strict-transport-security", "").startswith("max-age=31536000"),
        "opener": headers.get("cross-origin-opener-policy") == "same-origin",
        "permissions": "camera=()" in headers.get("permissions-policy", ""),
        "no origin": not [name for name in headers if name.startswith("access-control")],
        "no server": "server" not in headers,
    }
    if path != "/" and not path.startswith(OPEN_TO_ALL[1:]):
        expected["no-store"] = headers.get("cache-control") == "no-store"
    if "text/html" in headers.get("content-type", "") and "_nicegui" not in answer.text:
        expected["strict"] = "script-src" not in policy and "default-src 'none'" in policy
    return [name for name, holds in expected.items() if not holds]


def test_an_answer_without_them_is_noticed() -> None:
    bare = httpx.Response(200, headers={"server": "x", "access-control-allow-origin": "*"}, html="<p>Hello")
    assert len(missing("/cart", bare)) == 11


def test_by_http_nothing_promises_https(tmp_path: Any) -> None:
    with running_shop(tmp_path, prepare=seeding.open_shop) as shop:
        assert "strict-transport-security" not in httpx.get(shop.address).headers
