"""Exports may be workbooks."""

from tortoise import migrations
from models.only_words import OnlyWords
from models.file_kind import Dialect
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0007_privacy')]

    initial = False

    operations = [
        OnlyWords(
            model_name='Export',
            name='dialect',
            field=fields.CharEnumField(enum_type=Dialect, max_length=12),
        ),
        OnlyWords(
            model_name='TransferTarget',
            name='dialect',
            field=fields.CharEnumField(default=Dialect.MACHINE, enum_type=Dialect, max_length=12),
        ),
    ]
