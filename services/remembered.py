"""What an order form is filled in with: what its buyer, or else this browser, has told the shop before."""

from models import Buyer, Cart, CartStatus, Order
from models.postal import BUSINESS_COLUMNS, INVOICE, INVOICE_DIFFERS
from services.database import shielded
from services.statements import Statement
from services.visitors import Visitor

LAST_CARTS = 100  # of which the orders may be locked or erased
CONTACT = ("name", "company", "email", "phone")

Answers = dict[str, str | bool]

ORDERED = Statement[list[dict[str, int]]](
    lambda device_id: (
        Cart.filter(device_id=device_id, status=CartStatus.ORDERED).order_by("-id").limit(LAST_CARTS).values("id")
    )
)


@shielded
async def answers(visitor: Visitor) -> Answers:
    """The profile of the buyer who is signed in on this device, else what was last sent from it; nothing at first."""
    if visitor.buyer and visitor.buyer.verified_at:
        return of(visitor.buyer)
    order = await _last_of(visitor)
    return of(order) if order else {}


def of(known: Buyer | Order) -> Answers:
    """What is known, by the names of the form's fields."""
    told: Answers = {name: getattr(known, name) for name in (*CONTACT, *BUSINESS_COLUMNS)}
    return {**told, INVOICE_DIFFERS: bool(told[f"{INVOICE}_street"])}


async def _last_of(visitor: Visitor) -> Order | None:
    if visitor.device_id is None:
        return None
    # Not joined: most devices have sent nothing yet, and to put the join together takes longer than to find that out.
    carts = [cart["id"] for cart in await ORDERED.run(visitor.device_id)]
    if not carts:
        return None
    sent = Order.filter(cart_id__in=carts, locked_at__isnull=True, erased_at__isnull=True)
    if visitor.forgot_at:
        sent = sent.filter(created_at__gt=visitor.forgot_at)
    return await sent.order_by("-id").first()
