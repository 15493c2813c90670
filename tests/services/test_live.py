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


async def test_the_first_change_is_told_at_once_and_those_that_follow_together() -> None:
    told: list[frozenset[int]] = []
    await asyncio.sleep(live.GATHERING_SECONDS)
    live.orders.subscribe(told.append)
    live.order_changed(1)
    await asyncio.sleep(live.GATHERING_SECONDS / 3)
    assert told == [frozenset({1})]
    for order_id in (2, 3):
        live.order_changed(order_id)
        await asyncio.sleep(live.GATHERING_SECONDS / 10)
    assert told == [frozenset({1})]
    await asyncio.sleep(live.GATHERING_SECONDS)
    assert told == [frozenset({1}), frozenset({2, 3})]
