"""The page behind an invitation, or a link for who has forgotten their password: a seller chooses one."""

from typing import Annotated

from fastapi import Depends, Form
from fastapi.responses import HTMLResponse
from nicegui import app

from models.errors import FieldErrors, ShopError
from models.text import _
from pages import plain
from pages.desk import guard
from pages.http import same_origin
from services import passwords, seller_links

PATH = seller_links.PATH + "/{token}"


def register() -> None:
    """Declare the routes."""
    app.add_api_route(PATH, show, methods=["GET", "HEAD"])
    app.add_api_route(PATH, choose, methods=["POST"], dependencies=[Depends(same_origin)])


async def show(token: str) -> HTMLResponse:
    """Ask for the password, if the link still works; looking changes nothing."""
    return await _form(token, {})


async def choose(token: str, password: Annotated[str, Form()] = "") -> HTMLResponse:
    """Save the password; the link is used up."""
    try:
        await seller_links.choose_password(token, password)
    except FieldErrors as refused:
        return await _form(token, refused.fields)
    except ShopError as error:
        return await _no_longer(str(error))
    return plain.render(
        "message.html",
        await plain.shop(),
        title=_("Your password is saved"),
        text=_("Sign in with it and your e-mail address."),
        link=guard.SIGN_IN_PATH,
        link_text=_("Sign in"),
    )


def rule() -> str:
    """What a password has to be, in words."""
    return _("{least} to {most} characters, and hard to guess: three or four unrelated words, for example.").format(
        least=passwords.MIN_LENGTH, most=passwords.MAX_LENGTH
    )


async def _form(token: str, errors: dict[str, str]) -> HTMLResponse:
    seller = await seller_links.find(token)
    if seller is None:
        words = _(
            "An invitation works for 7 days, a link for a new password for an hour, each once. Whoever has never "
            "signed in asks the owner of the shop for a new invitation."
        )
        return await _no_longer(words)
    return plain.render(
        "desk_new_password.html",
        await plain.shop(),
        title=_("Choose a password"),
        status=422 if errors else 200,
        path=f"{seller_links.PATH}/{token}",
        email=seller.email,
        errors=errors,
        rule=rule(),
    )


async def _no_longer(text: str) -> HTMLResponse:
    return plain.render(
        "message.html",
        await plain.shop(),
        title=_("This link does not work any more"),
        status=410,
        text=text,
        link="/desk/forgot",
        link_text=_("Mail me a new link"),
    )
