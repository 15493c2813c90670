"""Orders: what becomes of a request once it is placed (which `intake` does)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.expressions import F

from models import Buyer, EventKind, Order, OrderCounter, OrderEvent, Shop, Status, TransferTarget, Verification
from models.buyer import folded
from models.errors import NotFoundError, ShopError
from models.order_form import OrderForm
from models.order_number import order_number
from models.postal import BUSINESS_COLUMNS
from models.text import _, fold
from services import bell, dispatch, live, parameters, statuses
from services.database import unit_of_work
from services.statements import Statement
from services.statuses import Move

BUYER = "buyer"
MAILED_AT_ONCE = 50  # buyers who are mailed in one transaction: others write in between
MAX_NOTE_LENGTH = 4000
MAX_MESSAGE_LENGTH = 4000

COUNTED = Statement[int](lambda more, year: OrderCounter.filter(year=year).update(last_number=F("last_number") + more))
COUNTER = Statement[OrderCounter](lambda year: OrderCounter.get(year=year))


@dataclass(frozen=True)
class Result:
    """What an action did to one order, in words; `is_partial` says that it was done, but not all of it."""

    order_id: int
    number: str
    done: bool
    text: str
    is_partial: bool = False


async def confirm(order_id: int, *, by: str) -> Result:
    """Confirm order processing: the status becomes processed, the buyer is mailed, transfers go out.

    A second confirmation changes nothing. Raises ShopError while the buyer is not verified.
    """
    result = await _confirm(order_id, by)
    _told([order_id])
    return result


@unit_of_work
async def _confirm(order_id: int, by: str) -> Result:
    now = datetime.now(UTC)
    await get_unlocked(order_id)
    claimed = await Order.filter(
        id=order_id, confirmed_at__isnull=True, verification__not=Verification.UNVERIFIED
    ).update(confirmed_at=now, confirmed_by=by, status=Status.PROCESSED)
    order = await get(order_id)
    if not claimed and not order.verification.is_received:
        raise ShopError(_("The buyer of {number} is not verified yet.").format(number=order.number))
    if not claimed:
        text = _("Already confirmed by {who}.").format(who=order.confirmed_by)
        return Result(order.id, order.number, done=False, text=text)
    await record(order.id, EventKind.CONFIRMED, by, now=now)
    await dispatch.confirmed(order, await parameters.current())
    return Result(order.id, order.number, done=True, text=_("Confirmed."))


async def accept_unverified(order_id: int, *, by: str) -> Result:
    """Receive a request whose buyer is not verified, because the seller knows them."""
    result = await _accept_unverified(order_id, by)
    _told([order_id])
    return result


@unit_of_work
async def _accept_unverified(order_id: int, by: str) -> Result:
    order = await get_unlocked(order_id)
    done = await mark_received(order, Verification.OVERRIDDEN, by, datetime.now(UTC))
    text = _("Accepted.") if done else _("Already received.")
    return Result(order.id, order.number, done, text)


async def mark_received(order: Order, verification: Verification, by: str, now: datetime) -> bool:
    """Make an unverified request a received one, with everything that follows; False if it already was.

    Call it inside a unit of work.
    """
    unverified = Order.filter(id=order.id, verification=Verification.UNVERIFIED)
    if not await unverified.update(verification=verification, received_at=now):
        return False
    order.verification, order.received_at = verification, now
    kind = EventKind.VERIFIED if verification is Verification.VERIFIED else EventKind.OVERRIDDEN
    await record(order.id, kind, by, now=now)
    await dispatch.received(order, await dispatch.contents_of(order), await parameters.current())
    return True


async def change_status(
    order_ids: Iterable[int], status: Status, *, by: str, mail_buyers: bool = False
) -> list[Result]:
    """Move orders to a status; buyers are mailed only if that is asked for."""
    portions = change_statuses(order_ids, status, by=by, mail_buyers=mail_buyers)
    return [result async for portion in portions for result in portion]


async def change_statuses(
    order_ids: Iterable[int], status: Status, *, by: str, mail_buyers: bool
) -> AsyncIterator[list[Result]]:
    """The same for many, some at a time: desks see each portion as soon as it is written.

    Yields what came of each. Whoever takes no further portion leaves the other orders as they were.
    """
    wanted = list(dict.fromkeys(order_ids))
    at_once = MAILED_AT_ONCE if mail_buyers else statuses.AT_ONCE
    for start in range(0, len(wanted), at_once):
        portion = wanted[start : start + at_once]
        results = await _change_statuses(portion, status, by, mail_buyers)
        _told(portion)
        yield results


@unit_of_work
async def _change_statuses(order_ids: Iterable[int], status: Status, by: str, mail_buyers: bool) -> list[Result]:
    moves = await statuses.move(order_ids, status, by=by)
    return [await _moved(order_id, moves.get(order_id), status, mail_buyers) for order_id in order_ids]


async def _moved(order_id: int, move: Move | None, status: Status, mail_buyer: bool) -> Result:
    """What came of one order's change of status, whose buyer is mailed if that is asked for."""
    if move is None:
        return Result(order_id, "", done=False, text=str(_not_found()))
    if not move.told:
        text = _("It already is “{status}”.").format(status=_(status.label))
        return Result(order_id, move.number, done=False, text=text)
    why_not = await _mail_status(order_id) if mail_buyer else ""
    return Result(order_id, move.number, done=True, text=why_not or move.told, is_partial=bool(why_not))


