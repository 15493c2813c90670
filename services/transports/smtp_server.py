"""Which mail server, and how to talk to it: what its URL says."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from models.text import _

Security = Literal["starttls", "tls", "none"]

PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class SmtpServer:
    """A mail server and how to talk to it. `none` is without encryption: for a server on this machine or network."""

    host: str
    port: int
    security: Security
    username: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> "SmtpServer":
        """Read `smtp://user:password@host:587?starttls=required` or `smtps://...`; a ValueError carries a sentence."""
        parts = _split(url)
        security = _security(parts)
        host, port = _host_and_port(parts)
        username, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(host, PORTS[security] if port is None else port, security, username, password)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # its text repeats the URL, and with it the password
        raise ValueError(_("The mail server's URL cannot be read.")) from None
    if parts.scheme not in {"smtp", "smtps"}:
        raise ValueError(_("The mail server's URL must start with smtp:// or smtps://."))
    if parts.path not in {"", "/"} or parts.fragment:
        sentence = _(
            "After host and port nothing may follow but ?starttls=required; write / # ? @ : in a password as %XX."
        )
        raise ValueError(sentence)
    return parts


def _security(parts: SplitResult) -> Security:
    if parts.scheme == "smtps" and not parts.query:
        return "tls"
    if parts.scheme == "smtp" and parts.query in {"", "starttls=required"}:
        return "starttls" if parts.query else "none"
    raise ValueError(_("The only option of a mail server's URL is smtp://...?starttls=required."))


def _host_and_port(parts: SplitResult) -> tuple[str, int | None]:
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(_("The port in the mail server's URL is not a number from 1 to 65535.")) from None
    if not host or any(c.isspace() for c in host):
        raise ValueError(_("The mail server's URL names no host."))
    if port == 0:
        raise ValueError(_("The port in the mail server's URL is not a number from 1 to 65535."))
    return host, port
