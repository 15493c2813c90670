"""Products, their categories and their pictures."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.catalog_field import CATEGORY_SEPARATOR
from models.money import UnitPriceField
from models.ordered_json import OrderedJSONField

MAX_SKU_LENGTH = 80
MAX_EAN_LENGTH = 20
BY_SKU = "sku:"  # begins the `source` of a picture whose uploaded file is named like its product: no import's


class Category(Model):
    """A place in the catalogue. `path` is its names from the top, joined by ` > `.

    `texts` are paths of as many names in other languages, by keys like `category:es`.
    """

    id = fields.IntField(primary_key=True)
    path = fields.CharField(max_length=400, unique=True)
    name = fields.CharField(max_length=120)
    position = fields.IntField(default=0)
    texts: fields.Field[dict[str, str] | None] = OrderedJSONField(null=True)

    class Meta:
        table = "category"
        ordering = ("path",)


def is_within(path: str, category: str) -> bool:
    """Whether a category `path` is `category` or below it."""
    return path == category or path.startswith(category + CATEGORY_SEPARATOR)


class Product(Model):
    """Something a buyer can ask for, or the parent that holds its variants together.

    A parent has variants (`parent` of theirs) and is not sold itself. `breaks` is a list of `[quantity, unit price]`
    (an integer and a decimal as text), ascending. `options` maps an option's name to this variant's value. `texts`
    are the name and the description in other languages, by keys like `name:es`, and of a variant its options' values
    and their names, by keys like `option.Colour:es` and `option name.Colour:es`.
    """

    id = fields.IntField(primary_key=True)
    sku = fields.CharField(max_length=MAX_SKU_LENGTH, unique=True)
    name = fields.CharField(max_length=250)
    description = fields.TextField(default="")  # sanitised HTML
    category: fields.ForeignKeyNullableRelation[Category] = fields.ForeignKeyField(
        "models.Category", null=True, on_delete=fields.SET_NULL
    )
    price = UnitPriceField(null=True)
    unit = fields.CharField(max_length=40, default="")
    pack_size = fields.IntField(default=1)
    minimum_quantity = fields.IntField(default=1)
    breaks: fields.Field[list[list[int | str]]] = fields.JSONField(default=list)
    stock = fields.IntField(null=True)
    ean = fields.CharField(max_length=MAX_EAN_LENGTH, default="")
    active = fields.BooleanField(default=True)
    parent: fields.ForeignKeyNullableRelation[Product] = fields.ForeignKeyField(
        "models.Product", null=True, on_delete=fields.SET_NULL, related_name="variants"
    )
    options: fields.Field[dict[str, str]] = OrderedJSONField(default=dict)
    texts: fields.Field[dict[str, str] | None] = OrderedJSONField(null=True)
    is_parent = fields.BooleanField(default=False)
    search = fields.TextField(default="")  # folded: sku, name, ean, category, description's words, in all languages
    sort_name = fields.CharField(max_length=250, default="")  # folded
    edited_at = fields.DatetimeField(null=True)  # last change by hand, not by an import
    created_at = fields.DatetimeField(auto_now_add=True)

    category_id: int | None
    parent_id: int | None

    class Meta:
        table = "product"
        # None begins with `active`: SQLite would look for a few products through all the active ones by it.
        indexes = (("category_id",), ("parent_id",), ("ean",), ("sort_name",))


class Picture(Model):
    """A picture of a product: `file` in the media folder once it is there, `source` where it comes from."""

    id = fields.IntField(primary_key=True)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField(
        "models.Product", on_delete=fields.CASCADE, related_name="pictures"
    )
    position = fields.IntField(default=0)
    source = fields.CharField(max_length=1000, default="")  # an address, or the name of an uploaded file
    file = fields.CharField(max_length=80, default="")  # empty until fetched or uploaded
    error = fields.CharField(max_length=200, default="")

    product_id: int

    class Meta:
        table = "picture"
        ordering = ("position", "id")
        indexes = (("product_id",), ("source",), ("file",))
