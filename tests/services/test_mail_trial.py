"""The test mail: it goes the way of every mail, and says what became of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from models import OutboxMessage, Shop
from models.errors import FieldErrors, NotFoundError
from services import mail_trial, outbox_worker, parameters
from tests.servers import free_port, smtp_server

SECONDS = 10.0


@pytest.fixture
async def worker(shop: Shop) -> AsyncIterator[None]:
    """The outbox at work."""
    task = asyncio.create_task(outbox_worker.run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def settled(message_id: int, tones: set[str]) -> mail_trial.Trial:
    async with asyncio.timeout(SECONDS):
        while True:
            trial = await mail_trial.result(message_id)
            if trial.tone in tones and "on its way" not in trial.text:
                return trial
            await asyncio.sleep(0.02)


async def use_server(port: int) -> None:
    await parameters.save(
        {"mail_host": "127.0.0.1", "mail_port": str(port), "mail_security": "none", "mail_username": ""}
    )


async def test_it_arrives_with_the_shops_sender(worker: None) -> None:
    with smtp_server() as server:
        await use_server(server.port)
        await parameters.save({"mail_sender": "shop@norte.example"})
        trial = await settled(await mail_trial.send("ana@norte.example"), {"ok"})
        assert "ana@norte.example" in trial.text
        (mail,) = server.to("ana@norte.example")
        assert mail.sender == "shop@norte.example"


async def test_without_a_server_it_is_kept_here(worker: None) -> None:
    trial = await settled(await mail_trial.send("ana@norte.example"), {"look"})
    assert "Deliveries" in trial.text


async def test_a_server_that_is_down_is_told_while_it_is_tried_again(worker: None) -> None:
    await use_server(free_port())
    trial = await settled(await mail_trial.send("ana@norte.example"), {"wait"})
    assert "refuses connections" in trial.text


async def test_a_wrong_password_is_told_and_the_next_test_tries_again(worker: None) -> None:
    with smtp_server(login=("shop", "right")) as server:
        login = {"mail_host": "127.0.0.1", "mail_port": str(server.port), "mail_security": "none"}
        await parameters.save({**login, "mail_username": "shop", "mail_password": "wrong"})
        trial = await settled(await mail_trial.send("ana@norte.example"), {"bad"})
        assert "All mails wait" in trial.text
        second = await mail_trial.send("ana@norte.example")
        assert (await settled(second, {"bad"})).text == trial.text
        await parameters.save({**login, "mail_username": "shop", "mail_password": "right"})
        assert (await settled(second, {"ok"})).tone == "ok"


async def test_a_refused_address_is_told(worker: None) -> None:
    with smtp_server(answers={"RCPT": "550 no such mailbox"}) as server:
        await use_server(server.port)
        trial = await settled(await mail_trial.send("ana@norte.example"), {"bad"})
        assert "recipient" in trial.text


async def test_an_odd_address_is_refused_before_anything_is_written(shop: Shop) -> None:
    with pytest.raises(FieldErrors) as refused:
        await mail_trial.send("Ana <ana@norte.example>")
    assert set(refused.value.fields) == {"recipient"}
    assert await OutboxMessage.all().count() == 0


async def test_only_test_mails_are_told_about(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await mail_trial.result(99)
