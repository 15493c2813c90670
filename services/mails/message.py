"""A mail's bytes: one message with exactly the headers we write, read back before anyone sends it."""

import re
import unicodedata
from datetime import datetime
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.header import Header, decode_header, make_header
from email.headerregistry import AddressHeader
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.parser import BytesHeaderParser
from email.policy import compat32, default
from email.utils import format_datetime, getaddresses

from models.address import checked_address
from services.mails.letter import Mail

MAX_SUBJECT_LENGTH = 180
MAX_NAME_LENGTH = 80
MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]{1,60}@[A-Za-z0-9.-]{1,253}>")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.[a-z]{1,8}")
LINE_END = re.compile(r"\r\n|\r|\n")
PLAIN_NAME = re.compile(r"[A-Za-z0-9' -]{1,60}")
KINDS = {"xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet", "pdf": "pdf", "zip": "zip"}
HEADERS = ("Message-ID", "From", "To", "Subject", "Date", "Auto-Submitted", "MIME-Version", "Content-Type")

QUOTED = Charset("utf-8")
QUOTED.body_encoding = QP  # people and filters can read it
# The library's older classes take a third of the time: the newer ones read their own headers again and again.
LINES = compat32.clone(linesep="\r\n", mangle_from_=False)


def build(
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
    shown_name, subject = header_text(shop_name, MAX_NAME_LENGTH), header_text(mail.subject, MAX_SUBJECT_LENGTH)
    message = _letter(mail)
    del message["MIME-Version"]  # it stands among the others
    head = [
        f"Message-ID: {message_id}",
        f"From: {_shown(shown_name)}<{addresses['From']}>",
        *(f"{name}: {address}" for name, address in addresses.items() if name != "From"),
        f"Subject: {_encoded(subject, 'Subject')}",
        f"Date: {format_datetime(created_at)}",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        "",
    ]
    content = "\r\n".join(head).encode("ascii") + message.as_bytes(policy=LINES)
    _check(content, addresses, subject)
    return content


def sender_of(content: bytes) -> str:
    """The address a finished message comes from, for its envelope. Raises ValueError if there is not exactly one."""
    header = BytesHeaderParser(policy=default).parsebytes(_head(content))["From"]
    addresses = header.addresses if isinstance(header, AddressHeader) else ()
    if len(addresses) != 1:
        raise ValueError("the mail has not exactly one address in From")
    return addresses[0].addr_spec


def header_text(text: str, longest: int) -> str:
    """Return `text` fit for a header: one line, nothing invisible, nothing that reads as an encoded word."""
    visible = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    while "=?" in visible or "?=" in visible:
        visible = visible.replace("=?", "= ?").replace("?=", "? =")
    return " ".join(visible.split())[:longest].strip()


def _letter(mail: Mail) -> MIMEMultipart:
    """The text, the HTML and what is attached."""
    words = MIMEMultipart("alternative", _subparts=[_text(mail.text, "plain"), _text(mail.html, "html")])
    return MIMEMultipart("mixed", _subparts=[words, _attached(*mail.attachment)]) if mail.attachment else words


def _text(words: str, kind: str) -> MIMENonMultipart:
    part = MIMENonMultipart("text", kind)
    part.set_payload("\n".join([*LINE_END.split(words.rstrip("\r\n")), ""]), QUOTED)
    return part


def _attached(name: str, content: bytes) -> MIMEBase:
    if not FILE_NAME.fullmatch(name):
        raise ValueError("the attachment's name is not a plain one")
    part = MIMEBase(*_kind(name, content))
    part.set_payload(content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def _kind(name: str, content: bytes) -> tuple[str, str]:
    """What a file is, by its name's ending; a CSV that is not UTF-8 says nothing of its letters."""
    ending = name.rpartition(".")[2]
    if ending in KINDS:
        return "application", KINDS[ending]
    try:
        content.decode()
    except UnicodeDecodeError:
        return "application", "octet-stream"
    return "text", f'{"csv" if ending == "csv" else "plain"}; charset="utf-8"'


def _shown(name: str) -> str:
    """A name as it stands before an address."""
    if not name or PLAIN_NAME.fullmatch(name):
        return f"{name} ".lstrip()
    if name.isascii():
        return '"{}"\r\n '.format(re.sub(r'(["\\])', r"\\\1", name))
    return f"{_encoded(name, 'From')}\r\n "


def _encoded(text: str, header: str) -> str:
    """Words of a header, in as many lines as they need."""
    return Header(text, "us-ascii" if text.isascii() else "utf-8", header_name=header).encode(linesep="\r\n")


def _check(content: bytes, addresses: dict[str, str], subject: str) -> None:
    message = BytesHeaderParser(policy=compat32).parsebytes(_head(content))
    expected = {*HEADERS, *addresses}
    if sorted(name.lower() for name in message) != sorted(name.lower() for name in expected):
        raise ValueError("the mail has headers that nobody wrote")
    for name, address in addresses.items():
        if [found for _name, found in getaddresses([message[name]])] != [address]:
            raise ValueError("the mail's addresses are not the ones it was written for")
    if "".join(str(make_header(decode_header(message["Subject"]))).split()) != "".join(subject.split()):
        raise ValueError("the mail's subject does not read back")


def _head(content: bytes) -> bytes:
    """The headers of a finished message."""
    return content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
