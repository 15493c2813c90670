"""Orders: what a buyer asked for, frozen as it was sent, and what became of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

from models.buyer import MAX_SORT_NAME, Buyer
from models.cart import Cart
from models.money import UnitPriceField
from models.postal import Business
from models.product import Product
from models.shop import LegalText
from models.text import N_

if TYPE_CHECKING:
    from models.terms_version import TermsVersion  # it needs the rules of pricing, which need this

MAX_NUMBER_LENGTH = 40
MAX_LINE_NAME_LENGTH = 400


class Status(StrEnum):
    """Where the seller's work on an order stands. The seller may move it to any other status."""

    PENDING = "pending"
    TO_BE_REVIEWED = "to_be_reviewed"
    PROCESSED = "processed"
    ERROR = "error"

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return STATUS_LABELS[self]

    @property
    def tone(self) -> str:
        """The tag's colour: wait, look, ok or bad."""
        return STATUS_TONES[self]

    @property
    def next(self) -> frozenset[Status]:
        """What it may become."""
        return frozenset(Status) - {self}


STATUS_LABELS = {
    Status.PENDING: N_("Pending"),
    Status.TO_BE_REVIEWED: N_("To be reviewed"),
    Status.PROCESSED: N_("Processed"),
    Status.ERROR: N_("Error"),
}
STATUS_TONES = {
    Status.PENDING: "wait",
    Status.TO_BE_REVIEWED: "look",
    Status.PROCESSED: "ok",
    Status.ERROR: "bad",
}


