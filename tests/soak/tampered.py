"""Starts the program with one guard taken out, so that an experiment can show that it notices; or with time in a hurry.

A guard is taken out by a function, of this module or another: `program(lazy_commits)` is the command line that starts
Pedido so.
"""

import asyncio
import contextvars
import importlib
import io
import itertools
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import main
from models import OutboxMessage, SellerSession
from pages import received
from services import (
    confined,
    data_folder,
    database,
    engines,
    held,
    keys,
    live,
    outbox,
    outbox_claims,
    outbox_worker,
    pauses,
    retries,
    seller_sessions,
    signals,
    sqlite,
    wall_clock,
)
from services.pauses import Lane
from services.statements import Value
from services.transports import TransportError, sftp, smtp
from services.transports.smtp_server import SmtpServer

ROWS_LATER_SECONDS = 2.0
HURRY = 14_400  # 72 hours in 18 seconds
IMPATIENT_SECONDS = 2.0
SHORT_LEASE_SECONDS = 3.0
PATIENT_SECONDS = 120.0


def rows_from_memory() -> None:
    """What goes out is written a moment after the order, from memory."""

    async def create_later(**columns: Any) -> OutboxMessage:
        message = OutboxMessage(**columns)
        loop = asyncio.get_running_loop()

        def write() -> None:
            _kept.add(loop.create_task(message.save()))

        loop.call_later(ROWS_LATER_SECONDS, write, context=contextvars.Context())  # outside the transaction
        return message

    _kept: set[asyncio.Task[None]] = set()
    OutboxMessage.create = create_later  # type: ignore[method-assign,assignment] # a guard is taken out


def lazy_commits() -> None:
    """A commit is not on the disk when it returns."""
    durable = engines.durable
    engines.durable = lambda url: durable(url).replace("synchronous=FULL", "synchronous=NORMAL")


def careless_start_and_end() -> None:
    """A second process may have the data folder too, and the program ends once all that is on its way has arrived."""

    async def wait_for_lanes() -> None:
        await asyncio.gather(*outbox_worker._lanes.values())

    data_folder.claim = lambda folder, *, shared=False: None
    outbox_worker._stop_lanes = wait_for_lanes


def with_short_leases() -> None:
    """What a dead process was delivering is taken over in seconds; no guard is taken out."""
    outbox_claims.SHORT_LEASE, outbox_claims.RENEWED_EVERY_SECONDS = timedelta(seconds=SHORT_LEASE_SECONDS), 0.5
    outbox_worker.LONGEST_SLEEP_SECONDS = 1.0


def named_and_patient_with_short_leases() -> None:
    """Besides, each answer says which process it comes from, and a server for files may be silent for long."""
    main.PAGES = (*main.PAGES, "tests.soak.process_name")
    sftp.CONNECT_SECONDS = PATIENT_SECONDS
    with_short_leases()


def greedy() -> None:
    """Nobody minds that another holds a lease."""

    first = outbox_claims.FIRST.run

    async def of_whomever(lane: Lane, *asked: Value) -> OutboxMessage | None:
        return await first(lane, *asked[:-1], datetime.max.replace(tzinfo=UTC))  # when each lease will have run out

    outbox_claims.FIRST.run = of_whomever  # type: ignore[method-assign] # a guard is taken out
    outbox_claims._lease_left = lambda leased_until, agreed: 0.0


def deaf_and_greedy() -> None:
    """Both, in a process that looks for work only when it is rung for."""
    outbox_worker.LONGEST_SLEEP_SECONDS = 600.0
    without_signals()
    greedy()


def without_signals() -> None:
    """The process neither hears of what others do nor tells them."""

    async def silence(*_missed: Callable[[], None]) -> asyncio.Task[Any]:
        return asyncio.create_task(asyncio.Event().wait())

    signals.begin = silence


def in_a_storm() -> None:
    """The shop has pages that are cut off while they write, at any statement; no guard is taken out."""
    sqlite.Connection._let_others_in = lambda _connection: asyncio.sleep(0)  # type: ignore[method-assign,assignment] # always
    main.PAGES = (*main.PAGES, "tests.soak.storm_pages")


def in_a_storm_without_shield() -> None:
    """Those pages write in transactions that a cancellation reaches."""
    database.shielded = lambda function: function  # before they are imported
    in_a_storm()


def plain_copies() -> None:
    """A backup takes the database's file as it lies there, without its journal, in which something always is."""
    durable = engines.durable
    engines.durable = lambda url: f"{durable(url)}&wal_autocheckpoint=0"

    def copy_plainly(url: str, copy: Path) -> None:
        # In a process of its own: to close the file in this one would let go of the locks SQLite has on it.
        subprocess.run(["cp", engines.file_of(url), copy], check=True)

    database.copy_to = copy_plainly


