"""Exports: each download of orders, with the exact bytes kept as a file."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.export_profile import ExportProfile
from models.file_kind import Dialect, Shape
from models.order import Order


class Export(Model):
    """Who took which orders out, when and how. The bytes lie in the data folder under `exports/`."""

    id = fields.IntField(primary_key=True)
    done_by = fields.CharField(max_length=254)
    order_filter = fields.TextField(default="")  # as a query string
    shape = fields.CharEnumField(Shape, max_length=8)
    dialect = fields.CharEnumField(Dialect, max_length=12)
    orders = fields.IntField()
    file_name = fields.CharField(max_length=120)
    sha256 = fields.CharField(max_length=64)
    created_at = fields.DatetimeField()
    undone_at = fields.DatetimeField(null=True)  # its orders count as not exported by it any more
    undone_by = fields.CharField(max_length=254, default="", db_default="")
    profile: fields.ForeignKeyNullableRelation[ExportProfile] = fields.ForeignKeyField(
        "models.ExportProfile", null=True, on_delete=fields.SET_NULL, related_name="exports"
    )

    profile_id: int | None

    class Meta:
        table = "export"


class ExportedOrder(Model):
    """An order that an export took out."""

    id = fields.IntField(primary_key=True)
    export: fields.ForeignKeyRelation[Export] = fields.ForeignKeyField(
        "models.Export", on_delete=fields.CASCADE, related_name="exported_orders"
    )
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField("models.Order", on_delete=fields.CASCADE)

    export_id: int
    order_id: int

    class Meta:
        table = "exported_order"
        unique_together = (("export", "order"),)
        indexes = (("order_id",),)
