"""A buyer's data as JSON: everything that is kept about one person, and nothing about anybody else.

The keys are written down in `docs/buyer-data.md` and do not change within a `format`.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tortoise.expressions import Q

from models import (
    Buyer,
    Cart,
    CartLine,
    CartStatus,
    Device,
    EventKind,
    Link,
    LinkPurpose,
    Order,
    OrderCharge,
    OrderEvent,
    OrderLine,
    OrderList,
    OrderListLine,
    OutboxMessage,
)
from models.errors import NotFoundError
from models.money import from_minor
from models.postal import BUSINESS_COLUMNS
from models.text import _
from services import buyer_notes, parameters
from services.database import on_one_state

FORMAT = 1
BUYER = "buyer"
OF_THE_BUYER = (LinkPurpose.VERIFY, LinkPurpose.REQUEST)  # the other links to an order are the management's

Told = dict[str, Any]


@on_one_state
async def buyer_data(buyer_id: int, *, with_notes: bool = False) -> bytes:
    """Everything about a buyer as JSON; times are UTC. Raises NotFoundError.

    `with_notes` adds the sellers' internal notes on the buyer and the orders: for the seller, who answers for what is
    in them.
    """
    buyer = await Buyer.get_or_none(id=buyer_id).select_related("group")
    if buyer is None:
        raise NotFoundError(_("This buyer is no longer there."))
    told = {
        "format": FORMAT,
        "made_at": _time(datetime.now(UTC)),
        "shop": (await parameters.current()).name,
        "profile": _profile(buyer) | {"group": buyer.group.name if buyer.group else None},
        "orders": await _orders(buyer, with_notes),
        "carts": await _carts(buyer),
        "lists": await _lists(buyer),
        "devices": await _devices(buyer),
        "deliveries": await _deliveries(buyer),
        "links": await _links(buyer),
    }
    if with_notes:
        told["notes"] = [
            {"at": _time(note.created_at), "text": note.text} for note in await buyer_notes.every(buyer.id)
        ]
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def _profile(buyer: Buyer) -> Told:
    return {
        "id": buyer.id,
        "email": buyer.email,
        "name": buyer.name,
        "company": buyer.company,
        "phone": buyer.phone,
        "zone": buyer.zone,
        "language": buyer.language,
        **_business(buyer),
        "known_since": _time(buyer.created_at),
        "verified_at": _time(buyer.verified_at),
        "standing": buyer.standing.value,
        "erased_at": _time(buyer.erased_at),
    }


def _business(holder: Buyer | Order) -> Told:
    return {name: getattr(holder, name) for name in BUSINESS_COLUMNS}


async def _orders(buyer: Buyer, with_notes: bool) -> list[Told]:
    found = await Order.filter(buyer_id=buyer.id).order_by("id").select_related("privacy_text")
    return [await _order(order, with_notes) for order in found]


async def _order(order: Order, with_notes: bool) -> Told:
    lines = await OrderLine.filter(order_id=order.id).order_by("line_no")
    charges = await OrderCharge.filter(order_id=order.id).order_by("position")
    events = await OrderEvent.filter(order_id=order.id).order_by("created_at", "id")
    told = {
        "number": order.number,
        "sent_at": _time(order.created_at),
        "name": order.name,
        "company": order.company,
        "email": order.email,
        "phone": order.phone,
        "reference": order.buyer_reference,
        "comments": order.comments,
        "zone": order.zone,
        **_business(order),
        "requested_date": order.requested_date.isoformat() if order.requested_date else None,
        "language": order.language,
        "status": order.status.value,
        "verification": order.verification.value,
        "received_at": _time(order.received_at),
        "confirmed_at": _time(order.confirmed_at),
        "locked_at": _time(order.locked_at),
        "erased_at": _time(order.erased_at),
        "currency": order.currency,
        "price_note": order.price_note,
        **{name: _amount(getattr(order, name), order) for name in ("lines_total", "discounts", "surcharges", "total")},
        "lines": [_line(line, order) for line in lines],
        "charges": [_charge(charge, order) for charge in charges],
        "privacy": _proof(order),
        "messages": [_words(event) for event in events if event.kind is EventKind.MESSAGE],
        "changes": [_words(event) for event in events if event.kind is EventKind.EDITED],
        "history": [_event(event) for event in events if event.kind is not EventKind.NOTE],
    }
    if with_notes:
        told["notes"] = [_words(event) for event in events if event.kind is EventKind.NOTE]
    return told


def _line(line: OrderLine, order: Order) -> Told:
    return {
        "line_no": line.line_no,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price": None if order.prices_hidden or line.unit_price is None else f"{Decimal(line.unit_price):f}",
        "total": _amount(line.line_total, order),
    }


def _charge(charge: OrderCharge, order: Order) -> Told:
    return {
        "kind": charge.kind.value,
        "code": charge.code,
        "title": charge.title,
        "reason": charge.reason,
        "amount": _amount(charge.amount, order),
    }


def _proof(order: Order) -> Told:
    """Which privacy text was accepted, and when."""
    text = order.privacy_text
    return {
        "accepted_at": _time(order.privacy_accepted_at),
        "version": text.version if text else None,
        "language": text.language if text else None,
        "sha256": order.privacy_sha256,
    }


def _event(event: OrderEvent) -> Told:
    """What happened; which seller it was is another person's data."""
    by = BUYER if event.actor == BUYER else "shop"
    return {"at": _time(event.created_at), "kind": event.kind.value, "by": by}


