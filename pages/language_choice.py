"""A visitor chooses the language of the pages: it stays with the browser, and with whoever is signed in there."""

from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse
from nicegui import app

from models.text import LANGUAGES
from pages import languages
from pages.components.elements import own_address
from pages.desk import guard
from pages.http import same_origin
from pages.shop.visitor import token_of
from services import language_choice, settings

MOST_CHARACTERS = 4000  # of an address to go back to


def register() -> None:
    """Declare the route."""
    app.add_api_route("/language", choose, methods=["POST"], dependencies=[Depends(same_origin)])


async def choose(
    request: Request, speak: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "/"
) -> RedirectResponse:
    """Keep the choice and lead back to where it was made."""
    session_token = request.cookies.get(guard.cookie_name(), "")
    await language_choice.keep(speak, device_token=token_of(request), session_token=session_token)
    answer = RedirectResponse(_own(back), 303)
    if speak in LANGUAGES:
        answer.headers.append("set-cookie", languages.cookie(speak, secure=settings.current().is_https))
    return answer


def _own(back: str) -> str:
    try:
        return own_address(back[:MOST_CHARACTERS]) or "/"
    except ValueError:
        return "/"
