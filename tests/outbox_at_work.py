"""The outbox's worker in a test: messages written for it, and what becomes of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from models import MessageStatus, OutboxMessage, Purpose, Shop, TransferTarget
from services import database, mails, outbox, outbox_worker, settings

ADDRESS = "orders@norte.example"
PATIENCE_SECONDS = 15
FILE = b"sku\r\nFR-200\r\n"


@asynccontextmanager
async def at_work() -> AsyncIterator[None]:
    """The worker, as long as the block lasts."""
    worker = asyncio.create_task(outbox_worker.run())
    try:
        yield
    finally:
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


@database.unit_of_work
async def written(shop: Shop, recipient: str = ADDRESS) -> OutboxMessage:
    return await outbox.write_mail(Purpose.TEST, mails.test(shop), recipient, shop)


@database.unit_of_work
async def filed(target: TransferTarget, name: str = "2026-00001.csv") -> OutboxMessage:
    return await outbox.write_file(target, name, FILE)


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await condition():  # noqa: ASYNC110 - what is waited for is a row
            await asyncio.sleep(0.02)


async def reaches(message: OutboxMessage, status: MessageStatus) -> OutboxMessage:
    async def has_status() -> bool:
        return (await OutboxMessage.get(id=message.id)).status is status

    await eventually(has_status)
    return await OutboxMessage.get(id=message.id)


def mail_server(port: int) -> None:
    settings.load(data=settings.current().data, smtp_url=f"smtp://127.0.0.1:{port}")
