"""The ledger: what went out, found again and opened."""

from email.message import EmailMessage
from typing import Any

import pytest

from models import Channel, DeliveryAttempt, MessageStatus, OutboxMessage, Pause, Purpose
from models.errors import NotFoundError
from services import deliveries, outbox
from services.deliveries import DeliveryFilter
from tests import order_rows
from tests.order_rows import NOON


def mail() -> bytes:
    """A notice with a text, an HTML and an attachment."""
    message = EmailMessage()
    message["Subject"] = "Pedido 2026-00318: Ferretería Sol"
    message["From"] = "Norte Tools <orders@norte.example>"
    message.set_content("Grüße")
    message.add_alternative("<b>Grüße</b>", subtype="html")
    message.add_attachment(b"order_number\r\n", maintype="text", subtype="csv", filename="2026-00318.csv")
    return message.as_bytes()


@pytest.mark.usefixtures("database")
async def test_the_ledger_is_newest_first_and_found_by_recipient_subject_and_order() -> None:
    order = await order_rows.order(number="2026-00318")
    await order_rows.message(order, MessageStatus.SENT, recipient="marta@sol.example", title="Request received")
    await order_rows.message(None, MessageStatus.FAILED, recipient="jonas@lang.example", title="Sign-in link")
    await order_rows.message(
        order, MessageStatus.SENDING, recipient="ERP", channel=Channel.TRANSFER, purpose=Purpose.TRANSFER
    )

    async def found(**query: str) -> list[str]:
        return [row.recipient for row in (await deliveries.page(DeliveryFilter.parse(query))).rows]

    assert await found() == ["ERP", "jonas@lang.example", "marta@sol.example"]
    assert await found(search="00318") == ["ERP", "marta@sol.example"]
    assert await found(search="SIGN-IN jonas") == ["jonas@lang.example"]
    assert await found(status="waiting") == ["ERP"]
    assert await found(status="failed") == ["jonas@lang.example"]
    assert await found(channel="transfer") == ["ERP"]
    assert [row.recipient for row in await deliveries.of_order(order.id)] == ["ERP", "marta@sol.example"]


@pytest.mark.usefixtures("database")
async def test_what_is_held_is_found_and_chosen_to_be_released_but_not_to_be_tried_again() -> None:
    held = await order_rows.message(None, MessageStatus.HELD)
    failed = await order_rows.message(None, MessageStatus.FAILED)
    everything = DeliveryFilter()
    assert [row.id for row in (await deliveries.page(DeliveryFilter.parse({"status": "held"}))).rows] == [held.id]
    assert await deliveries.to_release(everything, None) == [held.id]
    assert await deliveries.to_release(everything, [failed.id]) == []
    assert await deliveries.to_try_again(everything, None) == [failed.id]


@pytest.mark.parametrize(
    "query", [{"status": "gone"}, {"channel": "pigeon"}, {"page": "9" * 5000}, {"search": "a\x00"}, {"page": "--1"}]
)
def test_what_cannot_be_meant_is_ignored(query: dict[str, str]) -> None:
    assert DeliveryFilter.parse(query) == DeliveryFilter()


def test_the_filter_is_written_as_it_was_read() -> None:
    query = {"search": "sol", "status": "failed", "channel": "mail", "page": "2"}

    assert DeliveryFilter.parse(query).query() == query


@pytest.mark.usefixtures("database")
async def test_a_kept_mail_can_be_opened_with_its_attempts() -> None:
    message = await order_rows.message(None, MessageStatus.CAPTURED, content=mail())
    times: dict[str, Any] = {"started_at": NOON, "finished_at": NOON}
    await DeliveryAttempt.create(message=message, number=1, succeeded=False, text="busy", **times)
    await DeliveryAttempt.create(message=message, number=2, succeeded=True, text="kept", **times)

    delivery = await deliveries.get(message.id)

    assert [attempt.text for attempt in delivery.attempts] == ["kept", "busy"]
    letter = delivery.letter
    assert letter is not None
    assert letter.subject == "Pedido 2026-00318: Ferretería Sol"
    assert (letter.text.strip(), letter.html.strip()) == ("Grüße", "<b>Grüße</b>")
    [attachment] = letter.attachments
    assert (attachment.file_name, attachment.content) == ("2026-00318.csv", b"order_number\r\n")


@pytest.mark.usefixtures("database")
async def test_a_file_is_not_a_letter_and_what_is_gone_is_said_to_be() -> None:
    message = await order_rows.message(None, MessageStatus.SENT, channel=Channel.TRANSFER, content=b"a,b\r\n")

    delivery = await deliveries.get(message.id)

    assert (delivery.letter, delivery.content) == (None, b"a,b\r\n")
    with pytest.raises(NotFoundError):
        await deliveries.get(message.id + 1)


@pytest.mark.parametrize(
    ("status", "can"),
    [("pending", True), ("failed", True), ("captured", True), ("sending", False), ("sent", False)],
)
@pytest.mark.usefixtures("database")
async def test_only_what_has_not_arrived_can_be_tried_again(status: str, can: bool) -> None:
    message = await order_rows.message(None, MessageStatus(status))

    assert (await deliveries.get(message.id)).row.can_be_tried is can


async def test_what_waits_in_a_paused_lane_says_what_has_to_be_mended(database: None) -> None:
    waiting = await order_rows.message(None, MessageStatus.PENDING)
    sent = await order_rows.message(None, MessageStatus.SENT)
    await Pause.create(lane=0, code="auth", reason="The login was not accepted.", since=order_rows.NOON)
    paused = {row.id: row.paused_by for row in (await deliveries.page(DeliveryFilter())).rows}
    assert paused == {waiting.id: "The login was not accepted.", sent.id: ""}


@pytest.mark.usefixtures("database")
async def test_only_what_failed_is_tried_again() -> None:
    order, other = await order_rows.order(), await order_rows.order()
    failed = await order_rows.message(order, MessageStatus.FAILED, content=b"mail", last_error="refused", attempts=1)
    late = await order_rows.message(order, MessageStatus.PENDING, content=b"mail", last_error="away", attempts=3)
    sent = await order_rows.message(order, MessageStatus.SENT, content=b"mail")
    fresh = await order_rows.message(order, MessageStatus.PENDING, content=b"mail")
    await order_rows.message(order, MessageStatus.FAILED, last_error="refused")  # its content has gone
    elsewhere = await order_rows.message(other, MessageStatus.FAILED, content=b"mail")

    assert await outbox.retry_failed([order.id]) == (2, 1)

    due = {row.id: row.due_at > NOON for row in await OutboxMessage.all()}
    assert [due[one.id] for one in (failed, late, sent, fresh, elsewhere)] == [True, True, False, False, False]
    assert (await OutboxMessage.get(id=sent.id)).status is MessageStatus.SENT
    assert await outbox.retry_failed([]) == (0, 0)
