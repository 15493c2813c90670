"""A message may be held; a status is text, so there is nothing to do in the database."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.outbox import MessageStatus


class OneMoreWord(ops.AlterField):
    """A change of what the model says alone: altering the column would build the table anew, without its indexes."""

    async def database_forward(self, *_arguments: Any) -> None:
        return None

    async def database_backward(self, *_arguments: Any) -> None:
        return None


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    initial = False

    operations = [
        OneMoreWord(
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
