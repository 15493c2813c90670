"""Erasing a buyer: what may go goes now, what the law keeps is locked, and goes when its time is over."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tortoise.expressions import Q

from models import (
    AuditKind,
    Buyer,
    Cart,
    CartStatus,
    DeliveryAttempt,
    Device,
    EventKind,
    Link,
    MessageStatus,
    Order,
    OrderEvent,
    OrderList,
    OutboxMessage,
    Purpose,
    Shop,
    Standing,
    Verification,
)
from models.buyer import sort_name_of
from models.days import start_of
from models.errors import NotFoundError, ShopError
from models.postal import BUSINESS_COLUMNS, PERSONAL_COLUMNS
from models.text import _, fold
from services import audit, buyer_notes, exports, live, parameters, saved_views, text_search
from services.database import numbers, shielded, unit_of_work
from services.privacy import erasure_list
from services.privacy.access import is_typed_by
from services.privacy.erasure_list import Erasure

TO_BUYER = (
    Purpose.VERIFY,
    Purpose.RECEIVED,
    Purpose.CONFIRMED,
    Purpose.STATUS_CHANGED,
    Purpose.EDITED,
    Purpose.MESSAGE,
    Purpose.STANDING,
)
WAITING = (MessageStatus.PENDING, MessageStatus.SENDING, MessageStatus.HELD)


@dataclass(frozen=True)
class Orders:
    """What becomes of a buyer's orders, by id: requests never received go, others are anonymised, or locked first."""

    gone: tuple[int, ...]
    anonymised: tuple[int, ...]
    locked: tuple[int, ...]

    @property
    def every(self) -> tuple[int, ...]:
        """All of them."""
        return self.gone + self.anonymised + self.locked


@dataclass(frozen=True)
class Question:
    """How many orders an erasure now would delete, anonymise and lock; locked ones are kept to the end of a year."""

    gone: int
    anonymised: int
    locked: int
    locked_until: int | None


@dataclass(frozen=True)
class Listed:
    """What applying a list of erasures did: how many buyers it erased, and the digests of the files that must go."""

    buyers: int
    files: frozenset[str]


@shielded
async def question(buyer_id: int, now: datetime | None = None) -> Question:
    """What erasing a buyer would do. Raises NotFoundError, or ShopError if they are erased already."""
    buyer, shop = await _there(buyer_id), await parameters.current()
    orders = await _orders_of(buyer, shop, now or datetime.now(UTC))
    years = [row["created_at"].year for row in await Order.filter(id__in=list(orders.locked)).values("created_at")]
    until = max(years) + shop.retention_years if years else None
    return Question(len(orders.gone), len(orders.anonymised), len(orders.locked), until)


async def erase(buyer_id: int, *, by: str, now: datetime | None = None) -> None:
    """Erase a buyer in the name of the seller `by`. Raises NotFoundError, or ShopError if they are erased already.

    The list outside the database is written first, so that no backup brings back whom it has missed.
    """
    buyer = await _there(buyer_id)
    order_ids = [row["id"] for row in await Order.filter(buyer_id=buyer.id).values("id")]
    await asyncio.to_thread(erasure_list.add, buyer.id, buyer.email)
    await exports.forget_contents(await exports.holding(order_ids))
    orders, files = await _erase(buyer_id, by, now or datetime.now(UTC))
    await exports.forget_contents(files)  # also what was exported a moment ago
    await text_search.forget_gone()
    _told(orders.every)


async def erase_listed(erasures: Iterable[Erasure]) -> Listed:
    """Erase the buyers of a list who are there, as a restored backup has brought them back."""
    count, files = 0, frozenset[str]()
    for erasure in erasures:
        buyer = await Buyer.get_or_none(id=erasure.buyer_id, erased_at__isnull=True)
        if buyer is None:
            continue
        if await asyncio.to_thread(erasure.is_of, buyer.id, buyer.email):
            _orders, more = await _erase(buyer.id, audit.SYSTEM, datetime.now(UTC))
            count, files = count + 1, files | more
    if count:
        await text_search.forget_gone()
    return Listed(count, files)


