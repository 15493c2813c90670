"""Puts files into folders over FTP and FTPS."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import aioftp

from models.text import _
from services.transports import TransportError
from services.transports.connection import broken, tls_context, unsendable
from services.transports.ftp_connection import FtpConnection
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

Tls = Literal["none", "explicit", "implicit"]

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
WHOLE_SECONDS = 300.0
GOODBYE_SECONDS = 3.0
BLOCK_BYTES = 64 * 1024


@dataclass(frozen=True)
class FtpServer:
    """An FTP server and its login. `trusted_certificate_pem` is trusted besides the public authorities."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    tls: Tls
    trusted_certificate_pem: str = field(default="", repr=False)


async def upload(server: FtpServer, file: RemoteFile) -> Outcome:
    """Put `file` into its folder, whole and never over another. Raises `TransportError`."""
    async with _open_folder(server, file.folder) as folder:
        return await deliver(folder, file)


async def probe(server: FtpServer, folder: str) -> None:
    """Write, check and delete a small file in `folder`. Raises `TransportError` in words."""
    async with _open_folder(server, folder) as opened:
        await try_out(opened)


@asynccontextmanager
async def _open_folder(server: FtpServer, folder: str) -> AsyncIterator["_FtpFolder"]:
    context = None if server.tls == "none" else await asyncio.to_thread(tls_context, server.trusted_certificate_pem)
    connection = FtpConnection(
        ssl=context if server.tls == "implicit" else None,
        connection_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        path_timeout=ANSWER_SECONDS,
        trust_server_pasv_ipv4_address=False,
    )
    with _connecting(server):
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                await _connect(connection, server, context)
                await _log_in(connection, server)
                opened = _FtpFolder(connection, folder)
                await opened.enter()
                yield opened
        finally:
            await connection.hang_up(GOODBYE_SECONDS)


async def _connect(connection: FtpConnection, server: FtpServer, context: ssl.SSLContext | None) -> None:
    try:
        await connection.connect(server.host, server.port)
        if server.tls == "explicit":
            await connection.upgrade_to_tls(context)
        elif server.tls == "implicit":
            await connection.protect_data()
    except aioftp.StatusCodeError as error:
        if _number(error).startswith("5") and server.tls != "none":
            sentence = _("The FTP server does not offer this kind of encryption (FTPS).")
            raise TransportError(sentence, permanent=True, code="tls") from error
        raise


async def _log_in(connection: FtpConnection, server: FtpServer) -> None:
    try:
        await connection.login(server.username, server.password)
    except aioftp.StatusCodeError as error:
        if not _number(error).startswith("5"):
            raise
        sentence = _("The FTP server did not accept the user name or password.")
        if server.tls == "none":
            sentence += " " + _("Some servers refuse logins without encryption (FTPS).")
        raise TransportError(sentence, permanent=True, code="auth") from error


class _FtpFolder:
    """The folder that an open FTP connection stands in."""

    def __init__(self, connection: FtpConnection, folder: str) -> None:
        self.connection = connection
        self.folder = folder

    async def enter(self) -> None:
        if not self.folder:
            return
        try:
            await self.connection.command(f"CWD {self.folder}", "2xx")
        except aioftp.StatusCodeError as error:
            if _number(error).startswith("4"):
                raise
            raise missing_folder(self.folder) from error

    async def size(self, name: str) -> int | None:
        with self._doing("look"):
            try:
                return await self.connection.size(name)
            except aioftp.StatusCodeError as error:
                if _number(error) == "550":
                    return None
                raise

    async def read(self, name: str) -> bytes:
        with self._doing("read"):
            async with self.connection.download_stream(name) as stream:
                return b"".join([block async for block in stream.iter_by_block()])

    async def write(self, name: str, content: bytes) -> None:
        with self._doing("write"):
            async with self.connection.upload_stream(name) as stream:
                with suppress(ConnectionError):  # a server that hangs up on the file says why in its answer
                    for start in range(0, len(content), BLOCK_BYTES):  # the answer's time limit counts for each block
                        await stream.write(content[start : start + BLOCK_BYTES])

    async def rename(self, name: str, new_name: str) -> None:
        with self._doing("rename"):
            await self.connection.rename(name, new_name)

    async def remove(self, name: str) -> None:
        with self._doing("delete"):
            await self.connection.remove_file(name)

    async def names(self) -> list[str]:
        with self._doing("look"):
            return await self.connection.names()

    @contextmanager
    def _doing(self, action: Action) -> Iterator[None]:
        try:
            yield
        except aioftp.StatusCodeError as error:
            raise self._in_words(_number(error), action) from error

    def _in_words(self, number: str, action: Action) -> TransportError:
        if number in {"452", "552"}:
            return no_space(self.folder)
        if number == "451" and action == "write":
            return not_stored(self.folder)
        if number in {"550", "553", "532"}:
            return not_allowed(action, self.folder)
        return _unexpected(number)


def _number(error: aioftp.StatusCodeError) -> str:
    return str(error.received_codes[-1])


def _unexpected(number: str) -> TransportError:
    permanent = number.startswith("5")
    if permanent:
        sentence = _("The FTP server does not do what is needed ({number}).")
    else:
        sentence = _("The FTP server cannot do it right now ({number}).")
    return TransportError(sentence.format(number=number), permanent=permanent, code=number)


@contextmanager
def _connecting(server: FtpServer) -> Iterator[None]:
    try:
        yield
    except aioftp.StatusCodeError as error:
        raise _unexpected(_number(error)) from error
    except aioftp.errors.InvalidCommand as error:
        raise unsendable() from error
    except (aioftp.AIOFTPException, OSError, UnicodeError) as error:
        raise broken(error, server.host, server.port) from error
    except (ValueError, IndexError) as error:  # aioftp's, about an answer that it cannot take apart
        sentence = _("The FTP server answers in a way that Pedido does not understand.")
        raise TransportError(sentence, permanent=False, code="failure") from error
