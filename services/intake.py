"""Intake: the cart of a buyer becomes an order, at the total they were shown."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from models import (
    Buyer,
    Cart,
    CartStatus,
    EventKind,
    LegalKind,
    Order,
    OrderCharge,
    OrderEvent,
    OrderLine,
    Shop,
    Verification,
)
from models.errors import FieldErrors, ShopError, TotalChangedError
from models.money import show_amount
from models.order_form import OrderForm
from models.pricing import Quote, quote
from models.text import _, spoken
from services import (
    bell,
    carts,
    dispatch,
    legal,
    live,
    metrics,
    order_snapshot,
    orders,
    parameters,
    prices,
    sent_requests,
    terms,
    terms_versions,
    visitors,
)
from services.database import unit_of_work
from services.dispatch import Contents
from services.statements import Statement
from services.visitors import Visitor

DUPLICATE_WITHIN = timedelta(minutes=10)

CLAIMED_CART = Statement[int](
    lambda status, cart_id, device_id: Cart.filter(id=cart_id, device_id=device_id, status=CartStatus.OPEN).update(
        status=status
    )
)
CART = Statement[Cart](lambda cart_id: Cart.get(id=cart_id))
BUYER_OF = Statement[Buyer | None](lambda email: Buyer.get_or_none(email=email))
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


async def place(cart_id: int, device_token: str, form: OrderForm, *, shown_total: Decimal) -> Placed:
    """Turn a cart into an order: the total must be the one shown to the buyer.

    Sending the same cart again gives the first order back. Raises FieldErrors, TotalChangedError or ShopError; the
    cart is then as it was.
    """
    placed = await _place(cart_id, device_token, form, shown_total)
    if not placed.is_repeat:
        metrics.orders_placed.inc()
    live.order_changed(placed.order_id)
    bell.ring()
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
        await Buyer.filter(id=sender.id).update(**orders.profile(form.email, form))
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
        columns: dict[str, Any] = orders.profile(form.email, form)
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
    number = await orders.next_number(shop, now)
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
        OrderEvent(order_id=order.id, kind=kind, actor=orders.BUYER, created_at=now) for kind in kinds
    )
    return order, (lines, charges)


async def _possible_duplicate(buyer: Buyer, fingerprint: str, now: datetime) -> Order | None:
    return await TWIN.run(buyer.id, fingerprint, now - DUPLICATE_WITHIN)


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
