"""The audit log: who did what at the desk that an owner may have to answer for."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from models.seller import Seller
from models.text import N_

MAX_ABOUT_LENGTH = 200


class AuditKind(StrEnum):
    """What an entry of the audit log tells."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    REFUSED = "refused"  # somebody asked for what is not theirs
    SELLERS = "sellers"  # invited, removed, another role, another password
    SETTINGS = "settings"
    TARGET = "target"
    PROFILE = "profile"  # of exports
    EXPORTED = "exported"
    UNEXPORTED = "unexported"
    DOWNLOADED = "downloaded"
    BUYER_DATA = "buyer_data"
    BUYERS = "buyers"  # approved, refused, in another group; a group and its prices
    CATALOGUE = "catalogue"  # imports, prices, categories: what changes many products at once
    BACKED_UP = "backed_up"
    ERASED = "erased"
    ANONYMISED = "anonymised"  # what an erasure had left until the retention ended

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return {
            "signed_in": N_("Signed in"),
            "sign_in_refused": N_("Sign-in refused"),
            "signed_out": N_("Signed out"),
            "refused": N_("Refused"),
            "sellers": N_("Sellers changed"),
            "settings": N_("Settings changed"),
            "target": N_("Transfer target changed"),
            "profile": N_("Export profile changed"),
            "exported": N_("Exported"),
            "unexported": N_("Export taken back"),
            "downloaded": N_("File downloaded"),
            "buyer_data": N_("Buyer's data downloaded"),
            "buyers": N_("Buyers and groups changed"),
            "catalogue": N_("Catalogue changed"),
            "backed_up": N_("Backed up"),
            "erased": N_("Buyer erased"),
            "anonymised": N_("Order anonymised"),
        }[self.value]


class AuditEntry(Model):
    """One line of the audit log.

    `actor` is a seller's address as it was then, `buyer` or `system`; `about` never holds personal data of a buyer.
    """

    id = fields.IntField(primary_key=True)
    at = fields.DatetimeField()
    kind = fields.CharEnumField(AuditKind, description="what was done", max_length=16)
    seller: fields.ForeignKeyNullableRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", null=True, on_delete=fields.SET_NULL
    )
    actor = fields.CharField(max_length=254)
    about = fields.CharField(max_length=MAX_ABOUT_LENGTH, default="")

    seller_id: int | None

    class Meta:
        table = "audit_entry"
        indexes = (("at",), ("kind", "at"), ("seller_id", "at"))
