"""Puts files into folders over SFTP."""

from __future__ import annotations

import asyncio
import posixpath
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.text import _
from services import later
from services.later import Later
from services.transports import TransportError
from services.transports.connection import broken, unsendable
from services.transports.outbound import dial
from services.transports.remote_file import (
    Action,
    Outcome,
    RemoteFile,
    deliver,
    missing_folder,
    no_space,
    not_allowed,
    not_stored,
    try_out,
)

if TYPE_CHECKING:
    import asyncssh
else:
    asyncssh = Later("asyncssh")

GOODBYE_SECONDS = 3.0
CONNECT_SECONDS = 20.0  # slow boxes take seconds for the key exchange alone
LOGIN_SECONDS = 20.0
WHOLE_SECONDS = 300.0
HOST_KEYS = (  # in the order in which a server is asked for them
    "ssh-ed25519",
    "ecdsa-sha2-nistp521",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp256",
    "rsa-sha2-512",
    "rsa-sha2-256",
    "ssh-rsa",  # the last three show the same key; this one signs with SHA-1, as old boxes do
)
MACS = (  # the first that the server knows too is taken; no tag of 64 bits, and SHA-1 where there is nothing else
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
    "hmac-sha1-etm@openssh.com",
    "hmac-sha1",
)
AT_ONCE = 1  # blocks on their way: of several, asyncssh leaves loose ends behind when the line is lost


@dataclass(frozen=True)
class SftpServer:
    """An SFTP server and its login. `private_key` is the key's text, `host_key` the accepted `ssh-ed25519 AAAA...`."""

    host: str
    port: int
    username: str
    password: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    key_passphrase: str = field(default="", repr=False)
    host_key: str = ""


@dataclass(frozen=True)
class HostKey:
    """The key a server shows: the line to pin, its `SHA256:` fingerprint to compare, its algorithm."""

    line: str
    fingerprint: str
    algorithm: str


async def fetch_host_key(host: str, port: int) -> HostKey:
    """Ask the server for its host key, for the seller to look at and accept. Nothing is sent to it but the question."""
    await later.imported("asyncssh")
    with _connecting(host, port):
        async with asyncio.timeout(CONNECT_SECONDS):
            options = asyncssh.SSHClientConnectionOptions(config=None, mac_algs=MACS)
            key = await asyncssh.get_server_host_key(
                host,
                port,
                sock=await dial(host, port),
                server_host_key_algs=HOST_KEYS,
                options=options,
                config=None,
            )
    if key is None:
        raise TransportError(_("The server shows no host key."), permanent=True, code="host-key")
    return _described(key)


async def upload(server: SftpServer, file: RemoteFile) -> Outcome:
    """Put `file` into its folder, whole and never over another. Raises `TransportError`."""
    async with _open_folder(server, file.folder) as folder:
        return await deliver(folder, file)


async def probe(server: SftpServer, folder: str) -> None:
    """Write, check and delete a small file in `folder`. Raises `TransportError` in words."""
    async with _open_folder(server, folder) as opened:
        await try_out(opened)


@asynccontextmanager
async def _open_folder(server: SftpServer, folder: str) -> AsyncIterator[_SftpFolder]:
    await later.imported("asyncssh")
    try:
        options = await _options(server)
    except ValueError as error:  # asyncssh's, about letters that no login can have
        raise unsendable() from error
    with _connecting(server.host, server.port):
        async with asyncio.timeout(WHOLE_SECONDS):
            connection = await asyncssh.connect(
                server.host, server.port, sock=await _dialled(server), options=options, config=None
            )
            try:
                opened = _SftpFolder(await connection.start_sftp_client(), folder)
                await opened.enter()
                yield opened
            finally:  # without a goodbye, whose answer a server that has fallen silent would never give
                connection.abort()
                await connection.wait_closed()


async def _dialled(server: SftpServer) -> socket.socket:
    async with asyncio.timeout(CONNECT_SECONDS):
        return await dial(server.host, server.port)


async def _options(server: SftpServer) -> asyncssh.SSHClientConnectionOptions:
    pinned = _pinned(server)
    keys = [await asyncio.to_thread(_private_key, server)] if server.private_key.strip() else None
    # Nothing of the account this program runs under may take part: no ~/.ssh, no agent, no other way of logging in.
    return asyncssh.SSHClientConnectionOptions(
        config=None,
        known_hosts=([pinned], [], []),
        x509_trusted_certs=None,
        username=server.username,
        password=server.password or None,
        client_keys=keys,
        agent_path=None,
        gss_host=None,
        mac_algs=MACS,
        preferred_auth=_ways_to_log_in(server),
        connect_timeout=CONNECT_SECONDS,
        login_timeout=LOGIN_SECONDS,
    )


def _ways_to_log_in(server: SftpServer) -> list[str]:
    ways = ["publickey"] if server.private_key.strip() else []
    if server.password:
        ways += ["password", "keyboard-interactive"]
    if not ways:
        raise TransportError(_("Enter a password or a private key for the SFTP server."), permanent=True, code="auth")
    return ways


def _pinned(server: SftpServer) -> asyncssh.SSHKey:
    if not server.host_key.strip():
        sentence = _("The host key of {host} is not accepted yet. Compare and accept it first.").format(
            host=server.host
        )
        raise TransportError(sentence, permanent=True, code="host-key-missing")
    try:
        return asyncssh.import_public_key(server.host_key)
    except asyncssh.KeyImportError as error:
        sentence = _("The stored host key of {host} cannot be read. Accept it again.").format(host=server.host)
        raise TransportError(sentence, permanent=True, code="host-key-missing") from error


