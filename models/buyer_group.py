"""Groups of buyers who pay other prices than the list prices."""

from decimal import Decimal

from tortoise import fields
from tortoise.models import Model

from models.money import UnitPriceField
from models.product import Product

MAX_GROUP_NAME = 80


class BuyerGroup(Model):
    """Buyers who get a percentage off the list prices, prices of their own, or both."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=MAX_GROUP_NAME, unique=True)
    percent = fields.CharField(max_length=20, default="0")  # off the list prices: a decimal as text
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "buyer_group"
        ordering = ("name",)

    @property
    def off(self) -> Decimal:
        """How many percent less than the list prices its buyers pay."""
        return Decimal(self.percent)


class GroupPrice(Model):
    """What one product costs a group, in place of its list price."""

    id = fields.IntField(primary_key=True)
    group: fields.ForeignKeyRelation[BuyerGroup] = fields.ForeignKeyField(
        "models.BuyerGroup", on_delete=fields.CASCADE, related_name="prices"
    )
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField(
        "models.Product", on_delete=fields.CASCADE, related_name="group_prices"
    )
    price = UnitPriceField()

    group_id: int
    product_id: int

    class Meta:
        table = "group_price"
        unique_together = (("group", "product"),)
        indexes = (("product_id",),)
