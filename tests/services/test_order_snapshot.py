"""What an order keeps of the moment it was sent."""

from datetime import date
from decimal import Decimal

from models import OrderLine, Shop
from models.order import MAX_LINE_NAME_LENGTH
from models.order_form import OrderForm
from models.pricing import Terms, WantedLine, quote
from services import order_snapshot
from tests import order_rows
from tests.order_rows import NOON


async def test_a_variant_of_many_long_options_can_be_ordered(shop: Shop) -> None:
    order = await order_rows.order()
    name = "Shelf (" + "very long option, " * 40 + ")"
    wanted = WantedLine(product_id=1, sku="SH-1", name=name, quantity=2, list_price=Decimal("4.20"))
    quoted = quote([wanted], Terms("EUR"), today=date(2026, 11, 22))

    (line,) = order_snapshot.lines_of(order.id, quoted)
    line.product_id = None
    await line.save()

    kept = await OrderLine.get(order_id=order.id)
    assert kept.name == name[:MAX_LINE_NAME_LENGTH]
    assert kept.line_total == 840


def test_an_order_is_found_by_its_phone_with_and_without_the_spaces() -> None:
    form = OrderForm.checked(
        {"name": "Marta Gil", "email": "marta@sol.example", "phone": "+34 600 123-456", "privacy_accepted": True}
    )
    columns = order_snapshot.columns(
        "2026-00001", form, quote([], Terms("EUR"), today=date(2026, 11, 22)), privacy=None, shop=Shop(), now=NOON
    )
    assert "+34 600 123-456" in columns["search"]
    assert "34600123456" in columns["search"]
