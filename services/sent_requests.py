"""Requests that were sent, as their buyer may see them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self

from tortoise.expressions import Q

from models import EventKind, Link, LinkPurpose, Order, OrderCharge, OrderEvent, OrderLine, Verification, query_values
from models.errors import NotFoundError
from models.order import MAX_NUMBER_LENGTH
from models.text import N_, _, fold
from services import links, walk
from services.database import shielded, unit_of_work
from services.walk import Page, Way

PAGE_SIZE = 25
LINK_LIFETIME = timedelta(days=365)
JUST_SENT = timedelta(minutes=30)


@dataclass(frozen=True)
class SentRequest:
    """A request with its lines and charges as they are now; what the seller wrote since stands newest first.

    `changed_at` is when the seller last changed it, None if it is as it was sent.
    """

    order: Order
    lines: tuple[OrderLine, ...]
    charges: tuple[OrderCharge, ...]
    messages: tuple[OrderEvent, ...] = ()
    changed_at: datetime | None = None


class Stage(StrEnum):
    """How far a request has come, as its buyer sees it."""

    UNVERIFIED = "unverified"
    RECEIVED = "received"
    CONFIRMED = "confirmed"

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return {"unverified": N_("Not verified"), "received": N_("Received"), "confirmed": N_("Confirmed")}[self.value]

    @property
    def condition(self) -> Q:
        """Which orders have come so far, and no further."""
        return {
            "unverified": Q(verification=Verification.UNVERIFIED),
            "received": Q(received_at__isnull=False, confirmed_at__isnull=True),
            "confirmed": Q(confirmed_at__isnull=False),
        }[self.value]


@dataclass(frozen=True)
class RequestFilter:
    """Which of a buyer's requests, on which page; empty means any."""

    search: str = ""
    stage: Stage | None = None
    page: int = 1
    at: str = ""

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """Read a query string's values; whatever cannot be meant is ignored."""
        stage, (page, at) = query.get("stage", ""), query_values.place(query)
        return cls(
            search=query_values.text(query.get("search", "")),
            stage=Stage(stage) if stage in set(Stage) else None,
            page=page,
            at=at,
        )

    def query(self) -> dict[str, str]:
        """Write the filter as a query string's values; what is not set is left out."""
        values = {"search": self.search, "stage": self.stage or "", **query_values.place_told(self.page, self.at)}
        return {name: value for name, value in values.items() if value}

    @property
    def conditions(self) -> list[Q]:
        """What an order must meet."""
        words = [Q(search__contains=word) for word in fold(self.search).split()]
        return [*words, *([self.stage.condition] if self.stage else [])]


RequestPage = Page[Order]


async def link_to(order_id: int) -> str:
    """A token that opens the page of a request for a year; call it inside a unit of work."""
    token, link = new_link_to(order_id)
    await link.save()
    return token


def new_link_to(order_id: int) -> tuple[str, Link]:
    """The same, and the link it belongs to, not written yet."""
    return links.make(LinkPurpose.REQUEST, lifetime=LINK_LIFETIME, order_id=order_id)


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


@shielded
async def page(buyer_id: int, wanted: RequestFilter) -> RequestPage:
    """The page of a buyer's requests that a filter asks for, the newest first, or the last page there is."""
    return await walk.page(way(buyer_id, wanted), wanted.page, wanted.at, PAGE_SIZE, _read)


def way(buyer_id: int, wanted: RequestFilter) -> Way:
    """The way through a buyer's requests that match, newest first."""
    served = Q(buyer_id=buyer_id)
    return Way(Order.all(), ("created_at", "id"), served=served, wanted=tuple(wanted.conditions))


async def _read(order_ids: list[int]) -> list[Order]:
    return await Order.filter(id__in=order_ids)


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
    written = OrderEvent.filter(order_id=order.id, kind=EventKind.MESSAGE).order_by("-created_at", "-id")
    changed = await OrderEvent.filter(order_id=order.id, kind=EventKind.EDITED).order_by("-id").first()
    changed_at = changed.created_at if changed else None
    return SentRequest(order, tuple(lines), tuple(charges), tuple(await written), changed_at)


def _not_found() -> NotFoundError:
    return NotFoundError(_("There is no such request. Its link may have been copied only in part."))
