"""The shop that scanners are let loose on: something of everything is in it, and nobody is told to wait."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from models import Buyer, MessageStatus, Protocol, TransferTarget, Trigger, Verification
from pages import forms
from pages.desk.guard import cookie_name
from services import exports, parameters, tokens, visitors
from services.database import unit_of_work
from tests import form_token, order_rows, routes
from tests.e2e import seeding
from tests.e2e.shop_process import ShopProcess
from tests.soak import tampered
from tests.soak.scanners import holes
from tests.soak.stores import Store

NUMBER = "2026-70001"
SKU = "FR-200"
PLACES = {  # what stands in the routes' addresses
    "{number}": NUMBER,
    "{sku:path}": SKU,
    "{kind}": "privacy",
    "{table}": "days",
    "{mail}": "received",
    "{version}": "1",
    "{file}": "none.jpg",
    "{file_name}": "none.zip",
    "{token}": "x" * 43,
    "{position}": "0",
}
ANY_ID = "1"
# What pages read from their addresses, each with something that makes sense.
QUERIES: Mapping[str, Mapping[str, str]] = {
    "/": {"q": "saw", "category": "Tools", "option": "Size:M", "stock": "1", "sort": "price", "page": "1", "per": "24"},
    "/setup": {"code": "12345678"},
    "/desk/sign-in": {"next": "/desk"},
    "/desk": {
        "search": "marta",
        "from": "2026-11-01",
        "to": "2026-11-30",
        "status": "pending",
        "buyer": "marta@sol.example",
        "verified": "yes",
        "flag": "unverified",
        "exported": "no",
        "sort": "price",
        "order": "up",
        "page": "1",
    },
    "/desk/products": {
        "search": "saw",
        "category": "Tools",
        "activity": "active",
        "sort": "price",
        "order": "up",
        "page": "1",
    },
    "/desk/buyers": {"search": "marta", "verified": "yes", "sort": "email", "order": "up", "page": "1"},
    "/desk/deliveries": {"search": "order", "channel": "mail", "status": "failed", "page": "1"},
    "/desk/exports": {"page": "1"},
    "/desk/reports": {"from": "2026-01-01", "to": "2026-12-31"},
    "/desk/audit": {"kind": "signed_in", "seller": "nuria@norte.example", "page": "1"},
    "/desk/parameters/mail-texts/received": {"language": "de"},
    "/desk/import": {"file": "x" * 43},
    "/desk/terms-of-sale/targets/new": {"protocol": "sftp"},
}
NOT_OURS = ("/_nicegui", "/static/", "/health", "/metrics")
SIGNS_OUT = ("/sign-out", "/desk/sign-out")
DOORS = ("/desk/sign-in", "/desk/forgot", "/desk/new-password/")


@dataclass(frozen=True)
class Visitor:
    """Somebody a scanner plays: nobody in particular, or one who is signed in as a buyer and as the owner at once."""

    name: str
    cookies: str
    form_token: str
    is_seller: bool


class ScannedShop:
    """The running shop, who comes to it, and the addresses in it."""

    def __init__(self, shop: ShopProcess, device_token: str) -> None:
        self.address = shop.address
        self.trouble = shop.trouble
        nobody, nobodys_form_token = form_token.asked_of(shop.address)
        known = f"{forms.DEVICE_COOKIE}={device_token}; {cookie_name()}={shop.owner_token}"
        self.visitors = (
            Visitor("anonymous", f"{forms.DEVICE_COOKIE}={nobody}", nobodys_form_token, is_seller=False),
            Visitor("signed in", known, forms.token(device_token), is_seller=True),
        )

    def pages(self, visitor: Visitor) -> list[str]:
        """The addresses of all that this visitor can look at, with what the pages read from their query."""
        paths = [path for path, methods, _guards in routes.listed() if "GET" in methods]
        ours = [path for path in paths if not path.startswith((*NOT_OURS, *SIGNS_OUT))]
        return [self._filled(path) for path in ours if visitor.is_seller or is_for_anybody(path)]

    def holes(self, visitor: Visitor) -> list[str]:
        """The addresses of the pages with holes."""
        found = [(path, word) for path, word in holes.WORDS.items() if visitor.is_seller != is_for_anybody(path)]
        return [f"{self.address}{path}?{word}={SKU}" for path, word in found]

    def _filled(self, path: str) -> str:
        query = QUERIES.get(path)
        for place, stands_for in PLACES.items():
            path = path.replace(place, stands_for)
        path = "/".join(ANY_ID if part.startswith("{") else part for part in path.split("/"))
        return f"{self.address}{path}" + (f"?{urlencode(query)}" if query else "")


def is_for_anybody(path: str) -> bool:
    return not path.startswith("/desk") or path.startswith(DOORS)


@contextmanager
def scanned_shop(store: Store, tampering: Callable[[], None]) -> Iterator[ScannedShop]:
    """Run the shop until the block ends, on an empty database of the store's kind."""
    settings = asyncio.run(store.empty_one()).settings()
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder:
        shop = ShopProcess(Path(folder), program=tampered.program(tampering), settings=settings)
        device_token = tokens.new()
        seeding.open_shop(shop, and_then=lambda: _fill(device_token))
        shop.start()
        try:
            yield ScannedShop(shop, device_token)
        finally:
            shop.kill()


async def _fill(device_token: str) -> None:
    """An order of a buyer who is signed in, a mail about it that failed, a transfer target and an export."""
    buyer = await _buyer(device_token)
    order = await order_rows.order(
        number=NUMBER, email=buyer.email, buyer_id=buyer.id, verification=Verification.VERIFIED
    )
    await order_rows.line(order)
    await order_rows.message(order, MessageStatus.FAILED)
    await TransferTarget.create(
        name="ERP", protocol=Protocol.SFTP, host="127.0.0.1", port=9, username="erp", trigger=Trigger.BY_HAND
    )
    await exports.download_new(await parameters.current(), by="test")


@unit_of_work
async def _buyer(device_token: str) -> Buyer:
    buyer = await Buyer.create(email="marta@sol.example", name="Marta Gil", company="Ferretería Sol")
    await visitors.sign_in(device_token, buyer.id)
    return buyer
