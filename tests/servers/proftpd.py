"""ProFTPD as Debian builds it and with its own defaults: plain FTP, FTPS explicit, SFTP (mod_sftp)."""

import grp
import os
import pwd
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import asyncssh

from tests.servers.account import PASSWORD, USERNAME, scrambled_password
from tests.servers.certificates import certificates
from tests.servers.confined import TlsVersion, confined
from tests.servers.ftp import FtpTestServer
from tests.servers.process import UNPACKED, login_folder, program, running
from tests.servers.ssh import PasswordSftpServer


@contextmanager
def proftpd(
    tls: Literal["none", "explicit"] = "none",
    *,
    tls_version: TlsVersion | None = None,
    largest_file: int | None = None,
) -> Iterator[FtpTestServer]:
    """Run ProFTPD on loopback: it never replaces a file, and data connections must continue the login's TLS session."""
    with tempfile.TemporaryDirectory(prefix="pedido-proftpd-") as name:
        folder = Path(name)
        root = login_folder(folder)
        certificates().write_to(folder)
        lines = [] if tls == "none" else _tls_lines(folder)
        begin = confined(folder, tls_version, largest_file)
        with running(_command(begin, folder, root, lines), folder / "log") as port:
            authority = "" if tls == "none" else certificates().authority_pem
            yield FtpTestServer(port, root, USERNAME, PASSWORD, authority)


@contextmanager
def mod_sftp() -> Iterator[PasswordSftpServer]:
    """Run ProFTPD as an SFTP server on loopback."""
    with tempfile.TemporaryDirectory(prefix="pedido-mod_sftp-") as name:
        folder = Path(name)
        root = login_folder(folder)
        key = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
        key.write_private_key(folder / "host_key", "pkcs8-pem")
        (folder / "host_key").chmod(0o600)
        lines = ["LoadModule mod_sftp.c", "SFTPEngine on", f"SFTPHostKey {folder}/host_key", f"SFTPLog {folder}/log"]
        with running(_command([], folder, root, lines), folder / "log") as port:
            line = key.export_public_key().decode().strip()
            yield PasswordSftpServer(port, root, USERNAME, PASSWORD, line)


def _command(begin: list[str], folder: Path, root: Path, lines: list[str]) -> Callable[[int], list[str]]:
    passwords = folder / "passwords"
    passwords.write_text(f"{USERNAME}:{scrambled_password()}:{os.getuid()}:{os.getgid()}::{root}:/bin/sh\n")
    passwords.chmod(0o600)

    def command(port: int) -> list[str]:
        configuration = folder / "proftpd.conf"
        configuration.write_text("\n".join([*_lines(folder, port), *lines, ""]))
        return [*begin, program("proftpd"), "--nodaemon", "--config", str(configuration)]

    return command


def _lines(folder: Path, port: int) -> list[str]:
    return [
        "ServerName Pedido",
        "ServerType standalone",
        f"ModulePath {UNPACKED}/usr/lib/proftpd",
        "DefaultAddress 127.0.0.1",
        "SocketBindTight on",
        "UseIPv6 off",
        "UseReverseDNS off",
        f"Port {port}",
        f"User {pwd.getpwuid(os.getuid()).pw_name}",
        f"Group {grp.getgrgid(os.getgid()).gr_name}",
        f"AuthUserFile {folder}/passwords",
        "AuthOrder mod_auth_file.c",
        "RootLogin on",
        "RequireValidShell off",
        f"PidFile {folder}/pid",
        "ScoreboardFile none",
        f"SystemLog {folder}/log",
        "TransferLog none",
        "WtmpLog off",
        "DelayEngine off",
    ]


def _tls_lines(folder: Path) -> list[str]:
    return [
        "LoadModule mod_tls.c",
        "TLSEngine on",
        "TLSRequired on",
        f"TLSLog {folder}/log",
        f"TLSRSACertificateFile {folder}/server.pem",
        f"TLSRSACertificateKeyFile {folder}/server.key",
    ]
