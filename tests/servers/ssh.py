"""OpenSSH's sshd with SFTP and a key, and an SFTP server with a password."""

import os
import pwd
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from tests.servers.confined import confined
from tests.servers.process import login_folder, program, running


@dataclass(frozen=True)
class SshTestServer:
    """A running sshd. The host keys are public key lines, `client_key` is the private key's text."""

    port: int
    root: Path
    username: str
    host_key: str
    second_host_key: str
    client_key: str


@dataclass(frozen=True)
class PasswordSftpServer:
    """A running SFTP server that takes a password."""

    port: int
    root: Path
    username: str
    password: str
    host_key: str


@contextmanager
def openssh(*, read_only: bool = False, largest_file: int | None = None) -> Iterator[SshTestServer]:
    """Run sshd on loopback with `internal-sftp` and key login for the user who runs the tests.

    With PAM, or it would turn away accounts that have no password (root on many machines).
    """
    sshd = program("sshd")
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # root's sshd insists on it; a service would have made it
    with tempfile.TemporaryDirectory(prefix="pedido-sshd-") as name:
        folder = Path(name)
        root = login_folder(folder)
        host, second, client = (
            asyncssh.generate_private_key(a) for a in ("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-ed25519")
        )
        for key, file_name in ((host, "host_key"), (second, "second_host_key")):
            key.write_private_key(folder / file_name)
            (folder / file_name).chmod(0o600)
        client.write_public_key(folder / "authorized_keys")
        configuration = folder / "sshd_config"
        configuration.write_text(_configuration(folder, root, read_only=read_only))
        command = [*confined(folder, None, largest_file), sshd, "-D", "-e", "-f", str(configuration)]
        with running(lambda port: [*command, "-o", f"ListenAddress=127.0.0.1:{port}"], folder / "log") as port:
            yield SshTestServer(
                port=port,
                root=root,
                username=pwd.getpwuid(os.getuid()).pw_name,
                host_key=host.export_public_key().decode().strip(),
                second_host_key=second.export_public_key().decode().strip(),
                client_key=client.export_private_key().decode(),
            )


def _configuration(folder: Path, root: Path, *, read_only: bool) -> str:
    return f"""
HostKey {folder}/host_key
HostKey {folder}/second_host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM yes
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
MaxStartups 100
Subsystem sftp internal-sftp
ForceCommand internal-sftp -d {root} {"-R" if read_only else ""}
"""


@asynccontextmanager
async def password_sftp(
    username: str = "shop", password: str = "correct horse", *, knows: Mapping[str, list[str]] | None = None
) -> AsyncIterator[PasswordSftpServer]:
    """Run an SFTP server in the running event loop; its whole world is `root`, and `knows` the algorithms of a box."""
    key = asyncssh.generate_private_key("ssh-ed25519")

    class Login(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username_given: str, password_given: str) -> bool:
            return (username_given, password_given) == (username, password)

    with tempfile.TemporaryDirectory(prefix="pedido-sftp-") as name:
        root = login_folder(Path(name))
        server = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=Login,
            server_host_keys=[key],
            **(knows or {}),
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(root).encode()),
        )
        async with server:
            line = key.export_public_key().decode().strip()
            yield PasswordSftpServer(server.get_port(), root, username, password, line)
