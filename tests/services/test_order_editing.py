"""Editing an order: what is saved, told and refused, and two sellers at once."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from models import (
    ChargeKind,
    DiscountCode,
    DiscountKind,
    EventKind,
    Order,
    OrderCharge,
    OrderEvent,
    OrderLine,
    OutboxMessage,
    Purpose,
    Shop,
    Surcharge,
    SurchargeKind,
    Verification,
)
from models.errors import FieldErrors, NotFoundError, ShopError
from models.order_edit import DraftCharge, DraftLine, OrderDraft, merged
from models.order_form import OrderForm
from models.pricing import Charge
from services import order_editing, orders
from services.order_editing import EditedMeanwhileError, Opened
from tests import order_rows
from tests.mailbox import last_mail, plain_text

NURIA, JON = "nuria@norte.example", "jon@norte.example"


@pytest.fixture
async def order(shop: Shop) -> Order:
    """Twelve screwdrivers and two saws, with ten percent off and a small surcharge."""
    made = await order_rows.order(
        verification=Verification.VERIFIED,
        lines_total=11680,
        discounts=-1168,
        surcharges=500,
        total=11012,
        language="de",
    )
    await order_rows.line(made, 1, unit_price=Decimal("5.60"), line_total=6720)
    await order_rows.line(made, 2, sku="SAW", name="Saw", quantity=2, unit_price=Decimal("24.80"), line_total=4960)
    for position, (kind, title, amount) in enumerate(
        [(ChargeKind.DISCOUNT, "Ten off", -1168), (ChargeKind.SURCHARGE, "Delivery", 500)], start=1
    ):
        await OrderCharge.create(order=made, position=position, kind=kind, code=title[:3], title=title, amount=amount)
    return made


async def opened(order: Order) -> Opened:
    return await order_editing.open_order(order.number)


def with_quantity(draft: OrderDraft, sku: str, quantity: int) -> OrderDraft:
    lines = (replace(line, quantity=quantity) if line.sku == sku else line for line in draft.lines)
    return replace(draft, lines=tuple(lines))


def charged(kind: ChargeKind, title: str, amount: str, key: int = -1) -> DraftCharge:
    return DraftCharge(key, Charge(kind, "", title, "", Decimal(amount)))


async def test_what_is_edited_is_saved_counted_and_told_in_the_history(order: Order) -> None:
    seen = await opened(order)
    kept = seen.draft.lines[0]
    wanted = replace(
        seen.draft,
        form=replace(seen.draft.form, company="Sol Hermanos", comments="Ring twice"),
        lines=(
            replace(kept, quantity=10, unit_price=Decimal("5.555")),
            DraftLine("SCREW", "Screw", 500, Decimal("0.0125"), "piece"),
        ),
        charges=(seen.draft.charges[1], charged(ChargeKind.DISCOUNT, "Thank you", "-1.80")),
    )
    await order_editing.save(seen, wanted, by=NURIA)
    now = await orders.get(order.id)
    assert (now.revision, now.lines_total, now.discounts, now.surcharges, now.total) == (2, 6180, -180, 500, 6500)
    assert (now.references, now.company, now.comments) == ("FR-200, SCREW", "Sol Hermanos", "Ring twice")
    assert all(word in now.search for word in ("screw", "hermanos", "ring", now.email, now.number))
    lines = [(line.line_no, line.sku, line.line_total) for line in await OrderLine.filter(order_id=order.id)]
    assert lines == [(1, "FR-200", 5555), (3, "SCREW", 625)]
    charges = [(row.position, row.title, row.amount) for row in await OrderCharge.filter(order_id=order.id)]
    assert charges == [(1, "Delivery", 500), (2, "Thank you", -180)]
    event = await OrderEvent.get(order_id=order.id, kind=EventKind.EDITED)
    assert event.actor == NURIA
    assert event.text.splitlines() == [
        "Screwdriver (FR-200): 12 piece × €5.60 → 10 piece × €5.555",
        "Saw (SAW): 2 piece × €24.80 → none",
        "Screw (SCREW): none → 500 piece × €0.0125",
        "Ten off: −€11.68 → none",
        "Thank you: none → −€1.80",
        "Company: Ferretería Sol S.L. → Sol Hermanos",
        "Comments: empty → Ring twice",
        "Total: €110.12 → €65.00",
    ]
    assert not await OutboxMessage.exists(order_id=order.id)


async def test_the_buyer_is_told_in_their_language_where_that_is_asked_for(order: Order) -> None:
    seen = await opened(order)
    wanted = with_quantity(seen.draft, "SAW", 1)
    await order_editing.save(seen, wanted, by=NURIA, tell_buyer=True, note="Nur noch eine da.")
    mail = await last_mail(Purpose.EDITED, order.email)
    assert order.number in str(mail["subject"])
    told = plain_text(mail)
    assert all(words in told for words in ("Nur noch eine da.", "2 piece × 24,80", "1 piece × 24,80", "85,32"))
    message = await OrderEvent.get(order_id=order.id, kind=EventKind.MESSAGE)
    assert message.text.startswith("Nur noch eine da.\n\nSaw (SAW): 2 piece × 24,80")


async def test_an_address_that_is_not_proven_is_not_written_to(order: Order) -> None:
    await Order.filter(id=order.id).update(verification=Verification.UNVERIFIED)
    seen = await opened(order)
    with pytest.raises(ShopError, match="not verified"):
        await order_editing.save(seen, with_quantity(seen.draft, "SAW", 1), by=NURIA, tell_buyer=True)
    assert (await orders.get(order.id)).revision == 1
    await order_editing.save(seen, with_quantity(seen.draft, "SAW", 1), by=NURIA)


async def test_an_order_that_is_confirmed_or_locked_stays_as_it_is(order: Order) -> None:
    seen = await opened(order)
    await orders.confirm(order.id, by=JON)
    with pytest.raises(ShopError, match="confirmed already, by jon"):
        await order_editing.save(seen, with_quantity(seen.draft, "SAW", 1), by=NURIA)
    with pytest.raises(ShopError, match="confirmed already"):
        await opened(order)
    await Order.filter(id=order.id).update(confirmed_at=None, locked_at=order.created_at)
    with pytest.raises(ShopError, match="locked"):
        await order_editing.save(seen, with_quantity(seen.draft, "SAW", 1), by=NURIA)
    with pytest.raises(NotFoundError):
        await order_editing.open_order("x" * 300)
    assert await OrderLine.filter(order_id=order.id, quantity=1).count() == 0


async def test_the_second_to_save_is_told_and_may_go_on_on_top_of_the_first(order: Order) -> None:
    mine, theirs = await opened(order), await opened(order)
    changed = with_quantity(theirs.draft, "FR-200", 6)
    await order_editing.save(theirs, replace(changed, form=replace(changed.form, phone="1")), by=JON)
    wanted = with_quantity(replace(mine.draft, form=replace(mine.draft.form, name="Ana")), "SAW", 5)
    with pytest.raises(EditedMeanwhileError, match="Nothing was overwritten") as told:
        await order_editing.save(mine, wanted, by=NURIA)
    assert told.value.by == JON
    assert [(change.what, change.after) for change in told.value.changes] == [
        ("Screwdriver (FR-200)", "6 piece × €5.60"),
        ("Phone", "1"),
        ("Total", "€76.52"),
    ]
    await order_editing.save(told.value.now, merged(mine.draft, told.value.now.draft, wanted), by=NURIA)
    now = await orders.get(order.id)
    assert (now.phone, now.name, now.revision) == ("1", "Ana", 3)
    assert dict(await OrderLine.filter(order_id=order.id).values_list("sku", "quantity")) == {"FR-200": 6, "SAW": 5}


async def _many_at_once(order: Order) -> list[object]:
    seen = await opened(order)
    drafts = [with_quantity(seen.draft, "SAW", quantity) for quantity in range(10, 18)]
    return await asyncio.gather(
        *(order_editing.save(seen, draft, by=NURIA) for draft in drafts), return_exceptions=True
    )


async def test_of_many_who_save_at_once_one_does(order: Order) -> None:
    saved = await _many_at_once(order)
    assert sum(one is None for one in saved) == 1
    assert sum(isinstance(one, EditedMeanwhileError) for one in saved) == 7
    assert await OrderEvent.filter(order_id=order.id, kind=EventKind.EDITED).count() == 1


async def test_without_the_revision_they_would_overwrite_each_other(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""

    async def claim(seen: Order, columns: dict[str, object]) -> int:
        return await Order.filter(id=seen.id).update(**columns)

    monkeypatch.setattr(order_editing, "_claim", claim)
    assert await _many_at_once(order) == [None] * 8


def test_mine_goes_on_top_of_theirs_thing_by_thing(order_draft: OrderDraft) -> None:
    base = order_draft
    one, two, three = base.lines
    theirs = replace(
        base,
        lines=(replace(one, quantity=9), replace(two, unit_price=Decimal(7)), DraftLine("D", "Four", 1, None)),
        charges=(charged(ChargeKind.SURCHARGE, "Freight", "5", key=1),),
    )
    mine = replace(
        base,
        lines=(replace(two, quantity=4), replace(three, quantity=8), DraftLine("D", "Four", 6, Decimal(1))),
        charges=(
            charged(ChargeKind.SURCHARGE, "Delivery", "6", key=1),
            charged(ChargeKind.DISCOUNT, "Off", "-2", key=2),
            charged(ChargeKind.DISCOUNT, "New", "-1"),
        ),
    )
    both = merged(base, theirs, mine)
    assert [(line.sku, line.quantity, line.unit_price) for line in both.lines] == [
        ("B", 4, Decimal(7)),
        ("D", 6, Decimal(1)),
        ("C", 8, Decimal(3)),
    ]
    assert [(one.key, one.charge.title, one.charge.amount) for one in both.charges] == [
        (1, "Freight", Decimal(6)),
        (-1, "New", Decimal(-1)),
    ]
    assert merged(base, theirs, base) == theirs
    assert merged(base, base, mine) == mine


@pytest.fixture
def order_draft() -> OrderDraft:
    """Three lines, a surcharge and a discount."""
    form = OrderForm.by_seller({"name": "Marta", "email": "marta@sol.example"})
    lines = tuple(DraftLine(sku, name, 1, Decimal(at)) for at, (sku, name) in enumerate(NAMES, start=1))
    charges = (
        charged(ChargeKind.SURCHARGE, "Delivery", "5", key=1),
        charged(ChargeKind.DISCOUNT, "Off", "-2", key=2),
    )
    return OrderDraft("EUR", form, lines, charges)


NAMES = (("A", "One"), ("B", "Two"), ("C", "Three"))


@pytest.mark.sqlite_only
async def test_what_is_forged_is_refused_with_a_sentence(order: Order) -> None:
    seen = await opened(order)
    draft, line = seen.draft, seen.draft.lines[0]
    lines: list[DraftLine] = [
        replace(line, quantity=0),
        replace(line, quantity=-5),
        replace(line, quantity=1_000_001),
        replace(line, unit_price=Decimal(-1)),
        replace(line, unit_price=Decimal("0.00001")),
        replace(line, unit_price=Decimal("1e12")),
        replace(line, unit_price=Decimal(99_999_999), quantity=1_000_000),
    ]
    charges = [
        charged(ChargeKind.DISCOUNT, "Off", "2"),
        charged(ChargeKind.DISCOUNT, "Off", "-1e6"),
        charged(ChargeKind.DISCOUNT, "Off", "-0.001"),
        charged(ChargeKind.SURCHARGE, "Add", "-2"),
        charged(ChargeKind.SURCHARGE, " ", "2"),
        charged(ChargeKind.SURCHARGE, "x" * 81, "2"),
        charged(ChargeKind.SURCHARGE, "a\0b", "2"),
    ]
    drafts = [
        replace(draft, lines=()),
        replace(draft, lines=(line, line)),
        *(replace(draft, lines=(forged,)) for forged in lines),
        *(replace(draft, charges=(forged,)) for forged in charges),
        replace(draft, charges=tuple(charged(ChargeKind.SURCHARGE, "x", "1", key=-n) for n in range(1, 30))),
        replace(draft, form=replace(draft.form, zone="Mars")),
        draft,
    ]
    for forged in drafts:
        with pytest.raises(ShopError):
            await order_editing.save(seen, forged, by=NURIA)
    with pytest.raises(FieldErrors):
        await order_editing.save(seen, with_quantity(draft, "SAW", 1), by=NURIA, tell_buyer=True, note="x" * 2001)
    assert (await orders.get(order.id)).revision == 1


@pytest.mark.sqlite_only
async def test_charges_are_worked_out_anew_by_the_terms_of_sale(order: Order) -> None:
    await DiscountCode.create(
        code="TEN", folded="ten", kind=DiscountKind.PERCENT, amount="10", valid_to_date=order.created_at.date()
    )
    tranches = [["0", "100", "5"]]
    await Surcharge.create(title="Small", code="S", kind=SurchargeKind.TRANCHES, tranches=tranches, position=1)
    await OrderCharge.filter(order_id=order.id, title="Ten off").update(code="TEN")
    seen = await opened(order)
    by_hand = charged(ChargeKind.DISCOUNT, "A friend", "-1")
    draft = replace(with_quantity(seen.draft, "SAW", 1), charges=(*seen.draft.charges, by_hand))
    worked_out = await order_editing.by_terms(seen, draft)
    assert [(one.key, one.charge.title, one.charge.amount, one.charge.reason) for one in worked_out] == [
        (seen.draft.charges[0].key, "Rabatt", Decimal("-9.20"), "10 % von 92,00"),
        (-2, "Small", Decimal(5), "82,80 liegt unter 100,00"),
        (-1, "A friend", Decimal(-1), ""),
    ]
    assert not await order_editing.leaves_the_terms(seen, seen.draft)
    assert not await order_editing.leaves_the_terms(seen, draft)  # its charges were touched by hand
    assert await order_editing.leaves_the_terms(seen, with_quantity(seen.draft, "SAW", 1))
    assert not await order_editing.leaves_the_terms(seen, replace(draft, charges=worked_out))
    await DiscountCode.all().delete()
    kept = await order_editing.by_terms(seen, draft)
    assert [one.charge.title for one in kept] == ["Small", "Ten off", "A friend"]
    with pytest.raises(ShopError, match="USD"):
        await order_editing.by_terms(seen, replace(draft, currency="USD"))


@pytest.mark.sqlite_only
async def test_an_order_without_prices_may_be_given_some(order: Order) -> None:
    await Order.filter(id=order.id).update(prices_hidden=True, lines_total=0, discounts=0, surcharges=0, total=0)
    seen = await opened(order)
    await order_editing.save(seen, with_quantity(seen.draft, "SAW", 3), by=NURIA)
    hidden = await orders.get(order.id)
    assert (hidden.total, hidden.prices_hidden, await OrderCharge.filter(order_id=order.id).count()) == (0, True, 0)
    seen = await opened(order)
    priced = tuple(replace(line, unit_price=Decimal(2)) for line in seen.draft.lines)
    await order_editing.save(seen, replace(seen.draft, lines=priced, prices_hidden=False), by=NURIA)
    told = await orders.get(order.id)
    assert (told.total, told.prices_hidden) == (3000, False)
    event = await OrderEvent.filter(order_id=order.id, kind=EventKind.EDITED).order_by("-id").first()
    assert event
    assert event.text.endswith("Total: on request → €30.00")
