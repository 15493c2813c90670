"""Carts: what a device has chosen, the same in all its tabs, until one order claims it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from models import Buyer, Cart, CartLine, CartStatus
from models.cart import MAX_CART_LINES
from models.errors import NotFoundError, ShopError
from models.order_form import LENGTHS
from models.postal import INVOICE_DIFFERS
from models.pricing import NO_PRICES, PriceList, Quote, QuotedLine, Terms, WantedLine, quote
from models.savings import Saving, next_saving
from models.text import _, is_clean
from services import cart_lines, catalog, live, parameters, prices, terms, visitors
from services.cart_lines import KeptLine, ProductRow
from services.database import shielded, unit_of_work
from services.statements import Statement

MAX_CODE_LENGTH = 40
DRAFTED = LENGTHS.keys() - {"zone"}  # that one is kept as the cart's own


OPEN_CART = Statement[Cart | None](
    lambda device_id: Cart.filter(device_id=device_id, status=CartStatus.OPEN).order_by("id").first()
)
STILL_OPEN = Statement[int](lambda now, cart_id: Cart.filter(id=cart_id, status=CartStatus.OPEN).update(changed_at=now))
QUANTITIES = Statement[list[dict[str, int]]](
    lambda cart_id: CartLine.filter(cart_id=cart_id).values("product_id", "quantity")
)


@dataclass(frozen=True)
class ShownLine:
    """A line of the cart as the buyer sees it; `picture` is a file or ""."""

    quoted: QuotedLine
    kept: KeptLine
    picture: str


@dataclass(frozen=True)
class CartView:
    """A cart with its prices of this moment. `cart_id` is None while there is none.

    `sentences` tell what is not as the buyer left it; `zones` are the choices (none: the shop asks for no zone).
    """

    cart_id: int | None
    quote: Quote
    lines: tuple[ShownLine, ...] = ()
    sentences: tuple[str, ...] = ()
    code: str = ""
    zone: str = ""
    zones: tuple[str, ...] = ()
    draft: dict[str, str | bool] = field(default_factory=dict)
    saving: Saving | None = None

    @property
    def summary(self) -> "CartSummary":
        """What the header shows of it."""
        quantities = {line.quoted.wanted.product_id: line.quoted.wanted.quantity for line in self.lines}
        return CartSummary(quantities, self.quote.lines_total)


@dataclass(frozen=True)
class CartSummary:
    """What the header and the list of products show of a cart: quantities by product id, the price of its lines."""

    quantities: dict[int, int]
    lines_total: Decimal


@shielded
async def load(device_token: str) -> CartView:
    """The open cart of a device, with everything it costs. Writes nothing."""
    shop, visitor = await parameters.current(), await visitors.load(device_token)
    told = await prices.of_buyer(shop, visitor.buyer)
    rules = await terms.load(told)
    cart = await _open_cart(visitor.device_id) if visitor.device_id else None
    if cart is None:
        return CartView(None, Quote(rules.currency, prices_hidden=rules.prices_hidden), zones=rules.zones)
    lines = await cart_lines.load(cart.id, told)
    zone = _zone(cart, visitor.buyer, rules.zones)
    today = parameters.today(shop)
    quoted = quote([line.wanted for line in lines.lines], rules, code=cart.discount_code, zone=zone, today=today)
    return CartView(
        cart_id=cart.id,
        quote=quoted,
        lines=await _shown(quoted, lines.lines),
        sentences=lines.sentences,
        code=cart.discount_code,
        zone=zone,
        zones=rules.zones,
        draft=cart.draft,
        saving=next_saving(quoted, rules, code=cart.discount_code),
    )


@shielded
async def summary(device_id: int | None, told: PriceList) -> CartSummary:
    """What is in a device's open cart, at the price of its lines alone; `told` are its buyer's prices."""
    cart = await _open_cart(device_id) if device_id else None
    if cart is None:
        return CartSummary({}, Decimal(0))
    lines = [line.wanted for line in (await cart_lines.load(cart.id, told)).lines]
    priced = quote(lines, Terms(told.currency), today=datetime.now(UTC).date())
    return CartSummary({line.product_id: line.quantity for line in lines}, priced.lines_total)


async def wanted_lines(cart_id: int, told: PriceList) -> list[WantedLine]:
    """The lines of a cart that is about to be ordered, at its buyer's prices.

    Raises ShopError if they are not what the buyer chose: something is gone, or only sold in other quantities.
    """
    lines = await cart_lines.load(cart_id, told)
    if lines.sentences:
        raise ShopError(" ".join([*lines.sentences, _("Nothing was sent: please look at your request once more.")]))
    return [line.wanted for line in lines.lines]


async def add(device_token: str, product_id: int, quantity: int) -> tuple[str, ...]:
    """Put more of a product into the cart; returns sentences about what was corrected. Raises ShopError."""
    sentences = await _add(device_token, product_id, quantity)
    tell_tabs(device_token)
    return sentences


async def put_back(device_token: str, product_id: int, quantity: int, before: int) -> tuple[str, ...]:
    """Put a product that was taken out of the cart back in its place, before the product `before`; 0 for the end.

    Returns sentences about what was corrected. Raises ShopError.
    """
    sentences = await _put_back(device_token, product_id, quantity, before)
    tell_tabs(device_token)
    return sentences


async def add_many(device_token: str, quantities: Mapping[int, int]) -> tuple[str, ...]:
    """Put several products into the cart at once, all or none; returns what was corrected. Raises ShopError.

    What is no longer sold is left out, and said.
    """
    sentences = await _add_many(device_token, quantities)
    tell_tabs(device_token)
    return sentences


async def set_quantity(device_token: str, product_id: int, quantity: int) -> tuple[str, ...]:
    """Have this many of a product in the cart, 0 for none; returns what was corrected. Raises ShopError."""
    sentences = await _set_quantity(device_token, product_id, quantity)
    tell_tabs(device_token)
    return sentences


async def remove(device_token: str, product_id: int) -> None:
    """Take a product out of the cart; harmless if it is not in it."""
    await set_quantity(device_token, product_id, 0)


async def set_code(device_token: str, code: str) -> None:
    """Take a discount code along, "" for none; whether it holds is told by the quote. Raises ShopError."""
    if len(code.strip()) > MAX_CODE_LENGTH or not is_clean(code):
        raise ShopError(_("This is not a discount code."))
    await _change(device_token, discount_code=code.strip())
    tell_tabs(device_token)


async def bring_code(device_token: str, code: str) -> str:
    """Take along the discount code of a link, also into a cart that is still to be made; returns what came of it.

    Raises ShopError if it is no code of this shop or does not hold today: then the cart stays as it is.
    """
    if not code.strip() or len(code.strip()) > MAX_CODE_LENGTH or not is_clean(code):
        raise ShopError(_("This is not a discount code."))
    shop = await parameters.current()
    rules = await terms.load(PriceList(shop.currency))
    problem = quote((), rules, code=code.strip(), today=parameters.today(shop)).code_problem
    if problem:
        raise ShopError(problem)
    await _bring_code(device_token, code.strip())
    tell_tabs(device_token)
    return _("The discount code “{code}” is in your cart.").format(code=code.strip())


async def set_zone(device_token: str, zone: str) -> None:
    """Choose a zone of the terms of sale, "" for none. Raises ShopError."""
    if zone and zone not in (await terms.load(NO_PRICES)).zones:
        raise ShopError(_("This zone cannot be chosen any more. Please choose another one."))
    await _change(device_token, zone=zone)
    tell_tabs(device_token)


async def save_draft(device_token: str, draft: Mapping[str, str | bool]) -> None:
    """Keep what was typed into the order form so far, as much of it as makes sense.

    The tick at the privacy policy is not kept: it is given anew with each request. Other tabs are not told, nothing
    they show depends on it.
    """
    kept: dict[str, str | bool] = {
        name: text[: LENGTHS[name]]
        for name, text in draft.items()
        if name in DRAFTED and isinstance(text, str) and is_clean(text)
    }
    if isinstance(ticked := draft.get(INVOICE_DIFFERS), bool):
        kept[INVOICE_DIFFERS] = ticked
    await _change(device_token, draft=kept)


def tell_tabs(device_token: str) -> None:
    """Tell a device's open pages that its cart is not as it was, as when an order has claimed it."""
    live.cart_changed(visitors.mark(device_token))


