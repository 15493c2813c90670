"""Reading the mails the outbox holds, as their recipients would."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from models import OutboxMessage, Purpose

PATHS = {
    Purpose.VERIFY: "verify",
    Purpose.SIGN_IN: "sign-in",
    Purpose.RECEIVED: "request",
    Purpose.CONFIRMED: "request",
    Purpose.NOTICE: "orders/confirm",
}


async def last_mail(purpose: Purpose, recipient: str) -> EmailMessage:
    """The newest mail of a kind to an address, parsed."""
    message = await OutboxMessage.filter(purpose=purpose, recipient=recipient).order_by("-id").first()
    assert message is not None, f"no {purpose} mail to {recipient}"
    return message_from_bytes(bytes(message.content), policy=policy.default)


def plain_text(mail: EmailMessage) -> str:
    """The text of a mail as a plain reader shows it."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


async def link_in(purpose: Purpose, recipient: str, path: str = "") -> str:
    """The token of the link in the newest mail of a kind; `path` chooses one of several."""
    wanted = path or PATHS[purpose]
    found = re.search(rf"https?://\S+/{wanted}/([\w-]+)", plain_text(await last_mail(purpose, recipient)))
    assert found, f"no /{wanted}/ link in the {purpose} mail"
    return found[1]
