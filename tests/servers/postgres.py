"""A PostgreSQL server on loopback, with its files in a folder of its own."""

import os
import pwd
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg

from tests.servers.process import free_port

INSTALLED = Path("/usr/lib/postgresql")
OWNER = "postgres"  # Debian's package makes this account; the server refuses to run as root
DURABLE, QUICK = "on", "off"


@dataclass(frozen=True)
class PostgresServer:
    """A server: `url` is the address of one of its databases."""

    folder: Path
    port: int
    fsync: str

    def url(self, name: str) -> str:
        """The address of the database `name`."""
        return f"postgres://{OWNER}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync={self.fsync}"
        _run(["pg_ctl", "start", "-w", "-D", self._files, "-l", str(self.folder / "log"), "-o", options])

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is a crash: it recovers at the next start."""
        _run(["pg_ctl", "stop", "-w", "-D", self._files, "-m", mode])

    def make(self) -> None:
        """Make its files."""
        self.folder.chmod(0o755)
        home = self.folder / "files"
        home.mkdir()
        if os.geteuid() == 0:
            owner = pwd.getpwnam(OWNER)
            for path in (self.folder, home):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        _run(["initdb", "-D", self._files, "-U", OWNER, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"])

    @property
    def _files(self) -> str:
        return str(self.folder / "files")


@contextmanager
def postgres(*, fsync: str) -> Iterator[PostgresServer]:
    """Run a new, empty server; `fsync` is `DURABLE` or `QUICK`."""
    with TemporaryDirectory(prefix="pedido-postgres-") as folder:
        server = PostgresServer(Path(folder), free_port(), fsync)
        server.make()
        server.start()
        try:
            yield server
        finally:
            with suppress(RuntimeError):  # a test has stopped it
                server.stop("immediate")


async def empty(url: str) -> None:
    """Delete every row of a migrated database, and count from one again; much quicker than TRUNCATE."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations'"
        )
        sequences = await connection.fetch("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        statements = [f'DELETE FROM "{name}"' for (name,) in tables]
        statements += [f"SELECT setval('{name}', 1, false)" for (name,) in sequences]
        await connection.execute(";".join(["SET session_replication_role = replica", *statements]))
    finally:
        await connection.close()


def _run(command: Sequence[str]) -> None:
    [newest] = sorted(INSTALLED.glob("*/bin"), key=lambda path: int(path.parent.name))[-1:] or [INSTALLED]
    as_owner: dict[str, Any] = {"user": OWNER, "group": OWNER, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [newest / command[0], *command[1:]],
        check=False,
        stdout=subprocess.PIPE if command[0] == "initdb" else subprocess.DEVNULL,  # the server would keep a pipe open
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        **as_owner,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout or ''}")
