"""An aioftp client whose data connections are encrypted the way real FTPS servers expect it."""

import asyncio
import ssl
from contextlib import suppress
from typing import Any

import aioftp
from aioftp.client import ConnType, DataConnectionThrottleStreamIO
from aioftp.common import Code, SSLSessionBoundContext, async_enterable

from services.transports.outbound import dial


class _Writer(asyncio.StreamWriter):
    """Says that a connection is lost when it is; asyncio and uvloop each have an odd error of their own for it."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self.is_closing():
            raise ConnectionResetError
        super().write(data)


class FtpConnection(aioftp.Client):
    """aioftp encrypts a data connection before it sends the command, servers after it: both would wait for ever.

    Here: connect plainly, send the command, then start TLS with the control connection's session (servers want that).
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._writers: list[_Writer] = []

    async def hang_up(self, seconds: float) -> None:
        """Say goodbye within `seconds` and leave no connection open; never raises for what the server does."""
        # What became of the file is known by now; a lost goodbye changes nothing.
        try:
            with suppress(aioftp.AIOFTPException, OSError, ValueError):
                async with asyncio.timeout(seconds):
                    await self.quit()
                    await self._closed()
        finally:
            self.close()
            for writer in self._writers:
                writer.transport.abort()
            await self._closed()

    async def _closed(self) -> None:
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)

    async def protect_data(self) -> None:
        """Ask for encrypted data connections where the control connection was encrypted from the start."""
        await self._send_tls_protection_commands()

    async def size(self, name: str) -> int:
        """Bytes in a file. Raises StatusCodeError 550 when there is none."""
        await self.command("TYPE I", "2xx")  # some servers refuse SIZE in ASCII mode
        try:
            __, answer = await self.command(f"SIZE {name}", "213")
        except aioftp.StatusCodeError as error:
            if not Code(error.received_codes[-1]).matches("50x"):
                raise
            return int((await self.stat(name))["size"])
        return int(answer[-1])

    async def names(self) -> list[str]:
        """The names in the current folder, the hidden ones too."""
        try:
            return [path.name async for path, __ in self.list(raw_command="MLSD")]
        except aioftp.StatusCodeError as error:
            if not Code(error.received_codes[-1]).matches("50x"):
                raise
        async with self.get_stream("NLST -a", "1xx") as stream:
            listing = b"".join([block async for block in stream.iter_by_block()])
        return listing.decode(self.encoding, errors="replace").splitlines()

    async def parse_line(self) -> tuple[Code, str]:
        """Read one line of an answer; letters in an old code page are no reason to give up."""
        line = await self.stream.readline()
        if not line:
            self.stream.close()
            raise ConnectionResetError
        text = line.decode(self.encoding, errors="replace").rstrip()
        return Code(text[:3]), text[3:]

    async def _open_connection(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self.connection_timeout):
            if self._stream is None:
                opened = await dial(host, port)
                name = host if self.ssl else None
                transport, __ = await loop.create_connection(
                    lambda: protocol, sock=opened, ssl=self.ssl, server_hostname=name
                )
            else:  # a data connection: plain at first, and to the very machine we are logged in to
                machine = self._stream.writer.get_extra_info("peername")[0]  # its name may have several addresses
                transport, __ = await loop.create_connection(lambda: protocol, machine, port)
        writer = _Writer(transport, protocol, reader, loop)
        self._writers.append(writer)
        return reader, writer

    @async_enterable
    async def get_stream(  # noqa: PLR0917 - the library's own signature
        self,
        command: str | None = None,
        expected_codes: str | tuple[str, ...] = (),
        wait_codes: str | tuple[str, ...] = (),
        censor_after: int | None = None,
        conn_type: ConnType = "I",
        offset: int = 0,
    ) -> DataConnectionThrottleStreamIO:
        """Open a data connection for `command`, encrypted where the control connection is."""
        reader, writer = await self.get_passive_connection(conn_type)
        try:
            await self.command(command, expected_codes, wait_codes, censor_after)
            await self._start_tls(writer)
        except BaseException:  # also when out of time
            writer.close()
            raise
        throttles = {"_": self.throttle}
        return DataConnectionThrottleStreamIO(self, reader, writer, throttles, timeout=self.socket_timeout)

    async def _start_tls(self, writer: asyncio.StreamWriter) -> None:
        control: ssl.SSLObject | None = self.stream.writer.get_extra_info("ssl_object")
        if control is None:
            return
        if control.session is None:
            raise ConnectionResetError
        context = SSLSessionBoundContext(ssl.PROTOCOL_TLS_CLIENT, context=control.context, session=control.session)
        await writer.start_tls(context, server_hostname=self.server_host, ssl_handshake_timeout=self.connection_timeout)
