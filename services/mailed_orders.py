"""What the links in a management mail open: one order's file, and the confirmation of that order."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import StrEnum

from models import Link, LinkPurpose, Order, OrderCharge, OrderLine, OutboxMessage, Purpose, Shop
from models.errors import NotFoundError, ShopError
from models.text import _, spoken
from services import dispatch, exports, links, orders, parameters
from services.database import shielded
from services.mails.order_summary import OrderSummary, local_time, summarise


@dataclass(frozen=True)
class MailedFile:
    """A file and the name it is saved under."""

    name: str
    content: bytes


class ConfirmState(StrEnum):
    """What a confirmation link is good for now."""

    OPEN = "open"
    DONE = "done"
    UNVERIFIED = "unverified"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Confirmation:
    """An order behind a confirmation link, put into words; `confirmed_at` is "" while it is not."""

    state: ConfirmState
    order: Order
    summary: OrderSummary
    confirmed_at: str


@shielded
async def csv_file(token: str) -> MailedFile:
    """The very file that was attached to the mail this link came in.

    Once the mail's content is no longer kept, it is the order as it is now. Raises NotFoundError, or ShopError if the
    link has expired.
    """
    link, order = await _find(LinkPurpose.CSV, token)
    if links.is_expired(link):
        raise ShopError(_("This link has expired: it works for 30 days. The file is on the desk, with the order."))
    attached = await _attached(link, token)
    if attached is not None:
        return attached
    shop = await parameters.current()
    content = await exports.order_csv(order.id, exports.layout(dispatch.NOTICE_SHAPE, dispatch.NOTICE_DIALECT, shop))
    return MailedFile(f"{order.number}.csv", content)


@shielded
async def describe(token: str) -> Confirmation:
    """What a confirmation link is good for, and its order. Changes nothing. Raises NotFoundError."""
    link, order = await _find(LinkPurpose.CONFIRM, token)
    shop = await parameters.current()
    confirmed_at = local_time(order.confirmed_at, shop, spoken()) if order.confirmed_at else ""
    return Confirmation(_state(link, order), order, await _summary(order, shop), confirmed_at)


async def confirm(token: str) -> orders.Result:
    """Confirm the order in the name of the address the link was mailed to; a second time changes nothing.

    Raises NotFoundError, or ShopError if the link has expired or the buyer is not verified.
    """
    link, order = await _find(LinkPurpose.CONFIRM, token)
    if _state(link, order) is ConfirmState.EXPIRED:
        raise ShopError(_("This link has expired: it works for 14 days. Please confirm the order on the desk."))
    return await orders.confirm(order.id, by=link.email)


async def _find(purpose: LinkPurpose, token: str) -> tuple[Link, Order]:
    link = await links.find(purpose, token)
    if link is None or link.order_id is None:
        raise NotFoundError(_("This link is not known here. Please open it from the mail again, whole."))
    return link, await orders.get(link.order_id)


def _state(link: Link, order: Order) -> ConfirmState:
    if order.confirmed_at is not None:
        return ConfirmState.DONE
    if links.is_expired(link):
        return ConfirmState.EXPIRED
    return ConfirmState.OPEN if order.verification.is_received else ConfirmState.UNVERIFIED


async def _summary(order: Order, shop: Shop) -> OrderSummary:
    lines = await OrderLine.filter(order_id=order.id)
    charges = await OrderCharge.filter(order_id=order.id)
    return summarise(shop, order, lines, charges, with_buyer=True, for_management=True)


async def _attached(link: Link, token: str) -> MailedFile | None:
    """The attachment of the mail that carries `token`, if it is still kept."""
    notices = OutboxMessage.filter(order_id=link.order_id, purpose=Purpose.NOTICE, recipient=link.email)
    for notice in await notices.exclude(content=b""):
        mail = message_from_bytes(bytes(notice.content), policy=default)
        if token in _text(mail):
            return next((_file(part) for part in mail.iter_attachments()), None)
    return None


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part else ""


def _file(part: EmailMessage) -> MailedFile:
    content = part.get_payload(decode=True)
    return MailedFile(part.get_filename() or "", content if isinstance(content, bytes) else b"")
