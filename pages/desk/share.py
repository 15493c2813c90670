"""The shop's link as a QR code: to look at, to print, and as a file for leaflets, labels and letters."""

import asyncio
import io
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.responses import Response
from nicegui import app, ui

from models import Seller
from models.text import _
from pages.components.elements import box, h2, link, link_button, paragraph, text
from pages.components.print_button import PrintButton
from pages.desk import guard
from pages.desk.desk_page import Visit, desk_page, frame
from pages.frame import page_head
from services import settings
from services.later import Later

if TYPE_CHECKING:
    import segno
else:
    segno = Later("segno")

PATH = "/desk/share"
SVG_PATH, PNG_PATH = f"{PATH}/qr.svg", f"{PATH}/qr.png"
QUIET_MODULES = 4  # around the code, as its standard wants it
PNG_SCALE = 20  # pixels of a module: sharp on paper as wide as a hand

Signed = Annotated[Seller, Depends(guard.require)]


def register() -> None:
    """Declare the page and its files."""
    desk_page(PATH, share)
    app.add_api_route(SVG_PATH, svg, methods=["GET"])
    app.add_api_route(PNG_PATH, png, methods=["GET"])


async def share(visit: Visit, _request: Request) -> None:
    """Build the page; printed, only the sheet with the code is left of it."""
    address = settings.current().public_url
    with frame(visit, _("QR code"), "", width="narrow"):
        link(_("‹ Purchase orders"), "/desk", "crumb unprinted")
        with page_head(_("QR code")) as head:
            link_button(_("Download SVG"), SVG_PATH, download=True)
            link_button(_("Download PNG"), PNG_PATH, download=True)
            PrintButton()
        head.classes("unprinted")
        with box("stack"):
            paragraph(_("Whoever points a phone’s camera at it comes to your shop."), "muted unprinted")
            with box("panel pad share-sheet", tag="section"):
                h2(visit.shop.name)
                code = ui.element("img").props(f'src="{SVG_PATH}" width=320 height=320')
                code.props["alt"] = _("QR code of {address}").format(address=address)
                text(address, "mono")


async def svg(_seller: Signed) -> Response:
    """The code as a drawing, sharp at any size."""
    return Response(await asyncio.to_thread(_drawn, "svg"), media_type="image/svg+xml", headers=_named("svg"))


async def png(_seller: Signed) -> Response:
    """The code as a picture."""
    return Response(await asyncio.to_thread(_drawn, "png"), media_type="image/png", headers=_named("png"))


def _drawn(kind: str) -> bytes:
    file = io.BytesIO()
    code = segno.make(settings.current().public_url, micro=False, error="m")
    scale = PNG_SCALE if kind == "png" else 1
    code.save(file, kind=kind, scale=scale, border=QUIET_MODULES, dark="#000", light="#fff")
    return file.getvalue()


def _named(kind: str) -> dict[str, str]:
    return {"content-disposition": f'inline; filename="qr.{kind}"', "cache-control": "no-store"}
