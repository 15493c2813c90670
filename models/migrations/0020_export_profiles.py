"""Profiles of exports; what goes out by their schedules belongs to an export."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.csv_style import DecimalSign, Delimiter, Encoding, TimeFormat
from models.export_profile import Rhythm
from models.order import Status
from models.file_kind import Dialect, Shape
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0019_rules')]

    initial = False

    operations = [
        ops.CreateModel(
            name='ExportProfile',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('name', fields.CharField(max_length=80)),
                ('shape', fields.CharEnumField(description='what a row is', enum_type=Shape, max_length=8)),
                ('dialect', fields.CharEnumField(description='for whom it is written', enum_type=Dialect, max_length=12)),
                ('columns', fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ('delimiter', fields.CharEnumField(description='of a CSV', enum_type=Delimiter, max_length=12)),
                ('decimal_sign', fields.CharEnumField(description='of a CSV', enum_type=DecimalSign, max_length=12)),
                ('encoding', fields.CharEnumField(description='of a CSV', enum_type=Encoding, max_length=12)),
                ('has_mark', fields.BooleanField(default=False)),
                ('times', fields.CharEnumField(description='how times are written', enum_type=TimeFormat, max_length=12)),
                ('file_name', fields.CharField(max_length=120)),
                ('per_order', fields.BooleanField(default=False)),
                ('status_after', fields.CharEnumField(null=True, description='of its orders, afterwards', enum_type=Status, max_length=16)),
                ('rhythm', fields.CharEnumField(default=Rhythm.NEVER, description='how often', enum_type=Rhythm, max_length=8)),
                ('weekday', fields.IntField(default=0)),
                ('at', fields.CharField(default='07:00', max_length=5)),
                ('recipients', fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ('target', fields.ForeignKeyField('models.TransferTarget', source_field='target_id', null=True, db_constraint=True, to_field='id', related_name='scheduled_profiles', on_delete=OnDelete.SET_NULL)),
                ('since', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ran_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('trouble', fields.CharField(default='', max_length=500)),
                ('last_seq', fields.IntField(default=0)),
                ('is_restored', fields.BooleanField(default=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={'table': 'export_profile', 'app': 'models', 'pk_attr': 'id', 'table_description': 'What a file holds and looks like, what becomes of its orders, and when it goes where by itself.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Export',
            name='profile',
            field=fields.ForeignKeyField('models.ExportProfile', source_field='profile_id', null=True, db_constraint=True, to_field='id', related_name='exports', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddField(
            model_name='OutboxMessage',
            name='export',
            field=fields.ForeignKeyField('models.Export', source_field='export_id', null=True, db_constraint=True, to_field='id', related_name='outbox_messages', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddIndex(
            model_name='OutboxMessage',
            index=Index(fields=['export_id']),
        ),
        ops.AddField(
            model_name='TransferTarget',
            name='profile',
            field=fields.ForeignKeyField('models.ExportProfile', source_field='profile_id', null=True, db_constraint=True, to_field='id', related_name='targets', on_delete=OnDelete.SET_NULL),
        ),
    ]
