"""What goes out when something happens to an order: outbox rows, written inside the caller's unit of work."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from tortoise.expressions import F

from models import (
    Buyer,
    Dialect,
    ExportProfile,
    Link,
    LinkPurpose,
    MessageStatus,
    Order,
    OrderCharge,
    OrderLine,
    OutboxMessage,
    Purpose,
    Shape,
    Shop,
    Standing,
    TransferTarget,
    Trigger,
)
from models.errors import ShopError
from models.file_layout import Layout
from models.text import _, speaking
from services import exports, links, mails, outbox, sent_requests
from services.statements import Statement

VERIFY_LIFETIME = timedelta(hours=72)
CSV_LIFETIME = timedelta(days=30)
CONFIRM_LIFETIME = timedelta(days=14)
SIGN_IN_LIFETIME = timedelta(minutes=30)
MOST_VERIFICATIONS_AN_HOUR = 3

NOTICE_SHAPE = Shape.LINES
NOTICE_DIALECT = Dialect.SPREADSHEET

VERIFICATIONS = Statement[list[dict[str, datetime]]](
    lambda purpose, recipient, since: (
        OutboxMessage.filter(purpose=purpose, recipient=recipient, due_at__gt=since)
        .order_by("-due_at")
        .limit(MOST_VERIFICATIONS_AN_HOUR)
        .values("due_at")
    )
)

Contents = tuple[list[OrderLine], list[OrderCharge]]
Outgoing = tuple[OutboxMessage, list[Link]]  # a mail and the links in it, not written yet


async def verification_asked(order: Order, contents: Contents, shop: Shop) -> None:
    """Mail the buyer a link to verify the address.

    An address gets only so many in an hour: the mail waits if it must, so that no request is turned away for it.
    """
    token = await links.issue(LinkPurpose.VERIFY, lifetime=VERIFY_LIFETIME, order_id=order.id, email=order.email)
    mail = mails.verification(shop, order, *contents, links.url(f"/verify/{token}"))
    due_at = await _next_verification_at(order.email)
    await outbox.write_mail(Purpose.VERIFY, mail, order.email, shop, order=order, due_at=due_at)


async def verification_again(order: Order, shop: Shop) -> None:
    """Mail another link because somebody asks for it; it ends the ones before.

    Raises ShopError if that was too often for this request.

    Mails of other requests to the same address only delay it, and nobody is told: that would tell who orders here.
    """
    of_order = OutboxMessage.filter(purpose=Purpose.VERIFY, order_id=order.id)
    newest = await of_order.order_by("-id").first()
    now = datetime.now(UTC)
    waits = newest and newest.status is MessageStatus.PENDING and newest.due_at > now
    if newest and waits and newest.recipient == order.email:
        return  # the newest link is still on its way
    asked = of_order.filter(recipient=order.email, created_at__gt=now - timedelta(hours=1))
    if await asked.count() >= MOST_VERIFICATIONS_AN_HOUR:
        raise ShopError(
            _(
                "Several verification mails for this request went out within the hour. Please look into your mailbox, "
                "also under spam, or try again later."
            )
        )
    await Link.filter(order_id=order.id, purpose=LinkPurpose.VERIFY).delete()
    await verification_asked(order, await contents_of(order), shop)


async def _next_verification_at(email: str) -> datetime:
    """When an address may get its next verification mail; a moment ago if at once."""
    now = datetime.now(UTC)
    latest = await VERIFICATIONS.run(Purpose.VERIFY, email, now - timedelta(hours=1))
    return now if len(latest) < MOST_VERIFICATIONS_AN_HOUR else latest[-1]["due_at"] + timedelta(hours=1)


async def received(order: Order, contents: Contents, shop: Shop) -> None:
    """A request is received: the buyer knows, the management is told, and the transfers for that moment go out."""
    await _write([_received_mail(order, contents, shop), *_notices(order, contents, shop)])
    await _transfers(order, shop, Trigger.RECEIVED)


async def confirmed(order: Order, shop: Shop) -> None:
    """An order is confirmed: the buyer knows, and the transfers for that moment go out."""
    await _tell_buyer_confirmed(order, shop)
    await _transfers(order, shop, Trigger.CONFIRMED)


async def mails_again(order: Order, shop: Shop) -> None:
    """Mail the notices again, and the buyer's last mail."""
    contents = await contents_of(order)
    if order.confirmed_at:
        await _tell_buyer_confirmed(order, shop)
    else:
        await _write([_received_mail(order, contents, shop)])
    await _write(_notices(order, contents, shop))


async def status_changed(order: Order, shop: Shop) -> None:
    """Tell the buyer about the new status."""
    mail = mails.status_changed(shop, order, *await contents_of(order), await _request_url(order))
    await outbox.write_mail(Purpose.STATUS_CHANGED, mail, order.email, shop, order=order)


async def message(order: Order, text: str, shop: Shop) -> None:
    """Mail the buyer what a seller has written to them."""
    mail = mails.message_from_seller(shop, order, text, await _request_url(order))
    await outbox.write_mail(Purpose.MESSAGE, mail, order.email, shop, order=order)


async def edited(order: Order, text: str, shop: Shop) -> None:
    """Tell the buyer what a seller has changed, with the order as it is now."""
    url = await _request_url(order)
    mail = mails.edited(shop, order, *await contents_of(order), text=text, request_url=url)
    await outbox.write_mail(Purpose.EDITED, mail, order.email, shop, order=order)