def _private_key(server: SftpServer) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_private_key(server.private_key, server.key_passphrase or None)
    except asyncssh.KeyEncryptionError as error:
        sentence = _("The private key cannot be decrypted. Check its passphrase, or use a key without one.")
        raise TransportError(sentence, permanent=True, code="key") from error
    except (asyncssh.KeyImportError, ValueError) as error:
        sentence = _("The private key cannot be read. Paste it whole; if it has a passphrase, enter that too.")
        raise TransportError(sentence, permanent=True, code="key") from error


def _described(key: asyncssh.SSHKey) -> HostKey:
    key.set_comment(None)
    line = key.export_public_key("openssh").decode().strip()
    return HostKey(line, key.get_fingerprint("sha256"), key.get_algorithm())


class _SftpFolder:
    """A folder on an open SFTP connection."""

    def __init__(self, sftp: asyncssh.SFTPClient, folder: str) -> None:
        self.sftp = sftp
        self.folder = folder

    async def enter(self) -> None:
        with self._doing("look"):
            if not await self.sftp.isdir(self.folder or "."):
                raise missing_folder(self.folder)

    async def size(self, name: str) -> int | None:
        with self._doing("look"):
            try:
                return (await self.sftp.stat(self._path(name))).size
            except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                return None

    async def read(self, name: str) -> bytes:
        with self._doing("read"):
            async with self._opened(name, "rb") as file:
                content = await file.read()
        return content if isinstance(content, bytes) else content.encode()

    async def write(self, name: str, content: bytes) -> None:
        with self._doing("write"):
            async with self._opened(name, "xb") as file:
                await file.write(content)
                with suppress(asyncssh.SFTPOpUnsupported):
                    await file.fsync()

    @asynccontextmanager
    async def _opened(self, name: str, mode: str) -> AsyncIterator[asyncssh.SFTPClientFile]:
        """An open file; after trouble the server is not waited for long when it is closed."""
        file = await self.sftp.open(self._path(name), mode, max_requests=AT_ONCE)
        try:
            yield file
        except BaseException:  # also when out of time
            with suppress(TimeoutError, asyncssh.Error, OSError):
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await file.close()
            raise
        await file.close()

    async def rename(self, name: str, new_name: str) -> None:
        with self._doing("rename"):  # the plain one: it refuses to replace a file
            await self.sftp.rename(self._path(name), self._path(new_name))

    async def remove(self, name: str) -> None:
        with self._doing("delete"):
            await self.sftp.remove(self._path(name))

    async def names(self) -> list[str]:
        with self._doing("look"):
            return [str(name) for name in await self.sftp.listdir(self.folder or ".")]

    def _path(self, name: str) -> str:
        return posixpath.join(self.folder, name)

    @contextmanager
    def _doing(self, action: Action) -> Iterator[None]:
        try:
            yield
        except asyncssh.SFTPError as error:
            raise self._in_words(error, action) from error

    def _in_words(self, error: asyncssh.SFTPError, action: Action) -> TransportError:
        if isinstance(error, asyncssh.SFTPPermissionDenied | asyncssh.SFTPWriteProtect | asyncssh.SFTPOpUnsupported):
            return not_allowed(action, self.folder)
        if isinstance(error, asyncssh.SFTPNoSuchFile | asyncssh.SFTPNoSuchPath | asyncssh.SFTPNotADirectory):
            return missing_folder(self.folder)
        if isinstance(error, asyncssh.SFTPNoSpaceOnFilesystem | asyncssh.SFTPQuotaExceeded):
            return no_space(self.folder)
        if isinstance(error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection):
            return TransportError(_("The connection to the SFTP server was lost."), permanent=False, code="lost")
        if isinstance(error, asyncssh.SFTPFailure) and action == "write":  # OpenSSH has no other word for a full disk
            return not_stored(self.folder)
        return TransportError(_("The SFTP server reported a failure of its own."), permanent=False, code="failure")


@contextmanager
def _connecting(host: str, port: int) -> Iterator[None]:
    try:
        yield
    except (asyncssh.Error, OSError, UnicodeError) as error:
        raise _connection_in_words(error, host, port) from error


def _connection_in_words(error: Exception, host: str, port: int) -> TransportError:
    if isinstance(error, asyncssh.PermissionDenied):
        return TransportError(_("The SFTP server did not accept the login."), permanent=True, code="auth")
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        sentence = _(
            "The host key of {host} has changed. Nothing was sent. Ask its operator before you accept the new one."
        )
        return TransportError(sentence.format(host=host), permanent=True, code="host-key")
    if isinstance(error, asyncssh.KeyExchangeFailed):
        sentence = _("{host} and Pedido found no common encryption, or its host key has changed.").format(host=host)
        return TransportError(sentence, permanent=True, code="host-key")
    if isinstance(error, asyncssh.ChannelOpenError):
        return TransportError(_("This login may not use SFTP on the server."), permanent=True, code="no-sftp")
    if isinstance(error, asyncssh.ProtocolError | asyncssh.ProtocolNotSupported):
        sentence = _("{host} does not speak SFTP on port {port}.").format(host=host, port=port)
        return TransportError(sentence, permanent=True, code="no-sftp")
    return broken(error, host, port)
