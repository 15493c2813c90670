"""A buyer's page: who comes, what the frame shows of their cart, and a cart that stays the same in all tabs."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response
from nicegui import ui

from models import Shop
from models.errors import NotFoundError, ShopError
from models.pricing import PriceList
from models.text import _, speak
from pages import plain
from pages.components.elements import box, paragraph
from pages.components.page_bars import CartButton
from pages.components.toasts import toast
from pages.frame import PAGE_SECONDS, CartBadge, ShopFrame, shop_frame
from pages.shop import show_cart, visitor
from services import carts, live, parameters, prices, throttle, visitors
from services.carts import CartSummary
from services.database import shielded
from services.throttle import TooManyError
from services.visitors import Visitor

COOKIE_ARRIVES_MS = 1000  # with the answer to the other tab

Change = Callable[[], Awaitable[tuple[str, ...]]]
Build = Callable[["Visit", Request], Awaitable[Response | None]]


@dataclass(frozen=True)
class Visit:
    """A buyer opening a page: the shop as they see it, whose browser it is, and their prices."""

    shop: Shop
    visitor: Visitor
    prices: PriceList

    @property
    def token(self) -> str:
        """The device's secret."""
        return self.visitor.token


def shop_page(path: str, build: Build) -> None:
    """Declare a buyer's page; `build` may raise NotFoundError, and is not called before the shop is set up."""

    async def open_page(request: Request) -> Response | None:
        try:
            visit = await arrive(visitor.visitor_token())
        except NotFoundError:
            title, text = _("Soon here"), _("This shop is being set up. Please come back a little later.")
            return plain.render(
                "message.html", parameters.look(None), title=title, status=503, text=text, link="", link_text=""
            )
        _speak_with(visit.visitor)
        try:
            return await build(visit, request)
        except NotFoundError as error:
            return refusal(visit.shop, _("Not found"), str(error))
        except TooManyError as error:
            page = refusal(visit.shop, _("One moment, please"), str(error), 429)
            page.headers["retry-after"] = str(error.seconds)
            return page

    ui.page(path, response_timeout=PAGE_SECONDS)(open_page)


def refusal(shop: Shop, title: str, text: str, status: int = 404) -> Response:
    """A plain page that says why there is nothing to see, with the way back to the catalogue."""
    look = parameters.look(shop)
    return plain.render(
        "message.html", look, title=title, status=status, text=text, link="/", link_text=_("To the catalogue")
    )


@contextmanager
def frame(
    visit: Visit, title: str, cart: CartSummary, *, search: str = "", width: str = "", follows_itself: bool = False
) -> Iterator[ShopFrame]:
    """The header, main and footer of a buyer's page.

    The cart button shows what is in the cart, in whichever tab that changes; a page that shows more of the cart
    `follows_itself`.
    """
    look = parameters.look(visit.shop)
    buyer = visit.visitor.buyer
    badge = badge_of(cart, visit.shop)
    signed_in_as = buyer.email if buyer else ""
    _follow_to_a_new_cookie(visit)
    token = visit.token  # what stays open keeps no more of a visit than that
    shelf = Shelf(token)

    async def add(product_id: int, quantity: int) -> bool:
        is_done = await shelf.add(product_id, quantity)
        if is_done and framed.cart:
            framed.cart.show((await cart_now(token))[1])
        return is_done

    with shop_frame(
        look, title=title, cart=badge, search=search, signed_in_as=signed_in_as, width=width, on_add=add
    ) as framed:
        if code := visitor.brought_code():
            ui.context.client.on_connect(BroughtCode(visit.token, code).take)
        if away := parameters.away_text(visit.shop):
            with box("notice wait"):
                paragraph(away, "pre")
        yield framed
    if framed.cart and not follows_itself:
        _show_on_button(framed.cart, token)


def _show_on_button(button: CartButton, token: str) -> None:
    async def show() -> None:
        button.show((await cart_now(token))[1])

    follow_cart(token, show)


