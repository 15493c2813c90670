"""A message may be held; a status is text, so there is nothing to do in the database."""

from tortoise import fields, migrations

from models.only_words import OnlyWords
from models.outbox import MessageStatus


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    initial = False

    operations = [
        OnlyWords(
            model_name="OutboxMessage",
            name="status",
            field=fields.CharEnumField(
                default=MessageStatus.PENDING,
                description="where it is on its way",
                enum_type=MessageStatus,
                max_length=10,
            ),
        ),
    ]
