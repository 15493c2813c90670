"""Mistyped, invented and hostile addresses get an answer in words, never a broken page."""

import socket

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Arrivals
from tests.e2e.shop_process import ShopProcess

NOWHERE = (
    "/nope",
    "/product/nope",
    "/product/",
    "/product/%00",
    "/product/FR-200%00",
    "/product/%ED%A0%80",
    "/product/" + "x" * 3000,
    "/product/../../etc/passwd",
    "/verify/nope",
    "/verify/%00",
    "/desk/orders/%00",
    "/sign-in/nope",
    "/orders/csv/nope",
    "/orders/confirm/nope",
    "/request/nope",
    "/request/%00",
    "/legal/nope",
    "/legal/%00",
    "/media/nope.webp",
    "/media/..%2F..%2Fpedido.db",
    "/media/%00.webp",
    "/static/nope.css",
    "/static/..%2Fhttp.py",
)
ODD_QUERIES = (
    "/?page=abc&category=999999",
    "/?page=-1",
    "/?page=99999999999999999999",
    "/?page=%00&q=%00&category=%00&sort=%00&per=%00",
    "/?q=%ED%A0%80",
    "/?q=" + "a" * 5000,
    "/?q=%25%27%22%3Cscript%3E",
    "/?sort=nonsense&per=100000",
    "/?q[]=1&q=2&q=3",
)
DESK_PATHS = (
    "/desk",
    "/desk/orders/2026-00001",
    "/desk/products",
    "/desk/products/1",
    "/desk/import",
    "/desk/buyers",
    "/desk/buyers/1",
    "/desk/buyers/1/data",
    "/desk/audit",
    "/desk/audit/csv",
    "/desk/deliveries",
    "/desk/deliveries/1",
    "/desk/exports/1",
    "/desk/rules",
    "/desk/rules/1",
    "/desk/parameters/self-test",
    "/desk/parameters/mail-texts",
    "/desk/parameters/mail-texts/received",
    "/desk/reports",
    "/desk/reports/days/csv",
    "/desk/parameters",
    "/desk/terms-of-sale",
    "/desk/terms-of-sale/targets/new",
    "/desk/terms-of-sale/targets/1",
    "/desk/deliveries/1/letter",
    "/desk/deliveries/1/file",
    "/desk/deliveries/1/attachments/0",
)
ODD_DESK_PATHS = (
    "/desk?from=yesterday&to=%00&status=nope&buyer=99999999999999999999&page=0&sort=%00",
    "/desk?from=9999-12-31&to=0001-01-01",
    "/desk?search=%00&verified=maybe&flag=nope",
    "/desk/orders/nope",
    "/desk/orders/" + "9" * 300,
    "/desk/orders/%00",
    "/desk/products?page=x&search=%00&category=%00&sort=nope",
    "/desk/products/0",
    "/desk/products/nope",
    "/desk/products/99999999999999999999",
    "/desk/buyers?search=%00&page=-5",
    "/desk/buyers/0",
    "/desk/buyers/nope",
    "/desk/buyers/99999999999999999999",
    "/desk/buyers/0/data",
    "/desk/buyers/nope/data",
    "/desk/buyers/99999999999999999999/data",
    "/desk/audit?kind=%00&seller=%00&page=-5",
    "/desk/audit?seller=%ED%A0%80&page=99999999999999999999",
    "/desk/audit?seller=" + "a" * 5000,
    "/desk/deliveries?status=%00&search=%00",
    "/desk/deliveries/0",
    "/desk/deliveries/nope",
    "/desk/deliveries/99999999999999999999",
    "/desk/deliveries/nope/letter",
    "/desk/deliveries/99999999999999999999/file",
    "/desk/deliveries/1/attachments/nope",
    "/desk/reports?from=%00&to=9999-12-31",
    "/desk/reports?from=2999-12-31&to=2000-01-01",
    "/desk/reports/nope/csv",
    "/desk/parameters/mail-texts/nope",
    "/desk/parameters/mail-texts/received?language=%00",
    "/desk/rules/0",
    "/desk/rules/nope",
    "/desk/rules/99999999999999999999",
    "/desk/exports/0",
    "/desk/exports/nope",
    "/desk/exports/99999999999999999999",
    "/desk/exports/making/nope",
    "/desk/orders/" + "9" * 3000,
    "/desk?search=" + "a" * 5000 + "&buyer=" + "b" * 5000,
    "/desk/products?search=" + "a" * 5000,
    "/desk/buyers?search=" + "a" * 5000,
    "/desk/deliveries?search=" + "a" * 5000,
    "/desk/deliveries/1/letter",
    "/desk/deliveries/99999999999999999999/letter",
    "/desk/deliveries/1/attachments/-1",
    "/desk/deliveries/1/attachments/99999999999999999999",
    "/desk/import?file=%00",
    "/desk/import?file=../../etc/passwd",
    "/desk/import?file=" + "0" * 32,
    "/desk/terms-of-sale/targets/0",
    "/desk/terms-of-sale/targets/nope",
    "/desk/terms-of-sale/targets/99999999999999999999",
    "/desk/terms-of-sale/targets/new?protocol=nope",
    "/desk/sign-in?next=//elsewhere.example",
    "/legal/privacy?version=99999999999999999999",
    "/legal/privacy?version=nope",
    "/desk/nope",
)


