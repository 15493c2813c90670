"""Sellers have roles, a second factor and sessions with a name; links for sellers."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.link import LinkPurpose
from models.only_words import OnlyWords
from models.seller import Role
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0005_exports_taken_back')]

    initial = False

    operations = [
        ops.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('seller', fields.ForeignKeyField('models.Seller', source_field='seller_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('code_hash', fields.CharField(unique=True, max_length=64)),
            ],
            options={'table': 'recovery_code', 'app': 'models', 'indexes': [Index(fields=['seller_id'])], 'pk_attr': 'id', 'table_description': 'A code that stands in for the second factor once. Only its hash is kept, and it is deleted when it is used.'},
            bases=['Model'],
        ),
        OnlyWords(
            model_name='Link',
            name='purpose',
            field=fields.CharEnumField(description='what it may be used for', enum_type=LinkPurpose, max_length=8),
        ),
        ops.AddField(
            model_name='Link',
            name='seller',
            field=fields.ForeignKeyField('models.Seller', source_field='seller_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE),
        ),
        ops.AddIndex(
            model_name='Link',
            index=Index(fields=['seller_id']),
        ),
        ops.AlterModelOptions(
            name='Seller',
            options={'table': 'seller', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Somebody who may sign in to the desk. Without a password hash: somebody who was invited and has not come yet.'},
        ),
        ops.AddField(
            model_name='Seller',
            name='role',
            field=fields.CharEnumField(default=Role.OWNER, description='what they may do', db_default='owner', enum_type=Role, max_length=8),
        ),
        ops.AddField(
            model_name='Seller',
            name='totp_secret',
            field=fields.CharField(default='', db_default='', max_length=255),
        ),
        ops.AddField(
            model_name='Seller',
            name='totp_step',
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='SellerSession',
            name='browser',
            field=fields.CharField(default='', db_default='', max_length=80),
        ),
        ops.AddField(
            model_name='SellerSession',
            name='seen_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
