"""Orders: what becomes of a request once it is placed."""

import asyncio
from datetime import timedelta

import pytest

from models import (
    Buyer,
    EventKind,
    Link,
    LinkPurpose,
    MessageStatus,
    Order,
    OrderEvent,
    OutboxMessage,
    Product,
    Protocol,
    Purpose,
    Status,
    TransferTarget,
    Trigger,
    Verification,
)
from models.errors import ShopError
from services import orders, statuses, verification
from services.deliveries import DeliveryFilter
from tests.mailbox import link_in
from tests.placing import MARTA, placed_order, purposes, rule, verified_order

__all__ = ["rule"]  # a fixture


async def test_verifying_lets_the_seller_receive_it_once(rule: Product) -> None:
    order = await placed_order(rule)
    token = await link_in(Purpose.VERIFY, order.email)
    await asyncio.gather(*[verification.confirm(token, MARTA) for _ in range(10)])
    order = await orders.get(order.id)
    assert order.verification is Verification.VERIFIED
    assert await purposes(order) == [Purpose.VERIFY, Purpose.RECEIVED, Purpose.NOTICE]
    events = [event.kind for event in await OrderEvent.filter(order_id=order.id)]
    assert events == [EventKind.PLACED, EventKind.VERIFIED]


async def test_correcting_the_address_keeps_the_order_and_ends_the_old_link(rule: Product) -> None:
    order = await placed_order(rule, email="mrta@sol.example")
    old = await link_in(Purpose.VERIFY, "mrta@sol.example")
    await orders.correct_address(order.id, "marta@sol.example")
    assert (await verification.describe(old))[0] is verification.LinkState.UNKNOWN
    await verification.confirm(await link_in(Purpose.VERIFY, "marta@sol.example"), MARTA)
    order = await orders.get(order.id)
    assert (order.email, order.verification) == ("marta@sol.example", Verification.VERIFIED)


async def test_confirming_needs_a_proven_address_or_the_sellers_word(rule: Product) -> None:
    order = await placed_order(rule)
    with pytest.raises(ShopError, match="not verified"):
        await orders.confirm(order.id, by="seller@norte.example")
    await orders.accept_unverified(order.id, by="seller@norte.example")
    await orders.confirm(order.id, by="seller@norte.example")
    order = await orders.get(order.id)
    assert (order.status, order.verification) == (Status.PROCESSED, Verification.OVERRIDDEN)
    assert order.confirmed_by == "seller@norte.example"
    assert await purposes(order) == [Purpose.VERIFY, Purpose.RECEIVED, Purpose.NOTICE, Purpose.CONFIRMED]


async def test_a_buyer_accepted_by_hand_may_still_verify_and_nothing_goes_out_twice(rule: Product) -> None:
    order = await placed_order(rule)
    await orders.accept_unverified(order.id, by="seller@norte.example")
    before = await purposes(order)
    verified = await verification.confirm(await link_in(Purpose.VERIFY, order.email), MARTA)
    assert not verified.was_already
    assert (await orders.get(order.id)).verification is Verification.VERIFIED
    assert (await Buyer.get(email=order.email)).verified_at is not None
    assert await purposes(order) == before


async def test_confirming_twice_mails_the_buyer_once(rule: Product) -> None:
    order = await verified_order(rule)
    results = await asyncio.gather(*[orders.confirm(order.id, by="seller@norte.example") for _ in range(5)])
    assert sorted(result.done for result in results) == [False] * 4 + [True]
    assert (await purposes(order)).count(Purpose.CONFIRMED) == 1


@pytest.mark.parametrize("status", [Status.PROCESSED, Status.TO_BE_REVIEWED, Status.ERROR])
async def test_a_change_of_status_is_told_in_the_history_and_mails_nobody(rule: Product, status: Status) -> None:
    order = await verified_order(rule)
    before = await purposes(order)
    (result,) = await orders.change_status([order.id], status, by="seller@norte.example")
    assert result.done
    assert (await orders.get(order.id)).status is status
    assert await purposes(order) == before
    event = await OrderEvent.filter(order_id=order.id).order_by("-id").first()
    assert event is not None
    assert (event.kind, event.actor) == (EventKind.STATUS, "seller@norte.example")
    (again,) = await orders.change_status([order.id], status, by="seller@norte.example")
    assert not again.done


async def test_a_change_of_many_can_be_stopped_between_portions(rule: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statuses, "AT_ONCE", 2)
    ids = [(await placed_order(rule, device=f"d{n}", email=f"x{n}@y.example")).id for n in range(5)]
    taken = 0
    async for portion in orders.change_statuses(ids, Status.PROCESSED, by="s@norte.example", mail_buyers=False):
        assert all(result.done for result in portion)
        taken += len(portion)
        if taken == 4:
            break
    assert [(await orders.get(id_)).status for id_ in ids] == [Status.PROCESSED] * 4 + [Status.PENDING]
    rest = await orders.change_status(ids, Status.PROCESSED, by="s@norte.example")
    assert [result.done for result in rest] == [False] * 4 + [True]


async def test_a_change_of_status_mails_the_buyer_when_asked_to(rule: Product) -> None:
    order = await verified_order(rule)
    await orders.change_status([order.id], Status.ERROR, by="s@norte.example", mail_buyers=True)
    assert (await purposes(order))[-1] is Purpose.STATUS_CHANGED


