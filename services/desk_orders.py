"""Orders a seller makes for a buyer: from nothing, or as a copy of an earlier one at the prices of today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from models import Buyer, EventKind, Order, OrderCharge, OrderLine, Shop, Standing, Verification
from models.cart import MAX_CART_LINES
from models.errors import FieldErrors, NotFoundError, ShopError, TotalChangedError
from models.money import show_amount
from models.order import MAX_NUMBER_LENGTH
from models.order_edit import check_price, check_quantity
from models.order_form import OrderForm, buyers_address
from models.postal import BUSINESS_COLUMNS
from models.pricing import PriceList, Quote, WantedLine, quote
from models.text import _, fold, is_clean, speaking, spoken
from services import bell, cart_lines, live, order_snapshot, orders, parameters, prices, terms, terms_versions
from services.database import shielded, unit_of_work
from services.quick_order import finding
from services.quick_order.finding import Match


@dataclass(frozen=True)
class Asked:
    """A product, how many units, and the price that was typed; `is_priced` says that one was (perhaps: on request)."""

    product_id: int
    quantity: int
    price: Decimal | None = None
    is_priced: bool = False


@dataclass(frozen=True)
class NewOrder:
    """An order as a seller writes it; `copied_from` is the number of the one it began as."""

    asked: Sequence[Asked]
    form: OrderForm
    code: str = ""
    copied_from: str = ""


@dataclass(frozen=True)
class Customer:
    """For whom an order is made: what is known of them (answers to the order form), and their prices."""

    answers: Mapping[str, str]
    told: PriceList
    buyer_id: int | None = None


@dataclass(frozen=True)
class Copied:
    """An earlier order as the beginning of a new one; `gone` names the products that are sold no more."""

    number: str
    customer: Customer
    lines: tuple[WantedLine, ...]
    gone: tuple[str, ...]


@shielded
async def stranger(shop: Shop) -> Customer:
    """Somebody nobody knows yet."""
    return Customer({}, await prices.of_buyer(shop, Buyer(standing=Standing.NEW)))


@shielded
async def customer(buyer_id: int, shop: Shop) -> Customer:
    """A buyer the shop knows. Raises NotFoundError, also once they were erased."""
    return await _customer(await Buyer.get_or_none(id=buyer_id, erased_at__isnull=True), shop)


@shielded
async def customer_at(email: str, shop: Shop) -> Customer | None:
    """The buyer with this address, if the shop knows one."""
    try:
        buyer = await Buyer.get_or_none(email=buyers_address(email))
    except ValueError:
        return None
    return await _customer(buyer, shop) if buyer else None


@shielded
async def copy(number: str, shop: Shop) -> Copied:
    """An earlier order to begin a new one with, at the prices of today. Raises NotFoundError or ShopError."""
    order = await Order.get_or_none(number=number) if len(number) <= MAX_NUMBER_LENGTH and is_clean(number) else None
    if order is None:
        raise NotFoundError(_("This order is no longer there."))
    if order.is_locked:
        raise ShopError(_("The buyer of {number} was erased, so the order is locked.").format(number=order.number))
    buyer = await Buyer.get_or_none(id=order.buyer_id or 0)
    told = await prices.of_buyer(shop, buyer)
    sent = await OrderLine.filter(order_id=order.id)
    lines, gone = await _lines_now(sent, told)
    return Copied(order.number, Customer(_answers(order), told, order.buyer_id), lines, gone)


@shielded
async def quoted(asked: Sequence[Asked], told: PriceList, shop: Shop, *, code: str = "", zone: str = "") -> Quote:
    """What an order would cost at these prices, by the terms of now. Raises ShopError."""
    lines, rules = await _wanted(asked, told), await terms.load(told)
    return quote(lines, rules, code=code.strip(), zone=zone, today=parameters.today(shop))


async def create(made: NewOrder, *, by: str, shown_total: Decimal) -> str:
    """Make an order in a buyer's name and return its number: it is received at once, as accepted by the seller `by`.

    The mails and transfers of a received request go out. Nobody has accepted the privacy policy, and the order says
    so. Raises FieldErrors, TotalChangedError (the total is not the one that was shown) or ShopError.
    """
    order = await _create(made, by, shown_total)
    live.order_changed(order.id)
    bell.ring()
    return order.number


@unit_of_work
async def _create(made: NewOrder, by: str, shown_total: Decimal) -> Order:
    shop, now, form = await parameters.current(), datetime.now(UTC), made.form
    buyer, _is_new = await Buyer.get_or_create(email=form.email, defaults=orders.profile(form.email, form))
    told = await prices.of_buyer(shop, buyer)
    with speaking(await _language_of(buyer, shop)):
        lines, rules = await _wanted(made.asked, told), await terms.load(told)
        result = quote(lines, rules, code=made.code.strip(), zone=form.zone, today=parameters.today(shop, now))
        number = await orders.next_number(shop, now)
        columns = order_snapshot.columns(number, form, result, privacy=None, shop=shop, now=now)
    _check(result, rules.zones, form, shown_total)
    version = await terms_versions.of(rules)
    order = await Order.create(number=number, buyer=buyer, terms_version_id=version, **columns)
    await OrderLine.bulk_create(order_snapshot.lines_of(order.id, result))
    await OrderCharge.bulk_create(order_snapshot.charges_of(order.id, result))
    await orders.record(order.id, EventKind.PLACED, by, text=made.copied_from, now=now)
    await orders.mark_received(order, Verification.OVERRIDDEN, by, now)
    return order


def _check(result: Quote, zones: Sequence[str], form: OrderForm, shown_total: Decimal) -> None:
    if result.code_problem:
        raise FieldErrors({"code": result.code_problem})
    if form.zone and form.zone not in zones:
        raise FieldErrors({"zone": _("This zone cannot be chosen any more. Please choose another one.")})
    if result.total != shown_total:
        before, after = (show_amount(total, result.currency, spoken()) for total in (shown_total, result.total))
        told = _("The total was {before} and is now {after}. Nothing was made: please look at it, and press again.")
        raise TotalChangedError(told.format(before=before, after=after))


async def _wanted(asked: Sequence[Asked], told: PriceList) -> tuple[WantedLine, ...]:
    """The products at this customer's prices, in the very quantities that were typed. Raises ShopError."""
    if not asked:
        raise ShopError(_("An order needs at least one product."))
    if len(asked) > MAX_CART_LINES:
        raise ShopError(_("One request takes {n} different products at most.").format(n=MAX_CART_LINES))
    rows = await cart_lines.product_rows({one.product_id for one in asked})
    return tuple(_line(one, rows, told) for one in asked)


