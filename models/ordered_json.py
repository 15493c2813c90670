"""A column for objects whose keys have an order that people see, as a product's options have."""

from typing import Any

from tortoise import fields
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_generator.state import State

POSTGRES_TYPE = "JSON"


class OrderedJSONField(fields.JSONField[Any]):
    """JSON kept as it was written; PostgreSQL's own choice, JSONB, sorts the keys."""

    class _db_postgres:  # noqa: N801 - Tortoise looks for this name
        SQL_TYPE = POSTGRES_TYPE


class KeepOrder(ops.AlterField):
    """A migration's step that makes a JSON column an ordered one: on SQLite it is one already."""

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: Any | None = None
    ) -> None:
        if state_editor and state_editor.client.capabilities.dialect == "postgres":
            meta = new_state.apps.get_model(f"{app_label}.{self.model_name}")._meta
            column, table = meta.fields_map[self.name].source_field or self.name, meta.db_table
            await state_editor.client.execute_script(
                f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {POSTGRES_TYPE} USING "{column}"::text::json'
            )

    async def database_backward(self, *_arguments: Any) -> None:
        return None
