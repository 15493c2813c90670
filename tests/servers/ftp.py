"""vsftpd: plain FTP, FTPS explicit, FTPS implicit."""

import os
import pwd
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.servers.certificates import Certificates, certificates
from tests.servers.confined import TlsVersion, confined
from tests.servers.process import login_folder, program, running

USERNAME = "anonymous"  # vsftpd checks this one's password against a file of ours: no system account is needed
PASSWORD = "shop@example.com"


@dataclass(frozen=True)
class FtpTestServer:
    """A running FTP server. `certificate_pem` is the authority to trust, "" without encryption."""

    port: int
    root: Path
    username: str
    password: str
    certificate_pem: str


@contextmanager
def vsftpd(
    tls: Literal["none", "explicit", "implicit"] = "none",
    *,
    tls_version: TlsVersion | None = None,
    writable: bool = True,
    shown: Certificates | None = None,
    largest_file: int | None = None,
) -> Iterator[FtpTestServer]:
    """Run vsftpd on loopback as the user who runs the tests; `shown` is the certificate it shows (localhost's)."""
    shown = shown or certificates()
    with tempfile.TemporaryDirectory(prefix="pedido-vsftpd-") as name:
        folder = Path(name)
        root = login_folder(folder)
        (folder / "empty").mkdir()
        (folder / "passwords").write_text(f"{PASSWORD}\n")
        shown.write_to(folder)
        lines = [*_lines(folder, root, writable=writable), *([] if tls == "none" else _tls_lines(folder, tls))]

        begin = confined(folder, tls_version, largest_file)

        def command(port: int) -> list[str]:
            configuration = folder / "vsftpd.conf"
            configuration.write_text("\n".join([*lines, f"listen_port={port}", ""]))
            return [*begin, program("vsftpd"), str(configuration)]

        with running(command, folder / "log") as port:
            authority = "" if tls == "none" else shown.authority_pem
            yield FtpTestServer(port, root, USERNAME, PASSWORD, authority)


def _lines(folder: Path, root: Path, *, writable: bool) -> list[str]:
    return [
        "listen=YES",
        "listen_address=127.0.0.1",
        "background=NO",
        "run_as_launching_user=YES",
        "seccomp_sandbox=NO",
        "isolate=NO",
        "isolate_network=NO",
        "local_enable=NO",
        "anonymous_enable=YES",
        "secure_email_list_enable=YES",
        f"email_password_file={folder}/passwords",
        f"ftp_username={pwd.getpwuid(os.getuid()).pw_name}",
        f"anon_root={root}",
        f"secure_chroot_dir={folder}/empty",
        f"write_enable={'YES' if writable else 'NO'}",
        "anon_upload_enable=YES",
        "anon_mkdir_write_enable=YES",
        "anon_other_write_enable=YES",
        "anon_world_readable_only=NO",
        "anon_umask=022",
        "xferlog_enable=NO",
        "delay_failed_login=0",
    ]


def _tls_lines(folder: Path, tls: Literal["explicit", "implicit"]) -> list[str]:
    return [
        "ssl_enable=YES",
        f"implicit_ssl={'YES' if tls == 'implicit' else 'NO'}",
        "allow_anon_ssl=YES",
        "force_anon_logins_ssl=YES",
        "force_anon_data_ssl=YES",
        "require_ssl_reuse=YES",
        "ssl_ciphers=HIGH",
        f"rsa_cert_file={folder}/server.pem",
        f"rsa_private_key_file={folder}/server.key",
    ]
