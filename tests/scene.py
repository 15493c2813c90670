"""A shop where everything is there to be looked at: who is signed in, and what its things are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from models import (
    Buyer,
    BuyerGroup,
    LinkPurpose,
    Order,
    OutboxMessage,
    Product,
    Rhythm,
    Role,
    Seller,
    TransferTarget,
    Verification,
)
from models.price_rule import By, PriceRule, Rounding
from pages.desk.guard import cookie_name
from pages.forms import DEVICE_COOKIE
from services import (
    carts,
    export_profiles,
    links,
    order_lists,
    parameters,
    price_changes,
    seller_sessions,
    sellers,
    sent_requests,
    visitors,
)
from services.database import unit_of_work
from tests.every_page import BUYER, SELLER, UNKNOWN

DEVICE = "b" * 43  # the cookie of the buyer's browser
LINK_LIFETIME = timedelta(hours=1)
IN_CART = 4
INVITED = "new@norte.example"


@dataclass(frozen=True)
class Scene:
    """What things are called in a shop (see every_page.View), and by which cookies those who look are known."""

    places: Mapping[str, str]
    cookies: Mapping[str, Mapping[str, str]]


async def set_scene(word: str) -> Scene:
    """Let a buyer and the owner of the open shop in; `word` is what its buyers search for.

    The shop has, at least: a request of a verified buyer with a delivery, one that is not verified, several products,
    one with variants, and a transfer target. Its last product is not sold any more.
    """
    order = await Order.filter(verification=Verification.VERIFIED, buyer_id__not_isnull=True).order_by("-id").first()
    unverified = await Order.filter(verification=Verification.UNVERIFIED).order_by("-id").first()
    sold = Product.filter(active=True, parent_id=None).order_by("id")
    wares, parent = await sold.filter(is_parent=False), await sold.filter(is_parent=True).first()
    target, owner = await TransferTarget.first(), await Seller.filter(role=Role.OWNER).first()
    assert order and order.buyer_id and unverified and parent and target and owner
    not_sold = wares.pop()
    await Product.filter(id=not_sold.id).update(active=False)
    message = await OutboxMessage.filter(order_id=order.id).order_by("-id").first()
    assert message
    quantities = {ware.id: max(ware.pack_size, ware.minimum_quantity, 1) for ware in wares[:IN_CART]}
    return Scene(
        places={
            "word": word,
            "product": (next((ware for ware in wares if ware.breaks), wares[0])).sku,
            "product_id": str(wares[0].id),
            "parent": parent.sku,
            "not_sold": not_sold.sku,
            "order": order.number,
            "unverified": unverified.number,
            "buyer": str(order.buyer_id),
            "group": str((await BuyerGroup.create(name="Trade")).id),
            "import": str(await _change_prices(wares[0].id, owner)),
            "message": str(message.id),
            "target": str(target.id),
            "profile": str(await _profile()),
            **await _links(order, unverified, owner, (await sellers.add(INVITED, Role.STAFF, by=owner.email)).id),
            "list": await _come_in(order.buyer_id, quantities),
        },
        cookies={
            UNKNOWN: {},
            BUYER: {DEVICE_COOKIE: DEVICE},
            SELLER: {cookie_name(): await seller_sessions.open_session(owner.id, browser="Chromium")},
        },
    )


async def _change_prices(product_id: int, owner: Seller) -> int:
    """Change a price as many are, which is listed like an import; return the import's number."""
    rule = PriceRule(By.PERCENT, Decimal(5), Rounding.CENT)
    plan = await price_changes.plan(await price_changes.chosen([product_id]), rule, with_breaks=True)
    return (await price_changes.apply(plan, by=owner.email)).id


async def _profile() -> int:
    """A profile of exports, whose files go to the bookkeeping each week."""
    profile = export_profiles.new(await parameters.current())
    profile.name, profile.rhythm, profile.recipients = "Bookkeeping", Rhythm.WEEKLY, ["books@norte.example"]
    await profile.save()
    return profile.id


async def _come_in(buyer_id: int, quantities: Mapping[int, int]) -> str:
    """Sign the buyer in, with a cart and a list; return the list's number."""
    await _sign_in(buyer_id)
    await carts.add_many(DEVICE, quantities)
    return str(await order_lists.save(buyer_id, "Weekly order", quantities))


@unit_of_work
async def _sign_in(buyer_id: int) -> None:
    await visitors.sign_in(DEVICE, buyer_id)


@unit_of_work
async def _links(order: Order, unverified: Order, owner: Seller, invited_id: int) -> dict[str, str]:
    """The tokens that are mailed."""
    buyer = await Buyer.get(id=order.buyer_id)
    return {
        "request": await sent_requests.link_to(order.id),
        "unverified_request": await sent_requests.link_to(unverified.id),
        "verify": await links.issue(
            LinkPurpose.VERIFY, lifetime=LINK_LIFETIME, order_id=unverified.id, email=unverified.email
        ),
        "sign_in": await links.issue(LinkPurpose.SIGN_IN, lifetime=LINK_LIFETIME, buyer_id=buyer.id, email=buyer.email),
        "confirm": await links.issue(LinkPurpose.CONFIRM, lifetime=LINK_LIFETIME, order_id=order.id, email=owner.email),
        "invite": await links.issue(LinkPurpose.INVITE, lifetime=LINK_LIFETIME, seller_id=invited_id),
    }
