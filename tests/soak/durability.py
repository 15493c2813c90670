"""Durability order: what the program asks of the disk before it tells a buyer that the request is sent.

`strace` writes down what the program writes and syncs. For each checkout the order's row must be written to the
database's journal, the journal synced after it, and only then the answer written to the buyer's socket.
"""

import asyncio
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pages.http import DEVICE_COOKIE
from services import tokens
from tests.e2e.shop_process import PROGRAM, ShopProcess, wait_until
from tests.soak import buying, shops, tampered
from tests.soak.frame import Outcome
from tests.soak.wire import Device

JOURNAL_WRITE = re.compile(r"\d+ +pwrite64\(\d+<[^>]*pedido\.db-wal>")
SYNC = re.compile(r"(?P<thread>\d+) +fdatasync\(\d+<[^>]*pedido\.db-wal>(?P<unfinished> <unfinished)?")
SYNC_RESUMED = re.compile(r"(?P<thread>\d+) +<\.\.\. fdatasync resumed>")
ANSWER = re.compile(r"\d+ +(sendto|sendmsg|writev?)\(\d+<(TCP|socket):")
LONGEST_TEXT = 100_000  # of a write, in bytes: more than any message of the program's
END_SECONDS = 30.0


@dataclass(frozen=True)
class Checkout:
    """A request that was sent: a text that stands in its row alone, and the address the buyer was told."""

    mark: str
    told: str


def run(seed: int, *, checkouts: int, tampering: Callable[[], None] | None = None) -> Outcome:
    """Let so many requests be sent, one after the other, while `strace` watches."""
    program = tampered.program(tampering) if tampering else PROGRAM
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder:
        trace = Path(folder) / "trace"
        shop = ShopProcess(Path(folder), program=_traced(program, trace))
        sent = asyncio.run(_send_all(shop, checkouts))
        wait_until(
            lambda: sent[-1].told in _text(trace), seconds=END_SECONDS, what="strace did not see the last answer"
        )
        lines = _text(trace).splitlines()
    late = [checkout for checkout in sent if not _is_synced_before_answer(lines, checkout)]
    figures = {"checkouts": len(sent), "on disk before the answer": len(sent) - len(late)}
    return Outcome(seed, figures, [f"{one.mark}: no sync between its row and the answer" for one in late])


def _traced(program: Sequence[str], trace: Path) -> list[str]:
    """The program's command line under `strace`, which stands aside (-D) so that signals reach the program."""
    calls = "trace=pwrite64,fdatasync,sendto,sendmsg,write,writev"
    return ["strace", "-D", "-f", "-y", "-s", str(LONGEST_TEXT), "-e", calls, "-o", str(trace), *program]


async def _send_all(shop: ShopProcess, checkouts: int) -> list[Checkout]:
    known = {f"known{number}@sol.example": tokens.new() for number in range(checkouts)}
    shops.open_shop(shop, known=known)
    await asyncio.to_thread(shop.start)
    try:
        return [await _send(shop, email, token) for email, token in known.items()]
    finally:
        await asyncio.to_thread(shop.stop)


async def _send(shop: ShopProcess, email: str, token: str) -> Checkout:
    device = Device(shop.address, {DEVICE_COOKIE: token})
    mark = f"mark-{tokens.new()}"
    try:
        return Checkout(mark, await buying.send_request(device, email, reference=mark))
    finally:
        await device.leave()


def _is_synced_before_answer(lines: Sequence[str], checkout: Checkout) -> bool:
    written = _first(lines, lambda line: checkout.mark in line and bool(JOURNAL_WRITE.match(line)))
    told = _first(lines, lambda line: checkout.told in line and bool(ANSWER.match(line)))
    return any(written < begun and ended < told for begun, ended in _syncs(lines))


def _first(lines: Sequence[str], is_wanted: Callable[[str], bool]) -> int:
    return next(number for number, line in enumerate(lines) if is_wanted(line))


def _syncs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The lines at which each sync of the journal begins and ends."""
    begun: dict[str, int] = {}
    for number, line in enumerate(lines):
        if found := SYNC.match(line):
            if found["unfinished"]:
                begun[found["thread"]] = number
            else:
                yield number, number
        elif (found := SYNC_RESUMED.match(line)) and found["thread"] in begun:
            yield begun.pop(found["thread"]), number


def _text(trace: Path) -> str:
    return trace.read_text("utf-8", errors="replace")
