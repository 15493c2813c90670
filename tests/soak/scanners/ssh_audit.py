"""ssh-audit listens where files are to go: what our end offers is strong, and a weak algorithm that is planted is seen.

Both of our ways to a server are tried: to look at its host key, and to put a file there.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import asyncssh

from services import settings
from services.transports import TransportError, sftp
from tests.servers import free_port
from tests.soak.frame import LOOK_AGAIN_SECONDS, Outcome
from tests.soak.scanners import findings
from tests.soak.scanners.findings import Finding

NAME = "ssh-audit"
PROGRAM = Path(sys.executable).with_name(NAME)
LISTS = ("kex", "key", "enc", "mac")
WEAK = "hmac-md5"
SECONDS = 20.0
REPORTED = (0, 2, 3)  # its codes for "nothing", "warnings" and "failures"


def run(seed: int) -> Outcome:
    """Run the experiment; it is the same each time, so the seed only stands in the table."""
    with tempfile.TemporaryDirectory(prefix="pedido-soak-") as folder:
        settings.load(data=Path(folder), outbound="any", smtp_url="")
        found, offered = _listen_to_all()
        with patch.object(sftp, "MACS", (*sftp.MACS, WEAK)):
            planted, _offered = _listen_to_all()
    holes = [Finding(NAME, "using broken MD5 hash algorithm", f"{way}: mac {WEAK}") for way in WAYS]
    return findings.outcome(seed, {"algorithms": offered}, found, planted, holes)


async def _look(port: int) -> None:
    await sftp.fetch_host_key("127.0.0.1", port)


async def _put(port: int) -> None:
    host_key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    await sftp.probe(sftp.SftpServer("127.0.0.1", port, "erp", "secret", host_key=host_key), "incoming")


WAYS: Mapping[str, Callable[[int], Awaitable[None]]] = {"host key": _look, "file": _put}


def _listen_to_all() -> tuple[list[Finding], int]:
    """What is reported about each way, and how many algorithms were offered."""
    found, offered = [], 0
    for name, way in WAYS.items():
        report = _listen(way)
        found += [finding for kind in LISTS for finding in _of_list(report[kind], f"{name}: {kind}")]
        offered += sum(len(report[kind]) for kind in LISTS)
    return found, offered


def _listen(way: Callable[[int], Awaitable[None]]) -> dict[str, Any]:
    port = free_port()
    command = [str(PROGRAM), "--client-audit", "--json", "--port", str(port), "--timeout", f"{SECONDS:.0f}"]
    listening = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        asyncio.run(_knock(way, port))
        told, complaint = listening.communicate(timeout=SECONDS)
    finally:
        listening.kill()
    assert listening.returncode in REPORTED, complaint
    report: dict[str, Any] = json.loads(told)
    return report


async def _knock(way: Callable[[int], Awaitable[None]], port: int) -> None:
    """Come until somebody is there, who hangs up once both have said what they offer."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            await way(port)
        except TransportError as error:
            if error.code == "lost":
                return
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


def _of_list(offered: list[dict[str, Any]], place: str) -> list[Finding]:
    """What is wrong with the algorithms of a list; the one that comes first has to be beyond doubt."""
    weak = {one["algorithm"]: [*one["notes"].get("fail", []), *one["notes"].get("warn", [])] for one in offered}
    found = [Finding(NAME, note, f"{place} {algorithm}") for algorithm, notes in weak.items() for note in notes]
    first = offered[0]["algorithm"]
    return [*found, *([Finding(NAME, "a weak algorithm comes first", f"{place} {first}")] if weak[first] else [])]
