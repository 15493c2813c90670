"""The mails that reached the mail server, read as their recipients would."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import urlsplit

from tests.e2e.shop_process import wait_until
from tests.servers import SmtpTestServer


def to(post: SmtpTestServer, recipient: str, subject: str) -> list[EmailMessage]:
    """The mails for an address whose subject begins with these words, in the order they came."""
    mails = [message_from_bytes(mail.content, policy=policy.default) for mail in post.to(recipient)]
    return [mail for mail in mails if str(mail["subject"]).startswith(subject)]


def newest(
    post: SmtpTestServer, recipient: str, subject: str, *, at_least: int = 1, seconds: float = 10
) -> EmailMessage:
    """The last of such mails, once at least so many have come."""

    def enough() -> list[EmailMessage]:
        found = to(post, recipient, subject)
        return found if len(found) >= at_least else []

    def missing() -> str:
        subjects = [str(message_from_bytes(mail.content, policy=policy.default)["subject"]) for mail in post.messages]
        return f"no “{subject}” came for {recipient}; what came: {subjects}"

    return wait_until(enough, seconds=seconds, what=missing)[-1]


def words(mail: EmailMessage, kind: str = "plain") -> str:
    """The mail as text, or with `kind` "html" as HTML."""
    part = mail.get_body((kind,))
    assert part is not None, f"the mail has no {kind} part"
    return str(part.get_content())


def link(mail: EmailMessage, room: str) -> str:
    """The path of the mail's link into a room of the shop ("verify", "orders/csv"); text and HTML agree on it."""
    found = re.search(rf"https?://\S+/{room}/[\w-]+", words(mail))
    assert found, f"no /{room}/ link in:\n{words(mail)}"
    assert found[0] in words(mail, "html")
    return urlsplit(found[0]).path


def attachment(mail: EmailMessage) -> tuple[str, bytes]:
    """The name and the bytes of the mail's one attachment."""
    (part,) = mail.iter_attachments()
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return part.get_filename() or "", content