async def _mail_status(order_id: int) -> str:
    """Tell the buyer; why they were not told, if that cannot be."""
    order = await get(order_id)
    if not order.verification.is_received:
        return _("Changed, but not mailed: the address is not verified.")
    if order.is_locked:
        return _("Changed, but not mailed: the buyer was erased.")
    await dispatch.status_changed(order, await parameters.current())
    return ""


async def send_to_target(order_ids: Iterable[int], target_id: int, *, by: str) -> list[Result]:
    """Put orders on an FTP or SFTP server; those of unverified buyers are refused and named."""
    return await _each(order_ids, lambda order_id: _send_to_target(order_id, target_id, by))


@unit_of_work
async def _send_to_target(order_id: int, target_id: int, by: str) -> Result:
    order, target = await get_unlocked(order_id), await TransferTarget.get_or_none(id=target_id)
    if target is None:
        raise NotFoundError(_("This transfer target is no longer there."))
    if not order.verification.is_received:
        return Result(order.id, order.number, done=False, text=_("Not sent: the buyer is not verified."))
    await dispatch.transfer(order, target, await parameters.current())
    await record(order.id, EventKind.SENT, by, text=target.name)
    return Result(order.id, order.number, done=True, text=_("On its way to {target}.").format(target=target.name))


async def resend_mails(order_ids: Iterable[int], *, by: str) -> list[Result]:
    """Mail again: the verification to unverified buyers; else the notices, and the buyer's last mail."""
    return await _each(order_ids, lambda order_id: _resend_mails(order_id, by))


@unit_of_work
async def _resend_mails(order_id: int, by: str) -> Result:
    order, shop = await get_unlocked(order_id), await parameters.current()
    if order.verification.is_received:
        await dispatch.mails_again(order, shop)
    else:
        await dispatch.verification_again(order, shop)
    await record(order.id, EventKind.SENT, by, text=_("mails"))
    return Result(order.id, order.number, done=True, text=_("The mails are on their way."))


async def correct_address(order_id: int, email: str) -> None:
    """Send the verification of an unverified request to another address (as `buyers_address` gives it)."""
    await _correct_address(order_id, email)
    _told([order_id])


@unit_of_work
async def _correct_address(order_id: int, email: str) -> None:
    order = await get_unlocked(order_id)
    buyer, _made = await Buyer.get_or_create(email=email, defaults=profile(email, order))
    search = order.search.replace(fold(order.email), fold(email))
    unverified = Order.filter(id=order.id, verification=Verification.UNVERIFIED)
    if not await unverified.update(email=email, buyer_id=buyer.id, search=search):
        raise ShopError(_("This request is verified already; its address stays."))
    order.email, order.buyer_id = email, buyer.id
    await record(order.id, EventKind.ADDRESS, BUYER)
    await dispatch.verification_again(order, await parameters.current())


