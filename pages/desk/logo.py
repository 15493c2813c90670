"""The logo on the Parameters page: shown, uploaded, removed."""

from typing import IO

from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from nicegui import app, ui

from models import Shop
from models.text import _
from pages import received
from pages.components.elements import Button, box, text
from pages.components.toasts import toast
from pages.components.upload import MEGABYTE, Answer, Upload
from pages.desk import guard
from pages.http import not_too_often, same_origin
from services import parameters, pictures

UPLOAD_PATH = "/desk/parameters/logo"
MAX_BYTES = 5 * MEGABYTE
ACCEPTED = ".png,.jpg,.jpeg,.webp,.gif"


def register() -> None:
    """Declare the route the picture is posted to."""
    checks = [Depends(same_origin), Depends(guard.require), Depends(not_too_often)]
    app.add_api_route(UPLOAD_PATH, receive, methods=["POST"], dependencies=checks)


async def receive(request: Request) -> JSONResponse:
    """Take a picture as the shop's logo; answers {"done": true} or {"error": sentence}."""

    async def use(_name: str, file: IO[bytes]) -> received.Answer:
        seller = await guard.require(request)
        await parameters.set_logo(await pictures.store(file), by=seller.email)
        return {"done": True}

    return await received.received(request, MAX_BYTES, use)


class Logo:
    """The logo with the ways to change it."""

    def __init__(self, shop: Shop) -> None:
        with box("field"):
            text(_("Logo"), "label")
            with box("line"):
                self.picture = ui.element("img").classes("logo-now")
                self.remove_button = Button(_("Remove logo"), guard.signed_in(self._remove), "quiet small")
            Upload(
                UPLOAD_PATH,
                label=_("Drop a logo here"),
                hint=_("PNG, JPEG or WebP, wider than high. Without one the shop's name stands there."),
                accept=ACCEPTED,
                max_bytes=MAX_BYTES,
                on_done=guard.signed_in(self._uploaded),
                small=True,
            )
        self._show(parameters.look(shop).logo_url)

    async def _uploaded(self, _answer: Answer) -> None:
        self._show(parameters.look(await parameters.current()).logo_url)
        toast(_("The new logo is shown on every page from its next reload on."))

    async def _remove(self) -> None:
        await parameters.set_logo("", by=(await guard.seller()).email)
        self._show("")

    def _show(self, logo_url: str) -> None:
        self.picture.props["src"] = logo_url
        self.picture.props["alt"] = _("The logo as it is now")
        self.picture.set_visibility(bool(logo_url))
        self.remove_button.set_visibility(bool(logo_url))
