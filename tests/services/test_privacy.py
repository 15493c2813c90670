"""Privacy: a buyer's data is all there is about one person, and an erasure leaves nothing of them behind."""

import asyncio
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tortoise import Tortoise

from models import (
    AuditEntry,
    AuditKind,
    Buyer,
    Cart,
    CartLine,
    CartStatus,
    ChargeKind,
    DeliveryAttempt,
    Device,
    Dialect,
    EventKind,
    Export,
    Link,
    LinkPurpose,
    MessageStatus,
    Order,
    OrderCharge,
    OrderEvent,
    OutboxMessage,
    Product,
    Purpose,
    Shape,
    Shop,
    Status,
    Verification,
)
from models.errors import NotFoundError, ShopError
from models.order_filter import OrderFilter
from models.order_form import buyers_address
from models.postal import BUSINESS_COLUMNS
from models.shop import LegalKind
from services import (
    audit,
    buyer_sign_in,
    exports,
    legal,
    order_list,
    orders,
    outbox_worker,
    privacy,
    settings,
    text_search,
)
from services.exports import sheets
from services.privacy import erasure_list
from tests import legal_texts, order_rows
from tests.order_rows import NOON
from tests.searched import kept

MARTA = "marta@sol.example"
TRACES = (
    "Marta",
    "Gil",
    "Ferretería",
    "ferreteria",
    "sol.example",
    "600 123",
    "600123",
    "the back door",
    "RX-77",
    "Avenida",
)
SELLER = "nuria@norte.example"
NOW = NOON + timedelta(days=3)
MANY_YEARS = timedelta(days=366 * 11)
KEYS = re.compile(r"`([a-z_0-9]+)`")


@pytest.fixture
async def marta(shop: Shop) -> Buyer:
    """A buyer with orders of each kind, and everything that hangs on them; another buyer beside her."""
    await legal_texts.publish(LegalKind.PRIVACY, "en", "We keep your address.")
    marta = await Buyer.create(
        email=MARTA,
        name="Marta Gil",
        company="Ferretería Sol S.L.",
        phone="+34 600 123 456",
        zone="Norte",
        search="marta gil ferreteria sol",
        sort_name="ferreteria sol s.l.",
        verified_at=NOON,
    )
    product = await Product.create(sku="FR-200", name="Folding rule", search="folding rule", sort_name="folding rule")
    here = await Device.create(token_hash="secret-hash-of-a-device", buyer=marta)
    elsewhere = await Device.create(token_hash="hash-of-another-device")
    for device, status in ((here, CartStatus.OPEN), (here, CartStatus.ORDERED), (elsewhere, CartStatus.OPEN)):
        cart = await Cart.create(device=device, status=status, draft={"email": MARTA, "name": "Marta Gil"})
        await CartLine.create(cart=cart, product=product, quantity=7)
    await Link.create(purpose=LinkPurpose.SIGN_IN, token_hash="t1", buyer=marta, email=MARTA, created_at=NOON)
    ordered = await Cart.get(status=CartStatus.ORDERED)
    recent = await order(marta, number="R-1", cart=ordered, verification=Verification.VERIFIED)
    await order(marta, number="OLD-1", verification=Verification.VERIFIED, created_at=NOON - MANY_YEARS)
    await order(marta, number="U-1")
    await Link.create(purpose=LinkPurpose.REQUEST, token_hash="t2", order=recent, created_at=NOON)
    await Link.create(
        purpose=LinkPurpose.CSV, token_hash="t3", order=recent, email="orders@norte.example", created_at=NOON
    )
    await other_buyer()
    return marta


async def order(buyer: Buyer, **values: Any) -> Order:
    made = await order_rows.order(
        buyer=buyer,
        buyer_reference="RX-77",
        comments="Please leave it at the back door, Avenida 3",
        zone="Norte",
        privacy_text=await legal.current(LegalKind.PRIVACY, "en"),
        privacy_sha256="ab" * 32,
        privacy_accepted_at=NOON,
        lines_total=7680,
        total=7180,
        discounts=-500,
        **values,
    )
    await order_rows.line(made, line_total=7680, unit_price=Decimal("6.40"))
    await OrderCharge.create(order=made, position=1, kind=ChargeKind.DISCOUNT, title="Autumn", code="A5", amount=-500)
    for kind, actor, text in (
        (EventKind.PLACED, "buyer", ""),
        (EventKind.NOTE, SELLER, "Marta Gil pays late"),
        (EventKind.STATUS, SELLER, "Pending → Processed"),
    ):
        await OrderEvent.create(order=made, kind=kind, actor=actor, text=text, created_at=NOON)
    for status in MessageStatus:
        for purpose, recipient in ((Purpose.RECEIVED, MARTA), (Purpose.NOTICE, "orders@norte.example")):
            sent = await order_rows.message(
                made,
                status,
                purpose=purpose,
                recipient=recipient,
                content=b"Dear Marta Gil",
                title=f"Order {made.number}",
                last_error=f"550 {MARTA} unknown" if status is MessageStatus.FAILED else "",
            )
            await DeliveryAttempt.create(
                message=sent, number=1, started_at=NOON, finished_at=NOON, succeeded=True, text=f"250 {MARTA} ok"
            )
    return made


