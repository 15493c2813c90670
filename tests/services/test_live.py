"""Live events: told to open pages, until the program ends."""

import asyncio

from services import live


async def test_nobody_is_told_once_the_program_ends() -> None:
    told: list[frozenset[int]] = []
    live.orders.subscribe(told.append)
    live.order_changed(1)
    await asyncio.sleep(2 * live.GATHERING_SECONDS)
    live.order_changed(2)
    live.forget_pages()
    await asyncio.sleep(2 * live.GATHERING_SECONDS)
    assert told == [frozenset({1})]
