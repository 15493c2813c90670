"""Saved views: what a seller looks at on the desk again and again, under a name."""

from tortoise import fields
from tortoise.models import Model

from models.seller import Seller

MAX_VIEW_NAME = 60


class SavedView(Model):
    """Which orders, in which order and columns. `query` is what stands in the desk's address, without a page."""

    id = fields.IntField(primary_key=True)
    seller: fields.ForeignKeyRelation[Seller] = fields.ForeignKeyField(
        "models.Seller", on_delete=fields.CASCADE, related_name="views"
    )
    name = fields.CharField(max_length=MAX_VIEW_NAME)
    query = fields.TextField(default="")
    shared = fields.BooleanField(default=False)  # all sellers have it
    created_at = fields.DatetimeField(auto_now_add=True)

    seller_id: int

    class Meta:
        table = "saved_view"
        indexes = (("seller_id",),)


class DefaultView(Model):
    """The view a seller opens the desk with, which another may have shared."""

    id = fields.IntField(primary_key=True)
    seller: fields.OneToOneRelation[Seller] = fields.OneToOneField(
        "models.Seller", on_delete=fields.CASCADE, related_name="default_view"
    )
    view: fields.ForeignKeyRelation[SavedView] = fields.ForeignKeyField("models.SavedView", on_delete=fields.CASCADE)

    seller_id: int
    view_id: int

    class Meta:
        table = "default_view"
        indexes = (("view_id",),)