def _follow_to_a_new_cookie(visit: Visit) -> None:
    """Open the page anew once a buyer was signed in on this device in another tab, with the cookie that brought."""
    client, own = ui.context.client, visitors.mark(visit.token)

    def reload(mark: str) -> None:
        if mark == own:
            client.run_javascript(f"setTimeout(() => location.reload(), {COOKIE_ARRIVES_MS})")

    live.devices.subscribe(reload)


class BroughtCode:
    """The discount code of a link, put into the cart by a browser that is there, so that no link preview makes one."""

    def __init__(self, token: str, code: str) -> None:
        self._token, self._code = token, code

    async def take(self) -> None:
        """Take the code along, once: a page connects again after each lost connection, and may be loaded again."""
        code, self._code = self._code, ""
        if code:
            await _bring_code(self._token, code)
            ui.navigate.history.replace(visitor.address_without_code())


async def _bring_code(token: str, code: str) -> None:
    try:
        visitor.spend(throttle.CART, throttle.CART_ADDRESS)
        toast(await carts.bring_code(token, code))
    except ShopError as error:
        toast(str(error), "bad")


def badge_of(cart: CartSummary, shop: Shop) -> CartBadge:
    """What the cart button shows."""
    return CartBadge(len(cart.quantities), show_cart.badge_total(cart.quantities, cart.lines_total, shop))


def follow_cart(token: str, on_change: Callable[[], Awaitable[None]]) -> None:
    """Let an open page know when the cart of its device changes, in whichever tab that is."""
    if token:  # else the browser keeps no cookies, and no cart
        live.cart_of(visitors.mark(token)).subscribe(on_change)


class Shelf:
    """What a page that sells does with a wish: adds it or sets it, and says what was corrected or refused."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def add(self, product_id: int, quantity: int) -> bool:
        """Put more of a product into the cart; returns whether that was done."""
        return await self._try(lambda: carts.add(self._token, product_id, quantity))

    async def put_back(self, product_id: int, quantity: int, before: int) -> bool:
        """Put a product back before another one, 0 for the end; returns whether that was done."""
        return await self._try(lambda: carts.put_back(self._token, product_id, quantity, before))

    async def set(self, product_id: int, quantity: int) -> bool:
        """Have this many of a product in the cart; returns whether that was done."""
        return await self._try(lambda: carts.set_quantity(self._token, product_id, quantity))

    async def add_many(self, quantities: dict[int, int]) -> bool:
        """Put several products into the cart; returns whether that was done."""
        return await self._try(lambda: carts.add_many(self._token, quantities))

    async def _try(self, change: Change) -> bool:
        try:
            visitor.spend(throttle.CART, throttle.CART_ADDRESS)
            sentences = await change()
        except ShopError as error:
            toast(str(error), "bad")
            return False
        for sentence in sentences:
            toast(sentence)
        return True


async def summary(visit: Visit) -> CartSummary:
    """What is in the visitor's cart."""
    return await carts.summary(visit.visitor.device_id, visit.prices)


async def cart_now(token: str) -> tuple[CartSummary, CartBadge]:
    """What is in the cart of an open page, and what its button shows, at the prices its buyer is told now."""
    now = await arrive(token)
    cart = await summary(now)
    return cart, badge_of(cart, now.shop)


@shielded
async def arrive(token: str) -> Visit:
    """Who comes with this device cookie, to which shop. Raises NotFoundError before it is set up."""
    shop, who = await parameters.current(), await visitors.load(token)
    _speak_with(who)
    told = await prices.of_buyer(shop, who.buyer)
    return Visit(prices.seen_by(shop, who.buyer), who, told)


def _speak_with(who: Visitor) -> None:
    """Speak the language that the buyer who is signed in has chosen, if any."""
    if who.buyer and who.buyer.language:
        speak(who.buyer.language)