async def other_buyer() -> None:
    """Pau, whom nothing may touch, and who shares nothing with Marta but the shop."""
    pau = await Buyer.create(email="pau@luna.example", name="Pau Ros", verified_at=NOON)
    device = await Device.create(token_hash="hash-of-pau", buyer=pau)
    await Cart.create(device=device, draft={"email": "pau@luna.example", "name": "Pau Ros"})
    made = await order_rows.order(
        number="P-1",
        buyer=pau,
        name="Pau Ros",
        company="",
        email="pau@luna.example",
        phone="",
        verification=Verification.VERIFIED,
    )
    await order_rows.message(made, MessageStatus.PENDING, recipient="pau@luna.example", content=b"Dear Pau Ros")
    await Link.create(purpose=LinkPurpose.REQUEST, token_hash="t9", order=made, created_at=NOON)


async def everything() -> str:
    """Every cell of every table as text."""
    rows = [await model.all().values() for model in Tortoise.apps["models"].values()]
    return repr(rows)


def traces(text: str, words: Sequence[str] = TRACES) -> list[str]:
    return [word for word in words if word in text or word.casefold() in text.casefold()]


async def test_a_buyers_data_is_all_of_theirs_and_nobody_elses(shop: Shop, marta: Buyer) -> None:
    content = (await privacy.buyer_data(marta.id)).decode()
    told = json.loads(content)

    assert told["profile"] == {
        "id": marta.id,
        "email": MARTA,
        "name": "Marta Gil",
        "company": "Ferretería Sol S.L.",
        "phone": "+34 600 123 456",
        "zone": "Norte",
        "language": "",
        **dict.fromkeys(BUSINESS_COLUMNS, ""),
        "known_since": told["profile"]["known_since"],
        "verified_at": "2026-11-22T11:00:00Z",
        "erased_at": None,
        "standing": "new",
        "group": None,
    }
    by_number = {one["number"]: one for one in told["orders"]}
    assert list(by_number) == ["R-1", "OLD-1", "U-1"]
    one = by_number["R-1"]
    assert (one["reference"], one["total"], one["status"], one["sent_at"]) == (
        "RX-77",
        "71.80",
        "pending",
        "2026-11-22T11:00:00Z",
    )
    assert one["lines"] == [
        {
            "line_no": 1,
            "sku": "FR-200",
            "name": "Screwdriver",
            "quantity": 12,
            "unit": "piece",
            "unit_price": "6.4000",
            "total": "76.80",
        }
    ]
    assert [charge["amount"] for charge in one["charges"]] == ["-5.00"]
    assert one["privacy"] == {
        "accepted_at": "2026-11-22T11:00:00Z",
        "version": 1,
        "language": "en",
        "sha256": "ab" * 32,
    }
    assert [(event["kind"], event["by"]) for event in one["history"]] == [("placed", "buyer"), ("status", "shop")]
    assert {(cart["status"], cart["lines"][0]["quantity"]) for cart in told["carts"]} == {("open", 7), ("ordered", 7)}
    assert len(told["devices"]) == 1
    assert len(told["deliveries"]) == 3 * len(MessageStatus)
    assert {delivery["to"] for delivery in told["deliveries"]} == {MARTA}
    assert sorted(link["purpose"] for link in told["links"]) == ["request", "sign_in"]
    for foreign in ("Pau", "luna", "P-1", SELLER, "orders@norte", "hash", "pays late"):
        assert foreign not in content, foreign


async def test_the_seller_also_gets_the_notes(shop: Shop, marta: Buyer) -> None:
    told = json.loads(await privacy.buyer_data(marta.id, with_notes=True))
    assert told["orders"][0]["notes"] == [{"at": "2026-11-22T11:00:00Z", "text": "Marta Gil pays late"}]


