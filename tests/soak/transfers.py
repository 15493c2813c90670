"""Files go to every kind of server: each arrives whole, and nobody ever sees an incomplete one under its final name."""

import asyncio
import random
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from unittest.mock import patch

import uvloop

from services import settings, targets
from services.transports import TransportError, ftp
from services.transports.ftp_connection import FtpConnection
from tests.soak.file_servers import FOLDER, KINDS, FileServer, Kind, read_back, target_at
from tests.soak.frame import Outcome

FILES = 100  # for each kind of server
SMALL, LARGE = 200_000, 10_000_000  # bytes; the first file is a large one, so that it can be seen on its way
LINE_BYTES = 20_000_000  # a second: on a line as fast as memory no file would ever be on its way
LOOK_SECONDS = 0.05


@dataclass
class Seen:
    """What was seen in a folder: how often someone looked, and found a file on its way; which files were not whole."""

    looks: int = 0
    under_way: int = 0
    incomplete: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Sent:
    """What came of the files for one kind of server; `failed` are sentences."""

    files: int
    read_back: int
    failed: list[str]
    seen: Seen


def transfers(seed: int, *, files: int = FILES, kinds: Sequence[Kind] = KINDS) -> Outcome:
    """Send that many files to each kind of server, watch them arrive, and read them back with another program."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="pedido-transfers-") as name:
        settings.load(data=Path(name)).make_folders()
        sent = uvloop.run(_send_everywhere({kind: _files(chance, files) for kind in kinds}))
    total = len(kinds) * files
    equal = sum(one.read_back for one in sent)
    incomplete = [
        f"{kind.name}: {name} was seen incomplete"
        for kind, one in zip(kinds, sent, strict=True)
        for name in one.seen.incomplete
    ]
    figures = {
        "servers": len(kinds),
        "files": total,
        "delivered": sum(one.files - len(one.failed) for one in sent),
        "equal when read back": equal,
        "looks": sum(one.seen.looks for one in sent),
        "with a file on its way": sum(one.seen.under_way for one in sent),
        "seen incomplete": len(incomplete),
    }
    unequal = [f"{total - equal} files were not the same when read back"] if equal < total else []
    return Outcome(seed, figures, [*(words for one in sent for words in one.failed), *unequal, *incomplete])


async def _send_everywhere(files: Mapping[Kind, Mapping[str, bytes]]) -> list[Sent]:
    """Send to all servers at the same time, as the program does; one file after the other to each."""
    slow_line = patch.object(ftp, "FtpConnection", partial(FtpConnection, write_speed_limit=LINE_BYTES))
    with ExitStack() as stack, slow_line:
        servers = {kind: stack.enter_context(kind.run()) for kind in files}
        return await asyncio.gather(*(_send_all(kind, server, files[kind]) for kind, server in servers.items()))


async def _send_all(kind: Kind, server: FileServer, contents: Mapping[str, bytes]) -> Sent:
    failed = []
    target = target_at(server, kind.protocol)
    with watched(server.root / FOLDER, contents) as seen:
        for name, content in contents.items():
            try:
                await targets.deliver(target, name, content)
            except TransportError as error:
                failed.append(f"{kind.name}: {name}: {error}")
    got = await read_back(server, list(contents))
    equal = sum(got.get(name) == content for name, content in contents.items())
    return Sent(len(contents), equal, failed, seen)


def _files(chance: random.Random, count: int) -> dict[str, bytes]:
    sizes = [LARGE, *(chance.randrange(SMALL) for _ in range(count - 1))]
    return {f"2026-{number:04}.csv": chance.randbytes(size) for number, size in enumerate(sizes, 1)}


@contextmanager
def watched(folder: Path, contents: Mapping[str, bytes]) -> Iterator[Seen]:
    """Look into `folder` twenty times a second; in a thread, so that no delivery holds it up."""
    seen, enough = Seen(), threading.Event()

    def watch() -> None:
        while not enough.wait(LOOK_SECONDS):
            _look(folder, contents, seen)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        enough.set()
        watcher.join()


def _look(folder: Path, contents: Mapping[str, bytes], seen: Seen) -> None:
    seen.looks += 1
    names = [path.name for path in folder.iterdir()]
    seen.under_way += any(name not in contents for name in names)
    for name in contents.keys() & set(names):
        if (folder / name).stat().st_size < len(contents[name]):
            seen.incomplete.add(name)
