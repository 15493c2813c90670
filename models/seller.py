"""Sellers: the people who work at the desk."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from models.text import N_


class Role(StrEnum):
    """What a seller may do: staff work with orders, products and buyers; owners decide about the shop as well."""

    OWNER = "owner"
    STAFF = "staff"

    @property
    def label(self) -> str:
        return {"owner": N_("Owner"), "staff": N_("Staff")}[self.value]


class Seller(Model):
    """Somebody who may sign in to the desk. Without a password hash: somebody who was invited and has not come yet.

    `totp_secret` is encrypted; it is empty while the second factor is off. `totp_step` is the time step of the code
    that was used last, so that none works twice.
    """

    id = fields.IntField(primary_key=True)
    email = fields.CharField(max_length=254, unique=True)
    password_hash = fields.CharField(max_length=255)
    role = fields.CharEnumField(
        Role, description="what they may do", max_length=8, default=Role.OWNER, db_default="owner"
    )
    totp_secret = fields.CharField(max_length=255, default="", db_default="")
    totp_step = fields.BigIntField(default=0, db_default=0)
    language = fields.CharField(max_length=5, default="", db_default="")  # the one they chose, or ""
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "seller"

    @property
    def is_owner(self) -> bool:
        """Whether they may change the shop's parameters, terms, transfers and sellers."""
        return self.role is Role.OWNER

    @property
    def has_come(self) -> bool:
        """Whether they have chosen a password."""
        return bool(self.password_hash)

    @property
    def has_second_factor(self) -> bool:
        """Whether a password alone does not let them in."""
        return bool(self.totp_secret)


class RecoveryCode(Model):
    """A code that stands in for the second factor once. Only its hash is kept, and it is deleted when it is used."""

    id = fields.IntField(primary_key=True)
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField("models.Seller", on_delete=fields.CASCADE)
    code_hash = fields.CharField(max_length=64, unique=True)

    seller_id: int

    class Meta:
        table = "recovery_code"
        indexes = (("seller_id",),)


class SellerSession(Model):
    """A browser in which a seller is signed in. The cookie holds the token, the database its hash."""

    id = fields.IntField(primary_key=True)
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField("models.Seller", on_delete=fields.CASCADE)
    token_hash = fields.CharField(max_length=64, unique=True)
    browser = fields.CharField(max_length=80, default="", db_default="")  # in words: "Firefox on Linux"
    created_at = fields.DatetimeField(auto_now_add=True)
    seen_at = fields.DatetimeField(null=True)  # not yet noted, if it is missing
    expires_at = fields.DatetimeField()

    seller_id: int

    class Meta:
        table = "seller_session"
        indexes = (("seller_id",),)
