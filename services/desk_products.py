"""Products a seller puts into an order: found by SKU, EAN or words, at the prices of the order's buyer."""

from collections.abc import Collection, Sequence

from models import Buyer, Order, Product, Shop
from models.errors import NotFoundError
from models.pricing import NO_PRICES, PriceList, WantedLine
from models.text import _, fold
from services import cart_lines, prices
from services.cart_lines import KeptLine
from services.database import shielded
from services.quick_order import finding
from services.quick_order.finding import Match

MOST_FOUND = 10
SOLD = {"active": True, "is_parent": False}


@shielded
async def prices_of(order: Order, shop: Shop) -> PriceList:
    """The prices of an order's buyer; none where none were told, or in another currency than the shop's."""
    if order.prices_hidden or order.currency != shop.currency:
        return NO_PRICES
    return await prices.of_buyer(shop, await Buyer.get_or_none(id=order.buyer_id or 0))


@shielded
async def find(text: str, told: PriceList) -> Sequence[KeptLine]:
    """What is meant by a text: products with this very SKU or EAN first, then those that have its words."""
    exact = (await finding.exactly({text.strip()})).get(fold(text), Match())
    ids = list(exact.ids[:MOST_FOUND])
    if len(ids) < MOST_FOUND:
        found = Product.filter(**SOLD)
        for word in fold(text).split():
            found = found.filter(search__contains=word)
        ids += [row["id"] for row in await found.order_by("sort_name", "id").limit(MOST_FOUND).values("id")]
    rows = await cart_lines.product_rows(ids)
    lines = (cart_lines.kept(rows.get(id_), 1, told) for id_ in dict.fromkeys(ids))
    return [line for line in lines if line is not None][:MOST_FOUND]


async def line_of(product_id: int, told: PriceList) -> WantedLine:
    """A line about a product, in the least quantity it is sold in. Raises NotFoundError if it is sold no more."""
    for line in await lines_of([product_id], told):
        return line
    raise NotFoundError(_("This product is not sold any more."))


async def lines_of(product_ids: Collection[int], told: PriceList) -> list[WantedLine]:
    """Lines about products, each in the least quantity it is sold in; what is sold no more is left out."""
    rows = await cart_lines.product_rows(product_ids)
    lines = (cart_lines.kept(rows.get(id_), 1, told) for id_ in product_ids)
    return [line.wanted for line in lines if line is not None]
