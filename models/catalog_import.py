"""Imports of a catalogue: what each changed, so that it can be taken back."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.ordered_json import OrderedJSONField


class CatalogImport(Model):
    """One import that was written. `summary` holds its counts.

    So is a change of many prices at once: it has no file, and its `price_rule` is what `PriceRule` keeps.
    """

    id = fields.IntField(primary_key=True)
    file_name = fields.CharField(max_length=200)
    done_by = fields.CharField(max_length=254)
    summary: fields.Field[dict[str, int]] = fields.JSONField(default=dict)
    price_rule: fields.Field[dict[str, str] | None] = fields.JSONField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    undone_at = fields.DatetimeField(null=True)

    class Meta:
        table = "catalog_import"


class ImportChangeKind(StrEnum):
    """What an import did to a product."""

    NEW = "new"
    CHANGED = "changed"


class ImportChange(Model):
    """A product an import made or changed, with its values `before` and `after`."""

    id = fields.IntField(primary_key=True)
    catalog_import: fields.ForeignKeyRelation[CatalogImport] = fields.ForeignKeyField(
        "models.CatalogImport", on_delete=fields.CASCADE, related_name="changes"
    )
    sku = fields.CharField(max_length=80)
    kind = fields.CharEnumField(ImportChangeKind, max_length=8)
    before: fields.Field[dict[str, Any]] = OrderedJSONField(default=dict)
    after: fields.Field[dict[str, Any]] = OrderedJSONField(default=dict)

    class Meta:
        table = "import_change"
        indexes = (("catalog_import_id",),)


class ImportMapping(Model):
    """How the columns of a kind of file were understood, remembered by the folded header row."""

    id = fields.IntField(primary_key=True)
    signature = fields.CharField(max_length=64, unique=True)
    mapping: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)

    class Meta:
        table = "import_mapping"
