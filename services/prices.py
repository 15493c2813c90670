"""A buyer's prices: whether they are told any, and what their group pays. Whatever shows a price asks here."""

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from weakref import WeakKeyDictionary

from models import Buyer, BuyerGroup, GroupPrice, PricesFor, Shop, Standing
from models.pricing import PriceList
from models.text import _
from services import live

_Kept = dict[int, tuple[int, PriceList]]  # by group, with the catalogue's generation it was read in
_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, _Kept] = WeakKeyDictionary()


async def of_buyer(shop: Shop, buyer: Buyer | None) -> PriceList:
    """What this buyer (None: somebody who is not signed in) is told of prices now."""
    if not may_see(shop, buyer):
        return PriceList(shop.currency, is_hidden=True, mark="hidden")
    if buyer is None or buyer.group_id is None or not _has_terms(shop, buyer):
        return PriceList(shop.currency, mark="list")
    return await _of_group(shop, buyer.group_id)


def may_see(shop: Shop, buyer: Buyer | None) -> bool:
    """Whether this buyer is told any price."""
    standing = buyer.standing if buyer else None
    return (
        not shop.prices_hidden
        and {
            PricesFor.EVERYBODY: True,
            PricesFor.SIGNED_IN: standing not in (None, Standing.REFUSED),
            PricesFor.APPROVED: standing is Standing.APPROVED,
        }[shop.prices_for]
    )


def seen_by(shop: Shop, buyer: Buyer | None) -> Shop:
    """The shop as this buyer sees it: `prices_hidden` if they are from them, and what they read instead."""
    if not shop.prices_hidden and not may_see(shop, buyer):
        shop.prices_hidden, shop.instead_of_prices = True, _instead(buyer)
    return shop


def _instead(buyer: Buyer | None) -> str:
    if buyer is None:
        return _("Sign in to see prices")
    return _("Price on request") if buyer.standing is Standing.REFUSED else _("Prices after approval")


def _has_terms(shop: Shop, buyer: Buyer) -> bool:
    """Whether the prices of their group count: not before a seller has approved them, where that is asked for."""
    return buyer.standing is Standing.APPROVED or (not shop.asks_approval and buyer.standing is not Standing.REFUSED)


async def _of_group(shop: Shop, group_id: int) -> PriceList:
    """A group's prices, read once until products or prices change."""
    kept = _by_loop.setdefault(asyncio.get_running_loop(), {})
    generation = live.catalog_generation
    if group_id not in kept or kept[group_id][0] != generation:
        kept[group_id] = generation, await _read(shop.currency, group_id, generation)
    return kept[group_id][1]


async def _read(currency: str, group_id: int, generation: int) -> PriceList:
    group = await BuyerGroup.get_or_none(id=group_id)
    rows = await GroupPrice.filter(group_id=group_id).values_list("product_id", "price")
    own: Mapping[int, Decimal] = dict(rows)
    return PriceList(currency, group.off if group else Decimal(0), own, mark=(group_id, generation))
