"""Buyers and the devices they use."""

from datetime import UTC, datetime
from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from models.buyer_group import BuyerGroup
from models.postal import Business
from models.text import N_, fold


class Standing(StrEnum):
    """What the shop thinks of a buyer. It is asked once the address is proven."""

    NEW = "new"
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return {
            "new": N_("New"),
            "waiting": N_("Waiting for approval"),
            "approved": N_("Approved"),
            "refused": N_("Refused"),
        }[self.value]

    @property
    def tone(self) -> str:
        return {"new": "quiet", "waiting": "wait", "approved": "ok", "refused": "bad"}[self.value]


MAX_SORT_NAME = 120
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # the last order of who has not ordered yet: a database sorts it like others


class Buyer(Model, Business):
    """Somebody who sent a request. `email` is stored lower-case and unique.

    What they ordered is counted by the database itself, with each order that is written, changed or deleted (see the
    migration 0023): `orders_value` is minor units of the shop's currency.
    """

    id = fields.IntField(primary_key=True)
    email = fields.CharField(max_length=254, unique=True)
    name = fields.CharField(max_length=120, default="")
    company = fields.CharField(max_length=120, default="")
    phone = fields.CharField(max_length=40, default="")
    zone = fields.CharField(max_length=80, default="")
    language = fields.CharField(max_length=5, default="", db_default="")  # the one they chose, or ""
    search = fields.TextField(default="")  # see `folded`
    sort_name = fields.CharField(max_length=MAX_SORT_NAME, default="", db_default="")  # see `sort_name_of`
    verified_at = fields.DatetimeField(null=True)
    standing = fields.CharEnumField(
        Standing,
        description="what the shop thinks of them",
        max_length=8,
        default=Standing.NEW,
        db_default=Standing.NEW.value,
    )
    group: fields.ForeignKeyNullableRelation[BuyerGroup] = fields.ForeignKeyField(
        "models.BuyerGroup", null=True, on_delete=fields.SET_NULL, related_name="buyers"
    )
    created_at = fields.DatetimeField(auto_now_add=True)
    erased_at = fields.DatetimeField(null=True)  # since then nothing here tells who it was
    orders_count = fields.IntField(default=0, db_default=0)
    last_order_at = fields.DatetimeField(default=NEVER, db_default=NEVER.isoformat(" "))
    orders_value = fields.BigIntField(default=0, db_default=0)

    group_id: int | None

    class Meta:
        table = "buyer"
        indexes = (
            ("group_id",),
            ("standing",),
            ("verified_at",),
            ("orders_count", "id"),
            ("last_order_at", "id"),
            ("orders_value", "id"),
            ("sort_name", "id"),
        )  # and one that the migration "searches" makes: of parts of words


# When the shop's currency has changed.
VALUE_ANEW = """UPDATE "buyer" SET "orders_value" = COALESCE((
    SELECT SUM("total") FROM "order"
    WHERE "buyer_id" = "buyer"."id" AND "currency" = (SELECT "currency" FROM "shop" WHERE "id" = 1)), 0)"""


class BuyerNote(Model):
    """What a seller noted about a buyer, for the sellers alone. `actor` is a seller's address as it was then."""

    id = fields.IntField(primary_key=True)
    buyer: fields.ForeignKeyRelation[Buyer] = fields.ForeignKeyField(
        "models.Buyer", on_delete=fields.CASCADE, related_name="notes"
    )
    text = fields.TextField()
    actor = fields.CharField(max_length=254)
    created_at = fields.DatetimeField()

    class Meta:
        table = "buyer_note"
        indexes = (("buyer_id",),)


class Device(Model):
    """A browser that shops here, known by a random cookie. `buyer` is set while it is signed in.

    Its order form is filled in with what it sent last, unless that was before `forgot_at`.
    """

    id = fields.IntField(primary_key=True)
    token_hash = fields.CharField(max_length=64, unique=True)
    buyer: fields.ForeignKeyNullableRelation[Buyer] = fields.ForeignKeyField(
        "models.Buyer", null=True, on_delete=fields.SET_NULL
    )
    created_at = fields.DatetimeField(auto_now_add=True)
    forgot_at = fields.DatetimeField(null=True)

    buyer_id: int | None

    class Meta:
        table = "device"
        indexes = (("buyer_id",),)


def folded(*, email: str, name: str, company: str, phone: str) -> dict[str, str]:
    """The columns of a buyer that follow from others: the folded texts they are found and sorted by."""
    return {"search": fold(" ".join([email, name, company, phone])), "sort_name": sort_name_of(company, name)}


def sort_name_of(company: str, name: str) -> str:
    """The folded text that a buyer and their orders are sorted by: the company, or else the name."""
    return fold(company or name)[:MAX_SORT_NAME]
