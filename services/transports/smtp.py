"""Sends one mail to one address over SMTP."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.utils import parseaddr
from typing import TYPE_CHECKING, NoReturn

from email_validator import EmailNotValidError, validate_email

from models.text import _
from services.later import Later
from services.transports import TransportError
from services.transports.connection import broken, tls_context, unsendable
from services.transports.outbound import dial
from services.transports.smtp_server import SmtpServer

if TYPE_CHECKING:
    import aiosmtplib
else:
    aiosmtplib = Later("aiosmtplib")

CONNECT_SECONDS = 10.0  # to the server's greeting
ANSWER_SECONDS = 60.0  # for each answer after it
WHOLE_SECONDS = 120.0
GOODBYE_SECONDS = 5.0
LONGEST_ANSWER = 200

PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=^_`{|}~-]+@[A-Za-z0-9.-]+")  # without `?`: no encoded words
FULL_HOST_NAME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


async def send(server: SmtpServer, *, sender: str, recipient: str, content: bytes) -> str:
    """Send `content` (a whole message) with exactly this envelope and return the server's answer, code first.

    Line ends go out as CRLF, as SMTP wants them; nothing else is touched. Raises `TransportError`.
    """
    envelope_sender, envelope_recipient = _envelope_address(sender), _envelope_address(recipient)
    try:
        async with asyncio.timeout(WHOLE_SECONDS), _connected(server) as client:
            return await _hand_over(client, envelope_sender, envelope_recipient, content)
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise _in_words(error, server) from error


async def probe(server: SmtpServer) -> None:
    """Do all that comes before a mail: connect, encrypt and sign in. Raises `TransportError`."""
    try:
        async with asyncio.timeout(WHOLE_SECONDS), _connected(server):
            pass
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise _in_words(error, server) from error


@asynccontextmanager
async def _connected(server: SmtpServer) -> AsyncIterator[aiosmtplib.SMTP]:
    """A conversation with the server, up to the login."""
    async with asyncio.timeout(CONNECT_SECONDS):
        connection = await dial(server.host, server.port)
    client = await _client(server, connection)
    try:
        await _connect(client, server)
        yield client
    finally:
        await _hang_up(client)
        connection.close()


async def _client(server: SmtpServer, connection: socket.socket) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=server.host,
        sock=connection,
        local_hostname=_own_name(),
        timeout=ANSWER_SECONDS,
        use_tls=server.security == "tls",
        start_tls=False,  # never by opportunity: `_connect` demands it where it is wanted
        tls_context=None if server.security == "none" else await asyncio.to_thread(tls_context),
    )


async def _connect(client: aiosmtplib.SMTP, server: SmtpServer) -> None:
    await client.connect(timeout=CONNECT_SECONDS)
    await _greet(client)
    if server.security == "starttls":
        if not client.supports_extension("starttls"):
            raise TransportError(_("The mail server does not offer STARTTLS."), permanent=True, code="tls")
        await client.starttls()
        await _greet(client)
    if server.username:
        if not client.supported_auth_methods:
            raise TransportError(_("The mail server takes no login on this port."), permanent=True, code="auth")
        await client.login(server.username, server.password)


async def _greet(client: aiosmtplib.SMTP) -> None:
    with suppress(aiosmtplib.SMTPHeloError):  # an old server; the library falls back to HELO when it sends
        await client.ehlo()


async def _hand_over(client: aiosmtplib.SMTP, sender: str, recipient: str, content: bytes) -> str:
    eight_bit = not content.isascii() and client.supports_extension("8bitmime")
    options = ["BODY=8BITMIME"] if eight_bit else []
    __, answer = await client.sendmail(sender, [recipient], content, mail_options=options)
    printable = "".join(c if c.isprintable() else " " for c in answer)
    return f"250 {printable}"[:LONGEST_ANSWER]


async def _hang_up(client: aiosmtplib.SMTP) -> None:
    # The mail's fate is settled: a broken goodbye must not make it go out a second time.
    transport = client.transport
    try:
        if client.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=GOODBYE_SECONDS)
    finally:
        client.close()
        # An encrypted transport would wait for the other side's goodbye, on a socket that is closed below.
        if transport is not None and hasattr(transport, "abort"):
            transport.abort()
            await asyncio.sleep(0)


def _own_name() -> str:
    name = socket.gethostname()
    return name if FULL_HOST_NAME.fullmatch(name) else "[127.0.0.1]"


def _envelope_address(address: str) -> str:
    """Return `address` as it goes into the envelope: unchanged, but for a domain in national letters."""
    try:
        valid = validate_email(address, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False)
    except EmailNotValidError:
        _refuse_address()
    exact = address if address.isascii() else valid.ascii_email or ""
    # aiosmtplib asks parseaddr, which reads some crafted addresses as another one: send only what it leaves alone.
    if not PLAIN_ADDRESS.fullmatch(exact) or parseaddr(exact)[1] != exact:
        _refuse_address()
    return exact


def _refuse_address() -> NoReturn:
    raise TransportError(_("The address is not one that mail can be sent to."), permanent=True, code="address")


def _in_words(error: Exception, server: SmtpServer) -> TransportError:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refused(error)
    if isinstance(error, ValueError) and not isinstance(error, OSError | UnicodeError):
        return unsendable()
    return broken(error, server.host, server.port)


def _refused(error: aiosmtplib.SMTPResponseException) -> TransportError:
    permanent = error.code >= 500
    if isinstance(error, aiosmtplib.SMTPAuthenticationError) and permanent:  # 454 is "not now"
        code, sentence = "auth", _("The mail server did not accept the user name or password ({number}).")
    elif error.code in {530, 538}:
        code, sentence = "auth", _("The mail server asks for a login, or for an encrypted one ({number}).")
    else:
        code, sentence = str(error.code), _what_was_refused(error, permanent)
    return TransportError(sentence.format(number=error.code), permanent=permanent, code=code)


def _what_was_refused(error: aiosmtplib.SMTPResponseException, permanent: bool) -> str:
    if not permanent:
        return _("The mail server cannot take the message right now ({number}).")
    if isinstance(error, aiosmtplib.SMTPRecipientRefused):
        return _("The mail server does not accept the recipient's address ({number}).")
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return _("The mail server does not accept the sender's address ({number}).")
    if isinstance(error, aiosmtplib.SMTPDataError):
        return _("The mail server does not accept the message ({number}).")
    return _("The mail server refuses to talk to us ({number}).")
