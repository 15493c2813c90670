"""A migration's step that changes what a model says, and nothing in the database."""

from typing import Any

from tortoise.migrations import operations as ops


class OnlyWords(ops.AlterField):
    """One more word for a status kept as text: altering the column would build the table anew, without its indexes."""

    async def database_forward(self, *_arguments: Any) -> None:
        return None

    async def database_backward(self, *_arguments: Any) -> None:
        return None
