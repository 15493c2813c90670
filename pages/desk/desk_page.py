"""What a page of the desk begins with: who looks at it, its frame, and what stands there when there is nothing."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from models import Seller, Shop
from models.errors import NotFoundError
from models.text import _
from pages import plain
from pages.components.page_bars import desk_tabs
from pages.components.request_bell import Call, RequestBell
from pages.desk import guard, show
from pages.frame import desk_frame
from services import live, parameters, settings, unopened
from services.unopened import Unopened


@dataclass(frozen=True)
class Visit:
    """A page that is opened: the shop, and the seller who opens it."""

    shop: Shop
    seller: Seller
    unopened: Unopened

    @property
    def seller_email(self) -> str:
        """The seller's address."""
        return self.seller.email


Build = Callable[[Visit, Request], Awaitable[Response | None]]


def desk_page(path: str, build: Build) -> None:
    """Declare a page of the desk; `build` may raise NotFoundError before it makes anything."""

    async def open_page(request: Request) -> Response | None:
        visit = Visit(await parameters.current(), await guard.seller(), await unopened.current())
        try:
            return await build(visit, request)
        except NotFoundError as error:
            return missing(visit.shop, str(error))

    guard.desk_page(path, open_page)


@contextmanager
def frame(visit: Visit, title: str, active: str, *, width: str = "") -> Iterator[None]:
    """The desk's header and main; `active` is the path of the tab it stands under, `width` is "" or "narrow".

    New requests are told on each page, live.
    """
    look, shop_url = parameters.look(visit.shop), settings.current().public_url
    tabs = [(path, label) for path, label in desk_tabs() if guard.may(visit.seller, path)]
    with desk_frame(
        look, title=title, active=active, tabs=tabs, seller_email=visit.seller_email, shop_url=shop_url, width=width
    ) as bar:
        with bar:
            bell = RequestBell(*_rung(visit.unopened))

        async def orders_changed(_order_ids: frozenset[int]) -> None:
            bell.show(*_rung(await unopened.current()))

        live.orders.subscribe(guard.told(orders_changed))
        yield


def _rung(new: Unopened) -> tuple[int, Call | None]:
    """What the bell shows of new requests."""
    if new.newest is None:
        return new.count, None
    words = _("Request {number} from {buyer}").format(number=new.newest.number, buyer=new.newest.buyer)
    at = int(new.newest.received_at.timestamp() * 1000)
    return new.count, Call(at, words, show.order_address(new.newest.number))


def missing(shop: Shop, text: str) -> Response:
    """A plain page that says what is not there, with the way back to the desk."""
    look, title = parameters.look(shop), _("Not found")
    return plain.render(
        "message.html", look, title=title, status=404, text=text, link="/desk", link_text=_("To the desk")
    )
