"""Categories may have names in several languages."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.ordered_json import OrderedJSONField

class Migration(migrations.Migration):
    dependencies = [('models', '0012_languages')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Category',
            name='texts',
            field=OrderedJSONField(null=True),
        ),
    ]
