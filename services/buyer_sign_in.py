"""Signing a buyer in by a mailed link: asked for by anyone, used once, on the device where its button is pressed."""

from datetime import UTC, datetime, timedelta

from models import Buyer, Link, LinkPurpose, Order
from models.errors import ShopError
from models.text import _
from services import bell, dispatch, links, live, parameters, standings, visitors
from services.database import unit_of_work

MOST_LINKS_AN_HOUR = 3


async def ask(address: str) -> None:
    """Mail a sign-in link if this buyer is known, at most a few an hour; nobody is told whether one went out.

    `address` is as `models.order_form.buyers_address` returns it.
    """
    if await _ask(address):
        live.delivery_changed(None)
        bell.ring()


@unit_of_work
async def _ask(address: str) -> bool:
    buyer = await Buyer.get_or_none(email=address)
    if buyer is None:
        return False
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    recent = Link.filter(purpose=LinkPurpose.SIGN_IN, buyer_id=buyer.id, created_at__gte=an_hour_ago)
    if await recent.count() >= MOST_LINKS_AN_HOUR:
        return False
    await dispatch.sign_in(buyer, await parameters.current())
    return True


async def address_of(token: str) -> str:
    """The address a link signs in, or "" if it does not work (any more). Changes nothing."""
    link = await links.find(LinkPurpose.SIGN_IN, token)
    return "" if link is None or link.used_at or links.is_expired(link) else link.email


async def use(token: str, device_token: str) -> None:
    """Sign the buyer in on this device; the link is used up, and the address is proven by it.

    Raises ShopError if the link does not work any more.
    """
    order_ids = await _use(token, device_token)
    live.device_renewed(visitors.mark(device_token))
    live.orders_changed(order_ids)
    bell.ring()


@unit_of_work
async def _use(token: str, device_token: str) -> list[int]:
    """Return the ids of the orders whose buyer is verified by this, who was not before."""
    now = datetime.now(UTC)
    link = await links.find(LinkPurpose.SIGN_IN, token)
    unused = Link.filter(id=link.id if link else 0, used_at__isnull=True, expires_at__gt=now)
    if link is None or link.buyer_id is None or not await unused.update(used_at=now):
        raise ShopError(_("This link does not work any more: it works for 30 minutes and only once."))
    is_new = await Buyer.filter(id=link.buyer_id, verified_at__isnull=True).update(verified_at=now)
    await standings.proven(link.buyer_id, await parameters.current())
    await visitors.sign_in_anew(device_token, link.buyer_id, by=token)
    return [row["id"] for row in await Order.filter(buyer_id=link.buyer_id).values("id")] if is_new else []
