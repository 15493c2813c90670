"""Placing requests: what is refused, what is repeated, what follows."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from models import (
    Buyer,
    Cart,
    CartStatus,
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
    Shop,
    Status,
    Surcharge,
    SurchargeKind,
    TransferTarget,
    Trigger,
    Verification,
)
from models.buyer import sort_name_of
from models.errors import FieldErrors, ShopError, TotalChangedError
from models.order_form import OrderForm
from services import carts, orders, statuses, verification, visitors
from services.deliveries import DeliveryFilter
from tests.mailbox import link_in

MARTA = "a-device"  # the cookie of Marta's browser


@pytest.fixture
async def rule(shop: Shop) -> Product:
    return await Product.create(sku="FR-200", name="Folding rule 2 m", price=Decimal("6.40"), sort_name="folding rule")


def form(**typed: object) -> OrderForm:
    known: dict[str, object] = {"name": "Marta Gil", "company": "Ferretería Sol", "email": "Marta@Sol.example"}
    return OrderForm.checked({**known, "privacy_accepted": True, **typed})


async def full_cart(product: Product, quantity: int = 2, device: str = MARTA) -> int:
    await carts.add(device, product.id, quantity)
    cart_id = (await carts.load(device)).cart_id
    assert cart_id is not None
    return cart_id


async def placed_order(product: Product, device: str = MARTA, **typed: object) -> Order:
    cart_id = await full_cart(product, device=device)
    placed = await orders.place(cart_id, device, form(**typed), shown_total=Decimal("12.80"))
    return await orders.get(placed.order_id)


async def verified_order(product: Product) -> Order:
    order = await placed_order(product)
    await verification.confirm(await link_in(Purpose.VERIFY, order.email), MARTA)
    return await orders.get(order.id)


async def purposes(order: Order) -> list[Purpose]:
    return [message.purpose for message in await OutboxMessage.filter(order_id=order.id).order_by("id")]


async def test_a_request_is_kept_with_its_own_snapshot(rule: Product) -> None:
    order = await placed_order(rule, comments="Please call", buyer_reference="PO 7")
    rule.price, rule.name = Decimal(99), "Something else"
    await rule.save()
    (line,) = await order.lines.all()
    assert (line.sku, line.name, line.quantity, line.unit_price) == ("FR-200", "Folding rule 2 m", 2, Decimal("6.40"))
    assert (order.total, order.currency, order.references) == (1280, "EUR", "FR-200")
    assert (order.email, order.comments, order.buyer_reference) == ("marta@sol.example", "Please call", "PO 7")
    assert order.privacy_accepted_at is not None


async def test_a_request_and_its_buyer_are_sorted_by_a_folded_company_or_name(rule: Product) -> None:
    order = await placed_order(rule, company="Óptica SUR")
    nobody = await placed_order(rule, company="", name="Ángel Öz")
    assert (order.sort_name, nobody.sort_name) == ("optica sur", "angel oz")
    buyer = await Buyer.get(id=order.buyer_id)
    assert buyer.sort_name == sort_name_of(buyer.company, buyer.name) != ""


async def test_an_unverified_request_is_visible_but_nobody_is_told(rule: Product) -> None:
    order = await placed_order(rule)
    assert order.verification is Verification.UNVERIFIED
    assert order.received_at is None
    assert await purposes(order) == [Purpose.VERIFY]


async def test_sending_the_same_cart_twice_gives_the_first_order_back(rule: Product) -> None:
    cart_id = await full_cart(rule)
    first = await orders.place(cart_id, MARTA, form(), shown_total=Decimal("12.80"))
    again = await orders.place(cart_id, MARTA, form(), shown_total=Decimal("12.80"))
    assert (again.order_id, again.number, again.is_repeat) == (first.order_id, first.number, True)
    assert await Order.all().count() == 1


async def test_ten_submits_at_once_make_one_order(rule: Product) -> None:
    cart_id = await full_cart(rule)
    sent = [orders.place(cart_id, MARTA, form(), shown_total=Decimal("12.80")) for _ in range(10)]
    placed = await asyncio.gather(*sent)
    assert len({one.order_id for one in placed}) == 1
    assert sorted(one.is_repeat for one in placed) == [False] + [True] * 9
    assert await OutboxMessage.filter(purpose=Purpose.VERIFY).count() == 1


async def test_ten_submits_at_once_make_many_orders_when_the_claim_is_taken_out(
    rule: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above: without the status to claim by, the second submit goes through."""
    cart_id = await full_cart(rule)
    await orders.place(cart_id, MARTA, form(), shown_total=Decimal("12.80"))
    await Order.all().update(cart_id=None)
    await Cart.filter(id=cart_id).update(status=CartStatus.OPEN)
    again = await orders.place(cart_id, MARTA, form(), shown_total=Decimal("12.80"))
    assert not again.is_repeat
    assert await Order.all().count() == 2


async def test_somebody_elses_cart_cannot_be_sent(rule: Product) -> None:
    cart_id = await full_cart(rule)
    with pytest.raises(ShopError, match="no longer there"):
        await orders.place(cart_id, "another-device", form(), shown_total=Decimal("12.80"))
    assert await Order.all().count() == 0