async def test_what_somebody_else_typed_on_a_shared_browser_is_not_told(shop: Shop, marta: Buyer) -> None:
    await Cart.filter(status=CartStatus.OPEN).update(draft={"email": "pau@luna.example", "name": "Pau Ros"})
    told = json.loads(await privacy.buyer_data(marta.id))
    assert [cart["typed"] for cart in told["carts"] if cart["status"] == "open"] == [{}]


async def test_every_key_is_documented(shop: Shop, marta: Buyer) -> None:
    documented = set(KEYS.findall((Path(__file__).parents[2] / "docs" / "buyer-data.md").read_text("utf-8")))
    keys = set[str]()

    def look(told: object) -> None:
        for inner in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
            look(inner)
        if isinstance(told, dict):
            keys.update(told)

    look(json.loads(await privacy.buyer_data(marta.id, with_notes=True)))
    assert keys == documented


async def test_nobodys_data_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await privacy.buyer_data(99)
    with pytest.raises(NotFoundError):
        await privacy.erase(99, by=SELLER)


async def test_the_question_says_what_becomes_of_the_orders(shop: Shop, marta: Buyer) -> None:
    assert await privacy.question(marta.id, NOW) == privacy.Question(gone=1, anonymised=1, locked=1, locked_until=2036)


async def test_an_erasure_leaves_what_the_law_keeps_and_nothing_else(shop: Shop, marta: Buyer) -> None:
    await Shop.filter(id=1).update(retention_years=10)
    before = await Order.get(number="R-1")

    await privacy.erase(marta.id, by=SELLER, now=NOW)

    locked = await Order.get(number="R-1")
    assert (locked.name, locked.email, locked.locked_at, locked.erased_at) == (before.name, MARTA, NOW, None)
    assert [event.text for event in await OrderEvent.filter(order_id=locked.id, kind=EventKind.NOTE)] == ["Erased."]
    assert await Device.filter(buyer_id=marta.id).count() == 0
    await Order.filter(id=locked.id).delete()  # all that may still tell of her
    assert traces(await everything()) == []
    gone = await Order.get(number="OLD-1")
    assert (gone.name, gone.company, gone.email, gone.phone, gone.erased_at) == ("Erased", "", "", "", NOW)
    assert (gone.total, gone.zone, gone.search, gone.sort_name) == (7180, "Norte", "old-1 fr-200", "erased")
    assert await Order.filter(number="U-1").count() == 0
    erased = await Buyer.get(id=marta.id)
    assert (erased.name, erased.email, erased.erased_at) == ("Erased", f"erased-{marta.id}", NOW)
    [entry] = await AuditEntry.filter(kind=AuditKind.ERASED)
    assert (entry.actor, entry.about) == (SELLER, f"buyer {marta.id}; orders: 1 deleted, 1 anonymised, 1 locked")


async def test_an_erasure_touches_nobody_else(shop: Shop, marta: Buyer) -> None:
    async def of_pau() -> list[Any]:
        pau = await Buyer.get(email="pau@luna.example")
        return [
            await Buyer.filter(id=pau.id).values(),
            await Order.filter(buyer_id=pau.id).values(),
            await Device.filter(buyer_id=pau.id).values(),
            await Cart.filter(device__buyer_id=pau.id).values(),
            await Link.filter(order__buyer_id=pau.id).values(),
            await OutboxMessage.filter(order__buyer_id=pau.id).values(),
        ]

    before = await of_pau()
    await privacy.erase(marta.id, by=SELLER, now=NOW)
    assert await of_pau() == before
    assert all(before)


async def test_mails_to_the_buyer_are_cancelled_and_the_managements_go_out(shop: Shop, marta: Buyer) -> None:
    await privacy.erase(marta.id, by=SELLER, now=NOW)
    of_locked = await OutboxMessage.filter(order__number="R-1").values("purpose", "status", "content", "recipient")
    left = {(row["purpose"], row["status"]): (bytes(row["content"]), row["recipient"]) for row in of_locked}
    for waiting in (MessageStatus.PENDING, MessageStatus.SENDING, MessageStatus.HELD):
        assert (Purpose.RECEIVED, waiting) not in left
        assert left[Purpose.NOTICE, waiting] == (b"Dear Marta Gil", "orders@norte.example")
    for done in (MessageStatus.SENT, MessageStatus.CAPTURED, MessageStatus.FAILED):
        assert left[Purpose.RECEIVED, done] == (b"", "erased")
        assert left[Purpose.NOTICE, done] == (b"", "orders@norte.example")