async def tidy(device_token: str) -> None:
    """Write down the corrections that `load` tells of, as when the buyer has seen them."""
    if await _tidy(device_token):
        tell_tabs(device_token)


@unit_of_work
async def _add(device_token: str, product_id: int, quantity: int) -> tuple[str, ...]:
    return await _put_in(await _claimed_or_new(device_token), product_id, quantity)


@unit_of_work
async def _put_back(device_token: str, product_id: int, quantity: int, before: int) -> tuple[str, ...]:
    """Lines stand as they came: those that are to stand behind it come anew."""
    cart_id = await _claimed_or_new(device_token)
    rows = await CartLine.filter(cart_id=cart_id).order_by("id").values("id", "product_id", "quantity")
    place = next((at for at, row in enumerate(rows) if row["product_id"] == before), len(rows))
    sentences = await _put_in(cart_id, product_id, quantity)
    behind = [row for row in rows[place:] if row["product_id"] != product_id]
    await CartLine.filter(id__in=[row.pop("id") for row in behind]).delete()
    await CartLine.bulk_create(CartLine(cart_id=cart_id, **row) for row in behind)
    return sentences


async def _put_in(cart_id: int, product_id: int, quantity: int) -> tuple[str, ...]:
    in_cart = await _quantities(cart_id)
    row = await cart_lines.product_row(product_id)
    if row is None:
        raise NotFoundError(_("This product is not here any more."))
    if product_id not in in_cart and len(in_cart) >= MAX_CART_LINES:
        raise ShopError(_("One request takes {n} different products at most.").format(n=MAX_CART_LINES))
    fitting, sentences = _fitting(row, in_cart.get(product_id, 0) + quantity)
    if product_id in in_cart:
        await CartLine.filter(cart_id=cart_id, product_id=product_id).update(quantity=fitting)
    else:
        await CartLine.create(cart_id=cart_id, product_id=product_id, quantity=fitting)
    return sentences


