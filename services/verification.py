"""Verification: proving that the buyer's address is theirs, by a mailed link and a button behind it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from models import Buyer, EventKind, LinkPurpose, Order, Verification
from models.errors import NotFoundError, ShopError
from models.text import _
from services import bell, dispatch, links, live, orders, parameters, sent_requests, standings, visitors
from services.database import unit_of_work


class LinkState(StrEnum):
    """What a verification link is good for now."""

    OPEN = "open"
    EXPIRED = "expired"
    DONE = "done"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verified:
    """A verified request; `request_token` opens its page, `was_already` says that nothing changed."""

    order_id: int
    number: str
    request_token: str
    was_already: bool


async def describe(token: str) -> tuple[LinkState, Order | None]:
    """What a link is good for, and its order. Changes nothing."""
    link = await links.find(LinkPurpose.VERIFY, token)
    if link is None or link.order_id is None:
        return LinkState.UNKNOWN, None
    order = await orders.get(link.order_id)
    if order.verification is Verification.VERIFIED:
        return LinkState.DONE, order
    return (LinkState.EXPIRED if links.is_expired(link) else LinkState.OPEN), order


async def confirm(token: str, device_token: str) -> Verified:
    """Verify the buyer of a request, sign this device in, and let the seller receive it.

    A second use is harmless. Raises ShopError if the link has expired, NotFoundError if it is not known.
    """
    verified = await _confirm(token, device_token)
    if not verified.was_already:
        live.device_renewed(visitors.mark(device_token))
    live.order_changed(verified.order_id)
    bell.ring()
    return verified


@unit_of_work
async def _confirm(token: str, device_token: str) -> Verified:
    now = datetime.now(UTC)
    state, order = await describe(token)
    if order is None:
        raise NotFoundError(_("This link is not known here. A newer mail may have replaced it."))
    if state is LinkState.EXPIRED:
        raise ShopError(_("This link has expired. Nothing is lost: ask for a new one."))
    was_open = state is LinkState.OPEN and await _verify(order, now)
    if was_open:
        await _prove(order, now)
        if device_token and order.buyer_id:
            await visitors.sign_in_anew(device_token, order.buyer_id, by=token)
    request_token = await sent_requests.link_to(order.id)
    return Verified(order.id, order.number, request_token, was_already=not was_open)


async def _verify(order: Order, now: datetime) -> bool:
    """Receive the request; one the seller has accepted by hand was received already and only gets its tick."""
    if await orders.mark_received(order, Verification.VERIFIED, orders.BUYER, now):
        return True
    accepted = Order.filter(id=order.id, verification=Verification.OVERRIDDEN)
    if not await accepted.update(verification=Verification.VERIFIED):
        return False
    await orders.record(order.id, EventKind.VERIFIED, orders.BUYER, now=now)
    return True


async def renew(token: str) -> Order:
    """Mail a new link in place of this one, expired or not. Raises NotFoundError, or ShopError if that is too often."""
    order = await _renew(token)
    live.delivery_changed(order.id)
    bell.ring()
    return order


@unit_of_work
async def _renew(token: str) -> Order:
    state, order = await describe(token)
    if order is None:
        raise NotFoundError(_("This link is not known here. A newer mail may have replaced it."))
    if state is not LinkState.DONE:
        await dispatch.verification_again(order, await parameters.current())
    return order


async def resend(order_id: int) -> None:
    """Mail the buyer of an unverified request a new link, which ends the one before."""
    await _resend(order_id)
    live.delivery_changed(order_id)
    bell.ring()


@unit_of_work
async def _resend(order_id: int) -> None:
    order = await orders.get(order_id)
    if order.verification is Verification.UNVERIFIED:
        await dispatch.verification_again(order, await parameters.current())


async def _prove(order: Order, now: datetime) -> None:
    """The address is theirs: what they typed with it becomes their profile."""
    await Buyer.filter(id=order.buyer_id, verified_at__isnull=True).update(verified_at=now)
    await Buyer.filter(id=order.buyer_id).update(**orders.profile(order.email, order))
    if order.buyer_id:
        await standings.proven(order.buyer_id, await parameters.current())
