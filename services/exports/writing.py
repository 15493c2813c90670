"""Files of orders on their way to the disk: few orders are written here, many by a process of its own.

That reads the database and writes the file without a byte passing through this program, which goes on meanwhile.
"""

import asyncio
import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from models import CSV_DIALECTS, Dialect, Shape
from models.errors import ShopError, StorageError
from models.file_layout import Layout
from models.order_csv import WORDS_OF
from models.text import _, spoken
from services import engines, settings
from services.exports.child import DISK_FAILS, IDS
from services.exports.growing import GrowingFile

logger = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("child.py")
ROOMS = dict.fromkeys(CSV_DIALECTS, "services.exports.runs") | {Dialect.XLSX: "services.exports.books"}
OWN_FOLDER = ".d"  # of a process, beside its file: what it keeps for itself; `kept` finds what is left there
FEW_ORDERS = 500  # are written before a process has started
LONGEST_LINE = 2**24  # of what the process tells

Render = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True)
class Written:
    """What the bytes of a file are, and which orders are in it."""

    sha256: str
    order_ids: Sequence[int]


def is_large(order_ids: Sequence[int], layout: Layout) -> bool:
    """Whether it takes a process of its own."""
    return layout.dialect in ROOMS and len(order_ids) > FEW_ORDERS


async def write(file: GrowingFile, order_ids: Sequence[int], render: Render) -> Written:
    """Write a file that is made in memory. Raises StorageError, or what `render` raises."""
    content = await render()
    await asyncio.to_thread(_put, file.path, content)
    file.grow(len(content))
    return Written(await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest()), order_ids)


async def write_large(file: GrowingFile, order_ids: Sequence[int], layout: Layout) -> Written:
    """Write a large CSV or workbook, in the order of the ids; what is no longer there is left out. Raises ShopError.

    Whoever is cancelled leaves no process behind, and nothing it kept for itself.
    """
    head = layout.head() if layout.dialect in CSV_DIALECTS else b""
    await asyncio.to_thread(_put, file.path, head)
    file.grow(len(head))
    folder = file.path.with_name(f"{file.path.name}{OWN_FOLDER}")
    await asyncio.to_thread(_make, folder)
    process = _started()
    try:
        return await _follow(process, file, order_ids, task(file.path, layout, folder))
    finally:
        process.kill()  # which does nothing to one that has ended
        await asyncio.to_thread(process.wait)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _started() -> subprocess.Popen[bytes]:
    """The process, started without a copy of this one: asyncio's way holds up all pages of a large shop for 15 ms."""
    return subprocess.Popen(  # noqa: S603 - this Python, and a file of ours
        [sys.executable, "-P", "-B", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
    )


async def _follow(
    process: subprocess.Popen[bytes], file: GrowingFile, order_ids: Sequence[int], wanted: Mapping[str, Any]
) -> Written:
    assert process.stdin and process.stdout and process.stderr  # noqa: S101 - they were asked for
    async with _read(process.stdout) as lines, _read(process.stderr) as trouble:
        await asyncio.to_thread(_hand_over, process.stdin, wanted, order_ids)
        told: dict[str, Any] = {}
        while line := await lines.readline():
            told = json.loads(line)
            file.grow(told.get("size", 0))
        said = (await trouble.read()).decode(errors="replace")
    if await asyncio.to_thread(process.wait) == DISK_FAILS:
        logger.warning("An export could not be written: %s", said.strip())
        raise StorageError(_("The export could not be saved. Is the disk full? Please try again."))
    if "refusal" in told:
        raise ShopError(told["refusal"])
    if "sha256" not in told:
        raise RuntimeError(f"an export failed in its own process:\n{said}")
    gone = set(told["missing"])
    there = array(IDS, (id_ for id_ in order_ids if id_ not in gone)) if gone else order_ids
    return Written(told["sha256"], there)


@asynccontextmanager
async def _read(pipe: IO[bytes]) -> AsyncIterator[asyncio.StreamReader]:
    """What comes out of a pipe, as it comes; the pipe is closed in the end."""
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(limit=LONGEST_LINE)
    transport, _protocol = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    try:
        yield reader
    finally:
        transport.close()


def _hand_over(pipe: IO[bytes], wanted: Mapping[str, Any], order_ids: Sequence[int]) -> None:
    with suppress(BrokenPipeError), pipe:  # it may have ended already
        pipe.write(json.dumps(wanted).encode() + b"\n")
        pipe.write(array(IDS, order_ids).tobytes())


def task(path: Path, layout: Layout, folder: Path) -> dict[str, Any]:
    """What the process is told, as JSON; in `folder` it may keep things for itself."""
    url = settings.current().database_url
    is_postgres = engines.is_postgres(url)
    return {
        "database": url if is_postgres else str(engines.file_of(url)),
        "is_postgres": is_postgres,
        "longest_wait": engines.LONGEST_WRITE_MS / 1000,
        "path": str(path),
        "folder": str(folder),
        "room": ROOMS[layout.dialect],
        "language": spoken(),
        "title": layout.shape.value,
        "has_lines": layout.shape is Shape.LINES,
        "columns": [(column.name, column.title) for column in layout.columns],
        "style": asdict(layout.style),
        "words": WORDS_OF,
    }


def _put(path: Path, content: bytes) -> None:
    """Raises StorageError."""
    with _disk_failing(), path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _make(folder: Path) -> None:
    """Raises StorageError."""
    with _disk_failing():
        folder.mkdir()


@contextmanager
def _disk_failing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(_("The export could not be saved. Is the disk full? Please try again.")) from error


def _environment() -> dict[str, str]:
    """The little a child is told: no setting of ours, but how PostgreSQL's own variables say to reach a server."""
    kept = {name: told for name, told in os.environ.items() if name in {"PATH", "SYSTEMROOT"} or name.startswith("PG")}
    return {**kept, "PYTHONPATH": os.pathsep.join(folder for folder in sys.path if folder)}
