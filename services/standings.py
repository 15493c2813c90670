"""The standing of buyers: a new one may have to wait for a seller, who approves or refuses them."""

from models import AuditKind, Buyer, Device, Order, Shop, Standing
from models.errors import NotFoundError, ShopError
from models.text import _
from services import audit, bell, dispatch, live, parameters
from services.database import unit_of_work

DECIDED = (Standing.APPROVED, Standing.REFUSED)


async def proven(buyer_id: int, shop: Shop) -> None:
    """A buyer's address is theirs: a new one waits for a seller where the shop looks at them, else they are approved.

    Call it inside a unit of work and `bell.ring` after it.
    """
    standing = Standing.WAITING if shop.asks_approval else Standing.APPROVED
    is_new = await Buyer.filter(id=buyer_id, standing=Standing.NEW).update(standing=standing)
    if is_new and standing is Standing.WAITING:
        await dispatch.new_buyer(await Buyer.get(id=buyer_id), shop)


async def decide(buyer_id: int, standing: Standing, *, by: str, mail_buyer: bool = False) -> bool:
    """Approve or refuse a buyer; return whether they were not so before. Raises NotFoundError or ShopError.

    Their open pages load again, so that prices appear, or go. A buyer whose address is not proven is never mailed.
    """
    if not await _decide(buyer_id, standing, by, mail_buyer):
        return False
    await tell_pages(buyer_id)
    bell.ring()
    return True


@unit_of_work
async def _decide(buyer_id: int, standing: Standing, by: str, mail_buyer: bool) -> bool:
    buyer = await get(buyer_id)
    if standing not in DECIDED:
        raise ShopError(_("A buyer is approved or refused."))
    if not await Buyer.filter(id=buyer.id).exclude(standing=standing).update(standing=standing):
        return False
    buyer.standing = standing
    about = _("buyer {id}: {standing}").format(id=buyer.id, standing=_(standing.label))
    await audit.record(AuditKind.BUYERS, by, about)
    if mail_buyer and buyer.verified_at:
        await dispatch.standing(buyer, await parameters.current())
    return True


async def get(buyer_id: int) -> Buyer:
    """A buyer who has not been erased. Raises NotFoundError, or ShopError once they have."""
    buyer = await Buyer.get_or_none(id=buyer_id)
    if buyer is None:
        raise NotFoundError(_("This buyer is no longer there."))
    if buyer.erased_at:
        raise ShopError(_("This buyer has been erased already."))
    return buyer


async def tell_pages(buyer_id: int) -> None:
    """Have the desk show a buyer as they are now, and their own open pages load again, with other prices perhaps."""
    live.orders_changed([row["id"] for row in await Order.filter(buyer_id=buyer_id).values("id")])
    for row in await Device.filter(buyer_id=buyer_id).values("token_hash"):
        live.device_renewed(row["token_hash"])
