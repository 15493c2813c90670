"""The desk's door: set-up, sign-in, sign-out, and the plain legal pages beside it."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from models import LegalKind, Seller, SellerSession, Shop
from pages import http
from pages.desk import guard, setup, sign_in
from pages.shop import legal as legal_page
from services import seller_sessions, sellers, settings, setup_code
from tests import legal_texts
from tests.form_token import FormToken

PASSWORD = "correct horse battery"
ANSWERS = {
    "name": "Norte <b>Tools</b>",
    "currency": "EUR",
    "time_zone": "Europe/Madrid",
    "language": "en",
    "email": "ana@norte.example",
    "password": PASSWORD,
    "management_emails": "",
}


def program(monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    application = FastAPI()
    for module in (http, setup, sign_in, legal_page):
        monkeypatch.setattr(module, "app", application)
        module.register()
    return application


@pytest.fixture
async def web(database: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without JavaScript at a program nobody has set up."""
    net = httpx.ASGITransport(app=program(monkeypatch))
    async with httpx.AsyncClient(transport=net, auth=FormToken(), base_url=settings.current().public_url) as browser:
        yield browser


async def owned(web: httpx.AsyncClient) -> None:
    answer = await web.post("/setup", data=ANSWERS | {"code": await setup_code.issue()})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")


async def test_the_set_up_form_opens_with_its_code_only(web: httpx.AsyncClient) -> None:
    code = await setup_code.issue()
    form = await web.get("/setup", params={"code": code}, headers={"accept-language": "es-ES,es;q=0.9"})
    assert form.status_code == 200
    assert 'value="Europe/Madrid" selected' in form.text
    assert form.headers["cache-control"] == "no-store"
    for wrong in ("", "x", code + "x", "x" * 10_000):
        refused = await web.get("/setup", params={"code": wrong})
        assert refused.status_code == 410
        assert "<form" not in refused.text


async def test_the_set_up_lets_its_owner_in(web: httpx.AsyncClient) -> None:
    await owned(web)
    token = web.cookies["pedido_desk"]
    session = await seller_sessions.find(token)
    assert session is not None
    assert session.seller.email == "ana@norte.example"
    privacy = await web.get("/legal/privacy")
    assert "Norte &lt;b&gt;Tools&lt;/b&gt;" in privacy.text
    assert "<b>Tools" not in privacy.text


async def test_a_hundred_owners_at_once_are_one(web: httpx.AsyncClient) -> None:
    code = await setup_code.issue()
    posts = [web.post("/setup", data=ANSWERS | {"code": code, "email": f"ana{n}@norte.example"}) for n in range(100)]
    answers = await asyncio.gather(*posts)
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(303) == 1
    assert set(statuses) <= {303, 410, 429}, "it opens nothing any more, and trying on is too often"
    assert await Seller.all().count() == 1


async def test_wrong_answers_keep_what_was_typed_but_never_the_password(web: httpx.AsyncClient) -> None:
    code = await setup_code.issue()
    wrong = ANSWERS | {"code": code, "password": "too short", "management_emails": "nobody"}
    form = await web.post("/setup", data=wrong)
    assert form.status_code == 422
    assert "Norte &lt;b&gt;Tools" in form.text
    assert "too short" not in form.text
    assert form.text.count('aria-invalid="true"') == 2
    assert await Seller.all().count() == 0


async def test_a_form_of_another_site_is_refused(web: httpx.AsyncClient) -> None:
    foreign = {"origin": "https://evil.example"}
    code = await setup_code.issue()
    assert (await web.post("/setup", data=ANSWERS | {"code": code}, headers=foreign)).status_code == 403
    await owned(web)
    login = {"email": "ana@norte.example", "password": PASSWORD}
    assert (await web.post("/desk/sign-in", data=login, headers=foreign)).status_code == 403
    assert (await web.post("/desk/sign-out", headers=foreign)).status_code == 403
    assert await SellerSession.all().count() == 1


async def test_signing_in_leads_to_the_page_that_was_wanted(web: httpx.AsyncClient) -> None:
    await owned(web)
    web.cookies.clear()
    wanted = "/desk/orders/2026-00001?tab=lines"
    form = await web.get("/desk/sign-in", params={"next": wanted})
    assert f'value="{wanted}"' in form.text
    answer = await web.post("/desk/sign-in", data={"email": "ANA@norte.example", "password": PASSWORD, "next": wanted})
    assert (answer.status_code, answer.headers["location"]) == (303, wanted)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    again = await web.get("/desk/sign-in")
    assert (again.status_code, again.headers["location"]) == (303, "/desk")


