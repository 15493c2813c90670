"""Changes of many prices are kept like imports; sellers note something about a buyer."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0015_away')]

    initial = False

    operations = [
        ops.CreateModel(
            name='BuyerNote',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('buyer', fields.ForeignKeyField('models.Buyer', source_field='buyer_id', db_constraint=True, to_field='id', related_name='notes', on_delete=OnDelete.CASCADE)),
                ('text', fields.TextField(unique=False)),
                ('actor', fields.CharField(max_length=254)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'buyer_note', 'app': 'models', 'indexes': [Index(fields=['buyer_id'])], 'pk_attr': 'id', 'table_description': "What a seller noted about a buyer, for the sellers alone. `actor` is a seller's address as it was then."},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='CatalogImport',
            name='price_rule',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
    ]
