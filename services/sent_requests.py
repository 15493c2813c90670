"""Requests that were sent, as their buyer may see them again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models import LinkPurpose, Order, OrderCharge, OrderLine
from models.errors import NotFoundError
from models.order import MAX_NUMBER_LENGTH
from models.text import _
from services import links
from services.database import shielded, unit_of_work

MOST_LISTED = 200
LINK_LIFETIME = timedelta(days=365)
JUST_SENT = timedelta(minutes=30)


@dataclass(frozen=True)
class SentRequest:
    """A request with its lines and charges, as it was sent."""

    order: Order
    lines: tuple[OrderLine, ...]
    charges: tuple[OrderCharge, ...]


async def link_to(order_id: int) -> str:
    """A token that opens the page of a request for a year; call it inside a unit of work."""
    return await links.issue(LinkPurpose.REQUEST, lifetime=LINK_LIFETIME, order_id=order_id)


@shielded
async def behind_link(token: str) -> SentRequest:
    """The request whose page a token opens. Raises NotFoundError."""
    link = await links.find(LinkPurpose.REQUEST, token)
    if link is None or link.order_id is None:
        raise _not_found()
    if links.is_expired(link):
        raise NotFoundError(_("This link has expired: it works for a year. Sign in to see your requests."))
    return await _whole(await Order.get_or_none(id=link.order_id))


@shielded
async def of_buyer(buyer_id: int, number: str) -> SentRequest:
    """A request of this buyer by its order number. Raises NotFoundError, also if it is another buyer's."""
    if len(number) > MAX_NUMBER_LENGTH:
        raise _not_found()
    return await _whole(await Order.get_or_none(number=number, buyer_id=buyer_id))


@shielded
async def again(order_id: int) -> SentRequest:
    """A request that is being shown, as it is now. Raises NotFoundError if it was deleted meanwhile."""
    return await _whole(await Order.get_or_none(id=order_id))


async def all_of_buyer(buyer_id: int) -> list[Order]:
    """A buyer's requests, the newest first."""
    return await Order.filter(buyer_id=buyer_id).order_by("-created_at", "-id").limit(MOST_LISTED)


@unit_of_work
async def just_sent(device_id: int | None) -> str:
    """A token for the request this device sent a moment ago, or "": who goes back to the form finds it."""
    lately = datetime.now(UTC) - JUST_SENT
    order = await Order.filter(cart__device_id=device_id or 0, created_at__gte=lately).order_by("-id").first()
    return await link_to(order.id) if order else ""


async def _whole(order: Order | None) -> SentRequest:
    if order is None:
        raise _not_found()
    lines = await OrderLine.filter(order_id=order.id).order_by("line_no")
    charges = await OrderCharge.filter(order_id=order.id).order_by("position")
    return SentRequest(order, tuple(lines), tuple(charges))


def _not_found() -> NotFoundError:
    return NotFoundError(_("There is no such request. Its link may have been copied only in part."))
