"""The ledger of deliveries: reading what went out, to whom, and what became of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import Channel, DeliveryAttempt, MessageStatus, OutboxMessage, Purpose, query_values
from models.errors import NotFoundError
from models.text import _
from services import pauses, shared_reads, text_search, walk
from services.database import on_one_state, shielded
from services.outbox import TRIED_AGAIN
from services.pauses import MAIL_LANE, Lane
from services.text_search import MESSAGES
from services.walk import Page, Tell, Told, Way

PAGE_SIZE = 50
# What a seller asks for, and the statuses it means.
STATUS_WORDS = {
    "waiting": (MessageStatus.PENDING, MessageStatus.SENDING),
    "delivered": (MessageStatus.SENT,),
    "kept": (MessageStatus.CAPTURED,),
    "failed": (MessageStatus.FAILED,),
    "held": (MessageStatus.HELD,),
}
ROW_FIELDS = {
    "id": "id",
    "channel": "channel",
    "purpose": "purpose",
    "recipient": "recipient",
    "title": "title",
    "status": "status",
    "attempts": "attempts",
    "due_at": "due_at",
    "last_error": "last_error",
    "created_at": "created_at",
    "finished_at": "finished_at",
    "order_number": "order_number",
    "target_id": "target_id",
}


@dataclass(frozen=True)
class DeliveryFilter:
    """Which deliveries, on which page; empty means any."""

    search: str = ""
    status: str = ""
    channel: Channel | None = None
    page: int = 1
    at: str = ""

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "DeliveryFilter":
        """Read a query string's values; whatever cannot be meant is ignored."""
        status, channel = query.get("status", ""), query.get("channel", "")
        page, at = query_values.place(query)
        return cls(
            search=query_values.text(query.get("search", "")),
            status=status if status in STATUS_WORDS else "",
            channel=Channel(channel) if channel in set(Channel) else None,
            page=page,
            at=at,
        )

    def query(self) -> dict[str, str]:
        """Write the filter as a query string's values; what is not set is left out."""
        values = {"search": self.search, "status": self.status, "channel": self.channel or ""}
        values |= query_values.place_told(self.page, self.at)
        return {name: value for name, value in values.items() if value}

    def way(self) -> Way:
        """The way through the deliveries that match, newest first."""
        words, statuses = self.search.split(), list(STATUS_WORDS.get(self.status, ()))
        wanted = [MESSAGES.holds(word) for word in words]
        each: list[Tell] = [partial(_holding, words)]
        if self.status:
            wanted.append(Q(status__in=statuses))
            each.append(partial(walk.told_by, OutboxMessage.filter(status__in=statuses)))
        if self.channel:
            wanted.append(Q(channel=self.channel))
        return Way(
            OutboxMessage.all(),
            ("created_at", "id"),
            wanted=tuple(wanted),
            candidates=lambda most: walk.fewest(most, each),
            few_first=bool(words),
        )


async def _holding(words: Sequence[str], most: int) -> Told | None:
    return walk.told_of(await text_search.candidates(MESSAGES, words, most))


@dataclass(frozen=True)
class DeliveryRow:
    """What the ledger shows of a delivery; `order_number` is None for one that belongs to no order.

    `paused_by` is what has to be mended before it can go, if it waits in a lane that is paused.
    """

    id: int
    channel: Channel
    purpose: Purpose
    recipient: str
    title: str
    status: MessageStatus
    attempts: int
    due_at: datetime
    last_error: str
    created_at: datetime
    finished_at: datetime | None
    order_number: str | None
    paused_by: str

    @property
    def reason(self) -> str:
        """Why it has not arrived yet, as far as that is known."""
        return self.paused_by or self.last_error

    @property
    def has_failed(self) -> bool:
        """Whether it was given up, or waits for another try."""
        return self.status is MessageStatus.FAILED or (self.status is MessageStatus.PENDING and bool(self.reason))

    @property
    def can_be_tried(self) -> bool:
        """Whether trying again at once makes sense: not while it is on its way, and not once it has arrived."""
        return self.status in TRIED_AGAIN


DeliveryPage = Page[DeliveryRow]


