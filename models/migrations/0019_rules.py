"""Orders keep by which version of the rules they were priced."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('models', '0018_views')]

    initial = False

    operations = [
        ops.CreateModel(
            name='TermsVersion',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('sha256', fields.CharField(unique=True, max_length=64)),
                ('rules', fields.TextField(unique=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'terms_version', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A set of rules that at least one order was priced by. Its id is its version.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Order',
            name='terms_version',
            field=fields.ForeignKeyField('models.TermsVersion', source_field='terms_version_id', null=True, db_constraint=True, to_field='id', related_name='orders', on_delete=OnDelete.SET_NULL),
        ),
    ]
