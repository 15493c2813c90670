"""What became of each delivery is kept whole; lanes may be paused; an export knows its orders."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.only_words import OnlyWords
from models.outbox import Purpose
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0002_held')]

    initial = False

    operations = [
        ops.CreateModel(
            name='ExportedOrder',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('export', fields.ForeignKeyField('models.Export', source_field='export_id', db_constraint=True, to_field='id', related_name='exported_orders', on_delete=OnDelete.CASCADE)),
                ('order', fields.ForeignKeyField('models.Order', source_field='order_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'exported_order', 'app': 'models', 'unique_together': (('export', 'order'),), 'indexes': [Index(fields=['order_id'])], 'pk_attr': 'id', 'table_description': 'An order that an export took out.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Pause',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('lane', fields.IntField(unique=True)),
                ('code', fields.CharField(max_length=40)),
                ('reason', fields.CharField(max_length=500)),
                ('since', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'pause', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A lane of the outbox that stands still until somebody mends what is wrong: a password, a key, a certificate.'},
            bases=['Model'],
        ),
        ops.AlterModelOptions(
            name='DeliveryAttempt',
            options={'table': 'delivery_attempt', 'app': 'models', 'indexes': [Index(fields=['message_id'])], 'pk_attr': 'id', 'table_description': "One try to deliver a message: `code` is the kind of trouble, `remote_name` the file at the target."},
        ),
        ops.AddField(
            model_name='DeliveryAttempt',
            name='code',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        ops.AddField(
            model_name='DeliveryAttempt',
            name='remote_name',
            field=fields.CharField(default='', db_default='', max_length=255),
        ),
        ops.AddField(
            model_name='DeliveryAttempt',
            name='size',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Export',
            name='undone_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Export',
            name='undone_by',
            field=fields.CharField(default='', db_default='', max_length=254),
        ),
        OnlyWords(
            model_name='OutboxMessage',
            name='purpose',
            field=fields.CharEnumField(description='what it is for', enum_type=Purpose, max_length=16),
        ),
        ops.AddField(
            model_name='OutboxMessage',
            name='last_code',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        ops.AddField(
            model_name='OutboxMessage',
            name='leased_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunSQL(
            """INSERT INTO "exported_order" ("export_id", "order_id")
               SELECT DISTINCT "export"."id", "order_event"."order_id" FROM "export" JOIN "order_event"
               ON "order_event"."kind" = 'exported' AND "order_event"."text" = "export"."file_name"
               AND "order_event"."created_at" = "export"."created_at"
            """,
            reverse_sql=ops.RunSQL.noop,
        ),
    ]
