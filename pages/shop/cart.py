"""The cart: quantities, discount code, zone, and every amount with its reason."""

from fastapi import Request
from nicegui import ui

from models.errors import ShopError
from models.text import _
from pages.components.cart_lines import Amounts, CartLines, CartTerms
from pages.components.elements import box, link_button, paragraph
from pages.components.toasts import toast
from pages.frame import ShopFrame, page_head
from pages.shop import lists, show_cart, visitor
from pages.shop.notices import Sentences
from pages.shop.shop_page import Shelf, Visit, badge_of, follow_cart, frame, shop_page
from services import carts, throttle
from services.carts import CartView


def register() -> None:
    """Declare the page."""
    shop_page("/cart", _cart)


async def _cart(visit: Visit, request: Request) -> None:
    view = await carts.load(visit.token)
    with frame(visit, _("Cart"), view.summary, follows_itself=True) as framed:
        open_cart = OpenCart(visit, framed, view)
    follow_cart(visit.token, open_cart.reload)
    if view.sentences:
        ui.context.client.on_connect(lambda: carts.tidy(visit.token))


class OpenCart:
    """A cart on a page, which shows what it is now whenever it changes."""

    def __init__(self, visit: Visit, framed: ShopFrame, view: CartView) -> None:
        self._visit, self._framed = visit, framed
        self._quantities = view.summary.quantities
        shelf = Shelf(visit.token)
        with page_head(_("Cart")):
            lists.save_button(visit, lambda: self._quantities)
            link_button(_("Quick order"), "/quick-order", "quiet")
        self._sentences = Sentences()
        with box("two") as self._columns:
            self._lines = CartLines((), on_put_back=shelf.put_back, on_set=shelf.set)
            with box("panel pad stack side-sum") as self._side:
                self._terms = CartTerms(on_code=self._set_code, on_zone=self._set_zone)
                self._amounts = Amounts((), total="")
                link_button(_("Send request"), "/checkout", "primary wide")
                paragraph(_("You do not pay here: the shop looks at your request and answers."), "muted small")
        self._show(view)

    async def reload(self) -> None:
        """Show the cart as it is now."""
        self._show(await carts.load(self._visit.token))

    def _show(self, view: CartView) -> None:
        shop = self._visit.shop
        self._quantities = view.summary.quantities
        if view.sentences:
            self._sentences.show(view.sentences)
        self._lines.show(show_cart.cart_line(line, shop) for line in view.lines)
        self._terms.show(
            code=view.code,
            problem=view.quote.code_problem,
            zone=view.zone,
            zones=view.zones,
            has_prices=not view.quote.prices_hidden,
        )
        self._amounts.show(
            show_cart.sum_rows(view.quote, shop),
            total=show_cart.total(view, shop),
            note=show_cart.sum_note(shop),
            hint=show_cart.saving_words(view, shop),
        )
        self._side.set_visibility(bool(view.lines))
        self._columns.classes(replace="two" if view.lines else "")
        if self._framed.cart:
            self._framed.cart.show(badge_of(view.summary, shop))

    async def _set_code(self, code: str) -> None:
        try:
            visitor.spend(throttle.CART, throttle.CART_ADDRESS)
            await carts.set_code(self._visit.token, code)
        except ShopError as error:
            toast(str(error), "bad")

    async def _set_zone(self, zone: str) -> None:
        try:
            visitor.spend(throttle.CART, throttle.CART_ADDRESS)
            await carts.set_zone(self._visit.token, zone)
        except ShopError as error:
            toast(str(error), "bad")
