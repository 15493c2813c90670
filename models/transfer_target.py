"""Transfer targets: the FTP and SFTP folders orders are put into."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.file_kind import Dialect, Shape
from models.text import N_


class Protocol(StrEnum):
    """How a target is reached."""

    SFTP = "sftp"
    FTP = "ftp"
    FTPS_EXPLICIT = "ftps_explicit"
    FTPS_IMPLICIT = "ftps_implicit"

    @property
    def label(self) -> str:
        return {
            "sftp": N_("SFTP"),
            "ftp": N_("FTP (not encrypted)"),
            "ftps_explicit": N_("FTPS, explicit"),
            "ftps_implicit": N_("FTPS, implicit"),
        }[self.value]

    @property
    def port(self) -> int:
        return {"sftp": 22, "ftp": 21, "ftps_explicit": 21, "ftps_implicit": 990}[self.value]


class Trigger(StrEnum):
    """When an order goes to a target."""

    RECEIVED = "received"
    CONFIRMED = "confirmed"
    BY_HAND = "by_hand"

    @property
    def label(self) -> str:
        return {
            "received": N_("When a request is received"),
            "confirmed": N_("When an order is confirmed"),
            "by_hand": N_("Only by hand"),
        }[self.value]


class TransferTarget(Model):
    """A folder on a server. Secrets are encrypted with the key file and never shown again."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=80)
    protocol = fields.CharEnumField(Protocol, max_length=14)
    host = fields.CharField(max_length=255)
    port = fields.IntField()
    folder = fields.CharField(max_length=400, default="")
    username = fields.CharField(max_length=255, default="")
    password = fields.TextField(default="")  # encrypted
    private_key = fields.TextField(default="")  # encrypted
    host_key = fields.TextField(default="")  # the pinned public key line of an SFTP server
    certificate = fields.TextField(default="")  # a certificate (PEM) to trust besides the public ones
    file_name = fields.CharField(max_length=120, default="{order_number}.csv")
    shape = fields.CharEnumField(Shape, max_length=8, default=Shape.LINES)
    dialect = fields.CharEnumField(Dialect, max_length=12, default=Dialect.MACHINE)
    trigger = fields.CharEnumField(Trigger, max_length=10, default=Trigger.RECEIVED)
    profile: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(  # instead of shape and dialect
        "models.ExportProfile", null=True, on_delete=fields.SET_NULL, related_name="targets"
    )
    active = fields.BooleanField(default=True)
    last_seq = fields.IntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)

    profile_id: int | None

    class Meta:
        table = "transfer_target"
        ordering = ("name", "id")
