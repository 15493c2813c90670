"""The shop itself: its parameters, its terms of sale, its texts."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from models.ordered_json import OrderedJSONField
from models.text import N_

DEFAULT_COLOR = "#0f6b5c"


class PricesFor(StrEnum):
    """Who sees the prices of a shop that does not hide them from everybody."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed_in"
    APPROVED = "approved"

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return {
            "everybody": N_("Everybody"),
            "signed_in": N_("Buyers who are signed in"),
            "approved": N_("Approved buyers"),
        }[self.value]


class StockShown(StrEnum):
    """What buyers are told of the stock."""

    NUMBER = "number"
    WORDS = "words"
    HIDDEN = "hidden"

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return {
            "number": N_("The number"),
            "words": N_("In stock, few left, or none"),
            "hidden": N_("Nothing"),
        }[self.value]


class Shop(Model):
    """The parameters of the one shop (a single row, id 1)."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=80)
    logo = fields.CharField(max_length=80, default="")  # a file name in the media folder
    color = fields.CharField(max_length=7, default=DEFAULT_COLOR)
    cover_text = fields.TextField(default="")
    contact = fields.TextField(default="")
    away_text = fields.CharField(max_length=500, default="", db_default="")  # out of office
    away_from = fields.DateField(null=True)
    away_until = fields.DateField(null=True)  # the last day
    texts: fields.Field[dict[str, str] | None] = OrderedJSONField(null=True)  # in other languages: `cover_text:es`
    language = fields.CharField(max_length=5, default="en")
    currency = fields.CharField(max_length=3, default="EUR")
    time_zone = fields.CharField(max_length=64, default="Europe/Madrid")
    price_note = fields.CharField(max_length=120, default="")  # "plus VAT"
    prices_hidden = fields.BooleanField(default=False)  # from everybody
    prices_for = fields.CharEnumField(
        PricesFor,
        description="who sees the prices",
        max_length=12,
        default=PricesFor.EVERYBODY,
        db_default=PricesFor.EVERYBODY.value,
    )
    approves_buyers = fields.BooleanField(default=False, db_default=False)  # a seller looks at each new one
    stock_shown = fields.CharEnumField(
        StockShown,
        description="what is told of the stock",
        max_length=8,
        default=StockShown.NUMBER,
        db_default=StockShown.NUMBER.value,
    )
    few_left = fields.IntField(default=5, db_default=5)  # so many, or fewer, are "few left"
    order_prefix = fields.CharField(max_length=12, default="")
    management_emails: fields.Field[list[str]] = fields.JSONField(default=list)
    unverified_days = fields.IntField(default=30)
    retention_years = fields.IntField(default=10, db_default=10)  # how long orders must be kept by law
    mail_host = fields.CharField(max_length=255, default="")
    mail_port = fields.IntField(default=587)
    mail_security = fields.CharField(max_length=8, default="starttls")
    mail_username = fields.CharField(max_length=255, default="")
    mail_password = fields.TextField(default="")  # encrypted with the key file
    mail_sender = fields.CharField(max_length=254, default="")
    mail_reply_to = fields.CharField(max_length=254, default="")
    created_at = fields.DatetimeField(auto_now_add=True)

    instead_of_prices = ""  # no column: what this visitor reads where prices would be (`services.prices.seen_by`)

    class Meta:
        table = "shop"

    @property
    def asks_approval(self) -> bool:
        """Whether a new buyer waits until a seller has decided."""
        return self.approves_buyers or self.prices_for is PricesFor.APPROVED


class OrderCounter(Model):
    """The last running number given in a year."""

    id = fields.IntField(primary_key=True)
    year = fields.IntField(unique=True)
    last_number = fields.IntField(default=0)

    class Meta:
        table = "order_counter"


class SurchargeKind(StrEnum):
    """How a surcharge is worked out."""

    FIXED = "fixed"
    PERCENT = "percent"
    TRANCHES = "tranches"
    ZONE = "zone"

    @property
    def label(self) -> str:
        return {
            "fixed": N_("Fixed amount"),
            "percent": N_("Percent of the amount after discount"),
            "tranches": N_("Minimum order, in tranches"),
            "zone": N_("By zone"),
        }[self.value]


class Surcharge(Model):
    """One surcharge of the terms of sale.

    `amount` is money, or a percentage; `tranches` is a list of `[from, to, amount]`, a value at `to` belonging to the
    next one. Both hold decimals as text.
    """

    id = fields.IntField(primary_key=True)
    title = fields.CharField(max_length=80)
    code = fields.CharField(max_length=20)
    kind = fields.CharEnumField(SurchargeKind, max_length=10)
    amount = fields.CharField(max_length=20, default="0")  # a decimal as text
    tranches: fields.Field[list[list[str]]] = fields.JSONField(default=list)
    zone = fields.CharField(max_length=80, default="")
    position = fields.IntField(default=0)
    active = fields.BooleanField(default=True)

    class Meta:
        table = "surcharge"
        ordering = ("position", "id")


class DiscountKind(StrEnum):
    """How a discount code is worked out."""

    PERCENT = "percent"
    FIXED = "fixed"

    @property
    def label(self) -> str:
        return {"percent": N_("Percent"), "fixed": N_("Fixed amount")}[self.value]


class DiscountCode(Model):
    """A code buyers may enter in the cart. The dates are whole days in the shop's time zone, both included."""

    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=40)
    folded = fields.CharField(max_length=40, unique=True)
    title = fields.CharField(max_length=80, default="")
    kind = fields.CharEnumField(DiscountKind, max_length=8)
    amount = fields.CharField(max_length=20)  # a decimal as text
    valid_from_date = fields.DateField(null=True)
    valid_to_date = fields.DateField(null=True)
    active = fields.BooleanField(default=True)

    class Meta:
        table = "discount_code"
        ordering = ("code",)


class LegalKind(StrEnum):
    """Which legal text."""

    PRIVACY = "privacy"
    TERMS = "terms"


class LegalText(Model):
    """One version of a legal text. A version is never changed, a new one is added."""

    id = fields.IntField(primary_key=True)
    kind = fields.CharEnumField(LegalKind, max_length=8)
    language = fields.CharField(max_length=5)
    version = fields.IntField()
    text = fields.TextField()
    sha256 = fields.CharField(max_length=64)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "legal_text"
        unique_together = (("kind", "language", "version"),)
