"""Lists a buyer keeps, like the order of each week: products with quantities under a name."""

from tortoise import fields
from tortoise.models import Model

from models.buyer import Buyer
from models.product import Product

MAX_LIST_NAME = 80


class OrderList(Model):
    """A list of a buyer. What is on it is in no cart yet and costs what it costs when it is ordered."""

    id = fields.IntField(primary_key=True)
    buyer: fields.ForeignKeyRelation[Buyer] = fields.ForeignKeyField(
        "models.Buyer", on_delete=fields.CASCADE, related_name="lists"
    )
    name = fields.CharField(max_length=MAX_LIST_NAME)
    created_at = fields.DatetimeField(auto_now_add=True)
    changed_at = fields.DatetimeField()

    buyer_id: int

    class Meta:
        table = "order_list"
        indexes = (("buyer_id",),)


class OrderListLine(Model):
    """A product on a list."""

    id = fields.IntField(primary_key=True)
    list: fields.ForeignKeyRelation[OrderList] = fields.ForeignKeyField(
        "models.OrderList", on_delete=fields.CASCADE, related_name="lines"
    )
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("models.Product", on_delete=fields.CASCADE)
    quantity = fields.IntField()

    list_id: int
    product_id: int

    class Meta:
        table = "order_list_line"
        unique_together = (("list", "product"),)
        indexes = (("product_id",),)
