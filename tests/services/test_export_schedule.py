"""Schedules of export profiles: what is new goes out at its time, once, whatever happens in between."""

import inspect
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models import (
    Buyer,
    Channel,
    Export,
    ExportedOrder,
    ExportProfile,
    MessageStatus,
    Order,
    OutboxMessage,
    Purpose,
    Rhythm,
    Shop,
    Status,
    TransferTarget,
    Verification,
)
from services import deliveries, export_profiles, export_schedule, exports, orders, outbox, privacy, profile_exports
from services.export_schedule import run_due
from tests import order_rows
from tests.services.test_export_profiles import NURIA, VALUES, target

MADRID = "Europe/Madrid"
SET_AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday, ten in Madrid
NEXT = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)  # half past seven there
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NOT_READ = {"status_after", "target_id", "recipients", "weekday"}  # forms send text for them
TO = ["books@norte.example", "boss@norte.example"]


async def scheduled(**values: Any) -> ExportProfile:
    """A profile that goes to two addresses every day."""
    daily = {"rhythm": "daily", "at": "07:30", "recipients": "\n".join(TO), "file_name": "new-{date}-{seq}"}
    return await export_profiles.save(None, VALUES | daily | values, by=NURIA, now=SET_AT)


async def received(number: str, at: datetime = SET_AT + MINUTE) -> Order:
    return await order_rows.order(number=number, created_at=at, verification=Verification.VERIFIED)


async def sent() -> list[tuple[str, str]]:
    """To whom which file went."""
    return [(row.recipient, row.title) for row in await OutboxMessage.exclude(purpose=Purpose.ALARM).order_by("id")]


async def numbers_in(message: OutboxMessage) -> list[str]:
    """The orders in the file of a message."""
    content = bytes(message.content)
    if message.channel is Channel.MAIL:
        [file] = deliveries.read_letter(content).attachments
        content = file.content
    return [line.split(";")[0] for line in content.decode("cp1252").splitlines()[1:]]


def test_each_day_has_one_time_also_when_the_clocks_move() -> None:
    for month, day_of_month in ((3, 29), (10, 25), (7, 1)):
        noon = datetime(2026, month, day_of_month, 12, tzinfo=UTC)
        for at in ("02:00", "02:30", "03:00", "00:00", "23:59"):
            profile = ExportProfile(**columns(at=at, rhythm=Rhythm.DAILY, ran_at=noon - 2 * DAY))
            runs, now = [], noon - 2 * DAY
            while now < noon + 2 * DAY:
                if profile.is_due(MADRID, now):
                    profile.ran_at = now
                    runs.append(now)
                now += 10 * MINUTE
            assert len(runs) == 4, (noon, at, runs)


def test_a_week_has_one_time() -> None:
    profile = ExportProfile(**columns(at="07:30", rhythm=Rhythm.WEEKLY, ran_at=SET_AT), weekday=2)
    assert not profile.is_due(MADRID, NEXT - MINUTE)
    assert profile.is_due(MADRID, NEXT)
    profile.ran_at = NEXT
    assert not profile.is_due(MADRID, NEXT + 7 * DAY - MINUTE)
    assert profile.is_due(MADRID, NEXT + 7 * DAY)
    profile.rhythm = Rhythm.NEVER
    assert not profile.is_due(MADRID, NEXT + 70 * DAY)


def columns(**values: Any) -> dict[str, Any]:
    """The columns of a profile that is not kept."""
    return {name: value for name, value in (VALUES | values).items() if name not in NOT_READ}


async def test_what_is_new_goes_out_at_its_time_to_everybody_and_once(shop: Shop) -> None:
    await received("old", SET_AT - DAY)
    await order_rows.order(number="unverified", created_at=SET_AT + MINUTE)
    erp = await target()
    made = await scheduled(status_after="processed", target_id=str(erp.id))
    order = await received("1")

    await run_due(NEXT - MINUTE)
    assert await sent() == []
    for later in (NEXT, NEXT + MINUTE, NEXT + 5 * MINUTE):
        await run_due(later)

    subject = "Bookkeeping: 1 order"
    assert await sent() == [("ERP", "new-2026-11-25-000001.csv"), (TO[0], subject), (TO[1], subject)]
    for message in await OutboxMessage.all():
        assert await numbers_in(message) == ["1"]
    [export] = await Export.all()
    assert (export.done_by, export.profile_id, export.orders) == ("system", made.id, 1)
    assert {message.export_id for message in await OutboxMessage.all()} == {export.id}
    assert (await exports.open_again(export.id)).content == bytes((await OutboxMessage.get(target_id=erp.id)).content)
    await order.refresh_from_db()
    assert order.status is Status.PROCESSED

    await received("2", NEXT + MINUTE)
    await run_due(NEXT + DAY)
    assert (await sent())[3:] == [("ERP", "new-2026-11-26-000002.csv"), (TO[0], subject), (TO[1], subject)]