@unit_of_work
async def _add_many(device_token: str, quantities: Mapping[int, int]) -> tuple[str, ...]:
    cart_id = await _claimed_or_new(device_token)
    in_cart = await _quantities(cart_id)
    if len(in_cart.keys() | quantities.keys()) > MAX_CART_LINES:
        raise ShopError(_("One request takes {n} different products at most.").format(n=MAX_CART_LINES))
    rows = await cart_lines.product_rows(quantities)
    wanted = [{**rows[id_], "quantity": in_cart.get(id_, 0) + more} for id_, more in quantities.items() if id_ in rows]
    fitting = cart_lines.reconcile(wanted, NO_PRICES)
    if not fitting.lines:
        raise NotFoundError(_("None of these products is sold here any more."))
    added = {line.wanted.product_id: line.wanted.quantity for line in fitting.lines}
    for id_ in added.keys() & in_cart.keys():
        await CartLine.filter(cart_id=cart_id, product_id=id_).update(quantity=added[id_])
    new = [CartLine(cart_id=cart_id, product_id=id_, quantity=n) for id_, n in added.items() if id_ not in in_cart]
    await CartLine.bulk_create(new)
    return fitting.sentences


@unit_of_work
async def _set_quantity(device_token: str, product_id: int, quantity: int) -> tuple[str, ...]:
    cart_id = await _claimed(device_token)
    if quantity <= 0:
        await CartLine.filter(cart_id=cart_id, product_id=product_id).delete()
        return ()
    return await _put(cart_id, product_id, quantity)


