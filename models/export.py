"""Exports: each download of orders, with the exact bytes kept as a file."""

from tortoise import fields
from tortoise.models import Model

from models.transfer_target import Dialect, Shape


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

    class Meta:
        table = "export"