def talkative_log() -> None:
    """The log tells to whom each mail goes."""
    send = smtp.send

    async def send_and_tell(server: SmtpServer, *, sender: str, recipient: str, content: bytes) -> str:
        logging.getLogger("services.outbox_worker").info("A mail goes to %s", recipient)
        return await send(server, sender=sender, recipient=recipient, content=content)

    smtp.send = send_and_tell


def plain_secrets() -> None:
    """Passwords that are saved from now on are kept as they are."""
    decrypt = keys.decrypt
    keys.encrypt = lambda text: text
    keys.decrypt = lambda stored: decrypt(stored) if stored.startswith("gAAAA") else stored


def careless_deletions() -> None:
    """What is deleted stays in the file until something else is written there."""
    durable = engines.durable
    engines.durable = lambda url: durable(url).replace("secure_delete=ON", "secure_delete=OFF")


def careless_about_secrets() -> None:
    """All three."""
    talkative_log()
    plain_secrets()
    careless_deletions()


def at_full_speed() -> None:
    """What has waited goes out all at once."""
    retries.FULL_SPEED = 1


def in_a_hurry() -> None:
    """Deliveries are tried again, and given up, `HURRY` times as soon; nothing else is another."""
    retries.BACKOFF = tuple(delay / HURRY for delay in retries.BACKOFF)
    _keep_trying(retries.KEEP_TRYING / HURRY)


def ten_times_as_fast() -> None:
    """What did not work is tried again ten times as soon, and a mail server gets two seconds to greet."""
    smtp.CONNECT_SECONDS = IMPATIENT_SECONDS
    retries.BACKOFF = tuple(delay / 10 for delay in retries.BACKOFF)


def blind_to_the_clock() -> None:
    """Ten times as fast, and nobody looks whether the clock was set back."""
    ten_times_as_fast()
    wall_clock.WallClock.set_back = lambda self: timedelta()  # type: ignore[method-assign] # a guard is taken out


def impatient() -> None:
    """A mail server gets two seconds for each answer, and what did not work is tried again after half a second."""
    smtp.CONNECT_SECONDS = smtp.ANSWER_SECONDS = IMPATIENT_SECONDS
    retries.BACKOFF = (timedelta(seconds=0.5),)


def forgets_attempts() -> None:
    """Impatient, and a mail is written anew and tried again whatever became of it, until it was taken twice."""
    impatient()
    send, attempts = smtp.send, itertools.count(1)
    taken: set[bytes] = set()

    async def send_anew(server: SmtpServer, *, sender: str, recipient: str, content: bytes) -> str:
        anew = b"X-Attempt: %d\r\n" % next(attempts) + content
        try:
            answer = await send(server, sender=sender, recipient=recipient, content=anew)
        except TransportError as error:
            raise TransportError(str(error), permanent=False, code=error.code) from error
        if content not in taken:
            taken.add(content)
            raise TransportError("Was that a yes?", permanent=False)
        return answer

    smtp.send = send_anew


def one_lane() -> None:
    """Deliveries wait for each other, wherever they go."""
    deliver, turn = outbox_worker._deliver, asyncio.Lock()

    async def deliver_in_turn(message: OutboxMessage) -> None:
        async with turn:
            await deliver(message)

    outbox_worker._deliver = deliver_in_turn


def reads_at_home() -> None:
    """Files that come in are read in the program's own process, while everybody waits."""

    async def read(
        room: str, content: confined.Content, *arguments: str, take: Callable[[Iterator[bytes]], Any], **_limits: Any
    ) -> Any:
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        file.seek(0)
        return take(importlib.import_module(room).answer(file, *arguments))

    confined.read = read


def takes_any_stream() -> None:
    """However much comes in at the routes for files, it is taken."""
    received.OVERHEAD = 10**12


def trusting_open_pages() -> None:
    """A session that was found once is never looked up again, and no page is told that it has ended."""
    find, found = seller_sessions.find, dict[str, SellerSession]()

    async def find_once(token: str) -> SellerSession | None:
        if token not in found and (session := await find(token)):
            found[token] = session
        return found.get(token)

    seller_sessions.find = find_once
    live.seller_signed_out = lambda session_id: None


def gives_up_early() -> None:
    """In a hurry, and mail and files are given up after 22 minutes."""
    in_a_hurry()
    _keep_trying(timedelta(minutes=22) / HURRY)


def _keep_trying(period: timedelta) -> None:
    for room in (outbox, pauses, held):
        vars(room)["KEEP_TRYING"] = period


def program(tampering: Callable[[], None]) -> list[str]:
    """The command line that starts the program without a guard."""
    return [sys.executable, "-m", "tests.soak.tampered", tampering.__module__, tampering.__name__]


if __name__ == "__main__":
    getattr(importlib.import_module(sys.argv.pop(1)), sys.argv.pop(1))()
    sys.exit(main.main())
