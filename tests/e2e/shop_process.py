"""A running Pedido: the program itself in a process of its own, on a free port, with a data folder of its own."""

import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

from tests.servers import free_port

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, str(ROOT / "main.py"))
START_SECONDS = 60.0
STOP_SECONDS = 12.0
LONGEST_LINE = 300
FOREIGN_SETTINGS = ("PYTEST", "NICEGUI", "PEDIDO", "COVERAGE")
TROUBLE = re.compile(r"Traceback|\b(ERROR|CRITICAL)\b|never awaited|ResourceWarning|Task exception")
SET_UP_LINK = re.compile(r"https?://\S+/setup\?code=\S+")

Answer = TypeVar("Answer")


class ShopProcess:
    """The program at work. `address` is where it answers, `data` its folder; `stop` and `start` may be repeated."""

    def __init__(
        self,
        folder: Path,
        *,
        smtp_url: str = "",
        public_url: str = "",
        program: Sequence[str] = PROGRAM,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """`program` starts Pedido if it is not to be the program itself; `settings` are more of its settings."""
        self.folder = folder
        self.program = program
        self.data = folder / "data"
        self.database = self.data / "pedido.db"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._settings = {
            "PEDIDO_PORT": str(self.port),
            "PEDIDO_DATA": str(self.data),
            "PEDIDO_PUBLIC_URL": public_url or self.address,
            "PEDIDO_SMTP_URL": smtp_url,
            "PEDIDO_TRUSTED_PROXIES": "127.0.0.1",  # many visitors come from here and say where they are
            **(settings or {}),
        }
        self.database_url = self._settings.get("PEDIDO_DATABASE_URL", "")  # "" for the file in its folder
        self.owner_token = ""  # of the owner's session at the desk, when somebody prepared one
        self._process: subprocess.Popen[bytes] | None = None

    def set(self, settings: Mapping[str, str]) -> None:
        """Start the program with more settings from now on."""
        self._settings |= settings

    def start(self) -> None:
        """Start the program and wait until it answers."""
        with (self.folder / "stdout").open("ab") as output, (self.folder / "stderr").open("ab") as errors:
            self._process = subprocess.Popen(
                self.program,
                cwd=self.folder,  # no .env of the developer's is read
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
            )
        wait_until(self._answers, seconds=START_SECONDS, what=lambda: f"the program did not start:\n{self.log}")

    def refusal(self, seconds: float) -> tuple[int | None, str]:
        """Start the program expecting that it refuses; return its exit code (None if it still ran) and its reason."""
        try:
            done = subprocess.run(
                self.program,
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None, ""
        return done.returncode, done.stderr

    def stop(self) -> None:
        """End the program as a service manager would."""
        if self._process is None:
            return
        for sent, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, None)):
            self._process.send_signal(sent)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
                break
            print(f"the program did not end within {seconds} s of being asked to:\n{self.log}")  # noqa: T201 - beside what failed
        self._process = None

    def kill(self) -> None:
        """End the program at once, as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    def processor_seconds(self) -> float:
        """How much processor time the running program has taken."""
        assert self._process is not None
        numbers = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")  # user and system, see proc(5)

    def memory_bytes(self) -> int:
        """How much memory the running program holds."""
        assert self._process is not None
        return int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def command(self, *arguments: str, typed: str = "") -> str:
        """Run one of the program's commands on the same data folder and return what it prints."""
        done = subprocess.run(
            [*self.program, *arguments],
            cwd=self.folder,
            env=self._environment(),
            input=typed,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def may_write(self, size: int) -> None:
        """Let the running program's files grow no longer than `size` bytes, as on a full disk; -1 for as they like."""
        assert self._process is not None
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    @property
    def pid(self) -> int:
        """The number of the running program's process."""
        assert self._process is not None
        return self._process.pid

    @property
    def set_up_link(self) -> str:
        """The link printed last for the first run."""
        links = SET_UP_LINK.findall((self.folder / "stdout").read_text("utf-8"))
        assert links, f"no set-up link was printed:\n{self.log}"
        return str(links[-1])

    @property
    def log(self) -> str:
        """What the program wrote to stderr."""
        lines = (self.folder / "stderr").read_text("utf-8", errors="replace").splitlines()
        return "\n".join(line[:LONGEST_LINE] for line in lines)

    def trouble(self) -> list[str]:
        """The lines of the log that tell of a bug."""
        return [line for line in self.log.splitlines() if TROUBLE.search(line)]

    def read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the program's database."""
        with closing(sqlite3.connect(self.database, timeout=10)) as database:
            return database.execute(query, values).fetchall()

    def write(self, statement: str, *values: object) -> int:
        """Change the program's database behind its back, as time or an accident would; return the changed rows."""
        with closing(sqlite3.connect(self.database, timeout=10)) as database, database:
            return database.execute(statement, values).rowcount

    def _environment(self) -> dict[str, str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith(FOREIGN_SETTINGS)}
        return {**kept, **self._settings, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"the program ended with {self._process.returncode}:\n{self.log}")
        # Asked twenty times a second, beside a program that starts: httpx would take longer than all else that runs.
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as asking, suppress(OSError, HTTPException):
            asking.request("GET", "/health")
            return asking.getresponse().read() == b"ok"
        return False


def somewhere() -> str:
    """A network address of its own, which the program is told: each of many visitors sits elsewhere."""
    return str(ip_address(random.randrange(2**24) + int(ip_address("11.0.0.0"))))


@contextmanager
def running_shop(
    folder: Path,
    *,
    smtp_url: str = "",
    public_url: str = "",
    prepare: Callable[[ShopProcess], object] | None = None,
    program: Sequence[str] = PROGRAM,
) -> Iterator[ShopProcess]:
    """Run the program until the block ends; what `prepare` writes into its data folder is there at the start.

    The program must have ended without having told of a bug.
    """
    shop = ShopProcess(folder, smtp_url=smtp_url, public_url=public_url, program=program)
    if prepare is not None:
        prepare(shop)
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()
    assert not shop.trouble(), f"the program told of a bug:\n{shop.log}"


def wait_until(
    answer: Callable[[], Answer], *, seconds: float = 10.0, what: Callable[[], str] | str = "it did not happen"
) -> Answer:
    """Ask until the answer is true, and return it; fail with `what` when it takes too long."""
    until = time.monotonic() + seconds
    while not (given := answer()):
        if time.monotonic() > until:
            raise AssertionError(what if isinstance(what, str) else what())
        time.sleep(0.05)
    return given
