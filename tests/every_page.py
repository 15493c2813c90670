"""Every page of the shop and of the desk by its name: what pictures are taken of, and what axe looks at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.routes import Route

UNKNOWN, BUYER, SELLER = "unknown", "buyer", "seller"  # who looks


@dataclass(frozen=True)
class View:
    """A page as somebody sees it; what is in braces in its address is called differently in each shop."""

    name: str
    address: str
    who: str = BUYER

    def path(self, places: Mapping[str, str]) -> str:
        """The address in a shop whose things are called so."""
        return self.address.format_map(places)


VIEWS = (
    View("catalogue", "/"),
    View("search", "/?q={word}"),
    View("nothing-found", "/?q=xyzzyx", UNKNOWN),
    View("product", "/product/{product}"),
    View("product-variants", "/product/{parent}"),
    View("product-not-sold", "/product/{not_sold}"),
    View("not-found", "/product/nope", UNKNOWN),
    View("quick-order", "/quick-order"),
    View("cart", "/cart"),
    View("cart-empty", "/cart", UNKNOWN),
    View("checkout", "/checkout"),
    View("request", "/request/{request}"),
    View("request-unverified", "/request/{unverified_request}", UNKNOWN),
    View("request-again", "/request/{request}/again"),
    View("verify", "/verify/{verify}", UNKNOWN),
    View("verify-address", "/verify/{verify}/address", UNKNOWN),
    View("verify-too-late", "/verify/x", UNKNOWN),
    View("sign-in", "/sign-in", UNKNOWN),
    View("sign-in-link", "/sign-in/{sign_in}", UNKNOWN),
    View("account", "/account"),
    View("account-request", "/account/request/{order}"),
    View("account-again", "/account/request/{order}/again"),
    View("account-lists", "/account/lists"),
    View("account-list", "/account/lists/{list}"),
    View("account-profile", "/account/profile"),
    View("erased", "/erased", UNKNOWN),
    View("privacy", "/legal/privacy"),
    View("terms", "/legal/terms"),
    View("confirm-order", "/orders/confirm/{confirm}", UNKNOWN),
    View("desk-sign-in", "/desk/sign-in", UNKNOWN),
    View("desk-forgot", "/desk/forgot", UNKNOWN),
    View("desk-new-password", "/desk/new-password/{invite}", UNKNOWN),
    View("desk-orders", "/desk", SELLER),
    View("desk-order", "/desk/orders/{order}", SELLER),
    View("desk-order-unverified", "/desk/orders/{unverified}", SELLER),
    View("desk-order-edit", "/desk/orders/{unverified}/edit", SELLER),
    View("desk-new-order", "/desk/new-order?copy={order}", SELLER),
    View("desk-products", "/desk/products", SELLER),
    View("desk-product", "/desk/products/{product_id}", SELLER),
    View("desk-import", "/desk/import", SELLER),
    View("desk-categories", "/desk/categories", SELLER),
    View("desk-imports", "/desk/imports", SELLER),
    View("desk-one-import", "/desk/imports/{import}", SELLER),
    View("desk-buyers", "/desk/buyers", SELLER),
    View("desk-buyer", "/desk/buyers/{buyer}", SELLER),
    View("desk-groups", "/desk/groups", SELLER),
    View("desk-group", "/desk/groups/{group}", SELLER),
    View("desk-deliveries", "/desk/deliveries", SELLER),
    View("desk-delivery", "/desk/deliveries/{message}", SELLER),
    View("desk-exports", "/desk/exports", SELLER),
    View("desk-new-export-profile", "/desk/exports/profiles/new", SELLER),
    View("desk-export-profile", "/desk/exports/profiles/{profile}", SELLER),
    View("desk-reports", "/desk/reports", SELLER),
    View("desk-terms-of-sale", "/desk/terms-of-sale", SELLER),
    View("desk-rules", "/desk/rules", SELLER),
    View("desk-rules-version", "/desk/rules/1", SELLER),
    View("desk-new-target", "/desk/terms-of-sale/targets/new?protocol=sftp", SELLER),
    View("desk-target", "/desk/terms-of-sale/targets/{target}", SELLER),
    View("desk-share", "/desk/share", SELLER),
    View("desk-parameters", "/desk/parameters", SELLER),
    View("desk-mail-texts", "/desk/parameters/mail-texts", SELLER),
    View("desk-mail-text", "/desk/parameters/mail-texts/received?language=en", SELLER),
    View("desk-self-test", "/desk/parameters/self-test", SELLER),
    View("desk-account", "/desk/account", SELLER),
    View("desk-password", "/desk/account/password", SELLER),
    View("desk-second-factor", "/desk/account/second-factor", SELLER),
    View("desk-audit", "/desk/audit", SELLER),
)
# What is fetched without being a page, and the page that is there only as long as there is no shop.
NO_PAGES = re.compile(
    r"/_nicegui|/static/|/health|/metrics|/media/|/suggestions|/sign-out|/setup|/account/data|/orders/csv/"
)
FILES = re.compile(
    r"/(qr\.svg|qr\.png|pdf|data|letter|file|csv|sample\.csv|attachments/\{\w+\}|\{export_id\}|making/\{token\}|\{file_name\})$"
)


def without_view(routes: list[Route]) -> list[str]:
    """The pages among the program's routes that no view shows."""
    shown = [view.address.partition("?")[0] for view in VIEWS]
    routed = [path for path, methods, _guards in routes if "GET" in methods]
    pages = [path for path in routed if not NO_PAGES.match(path) and not FILES.search(path)]
    return [path for path in pages if not any(_pattern(path).fullmatch(address) for address in shown)]


def _pattern(route: str) -> re.Pattern[str]:
    """What addresses that lead to a route look like."""
    return re.compile(
        "".join("[^/]+" if part[0] == "{" else re.escape(part) for part in re.split(r"(\{.+?\})", route) if part)
    )