@pytest.mark.parametrize("path", NOWHERE)
def test_what_is_nowhere_is_told_so(pedido: ShopProcess, path: str) -> None:
    answer = httpx.get(pedido.address + path)
    assert answer.status_code in {404, 410}, answer.text
    assert "Traceback" not in answer.text


def test_a_page_that_is_nowhere_leads_back_in_words_and_in_the_shops_look(arrives: Arrivals) -> None:
    person = arrives()
    person.expects("status of 404")
    page = person.visit("/product/nope")
    expect(page.get_by_role("link", name="Norte Tools")).to_be_visible()
    page.get_by_role("link", name="To the catalogue").click()
    expect(page.get_by_role("heading", name="All products")).to_be_visible()


@pytest.mark.parametrize("path", ODD_QUERIES)
def test_what_makes_no_sense_in_a_catalogue_address_is_left_out(pedido: ShopProcess, path: str) -> None:
    answer = httpx.get(pedido.address + path)
    assert answer.status_code == 200
    assert "%27%22<script>" not in answer.text and "'\"<script>" not in answer.text


@pytest.mark.parametrize("path", DESK_PATHS)
def test_every_room_of_the_desk_is_closed_to_strangers(pedido: ShopProcess, path: str) -> None:
    for cookies in ({}, {"pedido_desk": "made-up"}, {"pedido_desk": "x" * 5000}):
        answer = httpx.get(pedido.address + path, cookies=cookies)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith("/desk/sign-in")


@pytest.mark.parametrize("path", ODD_DESK_PATHS)
def test_odd_addresses_of_the_desk_are_answered_too(pedido: ShopProcess, path: str) -> None:
    answer = httpx.get(pedido.address + path, cookies={"pedido_desk": pedido.owner_token}, follow_redirects=True)
    assert answer.status_code in {200, 404}, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "first_line",
    [
        b"GET /product/\x00 HTTP/1.1",
        b"GET /\xff\xfe HTTP/1.1",
        b"GET /?q=\xc3\x28 HTTP/1.1",
        b"GET http://elsewhere.example/ HTTP/1.1",
        b"DELETE / HTTP/1.1",
        b"POST / HTTP/1.1\r\nContent-Length: 0",
        b"PUT /cart HTTP/1.1\r\nContent-Length: 0",
    ],
)
def test_raw_nonsense_is_not_a_failure_of_ours(pedido: ShopProcess, first_line: bytes) -> None:
    with socket.create_connection(("127.0.0.1", pedido.port), timeout=10) as line:
        line.sendall(first_line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = line.makefile("rb").readline()
    assert answer and not answer.startswith(b"HTTP/1.1 5"), answer


@pytest.mark.parametrize("name", ["pedido_device", "pedido_desk"])
def test_odd_cookies_do_no_harm(pedido: ShopProcess, name: str) -> None:
    for text in ("%00", "x" * 6000, '"', "=;=", "\u00e4"):
        headers = [(b"cookie", f"{name}={text}".encode())]
        answer = httpx.get(f"{pedido.address}/cart", headers=headers)
        assert answer.status_code < 500


def test_head_answers_like_get_without_a_body(pedido: ShopProcess) -> None:
    answer = httpx.head(f"{pedido.address}/health")
    assert (answer.status_code, answer.content) == (200, b"")
