"""Groups of buyers with prices of their own, approval of new buyers, and who sees prices and stock."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.buyer import Standing
from models.money import UnitPriceField
from models.shop import PricesFor, StockShown
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0010_checkout')]

    initial = False

    operations = [
        ops.CreateModel(
            name='BuyerGroup',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('name', fields.CharField(unique=True, max_length=80)),
                ('percent', fields.CharField(default='0', max_length=20)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'buyer_group', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Buyers who get a percentage off the list prices, prices of their own, or both.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='GroupPrice',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('group', fields.ForeignKeyField('models.BuyerGroup', source_field='group_id', db_constraint=True, to_field='id', related_name='prices', on_delete=OnDelete.CASCADE)),
                ('product', fields.ForeignKeyField('models.Product', source_field='product_id', db_constraint=True, to_field='id', related_name='group_prices', on_delete=OnDelete.CASCADE)),
                ('price', UnitPriceField()),
            ],
            options={'table': 'group_price', 'app': 'models', 'unique_together': (('group', 'product'),), 'indexes': [Index(fields=['product_id'])], 'pk_attr': 'id', 'table_description': 'What one product costs a group, in place of its list price.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Buyer',
            name='group',
            field=fields.ForeignKeyField('models.BuyerGroup', source_field='group_id', null=True, db_constraint=True, to_field='id', related_name='buyers', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='Buyer',
            name='standing',
            field=fields.CharEnumField(default=Standing.NEW, description='what the shop thinks of them', db_default='new', enum_type=Standing, max_length=8),
        ),
        ops.AddIndex(
            model_name='Buyer',
            index=Index(fields=['group_id']),
        ),
        ops.RunSQL(
            """UPDATE "buyer" SET "standing" = 'approved' WHERE "verified_at" IS NOT NULL""",
            reverse_sql=ops.RunSQL.noop,
        ),
        ops.AddField(
            model_name='Shop',
            name='approves_buyers',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='Shop',
            name='few_left',
            field=fields.IntField(default=5, db_default=5),
        ),
        ops.AddField(
            model_name='Shop',
            name='prices_for',
            field=fields.CharEnumField(default=PricesFor.EVERYBODY, description='who sees the prices', db_default='everybody', enum_type=PricesFor, max_length=12),
        ),
        ops.AddField(
            model_name='Shop',
            name='stock_shown',
            field=fields.CharEnumField(default=StockShown.NUMBER, description='what is told of the stock', db_default='number', enum_type=StockShown, max_length=8),
        ),
    ]
