"""The duty: what one process of a shop does for all, and another takes up when that one is gone (PostgreSQL alone).

Who is on duty holds a lock of the database's server for as long as its connection lasts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from services import settings
from services.later import Later

if TYPE_CHECKING:
    import asyncpg

    from services import postgres
else:
    postgres = Later("services.postgres")

logger = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]

LOCK = 2610
LOOK_AGAIN_SECONDS = 3.0
ANSWER_SECONDS = 5.0


async def run(jobs: Sequence[Job]) -> None:
    """Wait for the duty and do the jobs while it is ours, for as long as the program runs."""
    while True:
        try:
            async with postgres.session(settings.current().database_url) as session:
                await _wait_for_duty(session)
                await _do(jobs, session)
        except postgres.TROUBLE as error:
            logger.warning("The duty for all processes was lost: %s: %s", type(error).__name__, error)
        except Exception:  # a bug in one job must not end the duty for ever
            logger.exception("The duty for all processes was lost")
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _wait_for_duty(session: asyncpg.Connection) -> None:
    take = "SELECT pg_try_advisory_lock($1)"
    while not await session.fetchval(take, LOCK, timeout=ANSWER_SECONDS):  # noqa: ASYNC110 - what is waited for is elsewhere
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _do(jobs: Sequence[Job], session: asyncpg.Connection) -> None:
    """Do the jobs until the connection, and the duty with it, is lost: another process may have it the next moment."""
    lost = asyncio.Event()
    session.add_termination_listener(lambda _session: lost.set())
    begun = [asyncio.ensure_future(job()) for job in jobs]
    try:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                    await lost.wait()
            await session.execute("SELECT 1", timeout=ANSWER_SECONDS)
    finally:
        for job in begun:
            job.cancel()
        await asyncio.gather(*begun, return_exceptions=True)
