"""A cart in words: its lines, its sum, and what the header shows of it."""

from collections.abc import Mapping
from decimal import Decimal

from models import Shop
from models.pricing import Charge, Quote
from models.text import _, spoken
from pages.shop import show
from pages.shop.show import Shown
from services.cart_lines import KeptLine, fitting_quantity
from services.carts import CartView, ShownLine


def cart_line(line: ShownLine, shop: Shop) -> Shown:
    """A line of the cart that can be changed."""
    wanted, kept = line.quoted.wanted, line.kept
    price = show.price_of(line.quoted.unit_price, shop)
    return {
        "id": wanted.product_id,
        "sku": wanted.sku,
        "name": wanted.name,
        "href": show.product_address(wanted.sku),
        "initials": show.initials(wanted.name, wanted.sku),
        "picture": show.thumb(line.picture),
        "unit": f"/ {wanted.unit}" if wanted.unit else _("each"),
        "packs": _packs(line, shop, has_price=bool(price)),
        "hint": next_break(kept, shop),
        "quantity": wanted.quantity,
        "pack": max(kept.pack_size, 1),
        "min": fitting_quantity(1, kept.pack_size, kept.minimum_quantity),
        "price": price,
        "total": _line_total(line, shop),
    }


def _line_total(line: ShownLine, shop: Shop) -> str:
    """What a line costs; where no price is told at all, the sum says so once."""
    if shop.prices_hidden:
        return ""
    price = line.quoted.unit_price
    return show.instead_of_price(price, shop) if price is None else show.amount(line.quoted.total, shop)


def _packs(line: ShownLine, shop: Shop, *, has_price: bool) -> str:
    """How many make a pack; the unit stands with the price, or here where there is none."""
    pack = line.kept.pack_size
    if has_price:
        return show.pack_words(pack, spoken())
    return show.unit_words(line.quoted.wanted.unit, pack, spoken())


def next_break(line: KeptLine, shop: Shop) -> str:
    """How many more would bring the next quantity break: "3 more to 4.20 each"."""
    wanted = line.wanted
    price = line.unit_price
    steps = sorted((step for step in wanted.breaks if step.quantity > wanted.quantity), key=lambda step: step.quantity)
    step = next((step for step in steps if price is None or step.price < price), None)
    if step is None or shop.prices_hidden:
        return ""
    then = line.of(step.quantity)  # whole packs may reach a further break
    more = show.number(then.wanted.quantity - wanted.quantity, spoken())
    return _("{n} more to {price} each").format(n=more, price=show.price_of(then.unit_price, shop))


def cart_line_to_read(line: ShownLine, shop: Shop) -> Shown:
    """A line of the cart beside the order form."""
    shown = cart_line(line, shop)
    wanted = line.quoted.wanted
    quantity = " ".join(filter(None, [show.number(wanted.quantity, spoken()), wanted.unit]))
    return {
        "key": shown["id"],
        **{name: shown[name] for name in ("sku", "name", "price", "total")},
        "quantity": quantity,
    }


def sum_rows(quoted: Quote, shop: Shop) -> list[Shown]:
    """The rows of a cart's sum, none where no prices are told."""
    if quoted.prices_hidden:
        return []
    rows = [{"label": _("Products"), "reason": "", "amount": show.amount(quoted.lines_total, shop)}]
    return rows + [_charge_row(charge, shop) for charge in quoted.charges]


def _charge_row(charge: Charge, shop: Shop) -> Shown:
    return {"label": charge.title, "reason": charge.reason, "amount": show.amount(charge.amount, shop)}


def saving_words(view: CartView, shop: Shop) -> str:
    """How much more would cost less: "€15.80 more saves €30.00", or nothing where there is no such step."""
    if view.saving is None:
        return ""
    more, saves = show.amount(view.saving.more, shop), show.amount(view.saving.saves, shop)
    return _("{more} more saves {saves}").format(more=more, saves=saves)


def total(view: CartView, shop: Shop) -> str:
    """The total of a cart, or nothing where no prices are told."""
    return "" if view.quote.prices_hidden else show.amount(view.quote.total, shop)


def total_in_words(view: CartView, shop: Shop) -> str:
    """The total in one line, as it stands beside the button that sends it: "Total €94.00, plus VAT"."""
    amount = total(view, shop)
    return ", ".join(filter(None, [_("Total {amount}").format(amount=amount), shop.price_note])) if amount else ""


def sum_note(shop: Shop) -> str:
    """What is said under a sum."""
    if shop.prices_hidden and shop.instead_of_prices:
        words = _("{why} – or send the request without: the shop answers with an offer.")
        return words.format(why=shop.instead_of_prices)
    if shop.prices_hidden:
        return _("Prices on request: the shop answers with an offer.")
    return shop.price_note


def badge_total(quantities: Mapping[int, int], lines_total: Decimal, shop: Shop) -> str:
    """The price of what is in the cart, for the header."""
    return show.amount(lines_total, shop) if quantities and not shop.prices_hidden else ""