async def add_note(order_id: int, text: str, *, by: str) -> None:
    """Add an internal note. Raises ShopError if it is empty or too long."""
    note = text.strip()
    if not note or len(note) > MAX_NOTE_LENGTH:
        raise ShopError(_("A note has between 1 and {n} characters.").format(n=MAX_NOTE_LENGTH))
    await _add_note(order_id, note, by)
    _told([order_id])


@unit_of_work
async def _add_note(order_id: int, note: str, by: str) -> None:
    await record((await get_unlocked(order_id)).id, EventKind.NOTE, by, text=note)


async def send_message(order_id: int, text: str, *, by: str) -> None:
    """Write to the buyer of a received request: on its page, and by mail. Raises ShopError."""
    message = text.strip()
    if not message or len(message) > MAX_MESSAGE_LENGTH:
        raise ShopError(_("A message has between 1 and {n} characters.").format(n=MAX_MESSAGE_LENGTH))
    await _send_message(order_id, message, by)
    _told([order_id])


@unit_of_work
async def _send_message(order_id: int, message: str, by: str) -> None:
    order = await get_unlocked(order_id)
    if not order.verification.is_received:
        raise ShopError(_("The buyer of {number} is not verified yet.").format(number=order.number))
    await record(order.id, EventKind.MESSAGE, by, text=message)
    await dispatch.message(order, message, await parameters.current())


async def mark_opened(order_id: int) -> None:
    """Note that a seller has looked at the order, so that it is no longer new."""
    if await _mark_opened(order_id):
        live.order_changed(order_id)


@unit_of_work
async def _mark_opened(order_id: int) -> int:
    return await Order.filter(id=order_id, opened_at__isnull=True).update(opened_at=datetime.now(UTC))


async def get(order_id: int) -> Order:
    """The order. Raises NotFoundError."""
    order = await Order.get_or_none(id=order_id)
    if order is None:
        raise _not_found()
    return order


async def get_unlocked(order_id: int) -> Order:
    """An order whose buyer has not been erased. Raises NotFoundError, or ShopError once they have."""
    order = await get(order_id)
    if order.is_locked:
        raise ShopError(_("The buyer of {number} was erased, so the order is locked.").format(number=order.number))
    return order


async def record(order_id: int, kind: EventKind, actor: str, *, text: str = "", now: datetime | None = None) -> None:
    """Add a line to an order's history; call it inside a unit of work."""
    await OrderEvent.create(order_id=order_id, kind=kind, actor=actor, text=text, created_at=now or datetime.now(UTC))


def profile(email: str, sender: OrderForm | Order) -> dict[str, str]:
    """The columns of the buyer with this address: what was sent with it."""
    known = {"name": sender.name, "company": sender.company, "phone": sender.phone}
    business = {name: getattr(sender, name) for name in BUSINESS_COLUMNS}
    return {**known, **business, "zone": sender.zone, **folded(email=email, **known)}


async def _each(order_ids: Iterable[int], act: Callable[[int], Awaitable[Result]]) -> list[Result]:
    results = []
    for order_id in order_ids:
        try:
            results.append(await act(order_id))
        except NotFoundError as error:
            results.append(Result(order_id, "", done=False, text=str(error)))
        except ShopError as error:
            results.append(Result(order_id, (await get(order_id)).number, done=False, text=str(error)))
    _told(result.order_id for result in results)
    return results


def _told(order_ids: Iterable[int]) -> None:
    live.orders_changed(order_ids)
    bell.ring()


async def next_number(shop: Shop, now: datetime) -> str:
    """The number of an order that is made at `now`; call it inside a unit of work."""
    year = parameters.today(shop, now).year
    if not await COUNTED.run(1, year):
        await OrderCounter.create(year=year, last_number=1)  # the first one of the year
    counter = await COUNTER.run(year)
    return order_number(shop.order_prefix, year, counter.last_number)


def _not_found() -> NotFoundError:
    return NotFoundError(_("This order is no longer there."))
