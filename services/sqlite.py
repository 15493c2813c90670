"""SQLite, as Tortoise speaks to it: pages read on one connection while a unit of work writes on another.

A file in WAL mode lets them: who reads sees what was committed last, and waits for nobody, however long an import
writes. Tortoise finds `client_class` here, because `engines.config` names this module as the engine.
"""

from typing import Any

from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import SqliteClient


class Client(SqliteClient):
    """The connection that is read on, and the one that transactions have."""

    def __init__(self, file_path: str, **pragmas: Any) -> None:
        super().__init__(file_path, **pragmas)
        self._writer = SqliteClient(file_path, **pragmas)

    def _in_transaction(self) -> TransactionContext:
        return self._writer._in_transaction()

    async def close(self) -> None:
        await self._writer.close()
        await super().close()


client_class = Client
