"""Plain pages for what cannot be answered: nothing is there, not allowed, too often, out of reach, broken."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect

from models.errors import StorageError
from models.text import _
from pages import plain, theme
from services import parameters
from services.throttle import TooManyError

RETRY_SECONDS = "15"


def register(app: FastAPI) -> None:
    """Have the program answer with them."""
    app.add_exception_handler(404, not_found)
    app.add_exception_handler(RequestValidationError, not_found)  # an address with a word where a number belongs
    app.add_exception_handler(StarletteHTTPException, _refused)
    app.add_exception_handler(TooManyError, too_often)
    app.add_exception_handler(StorageError, _without_database)
    app.add_exception_handler(ClientDisconnect, _left)
    app.add_exception_handler(500, _broken)


async def not_found(request: Request, error: Exception) -> Response:
    """Say that nothing is at this address."""
    text = _("There is nothing at this address. It may have been mistyped, or what stood here is gone.")
    return await _message(request, _("Not found"), text, 404)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)  # noqa: S101 - it is registered for this class
    if error.headers and "Location" in error.headers:
        return RedirectResponse(error.headers["Location"], error.status_code)
    if error.status_code == 405:
        text = _("This address cannot be used in this way.")
        return await _message(request, _("Not possible"), text, 405)
    return await _message(request, _("Not possible"), str(error.detail), error.status_code)


async def too_often(request: Request, error: Exception) -> Response:
    """Say how long to wait."""
    assert isinstance(error, TooManyError)  # noqa: S101 - it is registered for this class
    wait = {"retry-after": str(error.seconds)}
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"error": str(error)}, 429, headers=wait)
    page = await _message(request, _("One moment, please"), str(error), 429)
    page.headers.update(wait)
    return page


async def _left(request: Request, error: Exception) -> Response:
    """Whoever left while sending something reads no answer; that is no bug."""
    return PlainTextResponse(_("This did not arrive."), 400)


async def _without_database(request: Request, error: Exception) -> Response:
    text = _("The shop cannot reach its data at the moment. Nothing is lost; please try again in a minute.")
    page = _message_of(request, parameters.look(None), _("One moment, please"), text, 503)
    page.headers["retry-after"] = RETRY_SECONDS
    return page


async def _broken(request: Request, error: Exception) -> Response:
    text = _("Something went wrong here, and it has been noted. Nothing you sent before is lost. Please try again.")
    return await _message(request, _("Something went wrong"), text, 500)


async def _message(request: Request, title: str, text: str, status: int) -> Response:
    try:
        shop = await plain.shop()
    except StorageError as error:
        return await _without_database(request, error)
    return _message_of(request, shop, title, text, status)


def _message_of(request: Request, shop: theme.Shop, title: str, text: str, status: int) -> Response:
    back = ("/desk", _("To the desk")) if request.url.path.startswith("/desk") else ("/", _("To the catalogue"))
    return plain.render("message.html", shop, status=status, title=title, text=text, link=back[0], link_text=back[1])
