"""Housekeeping: what is kept only for a time goes when the time is over, and each day is backed up."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tortoise.expressions import Q

from models import (
    AuditKind,
    Buyer,
    Cart,
    CartStatus,
    DeliveryAttempt,
    Device,
    Link,
    LinkPurpose,
    MessageStatus,
    Order,
    OutboxMessage,
    SellerSession,
    Verification,
)
from models.errors import ShopError
from services import audit, backups, database, exports, live, parameters, pictures, privacy, sent_requests, text_search
from services.database import unit_of_work
from services.text_search import MESSAGES

logger = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0
AT_ONCE = 500
DONE = (MessageStatus.SENT, MessageStatus.CAPTURED, MessageStatus.FAILED)
DELIVERED_CONTENT_KEPT = timedelta(days=30)
EXPIRED_LINKS_KEPT = timedelta(days=30)  # so that an expired link can still say what it was and offer a new one
IDLE_CARTS_KEPT = timedelta(days=180)
COPIES_KEPT = timedelta(days=30)  # of the database as it was before a migration


async def run() -> None:
    """Clean up, and back up, at start and then every hour, for as long as the program runs."""
    while True:
        for chore in (clean_up, back_up):
            try:
                await chore()
            except ShopError as error:
                logger.warning("Housekeeping failed; it will be tried again: %s", error)
            except Exception:  # one chore must not keep the others from being done
                logger.exception("Housekeeping failed; it will be tried again")
        await asyncio.sleep(EVERY_SECONDS)


async def back_up(now: datetime | None = None) -> None:
    """Make the backup of the day `now` is in (aware; the present if left out), unless it is there."""
    if not await parameters.exists():
        return
    if made := await backups.make_daily(now or datetime.now(UTC)):
        await audit.note(AuditKind.BACKED_UP, audit.SYSTEM, made.path.name)


async def clean_up(now: datetime | None = None) -> None:
    """Remove everything whose time is over at `now` (aware; the present if left out)."""
    at = now or datetime.now(UTC)
    if await parameters.exists():
        order_ids, strangers, files = await _forget_unverified(at)
        await exports.forget_contents(files)
        live.orders_changed(order_ids)
        await privacy.anonymise_over(at)
        if order_ids or strangers:
            await text_search.forget_gone()
    await exports.mend(at)
    if await _forget_rows(at):
        await text_search.forget_gone(MESSAGES)
    await _forget_contents(at - DELIVERED_CONTENT_KEPT)
    await database.look_at_sizes()
    await asyncio.to_thread(exports.forget_files, before=at - exports.FILES_KEPT)
    await asyncio.to_thread(database.forget_copies, before=at - COPIES_KEPT)
    await asyncio.to_thread(pictures.tidy, await pictures.files_in_use())


@unit_of_work
async def _forget_unverified(now: datetime) -> tuple[list[int], int, frozenset[str]]:
    """Requests nobody verified, after as many days as the shop's parameters say, and who is known by them alone.

    Returns the ids of the requests, how many buyers went, and the digests of the files that hold the requests.
    """
    oldest = now - timedelta(days=(await parameters.current()).unverified_days)
    stale = Order.filter(verification=Verification.UNVERIFIED, created_at__lt=oldest)
    rows = await stale.values("id", "cart_id")
    order_ids, cart_ids = [row["id"] for row in rows], [row["cart_id"] for row in rows if row["cart_id"]]
    files = await exports.holding(order_ids)
    await exports.forget_searches(order_ids)
    await stale.delete()
    await Cart.filter(id__in=cart_ids).delete()  # with what was typed into its form
    strangers = Buyer.filter(verified_at__isnull=True, created_at__lt=oldest, orders__id__isnull=True)
    emails = [row["email"] for row in await strangers.values("email")]
    for email in emails:
        await privacy.forget_mails(email)  # of sign-in, and of orders whose address was corrected
        await Buyer.filter(email=email).delete()
    return order_ids, len(emails), files


@unit_of_work
async def _forget_rows(now: datetime) -> int:
    """Returns how many deliveries went whole."""
    await SellerSession.filter(expires_at__lt=now).delete()
    await Link.filter(expires_at__lt=now - EXPIRED_LINKS_KEPT).delete()
    of_earlier_version = Link.filter(purpose=LinkPurpose.REQUEST, expires_at__isnull=True)
    await of_earlier_version.filter(created_at__lt=now - sent_requests.LINK_LIFETIME).delete()
    of_no_order = OutboxMessage.filter(_done(now - DELIVERED_CONTENT_KEPT), order_id__isnull=True)
    gone = await of_no_order.delete()
    await audit.forget(now)
    await Cart.filter(status=CartStatus.OPEN, changed_at__lt=now - IDLE_CARTS_KEPT).delete()
    await Device.filter(buyer_id__isnull=True, created_at__lt=now - IDLE_CARTS_KEPT, carts__id__isnull=True).delete()
    return gone


async def _forget_contents(before: datetime) -> None:
    """What done deliveries carried and what servers answered; given up counts as done, for nobody tries it any more.

    The ledger stays as long as its order: to whom, what, when.
    """
    full = OutboxMessage.filter(_done(before)).exclude(content=b"")
    message_ids = await database.numbers(full.values_list("id"))  # all messages are read, while others go on
    for start in range(0, len(message_ids), AT_ONCE):
        await _forget_some(message_ids[start : start + AT_ONCE], before)


@unit_of_work
async def _forget_some(message_ids: Sequence[int], before: datetime) -> None:
    """Of those that are still done: one that was given up may be tried again by now."""
    done = OutboxMessage.filter(_done(before), id__in=list(message_ids))
    await DeliveryAttempt.filter(message_id__in=[row["id"] for row in await done.values("id")]).update(text="")
    await done.update(content=b"")


def _done(before: datetime) -> Q:
    return Q(status__in=DONE, finished_at__lt=before)
