"""What an order keeps of the moment it was sent: its columns, lines and charges, not written yet."""

import hashlib
import re
from datetime import datetime
from typing import Any

from models import LegalText, OrderCharge, OrderLine, Shop
from models.buyer import sort_name_of
from models.money import to_minor
from models.order import MAX_LINE_NAME_LENGTH
from models.order_form import OrderForm
from models.postal import BUSINESS_COLUMNS
from models.pricing import Quote
from models.text import fold, spoken

NOT_DIALLED = re.compile(r"[^\d+]")


def columns(
    number: str, form: OrderForm, quoted: Quote, *, privacy: LegalText | None, shop: Shop, now: datetime
) -> dict[str, Any]:
    """The columns of a new order: the buyer, the prices and the texts as they are at `now`."""
    return {
        **contents(number, form, quoted),
        **(_privacy_proof(privacy, now) if form.privacy_accepted else {}),
        "price_note": shop.price_note,
        "language": spoken(),
        "created_at": now,
    }


def contents(number: str, form: OrderForm, quoted: Quote) -> dict[str, Any]:
    """The columns that say who asks for what, and what follows from that."""
    skus = ", ".join(line.wanted.sku for line in quoted.lines)
    return {
        **_as_typed(form),
        **_amounts(quoted),
        "references": skus,
        "search": _search_text(number, form, skus),
        "sort_name": sort_name_of(form.company, form.name),
        "fingerprint": _fingerprint(quoted),
    }


def lines_of(order_id: int, quoted: Quote) -> list[OrderLine]:
    """The lines of an order, not written yet."""
    return [
        OrderLine(
            order_id=order_id,
            line_no=line_no,
            product_id=line.wanted.product_id or None,
            sku=line.wanted.sku,
            name=line.wanted.name[:MAX_LINE_NAME_LENGTH],
            quantity=line.wanted.quantity,
            unit=line.wanted.unit,
            unit_price=line.unit_price,
            line_total=to_minor(line.total, quoted.currency),
        )
        for line_no, line in enumerate(quoted.lines, start=1)
    ]


def charges_of(order_id: int, quoted: Quote) -> list[OrderCharge]:
    """The discounts and surcharges of an order, not written yet."""
    return [
        OrderCharge(
            order_id=order_id,
            position=position,
            kind=charge.kind,
            code=charge.code,
            title=charge.title,
            reason=charge.reason,
            amount=to_minor(charge.amount, quoted.currency),
        )
        for position, charge in enumerate(quoted.charges, start=1)
    ]


def _search_text(number: str, form: OrderForm, skus: str) -> str:
    """What the desk's search looks through."""
    phone = f"{form.phone} {NOT_DIALLED.sub('', form.phone)}"  # as typed, and as a telephone shows it
    parts = (number, form.company, form.name, form.email, phone, form.buyer_reference, skus, form.comments)
    return fold(" ".join(parts))


def _as_typed(form: OrderForm) -> dict[str, Any]:
    names = ("name", "company", "email", "phone", "buyer_reference", "comments", "zone", "requested_date")
    return {name: getattr(form, name) for name in (*names, *BUSINESS_COLUMNS)}


def _amounts(quoted: Quote) -> dict[str, Any]:
    names = ("lines_total", "discounts", "surcharges", "total")
    amounts = {name: to_minor(getattr(quoted, name), quoted.currency) for name in names}
    return {"currency": quoted.currency, "prices_hidden": quoted.prices_hidden, **amounts}


def _privacy_proof(privacy: LegalText | None, now: datetime) -> dict[str, Any]:
    if privacy is None:
        return {"privacy_accepted_at": now}
    return {"privacy_text": privacy, "privacy_sha256": privacy.sha256, "privacy_accepted_at": now}


def _fingerprint(quoted: Quote) -> str:
    lines = sorted((line.wanted.sku, line.wanted.quantity) for line in quoted.lines)
    return hashlib.sha256(repr(lines).encode()).hexdigest()
