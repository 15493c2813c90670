"""An order's history tells that an export was taken back."""

from tortoise import fields, migrations
from models.only_words import OnlyWords
from models.order import EventKind

class Migration(migrations.Migration):
    dependencies = [('models', '0004_keys_in_order')]

    initial = False

    operations = [
        OnlyWords(
            model_name='OrderEvent',
            name='kind',
            field=fields.CharEnumField(enum_type=EventKind, max_length=12),
        ),
    ]
