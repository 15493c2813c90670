"""A buyer's cart, kept in the database so that it survives the browser."""

from enum import StrEnum

from babel.numbers import format_decimal
from tortoise import fields
from tortoise.models import Model

from models.buyer import Device
from models.product import Product
from models.text import _, spoken

MAX_QUANTITY = 1_000_000
TOO_MANY = MAX_QUANTITY + 1  # stands for whatever is more: a line with as much says so
MAX_CART_LINES = 1_000


def what_a_quantity_is() -> str:
    """What whoever typed something else is told."""
    most = format_decimal(MAX_QUANTITY, locale=spoken())
    return _("Write a whole number from {a} to {b}.").format(a=1, b=most)


class CartStatus(StrEnum):
    """A cart is open until one order claims it."""

    OPEN = "open"
    ORDERED = "ordered"


class Cart(Model):
    """What a device has chosen. `draft` keeps what was typed into the order form."""

    id = fields.IntField(primary_key=True)
    device: fields.ForeignKeyRelation[Device] = fields.ForeignKeyField(
        "models.Device", on_delete=fields.CASCADE, related_name="carts"
    )
    status = fields.CharEnumField(CartStatus, max_length=8, default=CartStatus.OPEN)
    discount_code = fields.CharField(max_length=40, default="")
    zone = fields.CharField(max_length=80, default="")
    draft: fields.Field[dict[str, str | bool]] = fields.JSONField(default=dict)
    created_at = fields.DatetimeField(auto_now_add=True)
    changed_at = fields.DatetimeField(auto_now=True)

    device_id: int

    class Meta:
        table = "cart"
        indexes = (("device_id", "status"),)


class CartLine(Model):
    """A product in a cart."""

    id = fields.IntField(primary_key=True)
    cart: fields.ForeignKeyRelation[Cart] = fields.ForeignKeyField(
        "models.Cart", on_delete=fields.CASCADE, related_name="lines"
    )
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("models.Product", on_delete=fields.CASCADE)
    quantity = fields.IntField()

    cart_id: int
    product_id: int

    class Meta:
        table = "cart_line"
        unique_together = (("cart", "product"),)
        indexes = (("product_id",),)