async def test_a_price_changed_between_page_and_submit_is_explained_and_nothing_is_sent(rule: Product) -> None:
    cart_id = await full_cart(rule)
    await Product.filter(id=rule.id).update(price=Decimal("7.00"))
    with pytest.raises(TotalChangedError, match=r"was €12\.80 and is now €14\.00"):
        await orders.place(cart_id, MARTA, form(), shown_total=Decimal("12.80"))
    assert await Order.all().count() == 0
    assert (await Cart.get(id=cart_id)).status is CartStatus.OPEN
    sent = await orders.place(cart_id, MARTA, form(), shown_total=Decimal("14.00"))
    assert (await orders.get(sent.order_id)).total == 1400


async def test_an_empty_cart_is_not_sent(rule: Product) -> None:
    cart_id = await full_cart(rule)
    await carts.remove(MARTA, rule.id)
    with pytest.raises(ShopError, match="empty"):
        await orders.place(cart_id, MARTA, form(), shown_total=Decimal(0))


async def test_a_shop_with_zones_asks_for_one(rule: Product) -> None:
    await Surcharge.create(title="Delivery", code="Z", kind=SurchargeKind.ZONE, amount="12", zone="Islands")
    cart_id = await full_cart(rule)
    with pytest.raises(FieldErrors) as refused:
        await orders.place(cart_id, MARTA, form(zone="Moon"), shown_total=Decimal("12.80"))
    assert list(refused.value.fields) == ["zone"]
    sent = await orders.place(cart_id, MARTA, form(zone="Islands"), shown_total=Decimal("24.80"))
    (charge,) = await (await orders.get(sent.order_id)).charges.all()
    assert (charge.title, charge.reason, charge.amount) == ("Delivery", "Islands", 1200)


async def test_the_form_says_what_is_wrong_at_its_field() -> None:
    with pytest.raises(FieldErrors) as refused:
        OrderForm.checked({"name": "", "email": "marta@", "phone": "\x00", "company": "x" * 121})
    assert set(refused.value.fields) == {"name", "email", "phone", "company", "privacy_accepted"}


@pytest.mark.parametrize("box", [None, False, "true", 1, "on"])
def test_the_privacy_box_counts_only_when_it_is_ticked(box: object) -> None:
    with pytest.raises(FieldErrors, match="privacy"):
        form(privacy_accepted=box)


async def test_numbers_run_by_year_and_are_unique(rule: Product) -> None:
    numbers = [(await placed_order(rule, device=f"device-{n}")).number for n in range(3)]
    assert [number[4:] for number in numbers] == ["-00001", "-00002", "-00003"]


async def test_the_same_lines_within_ten_minutes_are_marked_as_a_possible_duplicate(rule: Product) -> None:
    first = await placed_order(rule, device="phone")
    second = await placed_order(rule, device="desk")
    assert second.duplicate_of_id == first.id
    assert first.duplicate_of_id is None


async def test_verifying_lets_the_seller_receive_it_once(rule: Product) -> None:
    order = await placed_order(rule)
    token = await link_in(Purpose.VERIFY, order.email)
    await asyncio.gather(*[verification.confirm(token, MARTA) for _ in range(10)])
    order = await orders.get(order.id)
    assert order.verification is Verification.VERIFIED
    assert await purposes(order) == [Purpose.VERIFY, Purpose.RECEIVED, Purpose.NOTICE]
    events = [event.kind for event in await OrderEvent.filter(order_id=order.id)]
    assert events == [EventKind.PLACED, EventKind.VERIFIED]


async def test_a_verified_buyer_on_this_device_is_received_at_once(rule: Product) -> None:
    link = await link_in(Purpose.VERIFY, (await verified_order(rule)).email)
    order = await placed_order(rule, device=await visitors.successor(MARTA, by=link))
    assert order.verification is Verification.VERIFIED
    assert await purposes(order) == [Purpose.RECEIVED, Purpose.NOTICE]


async def test_who_knows_the_cookie_from_before_a_sign_in_is_nobody(rule: Product) -> None:
    first = await placed_order(rule)
    await full_cart(rule)
    link = await link_in(Purpose.VERIFY, first.email)
    assert not await visitors.successor(MARTA, by=link)
    await verification.confirm(link, MARTA)
    before, after = await visitors.load(MARTA), await visitors.load(await visitors.successor(MARTA, by=link))
    assert (before.device_id, before.buyer) == (None, None)
    assert after.buyer is not None and after.buyer.email == first.email
    assert len((await carts.load(after.token)).lines) == 1, "the cart has gone along"
    assert (await placed_order(rule)).verification is Verification.UNVERIFIED


async def test_typing_a_known_address_elsewhere_proves_nothing(rule: Product) -> None:
    await verified_order(rule)
    order = await placed_order(rule, device="a stranger's", name="Mallory")
    assert order.verification is Verification.UNVERIFIED
    assert (await Buyer.get(email=order.email)).name == "Marta Gil"


async def test_a_signed_in_buyer_with_another_address_must_verify_that_one(rule: Product) -> None:
    link = await link_in(Purpose.VERIFY, (await verified_order(rule)).email)
    order = await placed_order(rule, device=await visitors.successor(MARTA, by=link), email="other@sol.example")
    assert order.verification is Verification.UNVERIFIED


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
