"""My requests: what the buyer who is signed in on this device has sent."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import app

from models import AuditKind, Buyer, Order, Shop
from models.text import _
from pages import forms
from pages.components.elements import Words, box, link_button
from pages.components.table import Column, Row, Table
from pages.components.table_values import PageRequest
from pages.frame import page_head
from pages.shop import show, show_request
from pages.shop.request import show_page
from pages.shop.shop_page import Visit, frame, shop_page, summary
from pages.shop.visitor import token_of
from services import audit, live, privacy, sent_requests, visitors

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
    sent = await sent_requests.all_of_buyer(buyer.id)
    with frame(visit, _("My requests"), await summary(visit)):
        with page_head(_("My requests"), buyer.email):
            link_button(_("My lists"), "/account/lists", "quiet")
            link_button(_("Download my data"), DATA_PATH, "quiet", download=True)
            _sign_out_button()
        table = _table()
        _show(table, sent, visit.shop)

    async def follow(order_ids: frozenset[int]) -> None:
        if await _is_signed_in(visit, buyer):
            _show(table, await sent_requests.all_of_buyer(buyer.id), visit.shop, is_news=True)

    live.orders.subscribe(follow)
    return None


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
    await show_page(visit, sent, may_see=lambda: _is_signed_in(visit, buyer))
    return None


async def _is_signed_in(visit: Visit, buyer: Buyer) -> bool:
    """Whether this device still is the buyer's: a page may outlive a sign-out in another tab."""
    now = (await visitors.load(visit.token)).buyer
    return now is not None and now.id == buyer.id


def _table() -> Table:
    columns = (
        Column("number", _("Request"), phone="title"),
        Column("sent", _("Sent"), phone="subtitle"),
        Column("products", _("Products"), width="46ch"),
        Column("total", _("Total"), align="right", phone="right"),
        Column("stage", _("How far"), phone="right_sub"),
    )

    async def turn_page(wanted: PageRequest) -> None:
        """There is one page only."""

    nothing = (_("You have not sent a request yet"), _("What you send appears here, with how far it has come."))
    return Table(columns, label=_("My requests"), on_page=turn_page, empty=nothing)


def _show(table: Table, sent: list[Order], shop: Shop, *, is_news: bool = False) -> None:
    table.show([_row(order, shop) for order in sent], total=len(sent), page_size=max(len(sent), 1), live=is_news)


def _row(order: Order, shop: Shop) -> Row:
    words, tone = show_request.stage(order)
    return {
        "id": order.id,
        "href": f"/account/request/{order.number}",
        "number": {"text": order.number, "mono": True},
        "sent": show.moment(order.created_at, shop),
        "products": {"text": order.references, "mono": True, "title": order.references},
        "total": {"text": show_request.total(order, shop) or "–", "strong": True},
        "stage": {"text": words, "tag": tone},
    }


def _sign_out_button() -> None:
    with box("", tag="form") as form:
        form.props.update(method="post", action="/sign-out")
        box("", tag="input").props.update(type="hidden", name=forms.FIELD, value=forms.token_of_page())
        Words(_("Sign out"), "btn", tag="button").props["type"] = "submit"