@dataclass(frozen=True)
class Attachment:
    """A file in a mail."""

    file_name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """A mail as its reader sees it."""

    subject: str
    sender: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True)
class Delivery:
    """A delivery with its attempts and its exact content."""

    row: DeliveryRow
    order_id: int | None
    attempts: tuple[DeliveryAttempt, ...]
    content: bytes

    @property
    def letter(self) -> Letter | None:
        """The mail in it, or None if it is a file."""
        return read_letter(self.content) if self.content and self.row.channel is Channel.MAIL else None


async def page(delivery_filter: DeliveryFilter) -> DeliveryPage:
    """The page of the ledger a filter asks for, or the last one there is."""
    read = _search if delivery_filter.search else _page
    return await shared_reads.once(("deliveries", delivery_filter), lambda: read(delivery_filter))


async def _read(delivery_filter: DeliveryFilter) -> DeliveryPage:
    async def rows(message_ids: list[int]) -> list[DeliveryRow]:
        return await _rows(OutboxMessage.filter(id__in=message_ids))

    return await walk.page(delivery_filter.way(), delivery_filter.page, delivery_filter.at, PAGE_SIZE, rows)


_page = shielded(_read)
_search = on_one_state(_read)  # no index knows words of two letters: nobody else waits until they are found


async def of_order(order_id: int) -> list[DeliveryRow]:
    """The deliveries of one order, newest first."""
    found = OutboxMessage.filter(order_id=order_id).order_by("-created_at", "-id")
    return await _rows(found)


@shielded
async def get(message_id: int) -> Delivery:
    """One delivery with all there is to know. Raises NotFoundError."""
    rows = await _rows(OutboxMessage.filter(id=message_id))
    if not rows:
        raise NotFoundError(_("This delivery is no longer there."))
    attempts = await DeliveryAttempt.filter(message_id=message_id).order_by("-started_at", "-id")
    message = await OutboxMessage.get(id=message_id)
    content = (
        b"" if message.purpose is Purpose.SELLER else bytes(message.content)
    )  # it would let one sign in as another
    return Delivery(rows[0], message.order_id, tuple(attempts), content)


async def to_try_again(delivery_filter: DeliveryFilter, message_ids: Collection[int] | None) -> list[int]:
    """The ids of those that can be tried again, oldest first: of `message_ids`, or for None of all that match."""
    return await _chosen(delivery_filter, message_ids, TRIED_AGAIN)


async def to_release(delivery_filter: DeliveryFilter, message_ids: Collection[int] | None) -> list[int]:
    """The ids of those that are held, oldest first: of `message_ids`, or for None of all that match."""
    return await _chosen(delivery_filter, message_ids, STATUS_WORDS["held"])


async def _chosen(
    delivery_filter: DeliveryFilter, message_ids: Collection[int] | None, statuses: Collection[MessageStatus]
) -> list[int]:
    if message_ids is None:
        found = await delivery_filter.way().looked_for()
    else:
        found = OutboxMessage.filter(id__in=list(message_ids))
    return [row["id"] for row in await found.filter(status__in=list(statuses)).order_by("id").values("id")]


async def _rows(found: QuerySet[OutboxMessage]) -> list[DeliveryRow]:
    paused = {pause.lane: pause.reason for pause in await pauses.every()}
    return [_row(row, paused) for row in await found.values(**ROW_FIELDS)]


def _row(row: dict[str, Any], paused: Mapping[Lane, str]) -> DeliveryRow:
    reason = paused.get(row.pop("target_id") or MAIL_LANE, "")
    row["order_number"] = row["order_number"] or None
    return DeliveryRow(**row, paused_by=reason if row["status"] is MessageStatus.PENDING else "")


def read_letter(content: bytes) -> Letter:
    """Take a mail apart; its HTML is not made safe here."""
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)  # noqa: S101 - what this policy makes
    return Letter(
        subject=str(mail["Subject"] or ""),
        sender=str(mail["From"] or ""),
        text=_part(mail, "plain"),
        html=_part(mail, "html"),
        attachments=tuple(_attachment(part) for part in mail.iter_attachments()),
    )


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(part.get_filename() or _("file"), part.get_content_type(), bytes(content or b""))