async def test_a_mail_that_is_on_its_way_meanwhile_ends_without_a_trace(shop: Shop, marta: Buyer) -> None:
    on_its_way = await OutboxMessage.get(order__number="R-1", purpose=Purpose.RECEIVED, status=MessageStatus.SENDING)
    await privacy.erase(marta.id, by=SELLER, now=NOW)
    outcome = outbox_worker.Outcome(MessageStatus.PENDING, f"450 {MARTA} later", "450")
    await outbox_worker._finish(on_its_way, outcome, NOW)
    assert not await OutboxMessage.filter(id=on_its_way.id).exists()
    assert not await DeliveryAttempt.filter(message_id=on_its_way.id).exists()


async def test_a_locked_order_can_be_looked_at_and_moved_but_not_used(shop: Shop, marta: Buyer) -> None:
    await privacy.erase(marta.id, by=SELLER, now=NOW)
    locked = await Order.get(number="R-1")
    written = await OutboxMessage.all().count()
    for refused in (
        orders.confirm(locked.id, by=SELLER),
        orders.accept_unverified(locked.id, by=SELLER),
        orders.correct_address(locked.id, "eva@sol.example"),
        orders.add_note(locked.id, "Marta again", by=SELLER),
    ):
        with pytest.raises(ShopError, match="R-1 was erased"):
            await refused
    for results in (
        await orders.resend_mails([locked.id], by=SELLER),
        await orders.send_to_target([locked.id], 1, by=SELLER),
    ):
        assert [result.done for result in results] == [False]
    [moved] = await orders.change_status([locked.id], Status.PROCESSED, by=SELLER, mail_buyers=True)
    assert (moved.done, moved.is_partial) == (True, True)
    assert await OutboxMessage.all().count() == written


async def test_a_locked_order_is_anonymised_when_its_retention_ends(shop: Shop, marta: Buyer) -> None:
    await privacy.erase(marta.id, by=SELLER, now=NOW)
    end = datetime(2036, 12, 31, 22, 59, tzinfo=UTC)  # a minute to midnight in Madrid

    await privacy.anonymise_over(end)
    assert (await Order.get(number="R-1")).name == "Marta Gil"
    await privacy.anonymise_over(end + timedelta(minutes=2))

    assert traces(await everything()) == []
    assert await OutboxMessage.filter(order__number="R-1", status=MessageStatus.PENDING).count() == 0
    assert [entry.about for entry in await AuditEntry.filter(kind=AuditKind.ANONYMISED)] == ["R-1"]


async def test_without_a_retention_everything_goes_at_once(shop: Shop, marta: Buyer) -> None:
    await Shop.filter(id=1).update(retention_years=0)
    await privacy.erase(marta.id, by=SELLER, now=NOW)
    assert traces(await everything()) == []


async def test_a_buyer_is_erased_once_and_may_come_back_as_somebody_new(shop: Shop, marta: Buyer) -> None:
    await privacy.erase(marta.id, by=SELLER, now=NOW)
    with pytest.raises(ShopError, match="already"):
        await privacy.erase(marta.id, by=SELLER, now=NOW)
    with pytest.raises(ValueError, match="address"):
        buyers_address((await Buyer.get(id=marta.id)).email)
    await buyer_sign_in.ask(MARTA)
    assert not await Link.filter(purpose=LinkPurpose.SIGN_IN).exists()
    assert (await Buyer.create(email=MARTA)).id != marta.id


async def test_exported_files_with_the_buyer_go(shop: Shop, marta: Buyer) -> None:
    ids = [row.id for row in await Order.filter(number__in=["R-1", "P-1"]).order_by("id")]
    mixed = await exports.download(
        ids, Shape.ORDERS, Dialect.MACHINE, shop, by=SELLER, order_filter="search=marta&status=pending"
    )
    paus = await exports.download(ids[1:], Shape.ORDERS, Dialect.MACHINE, shop, by=SELLER, order_filter="search=pau")

    await privacy.erase(marta.id, by=SELLER)

    with pytest.raises(NotFoundError, match="no longer kept"):
        await exports.open_again(mixed.id)
    assert b"Pau Ros" in (await exports.open_again(paus.id)).content
    assert (await Export.get(id=mixed.id)).order_filter == "status=pending&search=erased"
    assert (await Export.get(id=paus.id)).order_filter == "search=pau"
    assert [file.name for file in settings.current().exports.iterdir()] == [f"{paus.sha256}.csv"]


