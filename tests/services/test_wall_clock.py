"""A clock that is set back: what waits to be delivered does not wait longer for it."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from models import DeliveryAttempt, MessageStatus, OutboxMessage, Shop
from services.database import unit_of_work
from services.retries import KEEP_TRYING
from services.wall_clock import WallClock, catch_up
from tests.outbox_at_work import at_work, mail_server, reaches, written
from tests.servers import smtp_server

HOUR = timedelta(hours=1)


def test_a_clock_that_is_set_back_is_noticed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, real = WallClock(), time.time
    assert not clock.set_back()
    monkeypatch.setattr(time, "time", lambda: real() - 3600)
    assert abs(clock.set_back() - HOUR) < timedelta(seconds=1)
    assert not clock.set_back()
    monkeypatch.setattr(time, "time", real)
    assert not clock.set_back(), "set forward"


async def test_what_waits_when_the_clock_is_set_back_is_delivered_as_if_it_was_not(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with smtp_server() as server:
        mail_server(server.port)
        message = await written(shop)
        then = datetime.now(UTC) + HOUR
        await OutboxMessage.filter(id=message.id).update(created_at=then, due_at=then, expires_at=then + KEEP_TRYING)
        backs = iter([HOUR])
        monkeypatch.setattr(WallClock, "set_back", lambda _clock: next(backs, timedelta()))
        async with at_work():
            sent = await reaches(message, MessageStatus.SENT)
    assert sent.expires_at < then + KEEP_TRYING, "it is not tried for an hour more"


@pytest.mark.parametrize("tried", [False, True])
async def test_what_waits_when_the_clock_was_set_back_while_the_program_was_off_is_delivered_too(
    shop: Shop, tried: bool
) -> None:
    with smtp_server() as server:
        mail_server(server.port)
        message, then = await written(shop), datetime.now(UTC) + HOUR
        await OutboxMessage.filter(id=message.id).update(due_at=then, **({} if tried else {"created_at": then}))
        if tried:
            await DeliveryAttempt.create(
                message_id=message.id, number=1, started_at=then, finished_at=then, succeeded=False, text="refused"
            )
        async with at_work():
            await reaches(message, MessageStatus.SENT)


async def test_one_row_of_a_wrong_year_takes_nothing_from_the_others(shop: Shop) -> None:
    wrong, right = await written(shop), await written(shop, "stock@norte.example")
    next_year = datetime.now(UTC) + timedelta(days=365)
    await OutboxMessage.filter(id=wrong.id).update(status=MessageStatus.SENT, created_at=next_year)
    for _start in range(3):
        await unit_of_work(catch_up)(datetime.now(UTC))
    still = await OutboxMessage.get(id=right.id)
    assert (still.due_at, still.expires_at) == (right.due_at, right.expires_at)
