"""A shop may be out of office, from a day and until a day."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0014_cover_texts')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Shop',
            name='away_text',
            field=fields.CharField(default='', db_default='', max_length=500),
        ),
        ops.AddField(
            model_name='Shop',
            name='away_from',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='Shop',
            name='away_until',
            field=fields.DateField(null=True),
        ),
    ]