async def anonymise_over(now: datetime) -> None:
    """Anonymise the locked orders whose retention is over at `now`."""
    locked = Order.filter(locked_at__isnull=False, erased_at__isnull=True)
    over = locked.filter(created_at__lt=_kept_since(await parameters.current(), now))
    order_ids = list(await numbers(over.values_list("id")))  # all orders are read, while others go on
    if order_ids:
        await exports.forget_contents(await _anonymise_over(order_ids, now))
        await text_search.forget_gone()
        _told(order_ids)


@unit_of_work
async def _anonymise_over(locked_ids: Sequence[int], now: datetime) -> frozenset[str]:
    still = Order.filter(id__in=list(locked_ids), erased_at__isnull=True)
    order_ids = [row["id"] for row in await still.values("id")]
    files = await exports.holding(order_ids)
    await exports.forget_deliveries(order_ids, anonymous=order_ids, now=now)
    await _anonymise(order_ids, audit.SYSTEM, now)
    for order in await Order.filter(id__in=order_ids):
        await audit.record(AuditKind.ANONYMISED, audit.SYSTEM, order.number)
    return files


@unit_of_work
async def _erase(buyer_id: int, by: str, now: datetime) -> tuple[Orders, frozenset[str]]:
    """Return what became of the orders, and the digests of the files they are in."""
    buyer, shop = await _there(buyer_id), await parameters.current()
    orders = await _orders_of(buyer, shop, now)
    files = await exports.holding(orders.every)
    await exports.forget_searches(orders.every)
    await saved_views.forget_buyer(buyer)
    await exports.forget_deliveries(orders.every, anonymous=orders.gone + orders.anonymised, now=now)
    await buyer_notes.forget(buyer.id)
    await _forget_ways_in(buyer, orders.every)
    await forget_mails(buyer.email, orders.every)
    await Order.filter(id__in=list(orders.gone)).delete()
    await _lock(orders.locked, by, now)
    await _anonymise(orders.anonymised, by, now)
    await Buyer.filter(id=buyer.id).update(
        email=f"erased-{buyer.id}",  # no address, so that nobody can sign in or order with it
        name=_("Erased"),
        company="",
        phone="",
        zone="",
        language="",
        **dict.fromkeys(BUSINESS_COLUMNS, ""),
        search=fold(_("Erased")),
        sort_name=sort_name_of("", _("Erased")),
        verified_at=None,
        standing=Standing.NEW,
        group_id=None,
        erased_at=now,
    )
    told = _("buyer {id}; orders: {gone} deleted, {anonymised} anonymised, {locked} locked")
    gone, anonymised, locked = map(len, (orders.gone, orders.anonymised, orders.locked))
    about = told.format(id=buyer.id, gone=gone, anonymised=anonymised, locked=locked)
    await audit.record(AuditKind.ERASED, by, about)
    return orders, files


async def _there(buyer_id: int) -> Buyer:
    buyer = await Buyer.get_or_none(id=buyer_id)
    if buyer is None:
        raise NotFoundError(_("This buyer is no longer there."))
    if buyer.erased_at:
        raise ShopError(_("This buyer has been erased already."))
    return buyer


async def _orders_of(buyer: Buyer, shop: Shop, now: datetime) -> Orders:
    """Sort a buyer's orders by what becomes of them; a request that never arrived is under no law's retention."""
    rows = await Order.filter(buyer_id=buyer.id, erased_at__isnull=True).values("id", "verification", "created_at")
    kept_since = _kept_since(shop, now)
    never_received = {row["id"] for row in rows if not Verification(row["verification"]).is_received}
    over = {row["id"] for row in rows if row["created_at"] < kept_since} - never_received
    rest = {row["id"] for row in rows} - never_received - over
    return Orders(tuple(sorted(never_received)), tuple(sorted(over)), tuple(sorted(rest)))


def _kept_since(shop: Shop, now: datetime) -> datetime:
    """Orders before this moment need not be kept: the law counts whole years from the end of an order's year."""
    if not shop.retention_years:
        return now
    return start_of(date(parameters.today(shop, now).year - shop.retention_years, 1, 1), shop.time_zone)


