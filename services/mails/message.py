"""A mail's bytes: one message with exactly the headers we write, read back before anyone sends it."""

import re
import unicodedata
from datetime import datetime
from email import message_from_bytes
from email.header import Header
from email.headerregistry import Address, AddressHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from models.address import checked_address
from services.mails.letter import Mail

MAX_SUBJECT_LENGTH = 180
MAX_NAME_LENGTH = 80
MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]{1,60}@[A-Za-z0-9.-]{1,253}>")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.[a-z]{1,8}")
PLAIN_NAME = re.compile(r"[A-Za-z0-9' -]{1,60}")
KINDS = {"xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet", "pdf": "pdf", "zip": "zip"}
SAME_IN_ALL = {"mime-version", "auto-submitted", "content-transfer-encoding", "content-type"}
HEADERS = ("Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type")


def build(  # noqa: PLR0913 - the headers of a mail
    mail: Mail,
    *,
    shop_name: str,
    sender: str,
    reply_to: str,
    recipient: str,
    message_id: str,
    created_at: datetime,
) -> bytes:
    """Return the finished message with CRLF line ends.

    `reply_to` may be empty; `message_id` comes with its angle brackets; `created_at` is aware. Raises ValueError if an
    address, the Message-ID or the attachment's name is not a plain one, or if what was built does not read back as it
    was meant: Python before 3.11.10 can turn crafted words into headers of their own.
    """
    if not MESSAGE_ID.fullmatch(message_id):
        raise ValueError("the Message-ID is not a plain one")
    addresses = {"From": checked_address(sender), "To": checked_address(recipient)}
    if reply_to:
        addresses["Reply-To"] = checked_address(reply_to)
    message = EmailMessage(policy=SMTP.clone(header_factory=_Remembered()))
    for name, address in addresses.items():
        if name != "From":
            message[name] = Address(addr_spec=address)
    message["Subject"] = header_text(mail.subject, MAX_SUBJECT_LENGTH)
    message["Date"] = format_datetime(created_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.attachment:
        _attach(message, *mail.attachment)
    shown_name = header_text(shop_name, MAX_NAME_LENGTH)
    content = _handwritten(message_id, shown_name, addresses["From"]) + message.as_bytes()
    _check(content, addresses, mail)
    return content


def sender_of(content: bytes) -> str:
    """The address a finished message comes from, for its envelope. Raises ValueError if there is not exactly one."""
    return _only_address(message_from_bytes(content, policy=default), "From")


def header_text(text: str, longest: int) -> str:
    """Return `text` fit for a header: one line, nothing invisible, nothing that reads as an encoded word."""
    visible = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    while "=?" in visible or "?=" in visible:
        visible = visible.replace("=?", "= ?").replace("?=", "? =")
    return " ".join(visible.split())[:longest].strip()


@lru_cache(64)
def _same_in_all(name: str, value: str) -> Any:
    """A header that says nothing of anybody."""
    return HeaderRegistry()(name, value)


class _Remembered(HeaderRegistry):
    """The headers of one message, each parsed once: the library asks for a part's type a dozen times."""

    def __init__(self) -> None:
        super().__init__()
        self._parsed: dict[tuple[str, str], Any] = {}

    def __call__(self, name: str, value: Any) -> Any:
        if not isinstance(value, str):
            return super().__call__(name, value)
        if name.lower() in SAME_IN_ALL and "boundary" not in value:
            return _same_in_all(name, str(value))
        if (name, value) not in self._parsed:
            self._parsed[name, value] = super().__call__(name, value)
        return self._parsed[name, value]


def _attach(message: EmailMessage, name: str, content: bytes) -> None:
    if not FILE_NAME.fullmatch(name):
        raise ValueError("the attachment's name is not a plain one")
    kind, subtype, params = _kind(name, content)
    message.add_attachment(content, maintype=kind, subtype=subtype, filename=name, params=params)


def _kind(name: str, content: bytes) -> tuple[str, str, dict[str, str]]:
    """What a file is, by its name's ending; a CSV that is not UTF-8 says nothing of its letters."""
    ending = name.rpartition(".")[2]
    if ending in KINDS:
        return "application", KINDS[ending], {}
    try:
        content.decode()
    except UnicodeDecodeError:
        return "application", "octet-stream", {}
    return "text", "csv" if ending == "csv" else "plain", {"charset": "utf-8"}


def _handwritten(message_id: str, name: str, sender: str) -> bytes:
    """The headers that the library damages where they are longer than a line: it takes the quotes off a name."""
    return f"Message-ID: {message_id}\r\nFrom: {_shown(name)}<{sender}>\r\n".encode("ascii")


def _shown(name: str) -> str:
    """A name as it stands before an address."""
    if not name or PLAIN_NAME.fullmatch(name):
        return f"{name} ".lstrip()
    if name.isascii():
        return '"{}"\r\n '.format(re.sub(r'(["\\])', r"\\\1", name))
    return Header(name, "utf-8", header_name="From").encode(linesep="\r\n") + "\r\n "


def _check(content: bytes, addresses: dict[str, str], mail: Mail) -> None:
    message = message_from_bytes(content, policy=default.clone(header_factory=_Remembered()))
    expected = {*HEADERS, *addresses}
    if sorted(name.lower() for name in message) != sorted(name.lower() for name in expected):
        raise ValueError("the mail has headers that nobody wrote")
    if any(_only_address(message, name) != address for name, address in addresses.items()):
        raise ValueError("the mail's addresses are not the ones it was written for")
    subject = header_text(mail.subject, MAX_SUBJECT_LENGTH)
    if "".join(str(message["Subject"]).split()) != "".join(subject.split()):
        raise ValueError("the mail's subject does not read back")
    _check_attachments(message, mail)


def _check_attachments(message: EmailMessage, mail: Mail) -> None:
    attached = [(part.get_filename(), part.get_payload(decode=True)) for part in message.iter_attachments()]
    if attached != ([mail.attachment] if mail.attachment else []):
        raise ValueError("the mail's attachment does not read back")


def _only_address(message: EmailMessage, name: str) -> str:
    header = message[name]
    addresses = header.addresses if isinstance(header, AddressHeader) else ()
    if len(addresses) != 1:
        raise ValueError(f"the mail has not exactly one address in {name}")
    return addresses[0].addr_spec
