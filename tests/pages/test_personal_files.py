"""Files with personal data: each only for whom it belongs to, never kept on the way, and noted in the audit log."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from models import AuditEntry, AuditKind, Buyer, Order, Seller, Shop
from pages import http
from pages.desk import downloads
from pages.desk.guard import cookie_name
from pages.shop import account, request_file
from services import audit, seller_sessions, sent_requests, settings, throttle, tokens, visitors
from services.database import unit_of_work
from tests import order_rows

NURIA = "nuria@norte.example"
SAFE = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "content-type": "application/json",
}


@pytest.fixture
async def web(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without JavaScript, at the routes that give files."""
    application = FastAPI()
    modules = (http, downloads, account, request_file)
    for module in modules:
        monkeypatch.setattr(module, "app", application)
    monkeypatch.setattr(account, "shop_page", lambda _path, _build: None)
    for module in modules:
        module.register()
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url=settings.current().public_url) as browser:
        yield browser


@unit_of_work
async def buyer(email: str, token: str) -> Buyer:
    """A buyer with a request, who is signed in on the device with this token."""
    made = await Buyer.create(email=email, name=email.partition("@")[0])
    await order_rows.order(buyer=made, email=email, name=made.name)
    await visitors.sign_in(token, made.id)
    return made


async def signed_in(web: httpx.AsyncClient) -> None:
    seller = await Seller.create(email=NURIA, password_hash="x")
    web.cookies.set(cookie_name(), await seller_sessions.open_session(seller.id))


def headers_of(answer: httpx.Response) -> dict[str, str]:
    return {name: answer.headers[name] for name in SAFE}


async def test_a_buyer_gets_their_own_data_and_nobody_elses(web: httpx.AsyncClient) -> None:
    marta, pau = tokens.new(), tokens.new()
    await buyer("marta@sol.example", marta)
    await buyer("pau@luna.example", pau)
    for token, own, other in ((marta, "marta", "pau"), (pau, "pau", "marta")):
        answer = await web.get("/account/data", headers={"cookie": f"{http.DEVICE_COOKIE}={token}"})
        assert answer.status_code == 200
        assert json.loads(answer.content)["profile"]["name"] == own
        assert other not in answer.text
        assert headers_of(answer) == SAFE
        assert answer.headers["content-disposition"].startswith("attachment")
    noted = [(entry.kind, entry.actor, entry.seller_id) for entry in await AuditEntry.all()]
    assert noted == [(AuditKind.BUYER_DATA, audit.BUYER, None)] * 2


@pytest.mark.parametrize("token", ["", "x", "none-of-ours"])
async def test_who_is_not_signed_in_gets_no_data(web: httpx.AsyncClient, token: str) -> None:
    await buyer("marta@sol.example", tokens.new())
    answer = await web.get("/account/data", headers={"cookie": f"{http.DEVICE_COOKIE}={token}"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "marta" not in answer.text
    assert await AuditEntry.all().count() == 0


async def test_after_signing_out_there_is_no_data(web: httpx.AsyncClient) -> None:
    token = tokens.new()
    await buyer("marta@sol.example", token)
    await visitors.sign_out(token)
    answer = await web.get("/account/data", headers={"cookie": f"{http.DEVICE_COOKIE}={token}"})
    assert answer.status_code == 303


async def test_a_seller_gets_a_buyers_data_and_it_is_noted(web: httpx.AsyncClient) -> None:
    marta = await buyer("marta@sol.example", tokens.new())
    await buyer("pau@luna.example", tokens.new())
    path = f"/desk/buyers/{marta.id}/data"
    assert (await web.get(path)).status_code == 303
    await signed_in(web)
    answer = await web.get(path)
    assert json.loads(answer.content)["profile"]["name"] == "marta"
    assert "pau" not in answer.text
    assert headers_of(answer) == SAFE
    [entry] = await AuditEntry.all()
    assert (entry.kind, entry.actor, entry.about) == (AuditKind.BUYER_DATA, NURIA, f"buyer {marta.id}")
    for wrong in (marta.id + 99, 0, -1, 2**31, 2**70):
        assert (await web.get(f"/desk/buyers/{wrong}/data")).status_code == 404


async def test_a_request_is_a_pdf_for_its_buyer_its_link_and_sellers_and_for_nobody_else(
    web: httpx.AsyncClient,
) -> None:
    marta, pau = tokens.new(), tokens.new()
    await buyer("marta@sol.example", marta)
    await buyer("pau@luna.example", pau)
    order = await Order.get(email="marta@sol.example")
    link = await unit_of_work(sent_requests.link_to)(order.id)
    own, other = ({"cookie": f"{http.DEVICE_COOKIE}={token}"} for token in (marta, pau))
    path = f"/account/request/{order.number}/pdf"
    for address, cookies in ((path, own), (f"/request/{link}/pdf", other)):
        answer = await web.get(address, headers=cookies)
        assert answer.content.startswith(b"%PDF-")
        assert headers_of(answer) == {**SAFE, "content-type": "application/pdf"}
        assert answer.headers["content-disposition"] == f'attachment; filename="{order.number}.pdf"'
    for address in (path, f"/request/{tokens.new()}/pdf", "/request/x/pdf"):
        answer = await web.get(address, headers=other)
        assert (answer.status_code, b"%PDF" in answer.content) == (404, False)
    assert (await web.get(path)).headers["location"] == "/sign-in"
    assert (await web.get(f"/desk/orders/{order.number}/pdf")).status_code == 303
    throttle.count(throttle.PDF, *[marta] * throttle.PDF.times)
    assert (await web.get(path, headers=own)).status_code == 429
    await signed_in(web)
    assert (await web.get(f"/desk/orders/{order.number}/pdf")).content.startswith(b"%PDF-")
    assert (await web.get("/desk/orders/none/pdf")).status_code == 404


async def test_the_audit_log_is_for_sellers_and_filtered_as_its_address_says(web: httpx.AsyncClient) -> None:
    await audit.note(AuditKind.ERASED, NURIA, "buyer 1")
    await audit.note(AuditKind.BACKED_UP, audit.SYSTEM, "daily.zip")
    assert (await web.get("/desk/audit/csv")).status_code == 303
    await signed_in(web)
    answer = await web.get("/desk/audit/csv?kind=erased")
    lines = answer.text.splitlines()
    assert [line.partition(",")[2] for line in lines] == ["kind,actor,about", f"erased,{NURIA},buyer 1"]
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    [last] = await AuditEntry.all().order_by("-id").limit(1)
    assert last.about == "audit-log.csv"