async def test_a_change_of_status_says_that_an_unverified_buyer_was_not_mailed(rule: Product) -> None:
    order = await placed_order(rule, device="stranger", email="x@y.example")
    before = await purposes(order)
    (result,) = await orders.change_status([order.id], Status.ERROR, by="s@norte.example", mail_buyers=True)
    assert (result.done, result.is_partial) == (True, True)
    assert "not mailed" in result.text
    assert await purposes(order) == before


async def test_unverified_orders_are_refused_by_name_when_sent_to_a_target(rule: Product) -> None:
    target = await TransferTarget.create(name="ERP", protocol=Protocol.SFTP, host="h", port=22, trigger=Trigger.BY_HAND)
    unverified = await placed_order(rule, device="stranger", email="x@y.example")
    verified = await verified_order(rule)
    results = await orders.send_to_target([unverified.id, verified.id, 999], target.id, by="s@norte.example")
    assert [(result.number, result.done) for result in results] == [
        (unverified.number, False),
        (verified.number, True),
        ("", False),
    ]


async def test_a_file_sent_again_keeps_its_name_and_a_changed_order_gets_a_revision(rule: Product) -> None:
    target = await TransferTarget.create(
        name="ERP", protocol=Protocol.SFTP, host="h", port=22, trigger=Trigger.RECEIVED
    )
    order = await verified_order(rule)
    await orders.send_to_target([order.id], target.id, by="s@norte.example")
    files = OutboxMessage.filter(order_id=order.id, target_id=target.id).order_by("id")
    assert [file.title for file in await files] == [f"{order.number}.csv"]
    await orders.change_status([order.id], Status.ERROR, by="s@norte.example")
    await orders.send_to_target([order.id], target.id, by="s@norte.example")
    assert [file.title for file in await files] == [f"{order.number}.csv", f"{order.number}-r2.csv"]


async def test_targets_get_a_file_at_the_moment_they_are_set_to(rule: Product) -> None:
    for trigger in Trigger:
        await TransferTarget.create(name=trigger.value, protocol=Protocol.FTP, host="h", port=21, trigger=trigger)
    await TransferTarget.create(name="off", protocol=Protocol.FTP, host="h", port=21, active=False)
    order = await verified_order(rule)
    files = OutboxMessage.filter(order_id=order.id, purpose=Purpose.TRANSFER).order_by("id")
    assert [file.recipient for file in await files] == ["received"]
    await orders.confirm(order.id, by="s@norte.example")
    assert [file.recipient for file in await files] == ["received", "confirmed"]


async def test_whatever_goes_out_for_an_order_is_found_by_its_number(rule: Product) -> None:
    await TransferTarget.create(name="ERP", protocol=Protocol.FTP, host="h", port=21, trigger=Trigger.RECEIVED)
    order = await verified_order(rule)
    await orders.confirm(order.id, by="s@norte.example")
    await orders.change_status([order.id], Status.ERROR, by="s@norte.example", mail_buyers=True)
    every = [row["id"] for row in await OutboxMessage.filter(order_id=order.id).values("id")]
    assert len(every) == 6
    assert sorted(await DeliveryFilter(search=order.number).way().ids(9)) == sorted(every)
    assert {message.order_number for message in await OutboxMessage.all()} == {order.number}


async def test_mails_are_sent_again_to_all_who_had_them(rule: Product) -> None:
    order = await verified_order(rule)
    await OutboxMessage.all().update(status=MessageStatus.SENT)
    await orders.resend_mails([order.id], by="s@norte.example")
    again = OutboxMessage.filter(order_id=order.id, status=MessageStatus.PENDING).order_by("id")
    assert [message.purpose for message in await again] == [Purpose.RECEIVED, Purpose.NOTICE]


async def test_no_more_than_three_verification_mails_go_to_an_address_in_an_hour(rule: Product) -> None:
    order = await placed_order(rule)
    await verification.resend(order.id)
    await verification.resend(order.id)
    with pytest.raises(ShopError, match="within the hour"):
        await verification.resend(order.id)
    assert await OutboxMessage.filter(purpose=Purpose.VERIFY).count() == 3


async def test_a_fourth_request_within_the_hour_is_kept_and_its_mail_waits(rule: Product) -> None:
    for number in range(4):
        await placed_order(rule, device=f"device-{number}")
    due = [mail.due_at for mail in await OutboxMessage.filter(purpose=Purpose.VERIFY).order_by("id")]
    assert await Order.all().count() == 4
    assert due[3] - due[0] == timedelta(hours=1)


async def test_mails_of_other_requests_delay_a_new_link_and_nobody_is_told(rule: Product) -> None:
    for number in range(3):
        await placed_order(rule, device=f"device-{number}", email="known@sol.example")
    typo = await placed_order(rule, device="another", email="typo@sol.example")

    await orders.correct_address(typo.id, "known@sol.example")
    link = await Link.get(order_id=typo.id, purpose=LinkPurpose.VERIFY)
    for _again in range(5):
        await verification.resend(typo.id)  # it waits already: no other is written, and its link stays good

    assert await OutboxMessage.filter(purpose=Purpose.VERIFY, recipient="known@sol.example").count() == 4
    assert (await Link.get(order_id=typo.id, purpose=LinkPurpose.VERIFY)).id == link.id


async def test_a_mail_asked_for_too_often_is_refused_by_name_and_the_others_go_on(rule: Product) -> None:
    order = await placed_order(rule)
    other = await placed_order(rule, device="another", email="other@sol.example")
    for _again in range(2):
        await orders.resend_mails([order.id], by="s@norte.example")
    refused, sent = await orders.resend_mails([order.id, other.id], by="s@norte.example")
    assert (refused.number, refused.done, sent.done) == (order.number, False, True)
