"""Orders: placing a request, and what the seller does with it afterwards."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tortoise.expressions import F

from models import (
    Buyer,
    Cart,
    CartStatus,
    EventKind,
    LegalKind,
    Order,
    OrderCharge,
    OrderCounter,
    OrderEvent,
    OrderLine,
    Shop,
    Status,
    TransferTarget,
    Verification,
)
from models.buyer import folded
from models.errors import FieldErrors, NotFoundError, ShopError, TotalChangedError
from models.money import show_amount
from models.order_form import OrderForm
from models.order_number import order_number
from models.postal import BUSINESS_COLUMNS
from models.pricing import Quote, quote
from models.text import _, fold, spoken
from services import (
    bell,
    carts,
    dispatch,
    legal,
    live,
    metrics,
    order_snapshot,
    parameters,
    prices,
    sent_requests,
    statuses,
    terms,
    terms_versions,
    visitors,
)
from services.database import unit_of_work
from services.dispatch import Contents
from services.statements import Statement
from services.statuses import Move
from services.visitors import Visitor

DUPLICATE_WITHIN = timedelta(minutes=10)
BUYER = "buyer"
MAILED_AT_ONCE = 50  # buyers who are mailed in one transaction: others write in between
MAX_NOTE_LENGTH = 4000
MAX_MESSAGE_LENGTH = 4000

CLAIMED_CART = Statement[int](
    lambda status, cart_id, device_id: Cart.filter(id=cart_id, device_id=device_id, status=CartStatus.OPEN).update(
        status=status
    )
)
CART = Statement[Cart](lambda cart_id: Cart.get(id=cart_id))
BUYER_OF = Statement[Buyer | None](lambda email: Buyer.get_or_none(email=email))
COUNTED = Statement[int](lambda more, year: OrderCounter.filter(year=year).update(last_number=F("last_number") + more))
COUNTER = Statement[OrderCounter](lambda year: OrderCounter.get(year=year))
TWIN = Statement[Order | None](
    lambda buyer_id, fingerprint, since: (
        Order.filter(buyer_id=buyer_id, fingerprint=fingerprint, created_at__gte=since).order_by("-created_at").first()
    )
)


@dataclass(frozen=True)
class Placed:
    """A request that was sent; `request_token` opens its page, `is_repeat` says that it had been sent before."""

    order_id: int
    number: str
    request_token: str
    is_repeat: bool


@dataclass(frozen=True)
class Result:
    """What an action did to one order, in words; `is_partial` says that it was done, but not all of it."""

    order_id: int
    number: str
    done: bool
    text: str
    is_partial: bool = False


async def place(cart_id: int, device_token: str, form: OrderForm, *, shown_total: Decimal) -> Placed:
    """Turn a cart into an order: the total must be the one shown to the buyer.

    Sending the same cart again gives the first order back. Raises FieldErrors, TotalChangedError or ShopError; the
    cart is then as it was.
    """
    placed = await _place(cart_id, device_token, form, shown_total)
    if not placed.is_repeat:
        metrics.orders_placed.inc()
    _told([placed.order_id])
    carts.tell_tabs(device_token)
    return placed


@unit_of_work
async def _place(cart_id: int, device_token: str, form: OrderForm, shown_total: Decimal) -> Placed:
    visitor = await visitors.load(device_token)
    if not await CLAIMED_CART.run(CartStatus.ORDERED, cart_id, visitor.device_id or 0):
        return await _already_placed(cart_id, visitor.device_id)
    cart, shop = await CART.run(cart_id), await parameters.current()
    told = await prices.of_buyer(shop, visitor.buyer)
    rules, wanted = await terms.load(told), await carts.wanted_lines(cart_id, told)
    if not wanted:
        raise ShopError(_("Your cart is empty. Choose some products first."))
    if rules.zones and form.zone not in rules.zones:
        raise FieldErrors({"zone": _("Please choose your zone.")})
    quoted = quote(wanted, rules, code=cart.discount_code, zone=form.zone, today=parameters.today(shop))
    if quoted.total != shown_total:
        raise TotalChangedError(_changed_total(quoted, shown_total, shop))
    sender, is_known = await _sender(visitor, form)
    version = await terms_versions.of(rules)
    order, contents = await _write_order(cart, shop, sender, form, quoted, version=version, is_known=is_known)
    if is_known:
        await Buyer.filter(id=sender.id).update(**profile(form.email, form))
        await dispatch.received(order, contents, shop)
    else:
        await dispatch.verification_asked(order, contents, shop)
    return Placed(order.id, order.number, await sent_requests.link_to(order.id), is_repeat=False)


async def _sender(visitor: Visitor, form: OrderForm) -> tuple[Buyer, bool]:
    """The buyer whose address was typed, and whether it is known to be them: signed in here, and verified."""
    if visitor.buyer is not None and visitor.buyer.email == form.email:
        return visitor.buyer, visitor.buyer.verified_at is not None
    buyer = await BUYER_OF.run(form.email)
    if buyer is None:
        columns: dict[str, Any] = profile(form.email, form)
        buyer = await Buyer.create(email=form.email, **columns)
    return buyer, False


async def _already_placed(cart_id: int, device_id: int | None) -> Placed:
    order = await Order.get_or_none(cart_id=cart_id, cart__device_id=device_id) if device_id else None
    if order is None:
        raise ShopError(_("This cart is no longer there. Nothing was sent; please look at your cart again."))
    return Placed(order.id, order.number, await sent_requests.link_to(order.id), is_repeat=True)


async def _write_order(
    cart: Cart, shop: Shop, buyer: Buyer, form: OrderForm, quoted: Quote, *, version: int | None, is_known: bool
) -> tuple[Order, Contents]:
    """Write an order with its lines, charges and history; that of a buyer who is known is received at once."""
    now = datetime.now(UTC)
    number = await next_number(shop, now)
    privacy = await legal.for_reader(LegalKind.PRIVACY, shop)
    columns = order_snapshot.columns(number, form, quoted, privacy=privacy, shop=shop, now=now)
    if is_known:
        columns |= {"verification": Verification.VERIFIED, "received_at": now}
    twin = await _possible_duplicate(buyer, columns["fingerprint"], now)
    order = await Order.create(
        number=number, cart=cart, buyer=buyer, duplicate_of=twin, terms_version_id=version, **columns
    )
    lines, charges = order_snapshot.lines_of(order.id, quoted), order_snapshot.charges_of(order.id, quoted)
    await OrderLine.bulk_create(lines)
    await OrderCharge.bulk_create(charges)
    kinds = (EventKind.PLACED, EventKind.VERIFIED) if is_known else (EventKind.PLACED,)
    await OrderEvent.bulk_create(
        OrderEvent(order_id=order.id, kind=kind, actor=BUYER, created_at=now) for kind in kinds
    )
    return order, (lines, charges)


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


async def _possible_duplicate(buyer: Buyer, fingerprint: str, now: datetime) -> Order | None:
    return await TWIN.run(buyer.id, fingerprint, now - DUPLICATE_WITHIN)


def _not_found() -> NotFoundError:
    return NotFoundError(_("This order is no longer there."))


def _changed_total(quoted: Quote, shown: Decimal, shop: Shop) -> str:
    if quoted.prices_hidden:
        return _("Prices are no longer shown to you. Nothing was sent: send it again to ask without prices.")
    if not shown:
        return _("Prices are shown to you now. Nothing was sent: please look at the total and send it again.")
    before = show_amount(shown, quoted.currency, spoken())
    after = show_amount(quoted.total, quoted.currency, spoken())
    return _(
        "The prices have changed since you opened this page: the total was {before} and is now {after}. "
        "Nothing was sent. Please look at the new total and send it again."
    ).format(before=before, after=after)