async def _forget_ways_in(buyer: Buyer, order_ids: Sequence[int]) -> None:
    """Links, signed-in devices, lists, and carts with what was typed into their form."""
    await Link.filter(Q(buyer_id=buyer.id) | Q(email=buyer.email) | Q(order_id__in=list(order_ids))).delete()
    ordered = [row["cart_id"] for row in await Order.filter(id__in=list(order_ids)).values("cart_id") if row["cart_id"]]
    drafts = await Cart.filter(status=CartStatus.OPEN).values("id", "draft")
    typed = [row["id"] for row in drafts if is_typed_by(row["draft"], buyer.email)]
    await Cart.filter(id__in=ordered + typed).delete()
    await Device.filter(buyer_id=buyer.id).delete()
    await OrderList.filter(buyer_id=buyer.id).delete()


async def forget_mails(email: str, order_ids: Sequence[int] = ()) -> None:
    """Cancel what was on its way to an address, and forget what went out to it and about these orders.

    Call it inside a unit of work.
    What waits for the management or a target stays: the order it tells of is kept, too, for now.
    """
    # An order's mails may have gone to an address that was corrected since.
    to_buyer = Q(recipient=email) | Q(order_id__in=list(order_ids), purpose__in=list(TO_BUYER))
    await OutboxMessage.filter(to_buyer, status__in=list(WAITING)).delete()
    done = OutboxMessage.filter(to_buyer | Q(order_id__in=list(order_ids))).exclude(status__in=list(WAITING))
    await _forget_contents([row["id"] for row in await done.values("id")])
    await OutboxMessage.filter(to_buyer).update(recipient=_("erased"))


async def _forget_contents(message_ids: Collection[int]) -> None:
    """What a server has answered may hold the address it was asked to take."""
    messages = OutboxMessage.filter(id__in=list(message_ids))
    await messages.update(content=b"", last_error="")
    await messages.filter(status=MessageStatus.FAILED).update(last_error=_("The buyer was erased."))
    await DeliveryAttempt.filter(message_id__in=list(message_ids)).update(text="")


async def _lock(order_ids: Sequence[int], by: str, now: datetime) -> None:
    """Notes are the seller's own words about the buyer, which no law keeps."""
    fresh = [row["id"] for row in await Order.filter(id__in=list(order_ids), locked_at__isnull=True).values("id")]
    await _forget_notes(fresh)
    await Order.filter(id__in=fresh).update(locked_at=now)
    await _record(fresh, EventKind.LOCKED, by, now)


async def _anonymise(order_ids: Sequence[int], by: str, now: datetime) -> None:
    """Amounts, lines, dates, zone and country stay; nothing tells any more who it was."""
    messages = OutboxMessage.filter(order_id__in=list(order_ids))
    await messages.filter(status__in=list(WAITING)).delete()
    await _forget_contents([row["id"] for row in await messages.values("id")])
    await _forget_notes(order_ids)
    telling = OrderEvent.filter(order_id__in=list(order_ids), kind__in=[EventKind.MESSAGE, EventKind.EDITED])
    await telling.update(text=_("Erased."))
    await Link.filter(order_id__in=list(order_ids)).delete()
    for row in await Order.filter(id__in=list(order_ids)).values("id", "number", "references"):
        await Order.filter(id=row["id"]).update(
            name=_("Erased"),
            company="",
            email="",
            phone="",
            buyer_reference="",
            comments="",
            **dict.fromkeys(PERSONAL_COLUMNS, ""),
            search=fold(f"{row['number']} {row['references']}"),
            sort_name=sort_name_of("", _("Erased")),
            erased_at=now,
        )
    await _record(order_ids, EventKind.ERASED, by, now)


async def _forget_notes(order_ids: Sequence[int]) -> None:
    await OrderEvent.filter(order_id__in=list(order_ids), kind=EventKind.NOTE).update(text=_("Erased."))


async def _record(order_ids: Sequence[int], kind: EventKind, by: str, now: datetime) -> None:
    events = (OrderEvent(order_id=order_id, kind=kind, actor=by, created_at=now) for order_id in order_ids)
    await OrderEvent.bulk_create(events)


def _told(order_ids: Sequence[int]) -> None:
    live.orders_changed(order_ids)
    for order_id in (None, *order_ids):
        live.delivery_changed(order_id)
