"""The shop's cover text may be in several languages."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.ordered_json import OrderedJSONField

class Migration(migrations.Migration):
    dependencies = [('models', '0013_words')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Shop',
            name='texts',
            field=OrderedJSONField(null=True),
        ),
    ]
