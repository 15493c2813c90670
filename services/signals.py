"""Signals between the processes of one shop, through its PostgreSQL server: what one is told, all are told.

Nothing durable hangs on them. With SQLite there is one process, and a signal is a plain call.
"""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ParamSpec

from services import settings
from services.later import Later

if TYPE_CHECKING:
    import asyncpg

    from services import postgres
else:
    postgres = Later("services.postgres")

logger = logging.getLogger(__name__)

P = ParamSpec("P")
Call = tuple[str, Sequence[Any]]  # of a function, by its name

CHANNEL = "pedido"
MOST_BYTES = 7900  # PostgreSQL takes less than 8000
MOST_WAITING = 10_000  # calls while the server is away; everything counts as changed afterwards
ALIVE_SECONDS = 5.0
AGAIN_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)  # after a lost connection
GOODBYE_SECONDS = 1.0

OWN_NAME = secrets.token_hex(8)  # of this process among the others

_known: dict[str, Callable[..., None]] = {}
_waiting: list[Call] = []
_wanted = asyncio.Event()
_is_on = False


def everywhere(function: Callable[P, None]) -> Callable[P, None]:
    """Call a function here, and in the shop's other processes as well.

    Call it in the event loop, with arguments by position that JSON can say and one signal can hold: numbers, texts, and
    short lists of them.
    """
    name = f"{function.__module__}.{function.__qualname__}"
    _known[name] = function

    @functools.wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> None:
        if kwargs:
            raise TypeError("a signal takes its arguments by position")
        function(*args, **kwargs)
        if _is_on and len(_waiting) < MOST_WAITING:
            _waiting.append((name, args))
            _wanted.set()

    return called


async def begin(*missed: Callable[[], None]) -> asyncio.Task[None]:
    """Tell the other processes and hear from them, until the task that is returned is cancelled.

    What is read from then on is never out of date unnoticed: whenever the connection was lost, each of `missed` is
    called once it is back, as nobody knows what was said meanwhile.
    """
    answered = asyncio.Event()
    running = asyncio.create_task(_run(missed, answered))
    await answered.wait()
    return running


async def _run(missed: Sequence[Callable[[], None]], answered: asyncio.Event) -> None:
    """Keep up the connection; `answered` is set once it is there, or it is known that it is not."""
    global _is_on, _wanted  # noqa: PLW0603 - one connection of the process, in the event loop it works in
    _is_on, _wanted, failures = True, asyncio.Event(), 0
    try:
        while True:
            try:
                async with postgres.session(settings.current().database_url) as session:
                    await session.add_listener(CHANNEL, _hear)
                    answered.set()
                    if failures:
                        del _waiting[MOST_WAITING - len(missed) :]  # what did not fit is lost: room to tell that
                        for one in missed:
                            one()
                    failures = 0
                    await _tell(session)
            except postgres.TROUBLE as error:
                logger.warning("The connection to the other processes was lost: %s: %s", type(error).__name__, error)
            except Exception:  # the loop goes on whatever happens
                logger.exception("The connection to the other processes was lost")
            answered.set()
            await asyncio.sleep(AGAIN_SECONDS[min(failures, len(AGAIN_SECONDS) - 1)])
            failures += 1
    finally:
        _is_on = False
        _waiting.clear()


async def _tell(session: asyncpg.Connection) -> None:
    """Say what waits as soon as something does; what piles up meanwhile goes out together."""
    session.add_termination_listener(lambda _session: _wanted.set())
    try:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(ALIVE_SECONDS):
                    await _wanted.wait()
            await _say_all(session)
    except asyncio.CancelledError:  # the program ends
        with suppress(*postgres.TROUBLE):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await _say_all(session)
        raise


async def _say_all(session: asyncpg.Connection) -> None:
    _wanted.clear()
    said = len(_waiting)
    if not said:  # a line that was cut is noticed
        await session.execute("SELECT 1", timeout=ALIVE_SECONDS)
    for payload in _payloads([json.dumps(call, separators=(",", ":")) for call in _waiting[:said]]):
        await session.execute("SELECT pg_notify($1, $2)", CHANNEL, payload, timeout=ALIVE_SECONDS)
    del _waiting[:said]  # what was not said is said on the next connection


def _payloads(calls: Sequence[str]) -> Iterator[str]:
    """Calls in their order, as many in each as it may hold."""
    head, chosen = f'["{OWN_NAME}",[', list[str]()
    room = MOST_BYTES - len(head) - len("]]")
    for call in calls:
        if chosen and sum(map(len, chosen)) + len(chosen) + len(call) > room:
            yield f"{head}{','.join(chosen)}]]"
            chosen = []
        chosen.append(call)
    if chosen:
        yield f"{head}{','.join(chosen)}]]"


def _hear(_session: object, _process: int, _channel: str, payload: object) -> None:
    """Call here what another process has called; who has another version may know other functions."""
    sender, calls = json.loads(str(payload))
    for name, arguments in calls if sender != OWN_NAME else ():
        try:
            _known[name](*arguments)
        except Exception:  # one call must not keep the others from being made
            logger.exception("What another process said could not be followed: %s", name)
