"""Ports, and server programs that are started, waited for and stopped."""

import asyncio
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

UNPACKED = Path(__file__).parents[2] / ".servers"  # what the Makefile unpacks without installing it
START_SECONDS = 15.0
STOP_SECONDS = 5.0
Speaker = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ATTEMPTS = 3  # between asking for a free port and using it, another program may take it
PORTS = range(20_000, 32_000)  # below those that outgoing connections get: a server that restarts finds its port again
MOST_WORKERS = 16


def free_port() -> int:
    """A port on which nothing listens right now, and that no other worker of the tests may take meanwhile."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    mine = PORTS[worker % MOST_WORKERS :: MOST_WORKERS]
    for port in random.sample(mine, len(mine)):
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("every port is taken")


def program(name: str) -> str:
    """Where the program is, unpacked or installed; a failure that says what to do otherwise."""
    for folder in (UNPACKED / "usr/sbin", UNPACKED / "usr/bin", Path("/usr/sbin")):
        if found := shutil.which(folder / name):
            return found
    if found := shutil.which(name):
        return found
    raise RuntimeError(f"{name} is not there; `make servers` brings what the tests speak to.")


def surroundings() -> dict[str, str]:
    """The environment in which unpacked programs find the libraries that were unpacked with them."""
    folders = [*UNPACKED.glob("usr/lib/*-linux-gnu"), UNPACKED / "usr/lib/postfix"]
    return os.environ | {"LD_LIBRARY_PATH": ":".join(map(str, folders))}


def login_folder(folder: Path) -> Path:
    """Make the folder that a login to a server lands in, with an empty folder `incoming` in it."""
    root = folder / "root"
    (root / "incoming").mkdir(parents=True)
    return root


@contextmanager
def running(command: Callable[[int], list[str]], log: Path, *, port: int | None = None) -> Iterator[int]:
    """Run a server (`command` makes its command line from a port), yield the port once it answers there."""
    process, port = _start(command, log, port)
    try:
        yield port
    finally:
        _stop(process)


def _start(
    command: Callable[[int], list[str]], log: Path, wanted_port: int | None
) -> tuple[subprocess.Popen[bytes], int]:
    for _attempt in range(ATTEMPTS):
        port = wanted_port or free_port()
        with log.open("ab") as output:
            process = subprocess.Popen(
                command(port),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=surroundings(),
            )
        if _answers(process, port):
            return process, port
        _stop(process)
    raise RuntimeError(f"{command(0)[0]} did not start: {log.read_text(errors='replace')}")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        time.sleep(0.02)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sent in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, sent)  # with the sessions it has forked
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
            return


@contextmanager
def black_hole() -> Iterator[int]:
    """A port that swallows connection attempts: the queue is full, nobody ever accepts."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(20)
        yield listener.getsockname()[1]


@asynccontextmanager
async def speaking(lines: Speaker) -> AsyncIterator[int]:
    """A port where `lines(reader, writer)` talks to each visitor, waited for at the end."""
    visits: set[asyncio.Task[None]] = set()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            visits.add(task)
        with suppress(OSError):
            await lines(reader, writer)
            await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async with await asyncio.start_server(visit, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*visits)


class Door:
    """A port that leads to the server at another one; while it is shut, it refuses everybody, as a server that is down.

    It keeps its port also while it is shut, and may lead to another server when it is opened again.
    """

    def __init__(self, leads_to: int = 0) -> None:
        self._leads_to = leads_to
        self._socket = _bound(0)
        self.port: int = self._socket.getsockname()[1]
        self._server: asyncio.Server | None = None
        self._visits: set[asyncio.Task[None]] = set()

    async def open(self, leads_to: int | None = None) -> None:
        """Let visitors in, from now on to another server if one is named."""
        self._leads_to = leads_to or self._leads_to
        self._server = await asyncio.start_server(self._lead, sock=self._socket)

    async def shut(self) -> None:
        """Refuse visitors, and throw out who is inside."""
        if self._server is None:
            return
        self._server.close()
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)
        self._server = None
        self._socket = _bound(self.port)

    async def close(self) -> None:
        """Take the door away."""
        await self.shut()
        self._socket.close()

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if visit := asyncio.current_task():
            self._visits.add(visit)
            visit.add_done_callback(self._visits.discard)
        with suppress(asyncio.CancelledError):  # thrown out
            await _lead_to(self._leads_to, reader, writer)
        writer.transport.abort()


def _bound(port: int) -> socket.socket:
    """A socket that has a port but does not listen yet: whoever comes is refused."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound


async def _lead_to(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry what is said to the server at `port` and back, until one of both hangs up."""

    async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while block := await source.read(65536):
                sink.write(block)
                await sink.drain()
        sink.close()

    with suppress(OSError):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer))
        finally:
            far_writer.transport.abort()


@asynccontextmanager
async def cut_after(sent_bytes: int, port: int) -> AsyncIterator[int]:
    """A port that leads to the server at `port` and cuts the line once the visitor has sent that many bytes."""

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: float) -> None:
        with suppress(OSError):
            while limit > 0 and (block := await reader.read(4096)):
                limit -= len(block)
                writer.write(block)
                await writer.drain()

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        back = asyncio.create_task(forward(far_reader, writer, float("inf")))
        await forward(reader, far_writer, sent_bytes)
        for one in (writer, far_writer):
            one.transport.abort()
        await back

    async with speaking(lead) as cut_port:
        yield cut_port


@asynccontextmanager
async def silent_after(sent_bytes: int, port: int) -> AsyncIterator[int]:
    """A port that leads to the server at `port`; once the visitor has sent that many bytes nothing comes through."""
    hush = asyncio.Event()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: float) -> None:
        with suppress(OSError):
            while block := await reader.read(4096):
                limit -= len(block)
                if limit <= 0:
                    hush.set()
                if not hush.is_set():
                    writer.write(block)
                    await writer.drain()

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        back = asyncio.create_task(forward(far_reader, writer, float("inf")))
        await forward(reader, far_writer, sent_bytes)
        far_writer.transport.abort()
        await back

    async with speaking(lead) as silent_port:
        yield silent_port
