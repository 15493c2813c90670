"""An SMTP server that keeps what it gets, with a login, TLS and scripted answers when asked for."""

import asyncio
import ssl
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.certificates import Certificates, certificates
from tests.servers.process import free_port

Step = Literal["MAIL", "RCPT", "DATA", "QUIT"]
DROP = "drop"
TAKEN = "250 OK queued as 4711"


@dataclass(frozen=True)
class ReceivedMail:
    """One accepted mail as it came in."""

    sender: str
    recipients: list[str]
    content: bytes


@dataclass
class SmtpTestServer:
    """A running server. `answers` may be changed while it runs: a step's answer, or "drop" to hang up there."""

    port: int
    certificate_pem: str
    answers: dict[Step, str]
    messages: list[ReceivedMail] = field(default_factory=list)

    def to(self, recipient: str) -> list[ReceivedMail]:
        """The mails that came for one address."""
        return [mail for mail in self.messages if recipient in mail.recipients]


@contextmanager
def smtp_server(
    *,
    tls: Literal["none", "starttls", "tls"] = "none",
    login: tuple[str, str] | None = None,
    answers: Mapping[Step, str] | None = None,
    shown: Certificates | None = None,
    port: int | None = None,
) -> Iterator[SmtpTestServer]:
    """Run an SMTP server on loopback; with `login` it takes mail only after that user name and password."""
    shown = shown or certificates()
    server = SmtpTestServer(
        port=port or free_port(),
        certificate_pem="" if tls == "none" else shown.authority_pem,
        answers=dict(answers or {}),
    )
    context = None if tls == "none" else _context(shown)
    controller = _Controller(_Desk(server, login), tls, context, port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


class _Controller(Controller):
    def __init__(self, desk: "_Desk", tls: str, context: ssl.SSLContext | None, *, port: int) -> None:
        self.desk = desk
        self.open: list[SMTP] = []
        self.starttls = context if tls == "starttls" else None
        super().__init__(desk, "127.0.0.1", port, ssl_context=context if tls == "tls" else None)

    def factory(self) -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns about logins without TLS, which is what some tests are about
            conversation = SMTP(
                self.desk,
                hostname="localhost",
                tls_context=self.starttls,
                require_starttls=self.starttls is not None,
                authenticator=self.desk.check_login if self.desk.login else None,
                auth_require_tls=self.desk.login is None,  # else it offers logins that nobody asked for
                enable_SMTPUTF8=False,
            )
        self.open.append(conversation)
        return conversation

    def stop(self, no_assert: bool = False) -> None:
        """Stop, and end every conversation before: what is cut off with its loop is a warning, somewhere later."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(timeout=5)
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        handlers = [one._handler_coroutine for one in self.open if one._handler_coroutine is not None]
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)
        for transport in list(self.loop._transports.values()):  # type: ignore[attr-defined] # also those whose TLS failed
            transport.abort()
        for _turn in range(3):  # an end is told in the turn after the one that brings it about
            await asyncio.sleep(0)


class _Desk:
    """aiosmtpd's hooks: scripted answers first, then the login, then the mail is kept."""

    def __init__(self, server: SmtpTestServer, login: tuple[str, str] | None) -> None:
        self.server = server
        self.login = login

    def check_login(
        self, _smtp: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
    ) -> AuthResult:
        expected = self.login and LoginPassword(self.login[0].encode(), self.login[1].encode())
        return AuthResult(success=given == expected, handled=False)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, smtp: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self._scripted(smtp, "MAIL"):
            return answer
        if self.login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, smtp: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self._scripted(smtp, "RCPT"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, smtp: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if answer := self._scripted(smtp, "DATA"):
            return answer
        content = envelope.original_content or b""
        self.server.messages.append(ReceivedMail(envelope.mail_from or "", list(envelope.rcpt_tos), content))
        return TAKEN

    async def handle_QUIT(self, smtp: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        return self._scripted(smtp, "QUIT") or "221 Bye"

    def _scripted(self, smtp: SMTP, step: Step) -> str:
        answer = self.server.answers.get(step, "")
        if answer == DROP and smtp.transport is not None:
            smtp.transport.close()
        return answer


def _context(shown: Certificates) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with tempfile.TemporaryDirectory(prefix="pedido-smtp-") as folder:
        context.load_cert_chain(*shown.write_to(Path(folder)))
    return context
