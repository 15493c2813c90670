"""The watch over the event loop counts what holds it, and names it to whoever develops."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from services import loop_watch, metrics


@asynccontextmanager
async def watched() -> AsyncIterator[None]:
    watch = asyncio.create_task(loop_watch.run())
    await asyncio.sleep(0.05)
    yield
    await asyncio.sleep(0.05)
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch


def slow_ones() -> float:
    return metrics.REGISTRY.get_sample_value("pedido_slow_callbacks_total") or 0


def hold_everybody_up() -> None:
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        pass


async def test_what_holds_the_loop_is_counted_and_named_to_developers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger=loop_watch.__name__)
    before = slow_ones()
    async with watched():
        hold_everybody_up()
    assert slow_ones() > before
    assert "held by hold_everybody_up (test_loop_watch.py" in caplog.text


async def test_in_use_nothing_is_logged_and_no_thread_looks(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger=loop_watch.__name__)
    before = slow_ones()
    async with watched():
        hold_everybody_up()
    assert slow_ones() > before
    assert not caplog.records
