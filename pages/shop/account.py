"""My requests: what the buyer who is signed in on this device has sent, searched and live."""

from dataclasses import replace
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import app, ui

from models import AuditKind, Order, Shop, Standing
from models.errors import ShopError
from models.text import _
from pages.components.elements import box, link_button, paragraph
from pages.components.filters import Filter, FilterButton, Filters
from pages.components.table import Column, Row, Table
from pages.components.table_values import PageRequest
from pages.components.toasts import toast
from pages.frame import page_head
from pages.shop import account_door, show, show_request, visitor
from pages.shop.request import show_page
from pages.shop.shop_page import Visit, frame, shop_page, summary
from pages.shop.visitor import token_of
from services import audit, live, privacy, sent_requests, throttle, visitors
from services.sent_requests import RequestFilter, Stage

DATA_PATH = "/account/data"
FILE_HEADERS = {
    "content-disposition": 'attachment; filename="my-data.json"',
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def register() -> None:
    """Declare the pages and the route of the file."""
    shop_page("/account", _account)
    shop_page("/account/request/{number}", _one_request)
    app.add_api_route(DATA_PATH, data, methods=["GET"])


async def _account(visit: Visit, request: Request) -> Response | None:
    buyer = visit.visitor.buyer
    if buyer is None:
        return RedirectResponse("/sign-in", status_code=303)
    listed = RequestList(visit.shop, buyer.id, RequestFilter.parse(request.query_params))
    with frame(visit, _("My requests"), await summary(visit)):
        waits = buyer.standing is Standing.WAITING
        await listed.build(buyer.email, account_door.only_for(visit, buyer), is_waiting=waits)

    async def follow(order_ids: frozenset[int]) -> None:
        if await account_door.is_signed_in(visit, buyer):
            await listed.refresh(is_news=True)

    live.orders.subscribe(follow)
    return None


class RequestList:
    """A buyer's requests: what is filtered, and the elements that show it."""

    def __init__(self, shop: Shop, buyer_id: int, wanted: RequestFilter) -> None:
        self._shop, self._buyer_id, self._wanted = shop, buyer_id, wanted

    async def build(self, email: str, mine: account_door.Guard, *, is_waiting: bool = False) -> None:
        """Make the elements and fill them; each handler goes through the door `mine`."""
        with page_head(_("My requests"), email):
            link_button(_("My lists"), "/account/lists")
            link_button(_("My data"), "/account/profile")
            account_door.sign_out_button()
            FilterButton()
        if is_waiting:
            with box("notice wait"):
                paragraph(_("The shop looks at new buyers first. You get a mail once it has approved you."))
        with box("cols"):
            self._table = Table(_columns(), label=_("My requests"), on_page=mine(self._turn_page))
            values = {"search": self._wanted.search, "stage": self._wanted.stage or ""}
            Filters(_filters(), on_change=mine(self._filter), values=values)
        await self.refresh()

    async def refresh(self, *, is_news: bool = False) -> None:
        """Show what the filter finds now, unless another one has been set meanwhile."""
        asked = self._wanted
        page = await sent_requests.page(self._buyer_id, asked)
        if asked != self._wanted:
            return
        self._page = page
        self._table.set_empty(*_empty(asked))
        rows = [_row(order, self._shop) for order in page.rows]
        self._table.show(
            rows,
            total=page.total,
            page=page.page,
            page_size=sent_requests.PAGE_SIZE,
            live=is_news,
            ends=page.ends,
            is_more=page.is_more,
        )

    async def _set(self, wanted: RequestFilter) -> None:
        self._wanted = wanted
        query = urlencode(wanted.query())
        ui.navigate.history.replace(f"/account?{query}" if query else "/account")
        await self.refresh()

    async def _turn_page(self, asked: PageRequest) -> None:
        await self._set(replace(self._wanted, page=asked.page, at=self._page.place_of(asked.page)))

    async def _filter(self, values: dict[str, str]) -> None:
        try:
            visitor.spend(throttle.SEARCH, throttle.SEARCH_ADDRESS)
        except ShopError as error:
            toast(str(error), "bad")
            return
        await self._set(RequestFilter.parse(values))


async def data(request: Request) -> Response:
    """Everything that is kept about the buyer who is signed in on this device, as a file."""
    buyer = (await visitors.load(token_of(request))).buyer
    if buyer is None:
        return RedirectResponse("/sign-in", status_code=303)
    content = await privacy.buyer_data(buyer.id)
    await audit.note(AuditKind.BUYER_DATA, audit.BUYER, _("buyer {id}").format(id=buyer.id))
    return Response(content, media_type="application/json", headers=FILE_HEADERS)


async def _one_request(visit: Visit, request: Request) -> Response | None:
    buyer = visit.visitor.buyer
    if buyer is None:
        return RedirectResponse("/sign-in", status_code=303)
    sent = await sent_requests.of_buyer(buyer.id, request.path_params["number"])
    await show_page(visit, sent, may_see=lambda: account_door.is_signed_in(visit, buyer))
    return None


def _columns() -> list[Column]:
    return [
        Column("number", _("Request"), phone="title"),
        Column("sent", _("Sent"), phone="subtitle"),
        Column("products", _("Products"), width="36ch"),
        Column("total", _("Total"), align="right", phone="right"),
        Column("stage", _("How far"), phone="right_sub"),
        Column("again", _("Order again"), phone="below", unseen=True),
    ]


def _filters() -> list[Filter]:
    stages = tuple((stage.value, _(stage.label)) for stage in Stage)
    return [
        Filter("search", _("Search"), "search", placeholder=_("Number, SKU, reference, comment")),
        Filter("stage", _("How far"), "chips", stages),
    ]


def _empty(wanted: RequestFilter) -> tuple[str, str]:
    if wanted.search or wanted.stage:
        return _("No request matches"), _("Take a filter away, or reset them all.")
    return _("You have not sent a request yet"), _("What you send appears here, with how far it has come.")


def _row(order: Order, shop: Shop) -> Row:
    words, tone = show_request.stage(order)
    address = f"/account/request/{order.number}"
    return {
        "id": order.id,
        "href": address,
        "number": {"text": order.number, "mono": True},
        "sent": show.moment(order.created_at, shop),
        "products": {"text": order.references, "mono": True, "title": order.references},
        "total": {"text": show_request.total(order, shop) or "–", "strong": True},
        "stage": {"text": words, "tag": tone},
        "again": {"text": _("Order again"), "href": f"{address}/again", "link": True},
    }
