"""Sellers: the people who work at the desk."""

from tortoise import fields
from tortoise.models import Model


class Seller(Model):
    """Somebody who may sign in to the desk."""

    id = fields.IntField(primary_key=True)
    email = fields.CharField(max_length=254, unique=True)
    password_hash = fields.CharField(max_length=255)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "seller"


class SellerSession(Model):
    """A browser in which a seller is signed in. The cookie holds the token, the database its hash."""

    id = fields.IntField(primary_key=True)
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField("models.Seller", on_delete=fields.CASCADE)
    token_hash = fields.CharField(max_length=64, unique=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()

    seller_id: int

    class Meta:
        table = "seller_session"
        indexes = (("seller_id",),)
