"""Behind a proxy that speaks HTTPS: cookies are Secure, links lead to the public address, its forms are taken."""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest

from tests.e2e import seeding
from tests.e2e.shop_process import ShopProcess, running_shop
from tests.form_token import FormToken

PUBLIC = "https://orders.norte.example"
PROXIED = {"host": "orders.norte.example", "x-forwarded-proto": "https", "origin": PUBLIC}


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop whose public address is an HTTPS one."""
    folder = tmp_path_factory.mktemp("shop")
    with running_shop(folder, public_url=PUBLIC, prepare=seeding.open_shop) as shop:
        yield shop


def cookie(answer: httpx.Response, name: str) -> dict[str, Any]:
    """The attributes of a cookie that an answer sets."""
    for header in answer.headers.get_list("set-cookie"):
        found = SimpleCookie(header).get(name)
        if found is not None:
            return dict(found)
    raise AssertionError(f"{name} is not set: {answer.headers}")


def test_a_buyers_cookie_is_secure(pedido: ShopProcess) -> None:
    given = cookie(httpx.get(pedido.address, headers=PROXIED), "pedido_device")
    assert (given["secure"], given["httponly"], given["samesite"].lower()) == (True, True, "lax")


def test_a_seller_signs_in_through_the_proxy_with_a_cookie_for_this_host_only(pedido: ShopProcess) -> None:
    answers = {"email": seeding.OWNER, "password": seeding.PASSWORD}
    answer = httpx.post(auth=FormToken(), url=f"{pedido.address}/desk/sign-in", data=answers, headers=PROXIED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    given = cookie(answer, "__Host-pedido_desk")
    assert (given["secure"], given["httponly"], given["path"], given["domain"]) == (True, True, "/", "")
    cookies = {"__Host-pedido_desk": answer.cookies["__Host-pedido_desk"]}
    assert httpx.get(f"{pedido.address}/desk", headers=PROXIED, cookies=cookies).status_code == 200
    plain = {"pedido_desk": cookies["__Host-pedido_desk"]}
    assert httpx.get(f"{pedido.address}/desk", headers=PROXIED, cookies=plain).status_code == 303


def test_another_sites_form_is_refused_here_too(pedido: ShopProcess) -> None:
    answers = {"email": seeding.OWNER, "password": seeding.PASSWORD}
    forged = {**PROXIED, "origin": "https://orders.norte.example.elsewhere.example"}
    assert (
        httpx.post(auth=FormToken(), url=f"{pedido.address}/desk/sign-in", data=answers, headers=forged).status_code
        == 403
    )


def test_what_is_printed_names_the_public_address(pedido: ShopProcess) -> None:
    printed = (pedido.folder / "stdout").read_text("utf-8")
    assert re.search(rf"{re.escape(PUBLIC)}\b", printed)
