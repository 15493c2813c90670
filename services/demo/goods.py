"""What the buyers of the demo shop choose from: the products that can be ordered, with where they lie."""

from dataclasses import dataclass
from decimal import Decimal

from models import Product
from models.catalog_field import CATEGORY_SEPARATOR
from models.pricing import QuantityBreak, WantedLine, correct_quantity
from services import catalog
from services.product_view import full_name

FIELDS = (
    "id", "parent_id", "sku", "name", "price", "breaks", "unit", "pack_size", "minimum_quantity", "options",
    "category__path",
)  # fmt: skip


@dataclass(frozen=True)
class Good:
    """A product or variant; variants share their `family`, and `room` is the first name of the category's path."""

    product_id: int
    family: int
    sku: str
    name: str
    price: Decimal
    breaks: tuple[QuantityBreak, ...]
    unit: str
    pack_size: int
    minimum_quantity: int
    room: str

    def worth(self, amount: float) -> WantedLine:
        """A line of about this amount of money, in whole packs."""
        wanted = round(amount / float(self.price))
        quantity = correct_quantity(wanted, pack_size=self.pack_size, minimum=self.minimum_quantity)
        return WantedLine(self.product_id, self.sku, self.name, quantity, self.price, self.breaks, self.unit)


async def load() -> list[Good]:
    """All of them, by SKU."""
    rows = await Product.filter(active=True, is_parent=False).order_by("sku").values(*FIELDS)
    return [
        Good(
            product_id=row["id"],
            family=row["parent_id"] or row["id"],
            sku=row["sku"],
            name=full_name(row["name"], row["options"]),
            price=row["price"],
            breaks=catalog.quantity_breaks(row["breaks"]),
            unit=row["unit"],
            pack_size=row["pack_size"],
            minimum_quantity=row["minimum_quantity"],
            room=row["category__path"].split(CATEGORY_SEPARATOR)[0],
        )
        for row in rows
    ]
