"""Buyers may be erased, orders are locked and anonymised then, and an audit log tells who did what."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.audit import AuditKind
from models.only_words import OnlyWords
from models.order import EventKind
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0006_doors')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('kind', fields.CharEnumField(description='what was done', enum_type=AuditKind, max_length=16)),
                ('seller', fields.ForeignKeyField('models.Seller', source_field='seller_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.SET_NULL)),
                ('actor', fields.CharField(max_length=254)),
                ('about', fields.CharField(default='', max_length=200)),
            ],
            options={'table': 'audit_entry', 'app': 'models', 'indexes': [Index(fields=['at']), Index(fields=['kind', 'at']), Index(fields=['seller_id', 'at'])], 'pk_attr': 'id', 'table_description': 'One line of the audit log.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Buyer',
            name='erased_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Order',
            name='erased_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Order',
            name='locked_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Shop',
            name='retention_years',
            field=fields.IntField(default=10, db_default=10),
        ),
        OnlyWords(
            model_name='OrderEvent',
            name='kind',
            field=fields.CharEnumField(enum_type=EventKind, max_length=12),
        ),
    ]