async def _put(cart_id: int, product_id: int, quantity: int) -> tuple[str, ...]:
    """Set a line's quantity to what can be ordered; the line is there already."""
    rows = await CartLine.filter(cart_id=cart_id, product_id=product_id).values(*cart_lines.FIELDS)
    if not rows:
        raise NotFoundError(_("This product is not in your cart any more."))
    fitting, sentences = _fitting(rows[0], quantity)
    await CartLine.filter(cart_id=cart_id, product_id=product_id).update(quantity=fitting)
    return sentences


def _fitting(row: ProductRow, quantity: int) -> tuple[int, tuple[str, ...]]:
    """As much of a product as can be ordered, and what to say about it. Raises NotFoundError if it is not sold."""
    line = cart_lines.reconcile([{**row, "quantity": quantity}], NO_PRICES)
    if line.gone:
        raise NotFoundError(_("“{name}” is no longer available.").format(name=cart_lines.name_of(row)))
    return line.lines[0].wanted.quantity, line.sentences


async def _quantities(cart_id: int) -> dict[int, int]:
    """What is in a cart, by product id."""
    return {line["product_id"]: line["quantity"] for line in await QUANTITIES.run(cart_id)}


@unit_of_work
async def _change(device_token: str, **values: object) -> None:
    cart_id = await _claimed(device_token)
    await Cart.filter(id=cart_id).update(**values)


@unit_of_work
async def _bring_code(device_token: str, code: str) -> None:
    cart_id = await _claimed_or_new(device_token)
    await Cart.filter(id=cart_id).update(discount_code=code)


@unit_of_work
async def _tidy(device_token: str) -> bool:
    cart = await _open_cart_of(device_token)
    if cart is None or not await _is_still_open(cart.id):
        return False
    lines = await cart_lines.load(cart.id, NO_PRICES)
    if lines.gone:
        await CartLine.filter(cart_id=cart.id, product_id__in=lines.gone).delete()
    for product_id, quantity in lines.corrected.items():
        await CartLine.filter(cart_id=cart.id, product_id=product_id).update(quantity=quantity)
    return bool(lines.sentences)


async def _claimed_or_new(device_token: str) -> int:
    if not device_token:
        raise ShopError(_("Your browser keeps no cookies, so it cannot keep a cart. Allow cookies for this shop."))
    device = await visitors.ensure_device(device_token)
    cart = await _open_cart(device.id)
    if cart is None or not await _is_still_open(cart.id):
        cart = await Cart.create(device_id=device.id)
    return cart.id


async def _claimed(device_token: str) -> int:
    cart = await _open_cart_of(device_token)
    if cart is None or not await _is_still_open(cart.id):
        raise ShopError(_("This cart was sent in the meantime, or it is empty. Please load the page again."))
    return cart.id


def _zone(cart: Cart, buyer: Buyer | None, zones: tuple[str, ...]) -> str:
    """The zone chosen for this cart, else the one its buyer ordered to last; what is shown is what is counted."""
    last = buyer.zone if buyer else ""
    return next((zone for zone in (cart.zone, last) if zone in zones), "")


async def _is_still_open(cart_id: int) -> bool:
    """Write to the cart only if no order has claimed it: the one conditional update everything here begins with."""
    return bool(await STILL_OPEN.run(datetime.now(UTC), cart_id))


async def _open_cart_of(device_token: str) -> Cart | None:
    visitor = await visitors.load(device_token)
    return await _open_cart(visitor.device_id) if visitor.device_id else None


async def _open_cart(device_id: int) -> Cart | None:
    return await OPEN_CART.run(device_id)


async def _shown(quoted: Quote, lines: tuple[KeptLine, ...]) -> tuple[ShownLine, ...]:
    ids = [line.wanted.product_id for line in lines]
    pictures = await catalog.first_pictures([*ids, *(line.parent_id for line in lines if line.parent_id)])
    return tuple(
        ShownLine(priced, line, pictures.get(line.wanted.product_id) or pictures.get(line.parent_id or 0, ""))
        for priced, line in zip(quoted.lines, lines, strict=True)
    )
