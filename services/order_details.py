"""One order with all there is to know about it, as the seller sees it."""

from dataclasses import dataclass

from models import Order, OrderCharge, OrderEvent, OrderLine
from models.errors import NotFoundError
from models.order import MAX_NUMBER_LENGTH
from models.text import _
from services import deliveries
from services.database import shielded
from services.deliveries import DeliveryRow


@dataclass(frozen=True)
class OrderDetails:
    """An order; events and deliveries are newest first, `duplicate_of` is the number of the one it may repeat."""

    order: Order
    lines: tuple[OrderLine, ...]
    charges: tuple[OrderCharge, ...]
    events: tuple[OrderEvent, ...]
    deliveries: tuple[DeliveryRow, ...]
    duplicate_of: str


@shielded
async def by_number(number: str) -> OrderDetails:
    """The order with this number. Raises NotFoundError."""
    can_exist = len(number) <= MAX_NUMBER_LENGTH  # the database refuses to look for longer ones
    return await _whole(await Order.get_or_none(number=number).select_related("duplicate_of") if can_exist else None)


@shielded
async def by_id(order_id: int) -> OrderDetails:
    """The order with this id. Raises NotFoundError."""
    return await _whole(await Order.get_or_none(id=order_id).select_related("duplicate_of"))


async def _whole(order: Order | None) -> OrderDetails:
    if order is None:
        raise NotFoundError(_("There is no such order; perhaps it was never verified and has been removed."))
    return OrderDetails(
        order=order,
        lines=tuple(await OrderLine.filter(order_id=order.id)),
        charges=tuple(await OrderCharge.filter(order_id=order.id)),
        events=tuple(await OrderEvent.filter(order_id=order.id).order_by("-created_at", "-id")),
        deliveries=tuple(await deliveries.of_order(order.id)),
        duplicate_of=order.duplicate_of.number if order.duplicate_of else "",
    )
