"""Editing an order before it is confirmed: nobody's change is overwritten, and the history tells each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from typing import Any

from tortoise.expressions import F

from models import (
    ChargeKind,
    EventKind,
    ExportedOrder,
    MessageStatus,
    Order,
    OrderCharge,
    OrderEvent,
    OrderLine,
    OutboxMessage,
    Purpose,
)
from models.days import day_of
from models.errors import FieldErrors, NotFoundError, ShopError
from models.money import to_minor
from models.order import MAX_NUMBER_LENGTH
from models.order_edit import Change, DraftCharge, OrderDraft, changes, check, draft_of
from models.pricing import NO_PRICES, PriceList, quote
from models.text import _, speaking
from services import bell, dispatch, live, order_snapshot, orders, parameters, terms
from services.database import shielded, unit_of_work

MAX_NOTE_LENGTH = 2000


@dataclass(frozen=True)
class Opened:
    """An order as it is now, to be edited; `gone_out` names the files and places that have it as it was."""

    order: Order
    draft: OrderDraft
    gone_out: tuple[str, ...] = ()


class EditedMeanwhileError(ShopError):
    """Somebody else has saved the order since it was opened: `by` whom, `changes` is what, `now` what it is."""

    def __init__(self, now: Opened, by: str, changed: Sequence[Change]) -> None:
        self.now, self.by, self.changes = now, by, tuple(changed)
        super().__init__(_("{who} has changed this order meanwhile. Nothing was overwritten.").format(who=by))


@shielded
async def open_order(number: str) -> Opened:
    """The order with this number. Raises NotFoundError, or ShopError if it can be edited no more."""
    order = await Order.get_or_none(number=number) if len(number) <= MAX_NUMBER_LENGTH else None
    if order is None:
        raise NotFoundError(_("This order is no longer there."))
    _check_open(order)
    return await _opened(order)


async def save(opened: Opened, wanted: OrderDraft, *, by: str, tell_buyer: bool = False, note: str = "") -> None:
    """Make an order what is `wanted`, if it still is what was `opened`.

    With `tell_buyer` the buyer reads what has changed on the page of the request, and in a mail, with a `note` of the
    seller above it. Raises EditedMeanwhileError, FieldErrors or ShopError; then nothing has changed.
    """
    check(wanted)
    if len(note) > MAX_NOTE_LENGTH:
        raise FieldErrors({"note": _("This is too long: at most {n} characters.").format(n=MAX_NOTE_LENGTH)})
    await _check_zone(opened, wanted)
    await _save(opened, wanted, by, tell_buyer, note.strip())
    live.order_changed(opened.order.id)
    bell.ring()


@shielded
async def by_terms(opened: Opened, draft: OrderDraft) -> tuple[DraftCharge, ...]:
    """The charges of a draft by the terms of sale of now; what was charged by hand stays. Raises ShopError.

    A discount code counts as on the day the order was sent, and stays as it is if it is known no more.
    """
    shop, order = await parameters.current(), opened.order
    if draft.currency != shop.currency:
        raise ShopError(_("This order is in {currency}, and so is none of your terms.").format(currency=draft.currency))
    code = next((one.charge.code for one in draft.charges if one.charge.kind is ChargeKind.DISCOUNT), "")
    with speaking(order.language):
        rules = await terms.load(PriceList(shop.currency))
        wanted = [line.wanted for line in draft.quote.lines]
        sent_on = day_of(order.created_at, shop.time_zone)
        quoted = quote(wanted, rules, code=code, zone=draft.form.zone, today=sent_on)
    known = {(one.charge.kind, one.charge.code): one.key for one in draft.charges if one.charge.code}
    kept = [one for one in draft.charges if not one.charge.code or (quoted.code_problem and one.charge.code == code)]
    new = count(min([0, *(one.key for one in draft.charges)]) - 1, -1)
    charged = [DraftCharge(known.get((charge.kind, charge.code)) or next(new), charge) for charge in quoted.charges]
    return (*charged, *kept)


async def leaves_the_terms(opened: Opened, wanted: OrderDraft) -> bool:
    """Whether the products or the zone came to be others, and the charges that nobody touched no longer follow."""
    before, after = opened.draft, wanted
    is_same = before.quote.lines_total == after.quote.lines_total and before.form.zone == after.form.zone
    if is_same or before.charges != after.charges or after.prices_hidden:
        return False
    try:
        by_now = await by_terms(opened, after)
    except ShopError:
        return False
    return _worth(by_now) != _worth(after.charges)


def _worth(charges: Iterable[DraftCharge]) -> list[tuple[str, str, Decimal]]:
    return sorted((one.charge.kind.value, one.charge.code, one.charge.amount) for one in charges)


@unit_of_work
async def _save(opened: Opened, wanted: OrderDraft, by: str, tell_buyer: bool, note: str) -> None:
    order = await orders.get(opened.order.id)
    before = (await _opened(order)).draft
    columns = order_snapshot.contents(order.number, replace(wanted.form, email=order.email), wanted.quote)
    if not await _claim(opened.order, columns):
        raise await _refusal(opened)
    changed = changes(before, wanted)
    if not changed:
        raise ShopError(_("Nothing has been changed."))
    await _write_lines(order.id, wanted)
    await _write_charges(order.id, wanted)
    await orders.record(order.id, EventKind.EDITED, by, text="\n".join(change.words for change in changed))
    if tell_buyer:
        await _tell_buyer(await orders.get(order.id), before, wanted, by, note)


async def _claim(seen: Order, columns: dict[str, object]) -> int:
    """Write the columns of an order if nobody has saved it since it was seen, nor ended what may be done with it."""
    untouched = Order.filter(
        id=seen.id,
        revision=seen.revision,
        confirmed_at__isnull=True,
        locked_at__isnull=True,
        erased_at__isnull=True,
    )
    return await untouched.update(revision=F("revision") + 1, **columns)


async def _refusal(opened: Opened) -> ShopError:
    """Why an order could not be saved."""
    order = await orders.get(opened.order.id)
    _check_open(order)
    now = await _opened(order)
    last = await OrderEvent.filter(order_id=order.id, kind=EventKind.EDITED).order_by("-id").first()
    return EditedMeanwhileError(now, last.actor if last else "", changes(opened.draft, now.draft))


async def _opened(order: Order) -> Opened:
    lines, charges = await OrderLine.filter(order_id=order.id), await OrderCharge.filter(order_id=order.id)
    return Opened(order, draft_of(order, lines, charges), await _gone_out(order.id))


async def _gone_out(order_id: int) -> tuple[str, ...]:
    """The exports an order is in, and the places it was sent to."""
    taken = ExportedOrder.filter(order_id=order_id, export__undone_at__isnull=True).order_by("export_id")
    sent = OutboxMessage.filter(order_id=order_id, purpose=Purpose.TRANSFER).exclude(status=MessageStatus.FAILED)
    files = [row["export__file_name"] for row in await taken.values("export__file_name")]
    places = [f"{row['recipient']}: {row['title']}" for row in await sent.order_by("id").values("recipient", "title")]
    return (*files, *places)


def _check_open(order: Order) -> None:
    """Raises ShopError for an order that may be edited no more."""
    if order.is_locked:
        raise ShopError(_("The buyer of {number} was erased, so the order is locked.").format(number=order.number))
    if order.confirmed_at:
        told = _("{number} is confirmed already, by {who}: it cannot be edited any more.")
        raise ShopError(told.format(number=order.number, who=order.confirmed_by))


async def _check_zone(opened: Opened, wanted: OrderDraft) -> None:
    zone = wanted.form.zone
    if zone and zone != opened.draft.form.zone and zone not in (await terms.load(NO_PRICES)).zones:
        raise FieldErrors({"zone": _("This zone cannot be chosen any more. Please choose another one.")})


async def _write_lines(order_id: int, wanted: OrderDraft) -> None:
    """Lines that stay keep their numbers; new ones come after them."""
    there = {line.sku: line for line in await OrderLine.filter(order_id=order_id)}
    next_no = max((line.line_no for line in there.values()), default=0) + 1
    rows = {row.sku: row for row in order_snapshot.lines_of(order_id, wanted.quote)}
    for sku in there.keys() - rows.keys():
        await there[sku].delete()
    for sku, row in rows.items():
        if sku in there:
            values = {name: getattr(row, name) for name in ("quantity", "unit_price", "line_total")}
            await OrderLine.filter(id=there[sku].id).update(**values)
        else:
            row.line_no, next_no = next_no, next_no + 1
            await row.save()


async def _write_charges(order_id: int, wanted: OrderDraft) -> None:
    told = () if wanted.prices_hidden else wanted.charges
    await OrderCharge.filter(order_id=order_id).exclude(id__in=[one.key for one in told]).delete()
    kept = {row["id"] for row in await OrderCharge.filter(order_id=order_id).values("id")}
    for position, one in enumerate(told, start=1):
        values: dict[str, Any] = {
            "position": position,
            "title": one.charge.title,
            "reason": one.charge.reason,
            "amount": to_minor(one.charge.amount, wanted.currency),
        }
        if one.key in kept:
            await OrderCharge.filter(id=one.key).update(**values)
        else:
            await OrderCharge.create(order_id=order_id, kind=one.charge.kind, code=one.charge.code, **values)


async def _tell_buyer(order: Order, before: OrderDraft, after: OrderDraft, by: str, note: str) -> None:
    if not order.verification.is_received:
        raise ShopError(_("The buyer of {number} is not verified yet.").format(number=order.number))
    with speaking(order.language):
        told = "\n".join(change.words for change in changes(before, after))
    text = "\n\n".join(filter(None, [note, told]))
    await orders.record(order.id, EventKind.MESSAGE, by, text=text)
    await dispatch.edited(order, text, await parameters.current())
