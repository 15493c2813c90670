"""Whoever visits is answered in their language: chosen, else the browser's, else the shop's."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from babel import Locale
from fastapi import FastAPI
from nicegui import Event, ui
from nicegui.testing import User, user_simulation
from starlette.datastructures import Headers

from models import Shop, text
from models.text import _, speaking
from pages import http, language_choice, languages, theme
from pages.shop import sign_in
from services import parameters, settings
from tests.form_token import FormToken


@pytest.fixture
async def web(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without JavaScript at a German shop."""
    await Shop.filter(id=shop.id).update(language="de")
    application = FastAPI()
    for module in (http, sign_in, language_choice):
        monkeypatch.setattr(module, "app", application)
        module.register()
    net = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=net, auth=FormToken(), base_url=settings.current().public_url) as browser:
        yield browser


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("it,nl;q=0.9,fr;q=0.5,en;q=0.1", "fr"),
        ("en;q=0.2,es-MX;q=0.7", "es"),
        ("es;q=0,en", "en"),
        ("DE", "de"),
        ("it", ""),
        ("", ""),
        ("*", ""),
        ("de;q=viel, ;;;,q=1", ""),
        ("xx," * 100_000 + "de", ""),
    ],
)
def test_of_what_a_browser_likes_the_best_of_ours_is_taken(accepted: str, language: str) -> None:
    assert languages.of_browser(accepted) == language


@pytest.mark.sqlite_only
def test_only_the_beginning_of_what_a_browser_likes_is_read_and_remembered() -> None:
    before = languages.of_browser.cache_info().currsize
    for end in ("es", "fr"):
        assert languages.wanted(Headers({"accept-language": "nl, de," + "x," * 9000 + end})) == "de"
    assert languages.of_browser.cache_info().currsize == before + 1


async def test_the_choice_goes_before_the_browser_and_the_browser_before_the_shop(web: httpx.AsyncClient) -> None:
    of_shop = await web.get("/sign-in")
    of_browser = await web.get("/sign-in", headers={"accept-language": "es"})
    chosen = await web.post("/language", data={"speak": "fr", "back": "/sign-in?again=1"})
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/sign-in?again=1")
    of_choice = await web.get("/sign-in", headers={"accept-language": "es"})
    missing = await web.get("/nowhere")
    assert '<html lang="de">' in of_shop.text and "<h1>Anmelden</h1>" in of_shop.text
    assert '<html lang="es">' in of_browser.text and "<h1>Iniciar sesión</h1>" in of_browser.text
    assert '<html lang="fr">' in of_choice.text and "<h1>Se connecter</h1>" in of_choice.text
    assert "Introuvable" in missing.text


@pytest.mark.sqlite_only
async def test_a_choice_leads_nowhere_else_and_only_to_a_language_of_ours(web: httpx.AsyncClient) -> None:
    for back in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""):
        answer = await web.post("/language", data={"speak": "tlh", "back": back})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert languages.COOKIE not in answer.headers.get("set-cookie", "")


async def test_what_runs_for_an_open_page_speaks_its_language() -> None:
    wishes, told, heard = Event[str](), [], []

    def page() -> None:
        text.speak("de")
        theme.apply(parameters.look(None), "")
        button = ui.button("x", on_click=lambda: told.append(_("Cart")))
        wishes.subscribe(answer)
        button.mark("button")

    async def answer(_word: str) -> None:
        heard.append(_("Cart"))
        heard.append(await asyncio.create_task(later()))

    async def later() -> str:
        await asyncio.sleep(0)
        return _("Cart")

    async with user_simulation(root=page) as user:
        await open_and_tell(user, wishes)
    assert told == ["Warenkorb"]
    assert heard == ["Warenkorb", "Warenkorb"]


async def open_and_tell(user: User, wishes: Event[str]) -> None:
    languages.follow_pages()
    await user.open("/")
    with speaking("fr"):
        user.find("button").click()
        wishes.emit("something")
        assert _("Cart") == "Panier"  # whoever told it speaks on as before
        for _turn in range(5):
            await asyncio.sleep(0)


def test_each_language_is_named_as_it_names_itself() -> None:
    named = {code: str(Locale(code).get_display_name(code)).capitalize() for code in text.LANGUAGES}
    assert dict(languages.NAMES) == named
