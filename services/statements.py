"""Statements that are put together once: the ORM takes longer to write a query than the database to answer it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar

from tortoise.queryset import FieldSelectQuery

from services import database

Answer = TypeVar("Answer")

Value = int | str | datetime


@dataclass(frozen=True)
class _Written:
    """A statement with its values, where the ORM expects the query that it has put together."""

    text: str
    values: Sequence[Any]

    def get_parameterized_sql(self) -> tuple[str, list[Any]]:
        return self.text, list(self.values)


class Statement(Generic[Answer]):
    """A read or an update that is done again and again, each time with other values."""

    def __init__(self, make: Callable[..., Any]) -> None:
        """`make` is the statement as the ORM has it, of the values that stand first in it, in their order.

        Of an update these are what is written, then what it is narrowed by. They are whole numbers, texts and moments
        (aware, in UTC), which a database takes as they are; each may be asked for, but None.
        """
        self._make = make
        self._made: dict[str, tuple[Any, _Written]] = {}  # by engine

    async def run(self, *values: Value) -> Answer:
        """What `await make(*values)` gives, as the transaction sees it inside a unit of work."""
        connection = database.opened()
        dialect = connection.capabilities.dialect
        made, written = self._made.get(dialect) or self._put_together(dialect, _told_apart(values))
        # One query for all who ask at the same time: both are read before anything is awaited.
        made._db, made.query = connection, _Written(written.text, [*values, *written.values])
        answer: Answer = await made._execute()
        return answer

    def _put_together(self, dialect: str, values: Sequence[Value]) -> tuple[Any, _Written]:
        query = self._make(*values)
        query.sql()  # which is when it is put together
        if isinstance(query, FieldSelectQuery):  # it looks up how each column is read, each time that it is asked
            query.resolve_to_python_value = cache(query.resolve_to_python_value)  # type: ignore[method-assign] # of this one
        text, written = query.query.get_parameterized_sql()
        if written[: len(values)] != list(values):
            raise ValueError(f"these are not the first values of the statement: {text}")
        made = query, _Written(text, written[len(values) :])
        if len(set(values)) == len(values):  # two that are equal do not tell whether they stand in their order
            self._made[dialect] = made
        return made


def _told_apart(values: Sequence[Value]) -> list[Value]:
    """Values of the same kinds, among them no whole number twice."""
    greatest = max((value for value in values if isinstance(value, int)), default=0)
    return [
        greatest + at if isinstance(value, int) and value in values[:at] else value for at, value in enumerate(values)
    ]