def _words(event: OrderEvent) -> Told:
    return {"at": _time(event.created_at), "text": event.text}


async def _carts(buyer: Buyer) -> list[Told]:
    """What lies in the carts of their devices, and the carts their orders came from."""
    open_on_theirs = Q(status=CartStatus.OPEN, device__buyer_id=buyer.id)
    found = await Cart.filter(open_on_theirs | Q(orders__buyer_id=buyer.id)).distinct().order_by("id")
    return [_cart(cart, await CartLine.filter(cart_id=cart.id).select_related("product"), buyer) for cart in found]


def _cart(cart: Cart, lines: Sequence[CartLine], buyer: Buyer) -> Told:
    return {
        "status": cart.status.value,
        "created_at": _time(cart.created_at),
        "changed_at": _time(cart.changed_at),
        "discount_code": cart.discount_code,
        "zone": cart.zone,
        "typed": cart.draft if is_typed_by(cart.draft, buyer.email) else {},
        "lines": [{"sku": line.product.sku, "quantity": line.quantity} for line in lines],
    }


def is_typed_by(draft: object, email: str) -> bool:
    """Whether what was typed into an order form is this buyer's: two people may share a browser."""
    return isinstance(draft, dict) and str(draft.get("email", "")).strip().lower() == email.lower()


async def _lists(buyer: Buyer) -> list[Told]:
    found = await OrderList.filter(buyer_id=buyer.id).order_by("id")
    return [_list(one, await OrderListLine.filter(list_id=one.id).select_related("product")) for one in found]


def _list(one: OrderList, lines: Sequence[OrderListLine]) -> Told:
    return {
        "name": one.name,
        "created_at": _time(one.created_at),
        "changed_at": _time(one.changed_at),
        "lines": [{"sku": line.product.sku, "quantity": line.quantity} for line in lines],
    }


async def _devices(buyer: Buyer) -> list[Told]:
    return [{"known_since": _time(device.created_at)} for device in await Device.filter(buyer_id=buyer.id)]


async def _deliveries(buyer: Buyer) -> list[Told]:
    columns = (
        "created_at",
        "finished_at",
        "purpose",
        "title",
        "status",
        "recipient",
        "order__number",
        "order__buyer_id",
    )
    rows = await OutboxMessage.filter(recipient=buyer.email).order_by("id").values(*columns)
    return [
        {
            "at": _time(row["created_at"]),
            "finished_at": _time(row["finished_at"]),
            "to": row["recipient"],
            "purpose": str(row["purpose"]),
            "subject": row["title"],
            "state": str(row["status"]),
            "order": row["order__number"] if row["order__buyer_id"] == buyer.id else None,
        }
        for row in rows
    ]


async def _links(buyer: Buyer) -> list[Told]:
    theirs = Q(buyer_id=buyer.id) | Q(order__buyer_id=buyer.id, purpose__in=list(OF_THE_BUYER))
    columns = ("purpose", "order__number", "created_at", "expires_at", "used_at")
    return [
        {
            "purpose": str(row["purpose"]),
            "order": row["order__number"],
            "created_at": _time(row["created_at"]),
            "expires_at": _time(row["expires_at"]),
            "used_at": _time(row["used_at"]),
        }
        for row in await Link.filter(theirs).order_by("id").values(*columns)
    ]


def _amount(minor: int, order: Order) -> str | None:
    """An amount as decimals; None where no prices were told."""
    return None if order.prices_hidden else f"{from_minor(minor, order.currency):f}"


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
