"""Quick order: many products at once, pasted, dropped or scanned, and looked at before they come into the cart."""

import asyncio
from typing import IO

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, Response
from nicegui import app

from models.errors import ShopError
from models.pricing import PriceList
from models.text import _
from pages.components.quick_entry import QuickEntry
from pages.frame import page_head
from pages.http import same_origin
from pages.peers import visitor_address
from pages.received import Answer, received
from pages.shop import lists, visitor
from pages.shop.preview import PreviewOnPage
from pages.shop.shop_page import Visit, arrive, frame, shop_page, summary
from services import parameters, quick_order, throttle
from services.quick_order import Kind, Row

PATH = "/quick-order"
FILE_PATH = "/quick-order/file"
SAMPLE_PATH = "/quick-order/sample.csv"


def register() -> None:
    """Declare the page, the route that reads a file, and the sample."""
    shop_page(PATH, _quick_order)
    app.add_api_route(FILE_PATH, receive, methods=["POST"], dependencies=[Depends(same_origin), Depends(not_too_often)])
    app.add_api_route(SAMPLE_PATH, sample, methods=["GET"])


async def _quick_order(visit: Visit, request: Request) -> None:
    with frame(visit, _("Quick order"), await summary(visit)):
        with page_head(_("Quick order"), _("Nothing is in your cart before you press “Add all”.")):
            pass
        QuickOrder(visit)


class QuickOrder:
    """The page's two parts: where products are put in, and what would come into the cart."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._newest = ""
        self._entry = QuickEntry(
            url=FILE_PATH,
            sample=SAMPLE_PATH,
            longest=quick_order.MAX_TEXT,
            max_bytes=quick_order.MAX_BYTES,
            on_text=self._read,
            on_scan=self._scan,
        )
        self._preview = PreviewOnPage(visit, title=_("What will be added"), on_added=self._added)
        with self._preview.element:
            lists.save_button(visit, lambda: self._preview.quantities)

    async def _read(self, text: str) -> None:
        """Show what a text asks for, unless another one has come meanwhile."""
        self._newest = text
        try:
            visitor.spend(throttle.QUICK_ORDER, throttle.QUICK_ORDER_ADDRESS)
            found = await quick_order.preview(text, await self._prices())
        except ShopError as error:
            if text == self._newest:
                self._entry.show_problem(str(error))
            return
        if text != self._newest:
            return
        is_nothing = not found.rows
        self._entry.show_problem(
            _("No product was found in this. Is there a SKU or EAN in each line?") if is_nothing else ""
        )
        await self._preview.show(found, focus=True)

    async def _scan(self, code: str) -> None:
        try:
            visitor.spend(throttle.QUICK_ORDER, throttle.QUICK_ORDER_ADDRESS)
            found = await quick_order.preview(code, await self._prices())
        except ShopError as error:
            self._entry.say(str(error), is_bad=True)
            return
        if not found.rows:
            self._entry.say(_("“{code}” is not known here.").format(code=code), is_bad=True)
        for row in found.rows:
            self._say(await self._preview.take(row))

    async def _prices(self) -> PriceList:
        """What the buyer is told of prices now: a page may outlive a sign-in, a sign-out and a seller's decision."""
        return (await arrive(self._visit.token)).prices

    def _say(self, row: Row) -> None:
        """Say what a scanned code became: whoever scans looks at the shelf."""
        if row.line:
            words = _("{name}: {quantity}").format(name=row.line.wanted.name, quantity=row.line.wanted.quantity)
            self._entry.say(" ".join([words, *row.remarks]))
        elif row.odd:
            self._entry.say(" ".join(row.remarks), is_bad=True)
        elif row.kind is Kind.AMBIGUOUS:
            self._entry.say(_("“{code}” may be several products: choose one below.").format(code=row.text), is_bad=True)
        else:
            self._entry.say(_("“{code}” is not known here.").format(code=row.text), is_bad=True)

    def _added(self, is_all: bool) -> None:
        if is_all:
            self._entry.forget()


def not_too_often(request: Request) -> None:
    """Count a file that a buyer sends (a FastAPI dependency): reading one takes a process."""
    throttle.spend(throttle.ORDER_FILE, visitor_address(request), visitor.token_of(request))


async def receive(request: Request) -> JSONResponse:
    """Read an order's file; answers {"text": what could have been pasted instead} or {"error": sentence}."""

    async def read(name: str, file: IO[bytes]) -> Answer:
        return {"text": await quick_order.read_file(name, await asyncio.to_thread(file.read))}

    return await received(request, quick_order.MAX_BYTES, read)


async def sample() -> Response:
    """A file as it can be dropped here, with products of this shop."""
    content = await quick_order.sample(await parameters.current())
    headers = {"content-disposition": 'attachment; filename="order.csv"', "cache-control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