def _line(one: Asked, rows: Mapping[int, cart_lines.ProductRow], told: PriceList) -> WantedLine:
    check_quantity(one.quantity)
    kept = cart_lines.kept(rows.get(one.product_id), one.quantity, told)
    if kept is None:
        raise ShopError(_("A product is not sold any more. Please take it out."))
    if one.is_priced and not told.is_hidden:
        check_price(one.price)
        return replace(kept.wanted, quantity=one.quantity, list_price=one.price, breaks=())
    return replace(kept.wanted, quantity=one.quantity)


async def _lines_now(sent: Sequence[OrderLine], told: PriceList) -> tuple[tuple[WantedLine, ...], tuple[str, ...]]:
    """An order's lines as they are sold today, and the names of what is not."""
    by_sku = await finding.exactly({line.sku for line in sent})
    ids = [line.product_id or next(iter(by_sku.get(fold(line.sku), Match()).ids), 0) for line in sent]
    rows = await cart_lines.product_rows(set(ids))
    found = [cart_lines.kept(rows.get(id_), line.quantity, told) for id_, line in zip(ids, sent, strict=True)]
    lines = {
        now.wanted.sku: replace(now.wanted, quantity=line.quantity)
        for now, line in zip(found, sent, strict=True)
        if now
    }
    return tuple(lines.values()), tuple(line.name for now, line in zip(found, sent, strict=True) if now is None)


async def _customer(buyer: Buyer | None, shop: Shop) -> Customer:
    if buyer is None:
        raise NotFoundError(_("This buyer is no longer there."))
    return Customer(_answers(buyer), await prices.of_buyer(shop, buyer), buyer.id)


def _answers(known: Buyer | Order) -> dict[str, str]:
    """What the order form is filled in with."""
    return {name: getattr(known, name) for name in ("name", "company", "email", "phone", "zone", *BUSINESS_COLUMNS)}


async def _language_of(buyer: Buyer, shop: Shop) -> str:
    """The language a buyer reads: the one they chose, else that of their last request, else the shop's."""
    last = await Order.filter(buyer_id=buyer.id).order_by("-id").first().values("language")
    return buyer.language or (last["language"] if last else "") or shop.language
