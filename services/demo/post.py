"""What went out for the orders of the demo shop: outbox messages with their attempts.

What was delivered more than a month ago has no content any more, as in a shop that has been open that long.
"""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from models import Channel, DeliveryAttempt, Link, MessageStatus, OutboxMessage, Purpose, Shop, TransferTarget
from models.text import _
from services import exports, mails, parameters
from services.demo.books import Entered
from services.demo.letters import Letters
from services.housekeeping import DELIVERED_CONTENT_KEPT
from services.retries import KEEP_TRYING

AT_ONCE = 50
KEPT_HERE_FOR = timedelta(days=2)  # the newest mails are captured, to be read on the desk
SECONDS_TO_DELIVER = (0.4, 2.6)
CODES = {(Channel.TRANSFER, MessageStatus.FAILED): "auth", (Channel.MAIL, MessageStatus.SENT): "250"}
MAIL_ACCEPTED = "250 2.0.0 Ok: queued"


@dataclass
class Post:
    """Gathers what is to be written for a shop as it is at `now`."""

    shop: Shop
    target: TransferTarget
    now: datetime
    dice: Random
    letters: Letters = field(init=False)
    messages: list[OutboxMessage] = field(default_factory=list)
    results: dict[str, str] = field(default_factory=dict)  # what the other side said, by the message's identity

    def __post_init__(self) -> None:
        self.letters = Letters(self.shop)

    async def send(self, entered: Sequence[Entered]) -> None:
        """Write everything about these orders; call it inside a unit of work."""
        for one in entered:
            self._send(one)
        files = [message for message in self.messages if message.channel is Channel.TRANSFER]
        await TransferTarget.filter(id=self.target.id).update(last_seq=len(files))
        await Link.bulk_create(self.letters.links, batch_size=AT_ONCE)
        self.messages.sort(key=lambda message: message.created_at)
        await OutboxMessage.bulk_create(self.messages, batch_size=AT_ONCE)
        ids = {row["identity"]: row["id"] for row in await OutboxMessage.all().values("identity", "id")}
        attempts = [self._attempt(message, ids[message.identity]) for message in self.messages]
        await DeliveryAttempt.bulk_create(attempts, batch_size=AT_ONCE)

    def _send(self, one: Entered) -> None:
        story = one.story
        if story.asked_to_verify:
            self._mail(one, Purpose.VERIFY, one.order.email, story.request.sent_at)
        if story.received_at:
            self._mail(one, Purpose.RECEIVED, one.order.email, story.received_at)
            for address in self.shop.management_emails:
                self._mail(one, Purpose.NOTICE, address, story.received_at)
        if story.confirmed_at:
            self._mail(one, Purpose.CONFIRMED, one.order.email, story.confirmed_at)
        if story.sent_at:
            self._file(one, story.sent_at, failed=story.sending_failed)

    def _mail(self, one: Entered, purpose: Purpose, recipient: str, at: datetime) -> None:
        sender = parameters.sender(self.shop)
        identity = f"<{self.dice.randbytes(12).hex()}.{purpose}@{sender.rpartition('@')[2]}>"
        is_new = self.now - at < KEPT_HERE_FOR
        status = MessageStatus.CAPTURED if is_new else MessageStatus.SENT
        result = _("No mail server is set up: kept here to be read.") if is_new else MAIL_ACCEPTED
        message = self._message(one, at, identity, status, result)
        message.channel, message.purpose, message.recipient = Channel.MAIL, purpose, recipient
        message.title = self.letters.subject(one, purpose)
        if self.now - at < DELIVERED_CONTENT_KEPT:
            message.content = mails.build(
                self.letters.mail(one, purpose, recipient, at),
                shop_name=self.shop.name,
                sender=sender,
                reply_to=self.shop.mail_reply_to,
                recipient=recipient,
                message_id=identity,
                created_at=at,
            )

    def _file(self, one: Entered, at: datetime, *, failed: bool) -> None:
        local = exports.local_time(at, self.shop)
        name = exports.file_name(self.target.file_name, one.order.number, local)
        status = MessageStatus.FAILED if failed else MessageStatus.SENT
        result = _("The SFTP server did not accept the login.") if failed else _("Uploaded, checked and renamed.")
        identity = f"file:{self.target.id}:{name}:{self.dice.randbytes(4).hex()}"
        message = self._message(one, at, identity, status, result)
        message.channel, message.purpose, message.recipient = Channel.TRANSFER, Purpose.TRANSFER, self.target.name
        message.title, message.target_id = name, self.target.id
        if failed or self.now - at < DELIVERED_CONTENT_KEPT:
            message.content = self.letters.file(one, self.target)

    def _message(self, one: Entered, at: datetime, identity: str, status: MessageStatus, result: str) -> OutboxMessage:
        """A message that was delivered, or given up, at the first try; what it is remains to be filled in."""
        self.results[identity] = result
        message = OutboxMessage(
            identity=identity,
            order_id=one.order.id,
            order_number=one.order.number,
            content=b"",
            status=status,
            attempts=1,
            due_at=at,
            last_error=result if status is MessageStatus.FAILED else "",
            created_at=at,
            expires_at=at + KEEP_TRYING,
            finished_at=at + timedelta(seconds=self.dice.uniform(*SECONDS_TO_DELIVER)),
        )
        self.messages.append(message)
        return message

    def _attempt(self, message: OutboxMessage, message_id: int) -> DeliveryAttempt:
        assert message.finished_at  # noqa: S101 - _message fills it
        is_file = message.channel is Channel.TRANSFER
        return DeliveryAttempt(
            message_id=message_id,
            number=1,
            started_at=message.created_at,
            finished_at=message.finished_at,
            succeeded=message.status is not MessageStatus.FAILED,
            text=self.results[message.identity],
            code=CODES.get((message.channel, message.status), ""),
            remote_name=posixpath.join(self.target.folder, message.title) if is_file else "",
            size=len(message.content),
        )
