"""Sellers keep views of the desk, and one to begin with."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0017_edited')]

    initial = False

    operations = [
        ops.CreateModel(
            name='SavedView',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('seller', fields.ForeignKeyField('models.Seller', source_field='seller_id', db_constraint=True, to_field='id', related_name='views', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=60)),
                ('query', fields.TextField(default='', unique=False)),
                ('shared', fields.BooleanField(default=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'saved_view', 'app': 'models', 'indexes': [Index(fields=['seller_id'])], 'pk_attr': 'id', 'table_description': "Which orders, in which order and columns. `query` is what stands in the desk's address, without a page."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='DefaultView',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('seller', fields.OneToOneField('models.Seller', source_field='seller_id', db_constraint=True, to_field='id', related_name='default_view', on_delete=OnDelete.CASCADE)),
                ('view', fields.ForeignKeyField('models.SavedView', source_field='view_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'default_view', 'app': 'models', 'indexes': [Index(fields=['view_id'])], 'pk_attr': 'id', 'table_description': 'The view a seller opens the desk with, which another may have shared.'},
            bases=['Model'],
        ),
    ]
