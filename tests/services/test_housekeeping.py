"""Housekeeping: what is kept only for a time goes when the time is over, and nothing else does."""

import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.queryset import ValuesListQuery

from models import (
    Buyer,
    Cart,
    CartStatus,
    Channel,
    DeliveryAttempt,
    Device,
    Dialect,
    Link,
    LinkPurpose,
    MessageStatus,
    Order,
    OutboxMessage,
    Seller,
    SellerSession,
    Shape,
    Shop,
    Verification,
)
from models.errors import NotFoundError
from services import database, exports, housekeeping, live, sent_requests, settings
from services.text_search import BUYERS, MESSAGES
from tests import order_rows
from tests.order_rows import NOON
from tests.searched import kept

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


async def test_links_to_requests_that_had_no_end_go_after_a_year(shop: Shop) -> None:
    sent = await order_rows.order(verification=Verification.VERIFIED)
    await Link.create(purpose=LinkPurpose.REQUEST, token_hash="x", order=sent, created_at=NOON)

    await housekeeping.clean_up(NOON + sent_requests.LINK_LIFETIME)
    assert await Link.all().count() == 1
    await housekeeping.clean_up(NOON + sent_requests.LINK_LIFETIME + ONE_DAY)
    assert await Link.all().count() == 0


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
        message = await order_rows.message(sent, status, content=b"a mail", finished_at=NOON, channel=Channel.MAIL)
        await DeliveryAttempt.create(
            message=message,
            number=1,
            started_at=NOON,
            finished_at=NOON,
            succeeded=True,
            text="250 for marta@sol.example",
        )
    await order_rows.message(sent, MessageStatus.PENDING, content=b"a mail")
    await order_rows.message(sent, MessageStatus.HELD, content=b"a mail")

    await housekeeping.clean_up(NOON + A_MONTH - ONE_DAY)
    assert {bytes(message.content) for message in await OutboxMessage.all()} == {b"a mail"}
    await housekeeping.clean_up(NOON + A_MONTH + ONE_DAY)

    kept = {message.status: bytes(message.content) for message in await OutboxMessage.all()}
    assert kept == {
        MessageStatus.SENT: b"",
        MessageStatus.CAPTURED: b"",
        MessageStatus.FAILED: b"",  # given up, and nobody has tried it again for a month
        MessageStatus.PENDING: b"a mail",
        MessageStatus.HELD: b"a mail",
    }
    assert {attempt.text for attempt in await DeliveryAttempt.all()} == {""}


async def test_what_is_tried_again_while_others_are_looked_for_keeps_its_contents(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, numbers = await order_rows.order(verification=Verification.VERIFIED), database.numbers
    message = await order_rows.message(order, MessageStatus.FAILED, content=b"a mail", finished_at=NOON)

    async def tried_again(query: ValuesListQuery[Any]) -> Sequence[int]:
        found = await numbers(query)
        await OutboxMessage.filter(id=message.id).update(status=MessageStatus.PENDING, finished_at=None)
        return found

    monkeypatch.setattr(database, "numbers", tried_again)
    await housekeeping._forget_contents(NOON + ONE_DAY)

    await message.refresh_from_db()
    assert (message.status, bytes(message.content)) == (MessageStatus.PENDING, b"a mail")


async def test_mails_that_belong_to_no_order_go_whole(shop: Shop) -> None:
    await order_rows.message(None, MessageStatus.SENT, recipient="marta@sol.example", finished_at=NOON)
    await order_rows.message(None, MessageStatus.PENDING)
    assert (b"mar" in await kept(MESSAGES)) is (OutboxMessage._meta.db.capabilities.dialect == "sqlite")
    await housekeeping.clean_up(NOON + A_MONTH + ONE_DAY)
    assert b"mar" not in await kept(MESSAGES)
    assert [message.status for message in await OutboxMessage.all()] == [MessageStatus.PENDING]


async def test_nothing_tells_of_who_never_verified(shop: Shop) -> None:
    """Also not the form they filled in, the mail to a mistyped address, nor a file a seller had exported."""
    email = "marta@sol.example"
    device = await Device.create(token_hash="d")
    cart = await Cart.create(device=device, status=CartStatus.ORDERED, draft={"email": email})
    stale = await order_rows.order(buyer=await buyer(email), cart=cart)
    await buyer("mistyped@sol.example")
    other = await order_rows.order(
        verification=Verification.VERIFIED, name="Pau", company="", email="pau@luna.example", phone=""
    )
    corrected = await order_rows.message(
        other, MessageStatus.SENT, recipient="mistyped@sol.example", content=b"Dear Marta", finished_at=NOON
    )
    await order_rows.message(None, MessageStatus.PENDING, recipient=email, content=b"Sign in")
    export = await exports.download(
        [stale.id], Shape.ORDERS, Dialect.MACHINE, shop, by="nuria@norte.example", order_filter="search=marta"
    )

    await housekeeping.clean_up(NOON + A_MONTH + ONE_DAY)

    with pytest.raises(NotFoundError):
        await exports.open_again(export.id)
    left = await OutboxMessage.get(id=corrected.id)
    assert (left.recipient, bytes(left.content)) == ("erased", b"")
    rows = repr([await model.all().values() for model in Tortoise.apps["models"].values()])
    for trace in ("marta", "Marta", "sol.example", "123 456"):
        assert trace not in rows, trace
    assert b"mar" not in await kept()


async def test_no_index_knows_who_never_verified_and_has_no_request(shop: Shop) -> None:
    await buyer("mistyped@sol.example")
    assert (b"mis" in await kept(BUYERS)) is (Buyer._meta.db.capabilities.dialect == "sqlite")
    await housekeeping.clean_up(NOON + A_MONTH + ONE_DAY)
    assert b"mis" not in await kept()


async def test_copies_of_the_database_from_before_a_migration_go(shop: Shop) -> None:
    copy = settings.current().data / "pedido.db.before-0002_held"
    copy.write_bytes(b"x")
    now = datetime.now(UTC)
    await housekeeping.clean_up(now + A_MONTH - ONE_DAY)
    assert copy.exists()
    await housekeeping.clean_up(now + A_MONTH + ONE_DAY)
    assert not copy.exists()


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