@pytest.mark.parametrize("number", ["R-1", "OLD-1", "U-1"])
async def test_an_export_during_the_erasure_is_refused(
    shop: Shop, marta: Buyer, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    """For a request that goes, an order that is anonymised, and one that is locked."""
    read, is_read, may_go_on = sheets.read, asyncio.Event(), asyncio.Event()

    async def slowly(order_ids: Sequence[int], shape: Shape) -> sheets.Sheet:
        sheet = await read(order_ids, shape)
        is_read.set()
        await may_go_on.wait()
        return sheet

    monkeypatch.setattr(sheets, "read", slowly)
    ids = [(await Order.get(number=number)).id]
    making = asyncio.ensure_future(exports.download(ids, Shape.ORDERS, Dialect.MACHINE, shop, by=SELLER))
    await is_read.wait()
    await privacy.erase(marta.id, by=SELLER)
    may_go_on.set()

    with pytest.raises(exports.ErasedMeanwhileError):
        await making
    assert list(settings.current().exports.iterdir()) == []
    assert await Export.all().count() == 0


async def test_an_erased_buyer_is_not_found_and_stands_in_words_on_every_list(shop: Shop, marta: Buyer) -> None:
    await Shop.filter(id=1).update(retention_years=0)
    await privacy.erase(marta.id, by=SELLER, now=NOW)
    for words in ("marta", "ferreteria", "600123456", "RX-77", "back door"):
        assert not await order_list.matching_ids(OrderFilter(shop.time_zone, search=words))
    rows = (await order_list.page(OrderFilter(shop.time_zone, search="R-1"))).rows
    assert [(row.name, row.company, row.phone, row.comments) for row in rows] == [("Erased", "", "", "")]
    content = await exports.render([rows[0].id], exports.layout(Shape.LINES, Dialect.SPREADSHEET, shop), shop)
    assert b"Erased" in content
    assert traces(content.decode()) == []
    told = json.loads(await privacy.buyer_data(marta.id))
    assert traces(json.dumps(told, ensure_ascii=False)) == []


async def test_no_index_of_what_is_searched_for_knows_an_erased_buyer(shop: Shop, marta: Buyer) -> None:
    await Shop.filter(id=1).update(retention_years=0)
    is_sqlite = Buyer._meta.db.capabilities.dialect == "sqlite"
    for index in text_search.EVERY:
        assert (b"mar" in await kept(index)) is is_sqlite
        assert await text_search.candidates(index, ["marta"], 99)
    await privacy.erase(marta.id, by=SELLER, now=NOW)
    assert b"mar" not in await kept()
    for index in text_search.EVERY:
        assert await text_search.candidates(index, ["marta"], 99) == []


async def test_the_list_outside_the_database_names_nobody(shop: Shop, marta: Buyer) -> None:
    await privacy.erase(marta.id, by=SELLER, now=NOW)
    text = erasure_list.path().read_text("utf-8")
    assert traces(text) == []
    assert (erasure_list.path().stat().st_mode & 0o777) == 0o600
    [erasure] = erasure_list.read(erasure_list.path())
    assert erasure.is_of(marta.id, MARTA)
    assert not erasure.is_of(marta.id, "pau@luna.example")
    assert not erasure.is_of(marta.id + 1, MARTA)


async def test_a_line_torn_by_a_power_cut_costs_no_other_line(shop: Shop) -> None:
    erasure_list.add(1, MARTA)
    with erasure_list.path().open("a") as file:
        file.write('{"buyer_id": 2, "sa')
    assert [erasure.buyer_id for erasure in erasure_list.read(erasure_list.path())] == [1]
    erasure_list.add(3, MARTA)
    assert [erasure.buyer_id for erasure in erasure_list.read(erasure_list.path())] == [1, 3]


async def test_a_list_applied_again_erases_who_is_there_and_no_namesake(shop: Shop, marta: Buyer) -> None:
    stale = erasure_list.Erasure(marta.id, "s", erasure_list._hash("eva@sol.example", "s"), "2026-11-22T11:00:00+00:00")
    assert (await privacy.erase_listed([stale])).buyers == 0
    erasure_list.add(marta.id, MARTA)
    listed = await privacy.erase_listed(erasure_list.read(erasure_list.path()))
    assert listed.buyers == 1
    assert (await Buyer.get(id=marta.id)).name == "Erased"
    [entry] = await AuditEntry.filter(kind=AuditKind.ERASED)
    assert entry.actor == audit.SYSTEM
    assert (await privacy.erase_listed(erasure_list.read(erasure_list.path()))).buyers == 0
