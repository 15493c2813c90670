"""Everything that can go wrong with a transfer: each ends as it should, and once it is mended the file arrives."""

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest.mock import patch

import asyncssh
import uvloop

from models import Protocol, TransferTarget
from services import keys, settings, targets
from services.transports import TransportError, ftp, sftp
from services.transports.ftp_connection import FtpConnection
from tests.servers import Door, black_hole, cut_after, free_port
from tests.soak import frame
from tests.soak.file_servers import FOLDER, KINDS, LARGEST_FILE, Kind, target_at
from tests.soak.frame import Outcome

NAME = "2026-0001.csv"
CONTENT = b"order_number,total\r\n" * 20_000
TOO_LARGE = CONTENT * (LARGEST_FILE // len(CONTENT) + 1)
OTHER = b"from someone else"
SLOW_LINE_BYTES = 500_000  # a second
SHORT_SECONDS = 0.5
PATIENCE_SECONDS = 10.0

Spoil = Callable[[TransferTarget, Path], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong, and how the delivery has to end: the error's code, and whether it is permanent.

    `protocols` are those that can have it, `stays` is what has to be under the file's name afterwards.
    """

    name: str
    spoil: Spoil
    code: str
    permanent: bool
    protocols: frozenset[Protocol] = frozenset(Protocol)
    content: bytes = CONTENT
    stays: bytes | None = None

    @property
    def fills_disk(self) -> bool:
        """Whether it wants a server on a small disk."""
        return len(self.content) > LARGEST_FILE


@asynccontextmanager
async def _refused(target: TransferTarget, _folder: Path) -> AsyncIterator[None]:
    target.port = free_port()
    yield


@asynccontextmanager
async def _black_hole(target: TransferTarget, _folder: Path) -> AsyncIterator[None]:
    short = [patch.object(transport, "CONNECT_SECONDS", SHORT_SECONDS) for transport in (ftp, sftp)]
    with black_hole() as port, short[0], short[1]:
        target.port = port
        yield


@asynccontextmanager
async def _reset_half_way(target: TransferTarget, folder: Path) -> AsyncIterator[None]:
    if target.protocol is Protocol.SFTP:
        async with cut_after(len(CONTENT) // 2, target.port) as port:
            target.port = port
            yield
        return
    door = Door(leads_to=target.port)
    await door.open()
    target.port = door.port
    cut = asyncio.create_task(_shut_when_a_file_comes(door, folder))
    with patch.object(ftp, "FtpConnection", partial(FtpConnection, write_speed_limit=SLOW_LINE_BYTES)):
        yield
    await cut
    await door.close()


async def _shut_when_a_file_comes(door: Door, folder: Path) -> None:
    await frame.wait_for(lambda: any(_found(folder).values()), time.monotonic() + PATIENCE_SECONDS)
    await door.shut()


@asynccontextmanager
async def _too_large(_target: TransferTarget, _folder: Path) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def _wrong_password(target: TransferTarget, _folder: Path) -> AsyncIterator[None]:
    if target.private_key:
        target.private_key = keys.encrypt(_some_key().export_private_key().decode())
    else:
        target.password = keys.encrypt("guess")
    yield


@asynccontextmanager
async def _untrusted_certificate(target: TransferTarget, _folder: Path) -> AsyncIterator[None]:
    target.certificate = ""
    yield


@asynccontextmanager
async def _changed_host_key(target: TransferTarget, _folder: Path) -> AsyncIterator[None]:
    target.host_key = _some_key(target.host_key.split()[0]).export_public_key().decode()
    yield


@asynccontextmanager
async def _name_taken(_target: TransferTarget, folder: Path) -> AsyncIterator[None]:
    (folder / NAME).write_bytes(OTHER)
    yield
    (folder / NAME).unlink()


def _some_key(algorithm: str = "ssh-ed25519") -> asyncssh.SSHKey:
    return asyncssh.generate_private_key(algorithm)


FAULTS = (
    Fault("refused", _refused, "refused", False),
    Fault("black hole", _black_hole, "timeout", False),
    Fault("reset half-way", _reset_half_way, "lost", False),
    Fault("disk full", _too_large, "not-stored", False, content=TOO_LARGE),
    Fault("wrong password", _wrong_password, "auth", True),
    Fault("untrusted certificate", _untrusted_certificate, "certificate", True, frozenset({Protocol.FTPS_EXPLICIT})),
    Fault("changed host key", _changed_host_key, "host-key", True, frozenset({Protocol.SFTP})),
    Fault("name taken", _name_taken, "conflict", True, stays=OTHER),
)


def transfer_faults(seed: int, *, everywhere: bool = True) -> Outcome:
    """Let each thing go wrong on every kind of server that can have it, or on one of them."""
    chance = random.Random(seed)
    pairs = []
    for fault in FAULTS:
        able = [kind for kind in KINDS if _can_have(kind, fault)]
        pairs += [(fault, kind) for kind in (able if everywhere else [chance.choice(able)])]
    with tempfile.TemporaryDirectory(prefix="pedido-transfer-faults-") as name:
        settings.load(data=Path(name)).make_folders()
        broken = [sentence for fault, kind in pairs for sentence in uvloop.run(strike(fault, kind))]
    return Outcome(seed, {"faults": len(FAULTS), "tried": len(pairs), "not as they should end": len(broken)}, broken)


def _can_have(kind: Kind, fault: Fault) -> bool:
    return kind.protocol in fault.protocols and not (fault.fills_disk and kind.run_full is None)


async def strike(fault: Fault, kind: Kind) -> list[str]:
    """Let it go wrong, then mend it; return what did not end as it should."""
    run = kind.run_full if fault.fills_disk and kind.run_full else kind.run
    with run() as server:
        folder, target = server.root / FOLDER, target_at(server, kind.protocol)
        async with fault.spoil(target, folder):
            ended = await _deliver(target, fault.content)
            found = _found(folder)
        mended = await _deliver(target_at(server, kind.protocol), CONTENT)
        found_then = _found(folder)
    wrong = []
    if ended != (fault.code, fault.permanent):
        wrong.append(f"ended with {ended}")
    if found.pop(NAME, None) != fault.stays:
        wrong.append("something came under the final name")
    if found and fault.code != "lost":  # on a lost line nothing can be tidied up
        wrong.append("a temporary file was left behind")
    if mended is not None or found_then != {NAME: CONTENT}:
        wrong.append(f"mended, it ended with {mended} and {sorted(found_then)} in the folder")
    return [f"{fault.name} on {kind.name}: {words}" for words in wrong]


async def _deliver(target: TransferTarget, content: bytes) -> tuple[str, bool] | None:
    """Return the error's code and whether it is permanent, None if the file arrived."""
    try:
        await targets.deliver(target, NAME, content)
    except TransportError as error:
        return error.code, error.permanent
    return None


def _found(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
