"""The pages behind the links of a management mail: one order's CSV, and the button that confirms that order."""

from fastapi import Depends
from fastapi.responses import HTMLResponse, Response
from nicegui import app

from models.errors import NotFoundError, ShopError
from models.text import _
from pages import plain
from pages.http import same_origin
from services import mailed_orders
from services.mailed_orders import Confirmation, ConfirmState

CSV_PATH = "/orders/csv/{token}"
CONFIRM_PATH = "/orders/confirm/{token}"


def register() -> None:
    """Declare the routes."""
    app.add_api_route(CSV_PATH, download, methods=["GET", "HEAD"])
    app.add_api_route(CONFIRM_PATH, show, methods=["GET", "HEAD"])
    app.add_api_route(CONFIRM_PATH, confirm, methods=["POST"], dependencies=[Depends(same_origin)])


async def download(token: str) -> Response:
    """Send the order's file, the same bytes as the mail's attachment."""
    try:
        file = await mailed_orders.csv_file(token)
    except NotFoundError as error:
        return await _message(_("This link is not known here"), str(error), status=404)
    except ShopError as error:
        return await _message(_("This link has expired"), str(error), status=410)
    return Response(file.content, media_type="text/csv; charset=utf-8", headers=_download_headers(file.name))


async def show(token: str) -> HTMLResponse:
    """Show the order with one button; looking changes nothing."""
    try:
        return await _page(await mailed_orders.describe(token))
    except NotFoundError as error:
        return await _message(_("This link is not known here"), str(error), status=404)


async def confirm(token: str) -> HTMLResponse:
    """Confirm the order, then show what became of it."""
    try:
        result = await mailed_orders.confirm(token)
        return await _page(await mailed_orders.describe(token), just_confirmed=result.done)
    except NotFoundError as error:
        return await _message(_("This link is not known here"), str(error), status=404)
    except ShopError as error:
        return await _message(_("Not confirmed"), str(error), status=409)


async def _page(confirmation: Confirmation, *, just_confirmed: bool = False) -> HTMLResponse:
    return plain.render(
        "confirm_order.html",
        await plain.shop(),
        title=_title(confirmation, just_confirmed).format(number=confirmation.order.number),
        wide=True,
        state=confirmation.state,
        order=confirmation.order,
        summary=confirmation.summary,
        confirmed_at=confirmation.confirmed_at,
        just_confirmed=just_confirmed,
    )


def _title(confirmation: Confirmation, just_confirmed: bool) -> str:
    if just_confirmed:
        return _("Order {number} is confirmed")
    return {
        ConfirmState.OPEN: _("Confirm order {number}"),
        ConfirmState.DONE: _("Order {number} is confirmed already"),
        ConfirmState.UNVERIFIED: _("Order {number} is not verified yet"),
        ConfirmState.EXPIRED: _("This link has expired"),
    }[confirmation.state]


def _download_headers(name: str) -> dict[str, str]:
    return {
        "content-disposition": f'attachment; filename="{name}"',  # a plain name, checked when the mail was built
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex",
    }


async def _message(title: str, text: str, *, status: int) -> HTMLResponse:
    shop, link_text = await plain.shop(), _("To the desk")
    return plain.render("message.html", shop, title=title, status=status, text=text, link="/desk", link_text=link_text)
