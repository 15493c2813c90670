"""What a seller signs in with: plain pages to change the password and to switch the second factor on and off."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from nicegui import app

from models import Seller
from models.errors import FieldErrors, ShopError
from models.text import _
from pages import plain
from pages.desk import browser, guard
from pages.desk.new_password import rule
from pages.desk.sign_in import status_of
from pages.http import same_origin
from services import passwords, sealed, second_factor, seller_sessions, sellers, throttle
from services.later import Later

if TYPE_CHECKING:
    import segno
else:
    segno = Later("segno")

ACCOUNT_PATH = "/desk/account"
PASSWORD_PATH = f"{ACCOUNT_PATH}/password"
SECOND_FACTOR_PATH = f"{ACCOUNT_PATH}/second-factor"
SECRET = "second-factor-secret"  # noqa: S105 - a purpose, not a secret

Text = Annotated[str, Form()]
Signed = Annotated[Seller, Depends(guard.require)]


def register() -> None:
    """Declare the routes."""
    posted = [Depends(same_origin)]
    app.add_api_route(PASSWORD_PATH, show_password, methods=["GET", "HEAD"])
    app.add_api_route(PASSWORD_PATH, change_password, methods=["POST"], dependencies=posted)
    app.add_api_route(SECOND_FACTOR_PATH, show_second_factor, methods=["GET", "HEAD"])
    app.add_api_route(SECOND_FACTOR_PATH, switch_on, methods=["POST"], dependencies=posted)
    app.add_api_route(f"{SECOND_FACTOR_PATH}/off", switch_off, methods=["POST"], dependencies=posted)


async def show_password(seller: Signed) -> HTMLResponse:
    """Ask for the password until now and the new one."""
    return await _password_form(seller)


async def change_password(request: Request, seller: Signed, old: Text = "", password: Text = "") -> Response:
    """Change the password: every session ends, and this browser gets a new one."""
    if error := await _refusal(seller, sellers.change_password(seller, old, password)):
        return await _password_form(seller, error)
    answer = RedirectResponse(ACCOUNT_PATH, 303)
    name = browser.arrival(request).browser
    browser.keep_session(answer, await seller_sessions.open_session(seller.id, browser=name))
    return answer


async def show_second_factor(seller: Signed) -> HTMLResponse:
    """Show the secret for the app, or how it can be switched off."""
    return await _off_form(seller) if seller.has_second_factor else await _on_form(seller, second_factor.new_secret())


async def switch_on(
    seller: Signed, sealed_secret: Annotated[str, Form(alias="sealed")] = "", password: Text = "", code: Text = ""
) -> Response:
    """Ask for codes from now on, if password and code are right; show the recovery codes."""
    secret = next(iter(sealed.unseal(SECRET, sealed_secret)), "")
    if not secret or seller.has_second_factor:
        return RedirectResponse(SECOND_FACTOR_PATH, 303)
    if error := await _refusal(seller, _prove(seller, password)):
        return await _on_form(seller, secret, error)
    try:
        codes = await second_factor.switch_on(seller, secret, code)
    except FieldErrors as refused:
        return await _on_form(seller, secret, refused)
    title = _("Your recovery codes")
    return plain.render("desk_recovery_codes.html", await plain.shop(), title=title, codes=codes)


async def switch_off(seller: Signed, password: Text = "") -> Response:
    """Let the password alone be enough again, if it is right."""
    if error := await _refusal(seller, _prove(seller, password)):
        return await _off_form(seller, error)
    await second_factor.switch_off(seller)
    return RedirectResponse(ACCOUNT_PATH, 303)


async def _refusal(seller: Seller, change: Awaitable[None]) -> ShopError | None:
    """Make a change that a password proves; a signed-in page is no place to guess it either."""
    try:
        throttle.spend(throttle.SIGN_IN_ACCOUNT, f"signed in: {seller.id}")
        await change
    except ShopError as error:
        return error
    throttle.forgive(throttle.SIGN_IN_ACCOUNT, f"signed in: {seller.id}")
    return None


async def _prove(seller: Seller, password: str) -> None:
    if not await passwords.is_right(password, seller.password_hash):
        raise FieldErrors({"password": _("This is not your password.")})


async def _password_form(seller: Seller, error: ShopError | None = None) -> HTMLResponse:
    return plain.render(
        "desk_password.html",
        await plain.shop(),
        title=_("Change your password"),
        status=status_of(error) if error else 200,
        email=seller.email,
        errors=_errors(error),
        rule=rule(),
    )


async def _on_form(seller: Seller, secret: str, error: ShopError | None = None) -> HTMLResponse:
    shop = await plain.shop()
    address = second_factor.app_address(secret, seller.email, shop.name)
    return plain.render(
        "desk_second_factor.html",
        shop,
        title=_("A code as well as the password"),
        status=status_of(error) if error else 200,
        address=address,
        picture=segno.make(address).svg_data_uri(scale=4, border=4, light="#fff"),
        secret=secret,
        sealed=sealed.seal(SECRET, [secret], second_factor.TIME_TO_SWITCH_ON),
        errors=_errors(error),
    )


async def _off_form(seller: Seller, error: ShopError | None = None) -> HTMLResponse:
    return plain.render(
        "desk_second_factor_off.html",
        await plain.shop(),
        title=_("The second factor is on"),
        status=status_of(error) if error else 200,
        left=await second_factor.recovery_codes_left(seller),
        errors=_errors(error),
    )


def _errors(error: ShopError | None) -> dict[str, str]:
    if error is None:
        return {}
    return error.fields if isinstance(error, FieldErrors) else {"": str(error)}