async def test_what_was_missed_is_made_up_for_once_and_without_news_nobody_is_mailed(shop: Shop) -> None:
    made = await scheduled(recipients=TO[0])
    await run_due(NEXT)
    assert await sent() == []
    assert (await export_profiles.get(made.id)).ran_at == NEXT
    for number in "123":
        await received(number, NEXT + MINUTE)

    for later in (NEXT + 5 * DAY + 90 * MINUTE, NEXT + 5 * DAY + 91 * MINUTE):  # it was off for days
        await run_due(later)

    [message] = await OutboxMessage.all()
    assert await numbers_in(message) == ["1", "2", "3"]
    await run_due(NEXT - 300 * DAY)  # the clock is set back, far
    await run_due(NEXT + 6 * DAY)
    assert await OutboxMessage.all().count() == 1


async def test_a_schedule_that_is_set_anew_waits_for_its_next_time(shop: Shop) -> None:
    made = await scheduled()
    await received("1")
    await export_profiles.save(
        made.id, VALUES | {"rhythm": "daily", "at": "09:00", "recipients": TO[0]}, by=NURIA, now=SET_AT + 60 * MINUTE
    )
    await run_due(SET_AT + 61 * MINUTE)
    assert await sent() == []
    await run_due(SET_AT + DAY)
    assert len(await sent()) == 1


