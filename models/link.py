"""Secret links: random tokens, stored hashed, each bound to one purpose and one thing."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from models.buyer import Buyer
from models.order import Order
from models.seller import Seller


class LinkPurpose(StrEnum):
    """What a link may be used for."""

    VERIFY = "verify"  # verify the address of one order, 72 hours
    REQUEST = "request"  # look at one request, a year
    SIGN_IN = "sign_in"  # sign a buyer in on a device, once
    CSV = "csv"  # download one order as CSV, 30 days
    CONFIRM = "confirm"  # confirm one order, 14 days
    INVITE = "invite"  # choose the first password of a seller, 7 days, once
    RESET = "reset"  # choose a new password of a seller, an hour, once


class Link(Model):
    """A token somebody was given. The token itself is never stored, only its SHA-256 with the purpose."""

    id = fields.IntField(primary_key=True)
    purpose = fields.CharEnumField(LinkPurpose, description="what it may be used for", max_length=8)
    token_hash = fields.CharField(max_length=64, unique=True)
    order: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "models.Order", null=True, on_delete=fields.CASCADE
    )
    buyer: fields.ForeignKeyNullableRelation[Buyer] = fields.ForeignKeyField(
        "models.Buyer", null=True, on_delete=fields.CASCADE
    )
    seller: fields.ForeignKeyNullableRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", null=True, on_delete=fields.CASCADE
    )
    email = fields.CharField(max_length=254, default="")  # the address it was mailed to
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)
    used_at = fields.DatetimeField(null=True)

    order_id: int | None
    buyer_id: int | None
    seller_id: int | None

    class Meta:
        table = "link"
        indexes = (("order_id", "purpose"), ("buyer_id",), ("seller_id",))