async def test_a_wrong_password_says_the_same_as_an_unknown_address(web: httpx.AsyncClient) -> None:
    await owned(web)
    web.cookies.clear()
    wrong = await web.post("/desk/sign-in", data={"email": "ana@norte.example", "password": "wrong password"})
    unknown = await web.post("/desk/sign-in", data={"email": "eve@norte.example", "password": "wrong password"})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert wrong.text.replace("ana@", "eve@") == unknown.text
    assert "pedido_desk" not in web.cookies


async def test_signing_out_ends_the_session_on_the_server(web: httpx.AsyncClient) -> None:
    await owned(web)
    token = web.cookies["pedido_desk"]
    answer = await web.post("/desk/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
    assert await seller_sessions.find(token) is None
    assert "pedido_desk" not in web.cookies


async def test_an_answer_given_after_signing_out_counts_for_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await sellers.create("ana@norte.example", PASSWORD)
    token = await seller_sessions.open_session(owner.id)
    monkeypatch.setattr(guard, "current_session", lambda: seller_sessions.find(token))

    async def question() -> str:
        return "yes"

    assert await guard.answered(question()) == "yes"
    await seller_sessions.close(token)
    assert await guard.answered(question()) is None


async def test_behind_https_the_cookie_is_bound_to_it(
    data_folder: settings.Settings, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.load(data=data_folder.data, public_url="https://orders.norte.example")
    await sellers.create("ana@norte.example", PASSWORD)
    net = httpx.ASGITransport(app=program(monkeypatch))
    async with httpx.AsyncClient(transport=net, auth=FormToken(), base_url="https://orders.norte.example") as browser:
        answer = await browser.post("/desk/sign-in", data={"email": "ana@norte.example", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-pedido_desk=")
    assert "Secure" in cookie
    assert "Path=/;" in cookie + ";"
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "https://evil.example/",
        "//evil.example/desk",
        "/\\evil.example",
        "/desk\\..\\x",
        "/desktop",
        "/desk/sign-in?next=/desk",
        "/desk/sign-out",
        "/desk/\r\nSet-Cookie: a=b",
        "/desk/" + "x" * 1000,
        "javascript:alert(1)",
        "/cart",
    ],
)
def test_a_link_to_the_desk_never_leads_elsewhere(elsewhere: str) -> None:
    assert sign_in.local_path(elsewhere) == "/desk"


@pytest.mark.parametrize(
    "wanted", ["/desk", "/desk?status=error", "/desk/terms-of-sale", "/desk/orders/A.1-2026-00001"]
)
def test_a_page_of_the_desk_is_where_it_leads(wanted: str) -> None:
    assert sign_in.local_path(wanted) == wanted


async def test_a_legal_text_shows_its_version_and_earlier_ones_stay_readable(web: httpx.AsyncClient) -> None:
    await owned(web)
    await legal_texts.publish(LegalKind.TERMS, "en", "Payment\n\nPay <b>soon</b>.\nThanks & bye.")
    present = await web.get("/legal/terms")
    assert "<h2>Payment</h2>" in present.text
    assert "Pay &lt;b&gt;soon&lt;/b&gt;." in present.text
    assert "Version 2" in present.text
    earlier = await web.get("/legal/terms", params={"version": 1})
    assert "earlier version" in earlier.text
    assert "Version 1" in earlier.text


async def test_a_legal_text_is_shown_in_the_readers_language(web: httpx.AsyncClient) -> None:
    await owned(web)
    await legal_texts.publish(LegalKind.TERMS, "es", "Pague pronto.")
    spanish = await web.get("/legal/terms", headers={"Accept-Language": "es"})
    assert "Pague pronto." in spanish.text
    assert "Pague pronto." not in (await web.get("/legal/terms", headers={"Accept-Language": "fr"})).text
    english = await web.get("/legal/terms", params={"version": 1}, headers={"Accept-Language": "en"})
    assert "Pague pronto." not in english.text
    assert "earlier version" not in english.text, "it counts, in its own language"


@pytest.mark.parametrize(
    "path", ["/legal/imprint", "/legal/terms?version=9", "/legal/terms?version=-1", f"/legal/terms?version={2**70}"]
)
async def test_what_is_no_text_is_not_found(web: httpx.AsyncClient, path: str) -> None:
    await owned(web)
    assert (await web.get(path)).status_code == 404


async def test_before_the_set_up_there_are_no_texts(web: httpx.AsyncClient) -> None:
    assert (await web.get("/legal/privacy")).status_code == 404