class Verification(StrEnum):
    """Whether the buyer's address is proven for this order; both proven kinds count as received."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    OVERRIDDEN = "overridden"

    @property
    def label(self) -> str:
        return {
            "unverified": N_("Not verified"),
            "verified": N_("Verified"),
            "overridden": N_("Accepted by the seller"),
        }[self.value]

    @property
    def is_received(self) -> bool:
        """Whether the request has reached the seller."""
        return self is not Verification.UNVERIFIED


# How filters and files tell it.
VERIFIED_WORDS = {"yes": Verification.VERIFIED, "no": Verification.UNVERIFIED, "override": Verification.OVERRIDDEN}


class Order(Model, Business):
    """A request, with its own snapshot of buyer, prices and privacy text. Amounts are minor units of `currency`."""

    id = fields.IntField(primary_key=True)
    number = fields.CharField(max_length=MAX_NUMBER_LENGTH, unique=True)
    cart: fields.OneToOneNullableRelation[Cart] = fields.OneToOneField(
        "models.Cart", null=True, on_delete=fields.SET_NULL
    )
    buyer: fields.ForeignKeyNullableRelation[Buyer] = fields.ForeignKeyField(
        "models.Buyer", null=True, on_delete=fields.SET_NULL, related_name="orders"
    )
    name = fields.CharField(max_length=120)
    company = fields.CharField(max_length=120, default="")
    email = fields.CharField(max_length=254)
    phone = fields.CharField(max_length=40, default="")
    buyer_reference = fields.CharField(max_length=80, default="")
    comments = fields.TextField(default="")
    zone = fields.CharField(max_length=80, default="")
    requested_date = fields.DateField(null=True)  # when the buyer would like it delivered
    status = fields.CharEnumField(Status, max_length=16, default=Status.PENDING)
    verification = fields.CharEnumField(Verification, max_length=12, default=Verification.UNVERIFIED)
    currency = fields.CharField(max_length=3)
    price_note = fields.CharField(max_length=120, default="")
    prices_hidden = fields.BooleanField(default=False)
    lines_total = fields.BigIntField(default=0)
    discounts = fields.BigIntField(default=0)  # zero or negative
    surcharges = fields.BigIntField(default=0)
    total = fields.BigIntField(default=0)
    references = fields.TextField(default="")  # the SKUs, joined by ", "
    search = fields.TextField(default="")  # folded
    sort_name = fields.CharField(max_length=MAX_SORT_NAME, default="", db_default="")  # see `sort_name_of`
    fingerprint = fields.CharField(max_length=64, default="")  # of the lines, to notice possible duplicates
    duplicate_of: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "models.Order", null=True, on_delete=fields.SET_NULL
    )
    privacy_text: fields.ForeignKeyNullableRelation[LegalText] = fields.ForeignKeyField(
        "models.LegalText", null=True, on_delete=fields.RESTRICT
    )
    # the rules it was priced by when it was sent, or none if no prices were told
    terms_version: fields.ForeignKeyNullableRelation[TermsVersion] = fields.ForeignKeyField(
        "models.TermsVersion", null=True, on_delete=fields.SET_NULL, related_name="orders"
    )
    privacy_sha256 = fields.CharField(max_length=64, default="")
    privacy_accepted_at = fields.DatetimeField(null=True)
    language = fields.CharField(max_length=5, default="en")
    created_at = fields.DatetimeField()
    received_at = fields.DatetimeField(null=True)  # verified or accepted by the seller
    confirmed_at = fields.DatetimeField(null=True)
    confirmed_by = fields.CharField(max_length=254, default="")
    opened_at = fields.DatetimeField(null=True)  # first looked at on the desk
    exported_at = fields.DatetimeField(null=True)  # by the newest export that stands
    revision = fields.IntField(default=1)
    locked_at = fields.DatetimeField(null=True)  # its buyer was erased; who it was stays until the retention ends
    erased_at = fields.DatetimeField(null=True)  # since then nothing here tells who it was

    lines: fields.ReverseRelation[OrderLine]
    charges: fields.ReverseRelation[OrderCharge]
    events: fields.ReverseRelation[OrderEvent]
    buyer_id: int | None
    cart_id: int | None
    duplicate_of_id: int | None
    privacy_text_id: int | None
    terms_version_id: int | None

    @property
    def is_locked(self) -> bool:
        """Whether its buyer was erased: nothing that touches personal data may be done with it any more."""
        return self.locked_at is not None or self.erased_at is not None

    class Meta:
        table = "order"
        indexes = (
            ("created_at", "id", "received_at", "currency", "total"),  # and what came in some days
            ("status", "created_at"),
            ("verification", "created_at"),
            ("buyer_id", "created_at"),
            ("exported_at", "received_at"),
            ("lines_total", "id"),
            ("discounts", "id"),
            ("surcharges", "id"),
            ("total", "id"),
            ("sort_name", "id"),
            ("fingerprint", "created_at"),
            ("duplicate_of_id",),  # whoever deletes an order asks which ones it was a first of
            ("terms_version_id",),
        )
        # And two that migrations make: "any_size" of the words to search for, "figures" of what waits.


class OrderLine(Model):
    """One product of an order as it was sent. `line_total` is minor units."""

    id = fields.IntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", on_delete=fields.CASCADE, related_name="lines"
    )
    line_no = fields.IntField()
    product: fields.ForeignKeyNullableRelation[Product] = fields.ForeignKeyField(
        "models.Product", null=True, on_delete=fields.SET_NULL
    )
    sku = fields.CharField(max_length=80)
    name = fields.CharField(max_length=MAX_LINE_NAME_LENGTH)
    quantity = fields.IntField()
    unit = fields.CharField(max_length=40, default="")
    unit_price = UnitPriceField(null=True)
    line_total = fields.BigIntField(default=0)

    order_id: int
    product_id: int | None

    class Meta:
        table = "order_line"
        ordering = ("line_no",)
        unique_together = (("order", "line_no"),)
        indexes = (("product_id", "order_id"), ("sku", "order_id"))


class ChargeKind(StrEnum):
    """Which side of the total a charge is on."""

    DISCOUNT = "discount"
    SURCHARGE = "surcharge"


class OrderCharge(Model):
    """A discount (negative) or surcharge of an order, with its reason in words. `amount` is minor units."""

    id = fields.IntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", on_delete=fields.CASCADE, related_name="charges"
    )
    position = fields.IntField()
    kind = fields.CharEnumField(ChargeKind, max_length=10)
    code = fields.CharField(max_length=40, default="")
    title = fields.CharField(max_length=80)
    reason = fields.CharField(max_length=250, default="")
    amount = fields.BigIntField()

    order_id: int

    class Meta:
        table = "order_charge"
        ordering = ("position",)
        indexes = (("order_id",),)


class EventKind(StrEnum):
    """What a line of an order's history tells."""

    PLACED = "placed"
    ADDRESS = "address"
    VERIFIED = "verified"
    OVERRIDDEN = "overridden"
    CONFIRMED = "confirmed"
    EDITED = "edited"  # by a seller, before it was confirmed
    STATUS = "status"
    EXPORTED = "exported"
    UNEXPORTED = "unexported"  # an export was taken back
    SENT = "sent"
    NOTE = "note"
    MESSAGE = "message"  # to the buyer, who reads it on the page of the request and in a mail
    LOCKED = "locked"  # its buyer was erased
    ERASED = "erased"


class OrderEvent(Model):
    """Who did what to an order, and when. `actor` is a seller's address, `buyer` or `system`."""

    id = fields.IntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", on_delete=fields.CASCADE, related_name="events"
    )
    kind = fields.CharEnumField(EventKind, description="what it tells", max_length=12)
    actor = fields.CharField(max_length=254)
    text = fields.TextField(default="")
    created_at = fields.DatetimeField()

    order_id: int

    class Meta:
        table = "order_event"
        ordering = ("created_at", "id")
        indexes = (("order_id",),)
