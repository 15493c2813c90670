"""Placing requests: what is refused, what is repeated, what follows, and what it costs."""

import asyncio
from decimal import Decimal

import pytest

from models import (
    Buyer,
    Cart,
    CartLine,
    CartStatus,
    Device,
    Order,
    OutboxMessage,
    Product,
    Purpose,
    Shop,
    Surcharge,
    SurchargeKind,
    Verification,
)
from models.buyer import sort_name_of
from models.errors import FieldErrors, ShopError, TotalChangedError
from models.order_form import OrderForm
from services import carts, intake, orders, verification, visitors
from tests.bench.intake import counted
from tests.mailbox import link_in
from tests.order_rows import NOON
from tests.placing import MARTA, form, full_cart, placed_order, purposes, rule, verified_order

__all__ = ["rule"]  # a fixture

EMAIL = "marta@sol.example"


async def statements_of_one(device: str, *, is_known: bool) -> int:
    """How many statements the next request takes."""
    product, _made = await Product.get_or_create(
        sku="FR", defaults={"name": "Rule", "price": Decimal(4), "sort_name": "r"}
    )
    buyer, _made = await Buyer.get_or_create(email=EMAIL, defaults={"name": "Marta", "verified_at": NOON})
    visitor = await Device.create(token_hash=visitors.mark(device), buyer=buyer if is_known else None)
    cart = await Cart.create(device=visitor)
    await CartLine.create(cart=cart, product=product, quantity=2)
    answers = OrderForm.checked({"name": "Marta", "email": EMAIL, "privacy_accepted": True})
    total = (await carts.load(device)).quote.total
    with counted() as statements:
        await intake.place(cart.id, device, answers, shown_total=total)
    return len(statements)


@pytest.mark.parametrize("is_known", [False, True])
async def test_a_request_takes_as_many_statements_after_many_as_after_few(shop: Shop, is_known: bool) -> None:
    await statements_of_one("first", is_known=is_known)
    few = await statements_of_one("second", is_known=is_known)
    buyer = await Buyer.get(email=EMAIL)
    many = (
        Order(number=f"M-{n}", name="Marta", email=EMAIL, currency="EUR", created_at=NOON, buyer=buyer)
        for n in range(300)
    )
    await Order.bulk_create(many)

    assert await statements_of_one("third", is_known=is_known) == few


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
    first = await intake.place(cart_id, MARTA, form(), shown_total=Decimal("12.80"))
    again = await intake.place(cart_id, MARTA, form(), shown_total=Decimal("12.80"))
    assert (again.order_id, again.number, again.is_repeat) == (first.order_id, first.number, True)
    assert await Order.all().count() == 1


async def test_ten_submits_at_once_make_one_order(rule: Product) -> None:
    cart_id = await full_cart(rule)
    sent = [intake.place(cart_id, MARTA, form(), shown_total=Decimal("12.80")) for _ in range(10)]
    placed = await asyncio.gather(*sent)
    assert len({one.order_id for one in placed}) == 1
    assert sorted(one.is_repeat for one in placed) == [False] + [True] * 9
    assert await OutboxMessage.filter(purpose=Purpose.VERIFY).count() == 1


async def test_ten_submits_at_once_make_many_orders_when_the_claim_is_taken_out(
    rule: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above: without the status to claim by, the second submit goes through."""
    cart_id = await full_cart(rule)
    await intake.place(cart_id, MARTA, form(), shown_total=Decimal("12.80"))
    await Order.all().update(cart_id=None)
    await Cart.filter(id=cart_id).update(status=CartStatus.OPEN)
    again = await intake.place(cart_id, MARTA, form(), shown_total=Decimal("12.80"))
    assert not again.is_repeat
    assert await Order.all().count() == 2


async def test_somebody_elses_cart_cannot_be_sent(rule: Product) -> None:
    cart_id = await full_cart(rule)
    with pytest.raises(ShopError, match="no longer there"):
        await intake.place(cart_id, "another-device", form(), shown_total=Decimal("12.80"))
    assert await Order.all().count() == 0


async def test_a_price_changed_between_page_and_submit_is_explained_and_nothing_is_sent(rule: Product) -> None:
    cart_id = await full_cart(rule)
    await Product.filter(id=rule.id).update(price=Decimal("7.00"))
    with pytest.raises(TotalChangedError, match=r"was €12\.80 and is now €14\.00"):
        await intake.place(cart_id, MARTA, form(), shown_total=Decimal("12.80"))
    assert await Order.all().count() == 0
    assert (await Cart.get(id=cart_id)).status is CartStatus.OPEN
    sent = await intake.place(cart_id, MARTA, form(), shown_total=Decimal("14.00"))
    assert (await orders.get(sent.order_id)).total == 1400


async def test_an_empty_cart_is_not_sent(rule: Product) -> None:
    cart_id = await full_cart(rule)
    await carts.remove(MARTA, rule.id)
    with pytest.raises(ShopError, match="empty"):
        await intake.place(cart_id, MARTA, form(), shown_total=Decimal(0))


async def test_a_shop_with_zones_asks_for_one(rule: Product) -> None:
    await Surcharge.create(title="Delivery", code="Z", kind=SurchargeKind.ZONE, amount="12", zone="Islands")
    cart_id = await full_cart(rule)
    with pytest.raises(FieldErrors) as refused:
        await intake.place(cart_id, MARTA, form(zone="Moon"), shown_total=Decimal("12.80"))
    assert list(refused.value.fields) == ["zone"]
    sent = await intake.place(cart_id, MARTA, form(zone="Islands"), shown_total=Decimal("24.80"))
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
