"""Options of products keep their order on PostgreSQL too."""

from tortoise import migrations
from models.ordered_json import KeepOrder, OrderedJSONField

class Migration(migrations.Migration):
    dependencies = [('models', '0003_nothing_lost')]

    initial = False

    operations = [
        KeepOrder(model_name='ImportChange', name='after', field=OrderedJSONField(default=dict)),
        KeepOrder(model_name='ImportChange', name='before', field=OrderedJSONField(default=dict)),
        KeepOrder(model_name='Product', name='options', field=OrderedJSONField(default=dict)),
    ]