async def test_a_power_cut_in_the_middle_leaves_nothing_or_all(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await scheduled()
    await received("1")

    await _cut_while_the_second_mail_is_written(monkeypatch)

    assert (await sent(), await Export.all().count(), await ExportedOrder.all().count()) == ([], 0, 0)
    export_schedule._failed_at.clear()  # the next start
    await run_due(NEXT + MINUTE)
    assert [recipient for recipient, _title in await sent()] == TO


async def test_without_the_transaction_a_mail_would_be_lost(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above."""
    await scheduled()
    await received("1")
    monkeypatch.setattr(profile_exports, "_record", inspect.unwrap(profile_exports._record))

    await _cut_while_the_second_mail_is_written(monkeypatch)

    export_schedule._failed_at.clear()
    await run_due(NEXT + MINUTE)
    assert [recipient for recipient, _title in await sent()] != TO


async def _cut_while_the_second_mail_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    write = outbox.write_mail

    async def cut(purpose: Purpose, mail: Any, recipient: str, *more: Any, **named: Any) -> OutboxMessage:
        if recipient == TO[1]:
            raise RuntimeError("the power is cut")
        return await write(purpose, mail, recipient, *more, **named)

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "write_mail", cut)
        await run_due(NEXT)


async def test_what_cannot_be_exported_is_told_once_and_tried_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await scheduled(dialect="pdf")
    await received("1")
    with monkeypatch.context() as patch:
        patch.setattr("services.orders_pdf.MOST_ROWS", 0)
        for minutes in range(0, 40, 5):
            await run_due(NEXT + minutes * MINUTE)
    assert "at most 0 rows" in (await export_profiles.get(made.id)).trouble
    [alarm] = await OutboxMessage.all()
    assert (alarm.purpose, alarm.title) == (Purpose.ALARM, "The export Bookkeeping did not run")

    await run_due(NEXT + 60 * MINUTE)

    assert [recipient for recipient, _title in await sent()] == TO
    assert (await export_profiles.get(made.id)).trouble == ""
    mail = await OutboxMessage.get(recipient=TO[0])
    [file] = deliveries.read_letter(bytes(mail.content)).attachments
    assert (file.file_name, file.content_type) == ("new-2026-11-25-000001.pdf", "application/pdf")


async def test_a_target_that_is_off_and_a_file_too_large_to_mail(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    erp = await target(active=False)
    made = await scheduled(target_id=str(erp.id), recipients=TO[0])
    await received("1")
    await run_due(NEXT)
    assert (await export_profiles.get(made.id)).trouble == "“ERP” is switched off."
    await TransferTarget.filter(id=erp.id).update(active=True)
    monkeypatch.setattr(profile_exports, "MOST_MAILED_BYTES", 1)
    await run_due(NEXT + 20 * MINUTE)
    mail = await OutboxMessage.get(recipient=TO[0])
    letter = deliveries.read_letter(bytes(mail.content))
    assert letter.attachments == ()
    assert "too large" in letter.text and "/desk/exports" in letter.text


async def test_what_was_taken_back_is_new_again_and_staff_may_run_it_at_once(shop: Shop) -> None:
    made = await scheduled(recipients=TO[0])
    await received("1")
    await run_due(NEXT)
    [export] = await Export.all()
    await exports.undo(export.id, by=NURIA)
    assert await profile_exports.count_new(made.id) == 1

    by_hand = await profile_exports.run(made.id, shop, by="staff@norte.example", now=NEXT + MINUTE)

    assert by_hand and by_hand.done_by == "staff@norte.example"
    assert await profile_exports.run(made.id, shop, by=NURIA) is None
    assert (await export_profiles.get(made.id)).ran_at == NEXT
    assert len(await sent()) == 2


async def test_what_a_restored_shop_sends_first_is_held(shop: Shop) -> None:
    made = await scheduled(recipients=TO[0])
    await ExportProfile.filter(id=made.id).update(is_restored=True)
    for day, number in enumerate("12"):
        await received(number)
        await run_due(NEXT + day * DAY)
    messages = await OutboxMessage.all().order_by("id")
    assert [message.status for message in messages] == [MessageStatus.HELD, MessageStatus.PENDING]


async def test_an_erased_buyer_is_in_no_delivery_of_an_export_and_the_others_go_out_again(shop: Shop) -> None:
    shop.retention_years = 0
    await shop.save()
    made = await scheduled(recipients=TO[0])
    for number in ("stays", "goes"):
        buyer = await Buyer.create(email=f"{number}@sol.example", verified_at=SET_AT)
        await Order.filter(id=(await received(number)).id).update(buyer_id=buyer.id, email=buyer.email)
    await run_due(NEXT)
    await OutboxMessage.all().update(status=MessageStatus.SENT)  # yesterday's has arrived
    await exports.undo((await Export.all())[0].id, by=NURIA)
    await run_due(NEXT + DAY)  # this one still waits
    assert await profile_exports.count_new(made.id) == 0

    await privacy.erase((await Buyer.get(email="goes@sol.example")).id, by=NURIA)

    [arrived] = await OutboxMessage.filter(export_id__not_isnull=True)
    assert bytes(arrived.content) == b""
    await run_due(NEXT + 2 * DAY)
    assert await numbers_in(await OutboxMessage.all().order_by("-id").first() or arrived) == ["stays"]


async def test_an_erased_buyer_is_in_no_delivery_of_a_profile_that_was_deleted(shop: Shop) -> None:
    made = await scheduled(recipients=TO[0])
    buyer = await Buyer.create(email="goes@sol.example", verified_at=SET_AT)
    await Order.filter(id=(await received("goes")).id).update(buyer_id=buyer.id, email=buyer.email)
    await run_due(NEXT)
    await OutboxMessage.all().update(status=MessageStatus.SENT)
    await export_profiles.delete(made.id, by=NURIA)

    await privacy.erase(buyer.id, by=NURIA)

    [arrived] = await OutboxMessage.filter(export_id__not_isnull=True)
    assert bytes(arrived.content) == b""


async def test_a_target_puts_each_order_by_its_profile(shop: Shop) -> None:
    made = await export_profiles.save(None, VALUES, by=NURIA)
    erp = await target(profile_id=made.id, file_name="{order_number}.txt")
    order = await received("2026-7")
    await orders.send_to_target([order.id], erp.id, by=NURIA)
    [message] = await OutboxMessage.all()
    assert (message.title, bytes(message.content).decode("cp1252").splitlines()[0]) == (
        "2026-7.txt",
        "Beleg;Datum;Firma;Betrag",
    )
