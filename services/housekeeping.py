"""Housekeeping: what is kept only for a time goes when the time is over, and each day is backed up."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from models import (
    Buyer,
    Cart,
    CartStatus,
    Device,
    Link,
    MessageStatus,
    Order,
    OutboxMessage,
    SellerSession,
    Verification,
)
from models.errors import ShopError
from services import backups, exports, live, parameters, pictures
from services.database import unit_of_work

logger = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0
DELIVERED_CONTENT_KEPT = timedelta(days=30)
EXPIRED_LINKS_KEPT = timedelta(days=30)  # so that an expired link can still say what it was and offer a new one
IDLE_CARTS_KEPT = timedelta(days=180)


async def run() -> None:
    """Clean up, and back up, at start and then every hour, for as long as the program runs."""
    while True:
        for chore in (clean_up, back_up):
            try:
                await chore()
            except ShopError as error:
                logger.warning("Housekeeping failed; it will be tried again: %s", error)
            except Exception:
                logger.exception("Housekeeping failed; it will be tried again")
        await asyncio.sleep(EVERY_SECONDS)


async def back_up(now: datetime | None = None) -> None:
    """Make the backup of the day `now` is in (aware; the present if left out), unless it is there."""
    if await parameters.exists():
        await backups.make_daily(now or datetime.now(UTC))


async def clean_up(now: datetime | None = None) -> None:
    """Remove everything whose time is over at `now` (aware; the present if left out)."""
    at = now or datetime.now(UTC)
    if await parameters.exists():
        live.orders_changed(await _forget_unverified(at))
    await _forget_rows(at)
    await asyncio.to_thread(exports.forget_files, before=at - exports.FILES_KEPT)
    await asyncio.to_thread(pictures.tidy, await pictures.files_in_use())


@unit_of_work
async def _forget_unverified(now: datetime) -> list[int]:
    """Requests nobody verified, after as many days as the shop's parameters say, and who is known by them alone.

    Returns the ids of the requests.
    """
    oldest = now - timedelta(days=(await parameters.current()).unverified_days)
    stale = Order.filter(verification=Verification.UNVERIFIED, created_at__lt=oldest)
    order_ids = [row["id"] for row in await stale.values("id")]
    await stale.delete()
    await Buyer.filter(verified_at__isnull=True, created_at__lt=oldest, orders__id__isnull=True).delete()
    return order_ids


@unit_of_work
async def _forget_rows(now: datetime) -> None:
    await SellerSession.filter(expires_at__lt=now).delete()
    await Link.filter(expires_at__lt=now - EXPIRED_LINKS_KEPT).delete()
    done = OutboxMessage.filter(status__in=(MessageStatus.SENT, MessageStatus.CAPTURED))
    await done.filter(finished_at__lt=now - DELIVERED_CONTENT_KEPT).update(content=b"")
    await Cart.filter(status=CartStatus.OPEN, changed_at__lt=now - IDLE_CARTS_KEPT).delete()
    await Device.filter(buyer_id__isnull=True, created_at__lt=now - IDLE_CARTS_KEPT, carts__id__isnull=True).delete()
