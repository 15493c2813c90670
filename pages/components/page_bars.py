"""The header and footer of a page, each one element."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from nicegui import events, ui

from models.text import _, ngettext, spoken
from pages import forms, languages, theme
from pages.components.cart_events import OnQuantity, wish_from
from pages.theme import Shop


@dataclass(frozen=True)
class CartBadge:
    """What the cart button shows: how many lines, and the total in words ("€ 148.20", or "")."""

    count: int
    total: str = ""


class CartButton(ui.element, component="cart_button.js"):
    """The way to the cart, with what is in it."""

    def __init__(self, badge: CartBadge) -> None:
        super().__init__()
        self.props["cart"] = _("Cart")
        self.show(badge)

    def show(self, badge: CartBadge) -> None:
        """Show `badge` from now on."""
        said = ngettext("{n} product", "{n} products", badge.count).format(n=badge.count) if badge.count else _("empty")
        self.props.update(asdict(badge), spoken=", ".join(filter(None, [_("Cart"), said, badge.total])))


class ShopBar(ui.element, component="shop_bar.js"):
    """The buyer's header: logo, search that suggests products, sign-in, and a slot for the cart button."""

    def __init__(self, shop: Shop, *, search: str, signed_in_as: str, on_add: OnQuantity | None = None) -> None:
        super().__init__()
        self.props.update(
            name=shop.name,
            brand=theme.dotted(shop.name),
            logo=shop.logo_url,
            content=f"#{ui.context.client.content.html_id}",
            search=search,
            signedInAs=signed_in_as,
            last=0,
            answer=0,
            words={
                "skip": _("Skip to the content"),
                "search": _("Search products, SKU or EAN"),
                "quickOrder": _("Quick order"),
                "suggestions": _("Suggested products"),
                "add": _("Add"),
                "inCart": _("In cart ✓"),
                "options": _("Options"),
                "signIn": _("Sign in"),
                "requests": _("My requests"),
                "home": _("Start page"),
            },
        )
        self.on("add", lambda event: self._wished(event, on_add))

    async def _wished(self, event: events.GenericEventArguments, on_add: OnQuantity | None) -> None:
        wish = wish_from(event.args)
        is_done = bool(wish and on_add and await on_add(*wish))
        if not self.is_deleted:
            self.props.update(last=wish[0] if wish and is_done else 0, answer=self.props["answer"] + 1)


class DeskBar(ui.element, component="desk_bar.js", dependencies=["menu_box.js"]):
    """The seller's header: tabs, whether the page is live, the link to share, a slot for the bell, sign-out."""

    def __init__(
        self, shop: Shop, *, active: str, tabs: Sequence[tuple[str, str]], seller_email: str, shop_url: str
    ) -> None:
        super().__init__()
        self.props.update(
            name=shop.name,
            brand=theme.dotted(shop.name),
            logo=shop.logo_url,
            content=f"#{ui.context.client.content.html_id}",
            active=active,
            seller=seller_email,
            shopUrl=shop_url,
            tabs=[{"href": href, "label": label} for href, label in tabs],
            language=spoken(),
            languages=languages.NAMES,
            token=[forms.FIELD, forms.token_of_page()],
            words={
                "skip": _("Skip to the content"),
                "desk": _("Desk"),
                "live": _("live"),
                "lost": _("reconnecting…"),
                "share": _("Share shop"),
                "qr": _("QR code"),
                "copied": _("Link copied"),
                "copyThis": _("Copy this link"),
                "openShop": _("Open the shop"),
                "signOut": _("Sign out"),
                "account": _("Account"),
                "myAccount": _("My account"),
                "language": _("Language"),
            },
        )


def desk_tabs() -> list[tuple[str, str]]:
    """Return the desk's pages as (path, label)."""
    return [
        ("/desk", _("Purchase orders")),
        ("/desk/products", _("Products")),
        ("/desk/buyers", _("Buyers")),
        ("/desk/deliveries", _("Deliveries")),
        ("/desk/reports", _("Reports")),
        ("/desk/terms-of-sale", _("Terms of sale")),
        ("/desk/parameters", _("Parameters")),
    ]


class Footer(ui.element, component="footer_bar.js"):
    """The shop's contact and legal texts, and the choice of a language."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.props.update(
            name=shop.name,
            contact=shop.contact,
            token=[forms.FIELD, forms.token_of_page()],
            language=spoken(),
            languages=languages.NAMES,
            words={
                "terms": _("Terms of sale"),
                "privacy": _("Privacy policy"),
                "legal": _("Legal"),
                "language": _("Language"),
            },
        )
