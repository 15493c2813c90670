"""Housekeeping: what is kept only for a time goes when the time is over, and nothing else does."""

import asyncio
import os
from datetime import timedelta
from typing import Any

from models import (
    Buyer,
    Cart,
    CartStatus,
    Channel,
    Device,
    Link,
    LinkPurpose,
    MessageStatus,
    Order,
    OutboxMessage,
    Seller,
    SellerSession,
    Shop,
    Verification,
)
from services import housekeeping, live, settings
from tests import order_rows
from tests.order_rows import NOON

ONE_DAY = timedelta(days=1)
A_MONTH = timedelta(days=30)


async def buyer(email: str, **values: Any) -> Buyer:
    made = await Buyer.create(email=email, **values)
    await Buyer.filter(id=made.id).update(created_at=NOON)
    return made


async def test_a_request_nobody_verified_goes_with_all_that_hangs_on_it(shop: Shop) -> None:
    sent = await order_rows.order(buyer=await buyer("marta@sol.example"))
    await order_rows.line(sent)
    await order_rows.message(sent, MessageStatus.PENDING)
    await Link.create(purpose=LinkPurpose.REQUEST, token_hash="x", order=sent, created_at=NOON)

    await housekeeping.clean_up(NOON + A_MONTH - ONE_DAY)
    assert await Order.all().count() == 1
    await housekeeping.clean_up(NOON + A_MONTH + ONE_DAY)

    for table in (Order, OutboxMessage, Link, Buyer):
        assert await table.all().count() == 0


async def test_the_shop_says_how_long_unverified_requests_are_kept(shop: Shop) -> None:
    await Shop.filter(id=1).update(unverified_days=3)
    await order_rows.order()

    await housekeeping.clean_up(NOON + 4 * ONE_DAY)

    assert await Order.all().count() == 0


async def test_received_requests_and_whoever_is_verified_stay(shop: Shop) -> None:
    accepted = await buyer("accepted@sol.example")
    await order_rows.order(buyer=accepted, verification=Verification.OVERRIDDEN)
    await order_rows.order(verification=Verification.VERIFIED)
    verified = await buyer("verified@sol.example", verified_at=NOON)

    await housekeeping.clean_up(NOON + 10 * A_MONTH)

    assert await Order.all().count() == 2
    assert {row.id for row in await Buyer.all()} == {accepted.id, verified.id}


async def test_open_pages_are_told_which_requests_have_gone(shop: Shop) -> None:
    stale = await order_rows.order()
    told: asyncio.Queue[frozenset[int]] = asyncio.Queue()
    live.orders.subscribe(told.put_nowait)

    await housekeeping.clean_up(NOON + A_MONTH + ONE_DAY)

    assert await asyncio.wait_for(told.get(), 5) == {stale.id}


async def test_contents_of_done_deliveries_go_and_those_of_others_stay(shop: Shop) -> None:
    sent = await order_rows.order(verification=Verification.VERIFIED)
    for status in (MessageStatus.SENT, MessageStatus.CAPTURED, MessageStatus.FAILED):
        await order_rows.message(sent, status, content=b"a mail", finished_at=NOON, channel=Channel.MAIL)
    await order_rows.message(sent, MessageStatus.PENDING, content=b"a mail")

    await housekeeping.clean_up(NOON + A_MONTH + ONE_DAY)

    kept = {message.status: bytes(message.content) for message in await OutboxMessage.all()}
    assert kept == {
        MessageStatus.SENT: b"",
        MessageStatus.CAPTURED: b"",
        MessageStatus.FAILED: b"a mail",
        MessageStatus.PENDING: b"a mail",
    }


async def test_sessions_links_and_idle_carts_end(shop: Shop) -> None:
    seller = await Seller.create(email="ana@norte.example", password_hash="x")
    await SellerSession.create(seller=seller, token_hash="s", expires_at=NOON)
    await Link.create(purpose=LinkPurpose.SIGN_IN, token_hash="l", created_at=NOON, expires_at=NOON)
    device = await Device.create(token_hash="d")
    idle, ordered = await Cart.create(device=device), await Cart.create(device=device, status=CartStatus.ORDERED)
    await Cart.all().update(changed_at=NOON)
    await Device.all().update(created_at=NOON)

    await housekeeping.clean_up(NOON + ONE_DAY)
    assert (await SellerSession.all().count(), await Link.all().count(), await Cart.all().count()) == (0, 1, 2)
    await housekeeping.clean_up(NOON + 7 * A_MONTH)

    assert await Link.all().count() == 0
    assert [cart.id for cart in await Cart.all()] == [ordered.id] != [idle.id]
    await Cart.all().delete()
    await housekeeping.clean_up(NOON + 7 * A_MONTH)
    assert await Device.all().count() == 0


async def test_old_files_go(shop: Shop) -> None:
    export = settings.current().exports / f"{'0' * 64}.csv"
    picture = settings.current().media / f"{'0' * 32}.webp"
    for file in (export, picture):
        file.write_bytes(b"x")
        os.utime(file, (0, 0))

    await housekeeping.clean_up(NOON + 91 * ONE_DAY)

    assert not export.exists()
    assert not picture.exists()
