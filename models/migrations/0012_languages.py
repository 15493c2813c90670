"""Products may have texts in several languages; buyers and sellers may have chosen theirs."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.ordered_json import OrderedJSONField
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0011_buyer_groups')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Product',
            name='texts',
            field=OrderedJSONField(null=True),
        ),
        *(
            ops.AddField(
                model_name=model,
                name='language',
                field=fields.CharField(default='', db_default='', max_length=5),
            )
            for model in ('Buyer', 'Seller')
        ),
    ]
