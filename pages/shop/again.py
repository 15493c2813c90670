"""Ordering an earlier request again: what has changed since is shown before anything comes into the cart."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from models.text import _, ngettext, spoken
from pages.components.elements import box, link
from pages.frame import page_head
from pages.shop import lists, show
from pages.shop.preview import PreviewOnPage
from pages.shop.shop_page import Visit, frame, shop_page, summary
from services import quick_order, sent_requests
from services.quick_order import Preview
from services.sent_requests import SentRequest


def register() -> None:
    """Declare the pages: behind the secret link, and in the buyer's own corner."""
    shop_page("/request/{token}/again", _behind_link)
    shop_page("/account/request/{number}/again", _of_buyer)


async def _behind_link(visit: Visit, request: Request) -> None:
    await _show(visit, await sent_requests.behind_link(request.path_params["token"]), request)


async def _of_buyer(visit: Visit, request: Request) -> Response | None:
    buyer = visit.visitor.buyer
    if buyer is None:
        return RedirectResponse("/sign-in", status_code=303)
    await _show(visit, await sent_requests.of_buyer(buyer.id, request.path_params["number"]), request)
    return None


async def _show(visit: Visit, sent: SentRequest, request: Request) -> None:
    order, shop = sent.order, visit.shop
    tell_prices = not (order.prices_hidden or shop.prices_hidden) and order.currency == shop.currency
    preview = await quick_order.again(sent.lines, visit.prices, language=spoken(), tell_prices=tell_prices)
    with frame(visit, _("Order again"), await summary(visit)):
        with box("crumbs", tag="nav"):
            link(_("Request {number}").format(number=order.number), request.url.path.removesuffix("/again"), "crumb")
        sent_on = _("as sent on {moment}").format(moment=show.moment(order.created_at, shop))
        with page_head(_("Order again"), f"{sent_on} · {_changes(preview)}"):
            pass
        shown = PreviewOnPage(visit, title=_("What will be added"))
        with shown.element:
            lists.save_button(visit, lambda: shown.quantities)
    await shown.show(preview, focus=True)


def _changes(preview: Preview) -> str:
    """How many lines are not what they were."""
    n = sum(bool(row.remarks) for row in preview.rows)
    return ngettext("{n} line has changed", "{n} lines have changed", n).format(n=n) if n else _("nothing has changed")
