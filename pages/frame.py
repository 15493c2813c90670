"""What stands around every page: header, main and footer of the shop and of the desk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from nicegui import ui

from pages import theme
from pages.components.cart_events import OnQuantity
from pages.components.elements import h1, text
from pages.components.page_bars import CartBadge, CartButton, DeskBar, Footer, ShopBar
from pages.theme import Shop

__all__ = ["PAGE_SECONDS", "CartBadge", "Shop", "ShopFrame", "desk_frame", "page_head", "shop_frame"]

# A page that takes longer to build is given up. The first search of a catalogue of 100,000 waits for its index.
PAGE_SECONDS = 60.0


@dataclass(frozen=True)
class ShopFrame:
    """The parts of a shop page's frame that change while it is open."""

    cart: CartButton | None


@contextmanager
def shop_frame(
    shop: Shop,
    *,
    title: str,
    cart: CartBadge | None,
    search: str = "",
    signed_in_as: str = "",
    width: str = "",
    on_add: OnQuantity | None = None,
) -> Iterator[ShopFrame]:
    """Build a buyer's page; what is made inside stands in `<main>`.

    `title` is the browser tab's; `cart` is left out where a cart makes no sense; `search` is the last search;
    `signed_in_as` is the buyer's e-mail or nothing; `width` is "" or "narrow"; `on_add` puts a product that the search
    suggests into the cart.
    """
    theme.apply(shop, title)
    client = ui.context.client
    with client.layout:
        with ShopBar(shop, search=search, signed_in_as=signed_in_as, on_add=on_add) as bar:
            button = CartButton(cart) if cart else None
        Footer(shop)
    bar.move(target_index=0)
    with _main("of-shop", width):
        yield ShopFrame(cart=button)


@contextmanager
def desk_frame(
    shop: Shop,
    *,
    title: str,
    active: str,
    tabs: Sequence[tuple[str, str]],
    seller_email: str,
    shop_url: str = "/",
    width: str = "",
) -> Iterator[DeskBar]:
    """Build a seller's page; gives its header.

    `tabs` are (path, label), `active` is the path of the one it stands under, `shop_url` is what Share shop copies.
    """
    theme.apply(shop, title)
    with ui.context.client.layout:
        bar = DeskBar(shop, active=active, tabs=tabs, seller_email=seller_email, shop_url=shop_url)
    bar.move(target_index=0)
    with _main("of-desk", width):
        yield bar


@contextmanager
def _main(side: str, width: str) -> Iterator[None]:
    content = ui.context.client.content
    content.classes(f"page {side} {width if width == 'narrow' else ''}")
    content.props["tabindex"] = "-1"  # where the bar's first link leads
    with content:
        yield


@contextmanager
def page_head(title: str, note: str = "") -> Iterator[ui.element]:
    """Write the page's heading with a quiet note beside it; buttons made inside stand at the right."""
    with ui.element("div").classes("head"):
        with ui.element("div").classes("head-words"):
            h1(title)
            if note:
                text(note, "muted small")
        with ui.element("div").classes("head-actions") as actions:
            yield actions
