"""Buyers keep lists of what they order again and again."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0008_workbooks')]

    initial = False

    operations = [
        ops.CreateModel(
            name='OrderList',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('buyer', fields.ForeignKeyField('models.Buyer', source_field='buyer_id', db_constraint=True, to_field='id', related_name='lists', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=80)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'order_list', 'app': 'models', 'indexes': [Index(fields=['buyer_id'])], 'pk_attr': 'id', 'table_description': 'A list of a buyer. What is on it is in no cart yet and costs what it costs when it is ordered.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='OrderListLine',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('list', fields.ForeignKeyField('models.OrderList', source_field='list_id', db_constraint=True, to_field='id', related_name='lines', on_delete=OnDelete.CASCADE)),
                ('product', fields.ForeignKeyField('models.Product', source_field='product_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('quantity', fields.IntField()),
            ],
            options={'table': 'order_list_line', 'app': 'models', 'unique_together': (('list', 'product'),), 'indexes': [Index(fields=['product_id'])], 'pk_attr': 'id', 'table_description': 'A product on a list.'},
            bases=['Model'],
        ),
    ]
