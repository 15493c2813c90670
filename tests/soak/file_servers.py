"""The eleven kinds of file server that Pedido's files must reach, and how another program reads from them."""

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from models import Protocol, TransferTarget
from services import keys
from tests.servers import (
    FtpTestServer,
    PasswordSftpServer,
    SshTestServer,
    TlsVersion,
    mod_sftp,
    openssh,
    proftpd,
    pure_ftpd,
    vsftpd,
)
from tests.servers.process import program

FileServer = FtpTestServer | SshTestServer | PasswordSftpServer
FOLDER = "incoming"
LARGEST_FILE = 1_000_000  # bytes: more than that does not fit on a small disk


@dataclass(frozen=True)
class Kind:
    """A program and the protocol it is spoken to in; `run_full` runs it on a small disk, if that can be done."""

    name: str
    protocol: Protocol
    run: Callable[[], AbstractContextManager[FileServer]]
    run_full: Callable[[], AbstractContextManager[FileServer]] | None


def _kinds() -> list[Kind]:
    kinds = []
    for name, make in (("vsftpd", vsftpd), ("ProFTPD", proftpd), ("Pure-FTPd", pure_ftpd)):
        small = partial(make, largest_file=LARGEST_FILE)
        kinds.append(Kind(f"{name} FTP", Protocol.FTP, make, small))
        versions: tuple[TlsVersion, ...] = ("1.2", "1.3")
        for version in versions:
            tls = partial(make, "explicit", tls_version=version)
            kinds.append(
                Kind(f"{name} FTPS {version}", Protocol.FTPS_EXPLICIT, tls, partial(tls, largest_file=LARGEST_FILE))
            )
    kinds.append(Kind("OpenSSH", Protocol.SFTP, openssh, partial(openssh, largest_file=LARGEST_FILE)))
    kinds.append(Kind("mod_sftp", Protocol.SFTP, mod_sftp, None))  # the limit kills it: it lets no signal be ignored
    return kinds


KINDS = _kinds()


def target_at(server: FileServer, protocol: Protocol) -> TransferTarget:
    """A transfer target for a running server, as the desk would store it."""
    target = TransferTarget(protocol=protocol, host="localhost", port=server.port, folder=FOLDER)
    target.username = server.username
    if isinstance(server, SshTestServer):
        target.private_key = keys.encrypt(server.client_key)
    else:
        target.password = keys.encrypt(server.password)
    if isinstance(server, FtpTestServer):
        target.certificate = server.certificate_pem
    else:
        target.host_key = server.host_key
    return target


async def read_back(server: FileServer, names: list[str]) -> Mapping[str, bytes]:
    """What curl (FTP, FTPS) or OpenSSH's sftp gets for these names."""
    with tempfile.TemporaryDirectory(prefix="pedido-read-back-") as name:
        folder = Path(name)
        got = folder / "got"
        got.mkdir()
        if isinstance(server, FtpTestServer):
            await _run(_curl(server, folder, got, names))
        else:
            commands = "".join(f"get {FOLDER}/{one} {got}/\n" for one in names)
            await _run(
                _sftp(server, folder), commands.encode(), {"SSH_ASKPASS_REQUIRE": "force"} | _password(server, folder)
            )
        return {path.name: path.read_bytes() for path in got.iterdir()}


def _curl(server: FtpTestServer, folder: Path, got: Path, names: list[str]) -> list[str]:
    encrypted: list[str] = []
    if server.certificate_pem:
        authority = folder / "authority.pem"
        authority.write_text(server.certificate_pem)
        encrypted = ["--ssl-reqd", "--cacert", str(authority)]
    urls = [f"ftp://localhost:{server.port}/{FOLDER}/{name}" for name in names]
    login = f"{server.username}:{server.password}"
    return [
        program("curl"),
        "--silent",
        "--remote-name-all",
        "--output-dir",
        str(got),
        *encrypted,
        "--user",
        login,
        *urls,
    ]


def _sftp(server: SshTestServer | PasswordSftpServer, folder: Path) -> list[str]:
    options = ["StrictHostKeyChecking=yes", f"UserKnownHostsFile={folder}/known_hosts"]
    (folder / "known_hosts").write_text(f"[localhost]:{server.port} {server.host_key}\n")
    if isinstance(server, SshTestServer):
        key = folder / "key"
        key.write_text(server.client_key)
        key.chmod(0o600)
        options += [f"IdentityFile={key}", "IdentitiesOnly=yes"]
    words = [word for option in options for word in ("-o", option)]
    return [program("sftp"), "-q", "-F", "none", *words, "-P", str(server.port), f"{server.username}@localhost"]


def _password(server: SshTestServer | PasswordSftpServer, folder: Path) -> dict[str, str]:
    """How ssh gets a password that nobody types: it asks a program."""
    if isinstance(server, SshTestServer):
        return {}
    asked = folder / "password"
    asked.write_text(f"#!/bin/sh\necho '{server.password}'\n")
    asked.chmod(0o700)
    return {"SSH_ASKPASS": str(asked)}


async def _run(command: list[str], typed: bytes = b"", environment: Mapping[str, str] | None = None) -> None:
    """Run it in a thread: asyncio's pipes break when a program ends before it has read what is typed."""
    run = partial(subprocess.run, command, input=typed, stdout=subprocess.DEVNULL, check=False)
    await asyncio.to_thread(run, env={**os.environ, **(environment or {})})
