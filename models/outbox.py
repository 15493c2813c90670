"""The outbox: one row for each mail to an address and each file to a target, written with what caused it."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from models.export import Export
from models.order import MAX_NUMBER_LENGTH, Order
from models.text import N_
from models.transfer_target import TransferTarget


class Channel(StrEnum):
    """How a message leaves the house."""

    MAIL = "mail"
    TRANSFER = "transfer"


class Purpose(StrEnum):
    """What a message is for."""

    VERIFY = "verify"
    SIGN_IN = "sign_in"
    RECEIVED = "received"
    CONFIRMED = "confirmed"
    STATUS_CHANGED = "status_changed"
    EDITED = "edited"  # what a seller has changed, to the buyer
    MESSAGE = "message"  # from a seller to a buyer
    NOTICE = "notice"  # the order, to a management address
    TEST = "test"
    TRANSFER = "transfer"
    SELLER = "seller"  # a link by which a seller chooses a password
    ALARM = "alarm"  # to a management address: something did not go out
    NEW_BUYER = "new_buyer"  # to a management address: somebody waits for approval
    STANDING = "standing"  # to a buyer: approved, or refused
    EXPORT = "export"  # a file of several orders, by a profile's schedule

    @property
    def label(self) -> str:
        return {
            "verify": N_("Verify user"),
            "sign_in": N_("Sign-in link"),
            "received": N_("Request received"),
            "confirmed": N_("Order confirmed"),
            "status_changed": N_("Status changed"),
            "edited": N_("Change told to the buyer"),
            "message": N_("Message to the buyer"),
            "notice": N_("Notice to management"),
            "test": N_("Test mail"),
            "transfer": N_("Order file"),
            "seller": N_("Link for a seller"),
            "alarm": N_("Trouble told to management"),
            "new_buyer": N_("New buyer told to management"),
            "standing": N_("Approval told to the buyer"),
            "export": N_("Scheduled export"),
        }[self.value]


class MessageStatus(StrEnum):
    """Where a message is on its way."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    CAPTURED = "captured"  # no mail server: kept to be read on the desk
    FAILED = "failed"  # given up
    HELD = "held"  # brought back by a restored backup: it may have gone out since, so the seller decides

    @property
    def label(self) -> str:
        return {
            "pending": N_("Waiting"),
            "sending": N_("On its way"),
            "sent": N_("Delivered"),
            "captured": N_("Kept here"),
            "failed": N_("Failed"),
            "held": N_("Held"),
        }[self.value]

    @property
    def tone(self) -> str:
        return {
            "pending": "wait",
            "sending": "wait",
            "sent": "ok",
            "captured": "look",
            "failed": "bad",
            "held": "look",
        }[self.value]


class OutboxMessage(Model):
    """One effect for one recipient. `content` is exactly what goes out: MIME bytes or a file's bytes.

    `identity` names the effect for ever (a Message-ID, a file at a target), so that a repeat is recognised.
    """

    id = fields.IntField(primary_key=True)
    channel = fields.CharEnumField(Channel, max_length=10)
    purpose = fields.CharEnumField(Purpose, description="what it is for", max_length=16)
    identity = fields.CharField(max_length=200, unique=True)
    order: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "models.Order", null=True, on_delete=fields.CASCADE, related_name="outbox_messages"
    )
    target: fields.ForeignKeyNullableRelation[TransferTarget] = fields.ForeignKeyField(
        "models.TransferTarget", null=True, on_delete=fields.CASCADE
    )
    export: fields.ForeignKeyNullableRelation[Export] = fields.ForeignKeyField(  # whose file it carries
        "models.Export", null=True, on_delete=fields.SET_NULL, related_name="outbox_messages"
    )
    recipient = fields.CharField(max_length=254)  # an address, or the target's name when it was written
    title = fields.CharField(max_length=250)  # the subject, or the file name
    content = fields.BinaryField()
    status = fields.CharEnumField(
        MessageStatus, description="where it is on its way", max_length=10, default=MessageStatus.PENDING
    )
    attempts = fields.IntField(default=0)
    due_at = fields.DatetimeField()
    lease_token = fields.CharField(max_length=32, default="")  # of the claim that is delivering it
    leased_until = fields.DatetimeField(null=True)  # after this the claim counts for nothing
    last_error = fields.CharField(max_length=500, default="")
    last_code = fields.CharField(max_length=40, default="", db_default="")  # the kind of trouble
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()  # given up after
    finished_at = fields.DatetimeField(null=True)
    order_number = fields.CharField(
        max_length=MAX_NUMBER_LENGTH, default="", db_default=""
    )  # of its order, to be searched for

    order_id: int | None
    target_id: int | None
    export_id: int | None

    class Meta:
        table = "outbox_message"
        indexes = (
            ("status", "due_at"),
            ("order_id", "purpose"),
            ("target_id", "status"),
            ("recipient",),
            ("export_id",),
            ("created_at",),
        )  # and one that the migration "searches" makes: of parts of recipient, title and order number


class DeliveryAttempt(Model):
    """One try to deliver a message: `code` is the kind of trouble, `remote_name` the file at the target.

    `number` is 0 for a try that does not count, because the whole target was paused by it.
    """

    id = fields.IntField(primary_key=True)
    message: fields.ForeignKeyRelation[OutboxMessage] = fields.ForeignKeyField(
        "models.OutboxMessage", on_delete=fields.CASCADE, related_name="tries"
    )
    number = fields.IntField()
    started_at = fields.DatetimeField()
    finished_at = fields.DatetimeField()
    succeeded = fields.BooleanField()
    text = fields.CharField(max_length=500, default="")
    code = fields.CharField(max_length=40, default="", db_default="")
    remote_name = fields.CharField(max_length=255, default="", db_default="")
    size = fields.IntField(default=0, db_default=0)  # bytes of what was to be delivered

    message_id: int

    class Meta:
        table = "delivery_attempt"
        ordering = ("number",)
        indexes = (("message_id",),)


class Pause(Model):
    """A lane of the outbox that stands still until somebody mends what is wrong: a password, a key, a certificate.

    `lane` is a target's id, or 0 for the mail server.
    """

    id = fields.IntField(primary_key=True)
    lane = fields.IntField(unique=True)
    code = fields.CharField(max_length=40)
    reason = fields.CharField(max_length=500)
    since = fields.DatetimeField()

    class Meta:
        table = "pause"
