"""The set-up page: opened once, by the link that the program prints while there is no seller."""

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from nicegui import app

from models.errors import FieldErrors, ShopError
from models.text import _, is_clean
from pages import plain
from pages.desk import browser, sign_in
from pages.desk.new_password import rule
from pages.http import same_origin
from services import choices, first_run, parameters, passwords, sellers

DESK_PATH = "/desk"
ASKED = ("name", "currency", "language", "time_zone", "email", "management_emails")
SHOWN = ("name", "currency", "language", "time_zone", "email", "password", "management_emails")
LONGEST_ANSWER = 4000
LONGEST_CODE = 100

Answers = dict[str, str]


def register() -> None:
    """Declare the routes."""
    app.add_api_route("/setup", show, methods=["GET", "HEAD"])
    app.add_api_route("/setup", set_up, methods=["POST"], dependencies=[Depends(same_origin)])


async def show(request: Request, code: str = "") -> HTMLResponse:
    """Show the form to whoever brings the code, and only to them."""
    if not await first_run.is_open(code[:LONGEST_CODE]):
        return await _closed()
    guess = choices.guess(request.headers.get("accept-language", ""))
    answers = dict.fromkeys(ASKED, "")
    answers.update(currency=guess.currency, language=guess.language, time_zone=guess.time_zone)
    return _form(code, answers, {})


async def set_up(request: Request) -> Response:
    """Make the shop and its owner, and let them in."""
    form = await request.form()
    answers = {asked: _readable(str(form.get(asked, ""))) for asked in ASKED}
    code, password = str(form.get("code", "")), str(form.get("password", ""))
    if not await first_run.is_open(code[:LONGEST_CODE]):
        return await _closed()
    try:
        token = await first_run.set_up(code, {**answers, "password": password})
    except FieldErrors as refused:
        return _form(code, answers, refused.fields)
    except ShopError:
        return await _closed()
    answer = RedirectResponse(DESK_PATH, 303)
    browser.keep_session(answer, token)
    return answer


def _readable(answer: str) -> str:
    return answer[:LONGEST_ANSWER] if is_clean(answer) else ""


def _form(code: str, answers: Answers, errors: dict[str, str]) -> HTMLResponse:
    return plain.render(
        "setup.html",
        parameters.look(None),
        title=_("Set up your shop"),
        status=422 if errors else 200,
        code=code,
        values=answers,
        errors=errors,
        first_wrong=next((name for name in SHOWN if name in errors), ""),
        currencies=choices.currencies(),
        languages=choices.languages(),
        zones=choices.zones(),
        min_password=passwords.MIN_LENGTH,
        rule=rule(),
    )


async def _closed() -> HTMLResponse:
    if await sellers.any_exists():
        text = _("This shop has been set up, and it has an owner.")
        link, link_text = sign_in.PATH, _("Sign in")
    else:
        text = _(
            "A set-up link works for one hour and only once. Start the program again: it prints a new one where it was "
            "started."
        )
        link, link_text = "", ""
    return plain.render(
        "message.html",
        await plain.shop(),
        title=_("This link opens nothing"),
        status=410,
        text=text,
        link=link,
        link_text=link_text,
    )
