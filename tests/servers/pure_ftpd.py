"""Pure-FTPd: plain FTP and FTPS explicit."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from tests.servers.account import PASSWORD, USERNAME, scrambled_password
from tests.servers.certificates import certificates
from tests.servers.confined import TlsVersion, confined
from tests.servers.ftp import FtpTestServer
from tests.servers.process import login_folder, program, running, surroundings

NOBODY = 65534
# fakeroot stays until Pure-FTPd has gone: then it stops the process that helps it to pretend.
FAKEROOT = ["env", "--ignore-signal=TERM", "fakeroot", "--", "env", "--default-signal=TERM"]


@contextmanager
def pure_ftpd(
    tls: Literal["none", "explicit"] = "none",
    *,
    tls_version: TlsVersion | None = None,
    largest_file: int | None = None,
) -> Iterator[FtpTestServer]:
    """Run Pure-FTPd on loopback.

    It insists on starting as root and on becoming somebody else after a login: fakeroot lets it believe that it does.
    """
    with tempfile.TemporaryDirectory(prefix="pedido-pure-ftpd-") as name:
        folder = Path(name)
        root = login_folder(folder)
        begin = [*confined(folder, tls_version, largest_file), *FAKEROOT, program("pure-ftpd")]
        options = ["-l", f"puredb:{_accounts(folder, root)}", "-E", "-H", "-g", f"{folder}/pid"]
        if tls == "explicit":
            options += ["-Y", "2", "-2", _certificate(folder)]
        with running(lambda port: [*begin, "-S", f"127.0.0.1,{port}", *options], folder / "log") as port:
            authority = "" if tls == "none" else certificates().authority_pem
            yield FtpTestServer(port, root, USERNAME, PASSWORD, authority)


def _accounts(folder: Path, root: Path) -> Path:
    """Make Pure-FTPd's own table of accounts with ours in it."""
    accounts, made = folder / "accounts", folder / "accounts.pdb"
    accounts.write_text(f"{USERNAME}:{scrambled_password()}:{NOBODY}:{NOBODY}::{root}::::::::::::\n")
    subprocess.run([program("pure-pw"), "mkdb", made, "-f", accounts], env=surroundings(), check=True)
    return made


def _certificate(folder: Path) -> str:
    """The certificate and its key in one file, as Pure-FTPd wants them."""
    both = folder / "both.pem"
    both.write_text(certificates().server_pem + certificates().key_pem)
    both.chmod(0o600)
    return str(both)
