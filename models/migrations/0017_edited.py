"""An order's history may tell of a change, and a later kind needs no migration."""

from tortoise import fields, migrations

from models.only_words import OnlyWords
from models.order import EventKind


class Migration(migrations.Migration):
    dependencies = [('models', '0016_prices_and_notes')]

    initial = False

    operations = [
        OnlyWords(
            model_name='OrderEvent',
            name='kind',
            field=fields.CharEnumField(description='what it tells', enum_type=EventKind, max_length=12),
        ),
    ]
