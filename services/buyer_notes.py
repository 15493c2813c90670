"""What sellers note about a buyer, for themselves: kept as long as the buyer is."""

from datetime import UTC, datetime

from models import BuyerNote, Order
from models.errors import ShopError
from models.text import _
from services import live, standings
from services.database import unit_of_work

MAX_LENGTH = 2000


async def every(buyer_id: int) -> list[BuyerNote]:
    """The notes about a buyer, the newest first."""
    return await BuyerNote.filter(buyer_id=buyer_id).order_by("-created_at", "-id")


async def add(buyer_id: int, text: str, *, by: str) -> None:
    """Note something in the name of the seller `by`. Raises NotFoundError or ShopError."""
    note = text.strip()
    if not note or len(note) > MAX_LENGTH:
        raise ShopError(_("A note has between 1 and {n} characters.").format(n=MAX_LENGTH))
    await _add(buyer_id, note, by)
    live.orders_changed([row["id"] for row in await Order.filter(buyer_id=buyer_id).values("id")])


@unit_of_work
async def _add(buyer_id: int, note: str, by: str) -> None:
    buyer = await standings.get(buyer_id)
    await BuyerNote.create(buyer_id=buyer.id, text=note, actor=by, created_at=datetime.now(UTC))


async def forget(buyer_id: int) -> None:
    """Delete all notes about a buyer; call it inside a unit of work."""
    await BuyerNote.filter(buyer_id=buyer_id).delete()