async def sign_in(buyer: Buyer, shop: Shop) -> None:
    """Mail a known buyer a link that signs in one device, once."""
    token = await links.issue(LinkPurpose.SIGN_IN, lifetime=SIGN_IN_LIFETIME, buyer_id=buyer.id, email=buyer.email)
    mail = mails.sign_in(shop, buyer.email, links.url(f"/sign-in/{token}"))
    await outbox.write_mail(Purpose.SIGN_IN, mail, buyer.email, shop)


async def new_buyer(buyer: Buyer, shop: Shop) -> None:
    """Tell the management that a buyer waits for approval; who it is stands on the desk, and in the request's mail."""
    order = await _latest_order(buyer)
    for address in shop.management_emails:
        mail = mails.new_buyer(shop, order.number if order else "", links.url(f"/desk/buyers/{buyer.id}"))
        await outbox.write_mail(Purpose.NEW_BUYER, mail, address, shop, order=order)


async def standing(buyer: Buyer, shop: Shop) -> None:
    """Tell a buyer that a seller has approved them, or has not, in the language they ordered in last."""
    order = await _latest_order(buyer)
    with speaking(order.language if order else shop.language):
        mail = mails.standing(shop, links.url("/"), is_approved=buyer.standing is Standing.APPROVED)
    await outbox.write_mail(Purpose.STANDING, mail, buyer.email, shop)


async def _latest_order(buyer: Buyer) -> Order | None:
    return await Order.filter(buyer_id=buyer.id).order_by("-id").first()


async def transfer(order: Order, target: TransferTarget, shop: Shop) -> None:
    """Put the order on a target, as it is now.

    The very file that went out before keeps its name; if the order has changed since, the new file gets a revision
    in its name, so that it never meets its older self.
    """
    content = await exports.order_csv(order.id, await _layout(target, shop))
    earlier = await OutboxMessage.filter(order_id=order.id, target_id=target.id).order_by("id")
    same = next((message for message in earlier if bytes(message.content) == content), None)
    if same is not None:
        if same.status is not MessageStatus.SENDING:
            await outbox.write_again(same)
        return
    await TransferTarget.filter(id=target.id).update(last_seq=F("last_seq") + 1)
    seq = (await TransferTarget.get(id=target.id)).last_seq
    revision = len(earlier) + 1
    at = exports.local_time(datetime.now(UTC), shop)
    name = exports.file_name(target.file_name, order.number, at, seq=seq, revision=revision)
    await outbox.write_file(target, name, content, order=order)


async def _layout(target: TransferTarget, shop: Shop) -> Layout:
    """What the files of a target look like: as its profile says, if it has one."""
    profile = await ExportProfile.get_or_none(id=target.profile_id) if target.profile_id else None
    return profile.layout(shop) if profile else exports.layout(target.shape, target.dialect, shop)


def _received_mail(order: Order, contents: Contents, shop: Shop) -> Outgoing:
    token, link = sent_requests.new_link_to(order.id)
    mail = mails.received(shop, order, *contents, links.url(f"/request/{token}"))
    return outbox.mail_to(Purpose.RECEIVED, mail, order.email, shop, order=order), [link]


async def _tell_buyer_confirmed(order: Order, shop: Shop) -> None:
    mail = mails.confirmed(shop, order, *await contents_of(order), await _request_url(order))
    await outbox.write_mail(Purpose.CONFIRMED, mail, order.email, shop, order=order)


def _notices(order: Order, contents: Contents, shop: Shop) -> Iterator[Outgoing]:
    """One mail for each management address, with links of its own."""
    lines, charges = contents
    content = exports.lines_csv(order, lines, exports.layout(NOTICE_SHAPE, NOTICE_DIALECT, shop))
    for address in shop.management_emails:
        csv_token, csv_link = links.make(LinkPurpose.CSV, lifetime=CSV_LIFETIME, order_id=order.id, email=address)
        confirm_token, confirm_link = links.make(
            LinkPurpose.CONFIRM, lifetime=CONFIRM_LIFETIME, order_id=order.id, email=address
        )
        mail = mails.notice(
            shop,
            order,
            lines,
            charges,
            csv=content,
            csv_name=f"{order.number}.csv",
            csv_url=links.url(f"/orders/csv/{csv_token}"),
            confirm_url=links.url(f"/orders/confirm/{confirm_token}"),
        )
        yield outbox.mail_to(Purpose.NOTICE, mail, address, shop, order=order), [csv_link, confirm_link]


async def _write(outgoing: Iterable[Outgoing]) -> None:
    """Write mails with the links in them, in two statements however many they are."""
    mails_and_links = list(outgoing)
    await Link.bulk_create([link for _mail, carried in mails_and_links for link in carried])
    await OutboxMessage.bulk_create([mail for mail, _carried in mails_and_links])


async def _transfers(order: Order, shop: Shop, trigger: Trigger) -> None:
    for target in await TransferTarget.filter(active=True, trigger=trigger):
        await transfer(order, target, shop)


async def contents_of(order: Order) -> Contents:
    """The lines and charges of an order, as its mails tell them."""
    return await OrderLine.filter(order_id=order.id), await OrderCharge.filter(order_id=order.id)


async def _request_url(order: Order) -> str:
    return links.url(f"/request/{await sent_requests.link_to(order.id)}")
